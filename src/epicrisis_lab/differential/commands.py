"""``epicrisis-lab differential``: train the learnt engine on DDXPlus, and see how often engines are right there."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from epicrisis.engines.case_contracts import DifferentialEngine
from epicrisis.engines.differential.learnt import FOLDER, LearntEngine
from epicrisis.engines.shipped import shipped
from epicrisis.errors import EpicrisisError
from epicrisis_lab.corpora.catalogue import data_root
from epicrisis_lab.differential.asking import asking
from epicrisis_lab.differential.counting import chances_of, naive_bayes
from epicrisis_lab.differential.ddxplus import Side, folder_in, patients_in, patients_of
from epicrisis_lab.differential.packaging import learnt_of, on_card, ship
from epicrisis_lab.differential.scoring import Answering, Figures, answering, likely, scored
from epicrisis_lab.differential.seeding import patients_in as seed_patients
from epicrisis_lab.differential.seeding import seeds, told
from epicrisis_lab.differential.training import Recipe, calibrated, limited, split, train, train_lists
from epicrisis_lab.differential.words import Words, words_of
from epicrisis_lab.errors import LabError
from epicrisis_lab.evaluation.differentials.baselines import differential_engine

app = typer.Typer(help="The learnt differential engine: train and measure.", no_args_is_help=True)

RUNS = Path("docs/cards/ddxplus.runs.jsonl")
BAYES = "naive Bayes"
# For which patients stand in, which evidences of a case are known, and in what order patients are shown.
_SEED = 0
_USUAL = Recipe()
_LISTS = {"list_f1": "list F1", "ddf1": "DDF1"}
_LABELLED = {"cases": "cases", "top_1": "top-1", "top_3": "top-3", "ece": "ECE", **_LISTS}
_OPENED = {"cases": "cases", "first_is_candidate": "hit", "on_candidates": "sure of them", **_LISTS}


@app.command("train-ddxplus")
def train_ddxplus(
    epochs: Annotated[int, typer.Option(min=1, help="How often each patient is shown.")] = _USUAL.epochs,
    rate: Annotated[float, typer.Option(min=0, help="How far a step goes at first.")] = _USUAL.rate,
    hold: Annotated[float, typer.Option(min=0, help="How much weights are drawn to a naive Bayes.")] = _USUAL.hold,
    seed: Annotated[int, typer.Option(min=0, help="For what is drawn while training.")] = _USUAL.seed,
    out: Annotated[
        Path | None, typer.Option(help="Where weights and card are written. [default: inside the package]")
    ] = None,
    runs: Annotated[Path, typer.Option(help="The log of runs a line is added to.")] = RUNS,
    what: Annotated[str, typer.Option(help="What is new in this run, for the log.")] = "",
) -> None:
    """Learn weights from the patients of DDXPlus (two minutes of one core), measure them on dev, write both."""
    screen, recipe, started = Console(), Recipe(epochs=epochs, rate=rate, hold=hold, seed=seed), time.monotonic()
    try:
        folder = folder_in(data_root())
        words = words_of(folder)
        sides = split(patients_of(folder, words), _SEED)
    except LabError as error:
        raise _refused(error) from error
    lessons, dev = sides[Side.TRAIN], sides[Side.DEV]
    screen.print(f"{len(lessons)} patients to learn from, {len(dev)} of dev")
    weights = train(lessons, recipe, lambda epoch, loss: screen.print(f"epoch {epoch}: {loss:.4f}"))
    lists = train_lists(lessons, recipe, lambda epoch, loss: screen.print(f"lists, epoch {epoch}: {loss:.4f}"))
    weights, lists = calibrated(weights, sides[Side.CALIBRATION], _SEED), limited(lists, sides[Side.CALIBRATION])
    found = scored(answering(weights, lists), dev, _SEED)
    ship(learnt_of(weights, lists, chances_of(lessons), words), found, out or shipped(FOLDER))
    run = {
        "date": datetime.now(UTC).date().isoformat(),
        "what": what,
        "epochs": epochs,
        "rate": rate,
        "hold": hold,
        "seed": seed,
        "seconds": round(time.monotonic() - started),
        **{name.removeprefix("ddxplus.dev."): value for name, value in on_card(found).items()},
    }
    with runs.open("a", encoding="utf-8") as log:
        log.write(json.dumps(run, ensure_ascii=False) + "\n")
    _show("dev", {FOLDER: found})


@app.command("evaluate-ddxplus")
def evaluate_ddxplus(
    file: Annotated[
        Path | None,
        typer.Argument(
            help="Patients it did not learn from, as JSON Lines (age, sex, pathology, evidences, differential), or dev."
        ),
    ] = None,
    engine: Annotated[str, typer.Option(help="One that reads evidences of DDXPlus, or module:function.")] = FOLDER,
    most: Annotated[int, typer.Option("--rows", min=0, help="Ask about the first so many patients; 0 for all.")] = 0,
    seed: Annotated[int, typer.Option(min=0, help="For which evidences of a patient are known.")] = _SEED,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Ask an engine, and a naive Bayes counted on the patients to learn from, about patients neither has seen."""
    aside = Console(stderr=True)
    try:
        folder = folder_in(data_root())
        words = words_of(folder)
        sides = split(patients_of(folder, words), _SEED)
        asked = sides[Side.DEV] if file is None else patients_in(file, words)
        asked = asked.taken(np.arange(len(asked))[: most or None])
        bayes = likely(naive_bayes(sides[Side.TRAIN]), sides[Side.CALIBRATION])
        answers: Mapping[str, Answering] = {
            engine: _answering(differential_engine(engine), words),
            BAYES: bayes,
        }
        found = {}
        for name, answer in answers.items():
            with aside.status(f"{name} ranks {len(asked)} patients"):
                found[name] = scored(answer, asked, seed)
    except (LabError, EpicrisisError) as error:
        raise _refused(error) from error
    if as_json:
        typer.echo(json.dumps(found))
    else:
        _show(file.name if file else "dev", found)


