"""``epicrisis-lab language``: count what tells Spanish from English, and measure how well that does."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from epicrisis_lab.corpora.catalogue import data_root
from epicrisis_lab.errors import MissingData
from epicrisis_lab.language.counting import Counts, as_toml, weights_of
from epicrisis_lab.language.measuring import (
    BUCKETS,
    WRITINGS,
    Accuracy,
    accuracies,
    false_alarms,
    found_strangers,
    milliseconds_a_note,
    samples,
)
from epicrisis_lab.language.texts import Told, texts_to_learn_from, texts_to_score

app = typer.Typer(help="Telling Spanish from English.", no_args_is_help=True)


@app.command("learn")
def learn_command(
    folder: Annotated[Path, typer.Option(help="The folder whose files are written.")] = Path(
        "src/epicrisis/text/evidence"
    ),
) -> None:
    """Count the words of the training parts that may teach what we ship, and write what they speak for."""
    learnt: set[str] = set()
    weights = weights_of(Counts.of(_noting(texts_to_learn_from(_root()), learnt)))
    for name, content in as_toml(
        weights, f"Counted by epicrisis in the training parts of {', '.join(sorted(learnt))}"
    ).items():
        (folder / name).write_text(content, encoding="utf-8")
    typer.echo(f"{len(weights.words)} words and {len(weights.letters)} threes of letters written to {folder}.")


@app.command("measure")
def measure_command(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="For which texts are scored.")] = 0,
) -> None:
    """Score the development parts: whole documents and single sentences, by length, as written and in haste."""
    chosen = samples(texts_to_score(_root()), seed=seed)
    told = accuracies(chosen)
    alarms, strangers = false_alarms(chosen["documents"]), found_strangers(chosen["sentences"], seed=seed)
    took = milliseconds_a_note(chosen["documents"])
    if as_json:
        figures = {
            "accuracies": [asdict(each) for each in told],
            "false_alarms": {"documents": alarms[0], "sentences": alarms[1]},
            "found_strangers": strangers,
            "milliseconds_a_note": took,
        }
        typer.echo(json.dumps(figures))
        return
    screen = Console()
    for kind in chosen:
        screen.print(_table(kind, [each for each in told if each.kind == kind]))
    screen.print(f"Taken for a sentence of the other language, and is none: {alarms[1]:.5%} of sentences.")
    screen.print("Found among ten sentences of the other language, by characters:")
    screen.print("  ".join(f"{length}: {share:.1%}" for length, share in strangers.items()))
    screen.print(f"{took:.2f} ms for 3,000 characters.")


def _noting(texts: Iterable[Told], corpora: set[str]) -> Iterable[Told]:
    for told in texts:
        corpora.add(told.corpus)
        yield told


def _table(kind: str, told: Sequence[Accuracy]) -> Table:
    table = Table("characters", "language", "texts", *WRITINGS, title=kind)
    for place in range(len(BUCKETS)):
        for language in ("en", "es"):
            own = [each for each in told if each.language == language and each.bucket == place]
            if own:
                shares = {each.writing: f"{each.right / each.texts:.4f}" for each in own}
                table.add_row(own[0].length, language, f"{own[0].texts:,}", *(shares[each] for each in WRITINGS))
    return table


def _root() -> Path:
    root = data_root()
    if root is None:
        typer.echo(str(MissingData()), err=True)
        raise typer.Exit(1)
    return root