@app.command("seed-cases")
def seed_cases(
    out: Annotated[Path, typer.Argument(help="The file to write, a case a line.")],
    each: Annotated[int, typer.Option(min=1, help="How many cases of each pathology.")] = 6,
) -> None:
    """Write the demonstration cases of `epicrisis cases seed`; a patient takes a second to read."""
    from epicrisis.assembly import load

    rows = list(seeds(list(told(seed_patients(data_root() or Path(), each), load())), each))
    out.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    Console().print(f"{len(rows)} cases of {len({row['outcome'] for row in rows})} conditions.")


def _answering(engine: DifferentialEngine, words: Words) -> Answering:
    """Return what asks ``engine``: one of learnt weights about all cases at once, which says the same of each."""
    if isinstance(engine, LearntEngine):
        learnt = engine.learnt
        if [*learnt.evidences.codes, *learnt.conditions] == [*words.evidences, *words.conditions]:
            return answering(learnt.weights, learnt.lists)
    return asking(engine, words)


def _show(title: str, found: Mapping[str, Mapping[str, Figures]]) -> None:
    screen, levels = Console(), list(dict.fromkeys(level for own in found.values() for level in own))
    for names, telling in ((_LABELLED, "top_1"), (_OPENED, "first_is_candidate")):
        table = Table("known", "who", *names.values(), title=f"DDXPlus: {title}")
        for level in levels:
            for who, own in found.items():
                if telling in own[level]:
                    table.add_row(level, who, *(_cell(name, own[level]) for name in names))
        if table.rows:
            screen.print(table)


def _cell(name: str, told: Figures) -> str:
    if name not in told:
        return ""
    return f"{told[name]:,.0f}" if name == "cases" else f"{told[name]:.3f}"


def _refused(error: Exception) -> typer.Exit:
    typer.echo(str(error), err=True)
    return typer.Exit(1)
