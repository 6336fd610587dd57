"""``epicrisis-lab``: check the data, measure engines, train and export what we ship."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from epicrisis.engines.artifacts import Artifact
from epicrisis.engines.contracts import EngineCard
from epicrisis.engines.registry import Group, card
from epicrisis.engines.shipped import shipped
from epicrisis.errors import EpicrisisError
from epicrisis_lab.baselines.commands import app as baselines
from epicrisis_lab.baselines.entities import WORK
from epicrisis_lab.codes.commands import app as codes
from epicrisis_lab.corpora.catalogue import data_root
from epicrisis_lab.corpora.commands import app as data
from epicrisis_lab.corpora.headers import Bare
from epicrisis_lab.differential.commands import app as differential
from epicrisis_lab.errors import LabError, MissingData
from epicrisis_lab.evaluation.beside import beside_page
from epicrisis_lab.evaluation.cards import write_card
from epicrisis_lab.evaluation.differentials.baselines import KNOWLEDGE
from epicrisis_lab.evaluation.differentials.scoring import Differentials
from epicrisis_lab.evaluation.measuring import (
    headline,
    measure_all,
    readme_table,
    with_table,
    write_scores,
)
from epicrisis_lab.evaluation.patients.report import show_bundles
from epicrisis_lab.evaluation.patients.scoring import RULE, Patients
from epicrisis_lab.evaluation.records.gold import load_records
from epicrisis_lab.evaluation.records.scoring import Records
from epicrisis_lab.evaluation.report import show_confusions, show_figures, show_mistakes, show_reliability
from epicrisis_lab.evaluation.run import Ask, Batch, Evaluation, Task, evaluate, load_batch
from epicrisis_lab.evaluation.summaries.scoring import USUAL, Summaries
from epicrisis_lab.evaluation.summaries.teaching import SUMMARIES, summaries_file, train_summaries
from epicrisis_lab.evaluation.together import TOGETHER
from epicrisis_lab.evaluation.tracking import Tracking
from epicrisis_lab.knowledge.commands import app as knowledge
from epicrisis_lab.language.commands import app as language_app
from epicrisis_lab.training.relations import RELATIONS, relations_file, train_relations

app = typer.Typer(
    name="epicrisis-lab",
    help="Check the data, measure engines, train and export what epicrisis ships.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
app.add_typer(data, name="data")
app.add_typer(language_app, name="language")
app.add_typer(baselines, name="baseline")
app.add_typer(codes, name="codes")
app.add_typer(differential, name="differential")
app.add_typer(knowledge, name="knowledge")


class Language(StrEnum):
    """The languages epicrisis reads."""

    EN = "en"
    ES = "es"


_ENGINE_OF = {"es": "spanish"}


@app.command("evaluate")
def evaluate_command(
    task: Annotated[Task, typer.Argument(help="What to measure.")],
    files: Annotated[
        list[Path], typer.Argument(help="Corpus files, .jsonl or .jsonl.gz; or records; or FHIR Bundles; or vignettes.")
    ],
    language: Annotated[Language | None, typer.Option(help="Score the rows in this language only.")] = None,
    engine: Annotated[
        list[str] | None,
        typer.Option(
            help="An engine by name, or module:function; repeat it to compare. [default: model, spanish, or rules]"
        ),
    ] = None,
    baseline: Annotated[
        list[str] | None,
        typer.Option(
            help="Also score this one: crf, bilstm-crf, lexicon, rules, medspacy, presidio, plain, nearest; lead-3, "
            "lead, textrank, lexrank; prior, lexical."
        ),
    ] = None,
    labels: Annotated[
        str,
        typer.Option(help="Entities: ask for these label sets, whatever the corpus. (clinical, symptoms_base, ...)"),
    ] = "",
    work: Annotated[Path, typer.Option(help="Where `baseline` left the weights of crf and bilstm-crf.")] = WORK,
    mentions: Annotated[
        str, typer.Option(help="Identifiers: the entity engine whose mentions should stay, where the rows mark none.")
    ] = "",
    bare: Annotated[
        Bare | None, typer.Option(help="Identifiers: take the invented headers off Spanish notes first.")
    ] = None,
    ward: Annotated[
        bool, typer.Option(help="Entities: read Spanish documents as a ward would write them: in haste, abbreviated.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object per engine and nothing else.")] = False,
    reliability: Annotated[bool, typer.Option(help="Show how often answers of each confidence are right.")] = False,
    errors: Annotated[int, typer.Option(min=0, help="Show up to this many wrong cases of each kind.")] = 0,
    errors_file: Annotated[Path | None, typer.Option(help="Write every wrong case to this JSON Lines file.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="For the bootstrap, and for which wrong cases are shown.")] = 0,
    bootstrap: Annotated[int, typer.Option(min=0, help="Bootstrap samples for the intervals; 0 for none.")] = 1000,
    track: Annotated[
        Path | None, typer.Option(help="Also keep the figures in this MLflow file, such as lab.db (extra `mlflow`).")
    ] = None,
) -> None:
    """Score engines on annotated files: docs/reference/metrics.md says what each figure means."""
    screen, aside = Console(), Console(stderr=True)
    ask = Ask(tuple(labels.replace(",", " ").split()), work, mentions, bare, ward)
    try:
        # First of all: figures of an hour that cannot be kept are a pity.
        tracking = None if track is None else Tracking(track)
        measured = _measured(task, files, language, ask, samples=bootstrap, seed=seed, aside=aside)
    except (LabError, EpicrisisError) as error:
        _refuse(aside, error)
    done: list[Evaluation] = []
    refused = False
    for name in dict.fromkeys([*(engine or [measured.usual]), *(baseline or [])]):
        try:
            with aside.status(f"{name} reads {measured.rows} rows"):
                evaluation = measured.by(name)
        except (LabError, EpicrisisError) as error:
            # The other engines of a comparison still answer.
            _say(aside, f"{name}: {error}")
            refused = True
            continue
        done.append(evaluation)
        if tracking is not None:
            tracking.evaluation(evaluation, _card(name, task, evaluation.language))
        if as_json:
            typer.echo(json.dumps(evaluation.as_json(reliability=reliability), ensure_ascii=False))
    if done and not as_json:
        _show(screen, done, reliability=reliability)
        if measured.also is not None:
            measured.also(screen)
    for evaluation in done if errors else ():
        show_mistakes(aside if as_json else screen, evaluation, per_kind=errors, seed=seed)
    if errors_file is not None:
        _write_mistakes(errors_file, done)
    raise typer.Exit(1 if refused else 0)


@app.command("track")
def track_command(
    folder: Annotated[Path, typer.Argument(help="The folder of a model: weights and card.json.")],
    into: Annotated[Path, typer.Option(help="The MLflow file that keeps it.")] = Path("lab.db"),
) -> None:
    """Register a model with its card's figures and the checksums of its files in an MLflow file (extra `mlflow`)."""
    try:
        version = Tracking(into).model(folder)
    except (LabError, EpicrisisError) as error:
        _refuse(Console(stderr=True), error)
    typer.echo(f"version {version}")


def _card(engine: str, task: Task, language: str) -> EngineCard | None:
    """Return the card of an installed engine; a baseline, and what a module builds, has none here."""
    groups = {
        Task.ENTITIES: Group.ENTITIES,
        Task.IDENTIFIERS: Group.IDENTIFIERS,
        Task.RECORDS: Group.EXTRACTION,
        Task.SUMMARIES: Group.SUMMARIES,
        Task.DIFFERENTIALS: Group.DIFFERENTIAL,
    }
    with suppress(EpicrisisError):
        return card(groups.get(task, Group.ASSERTION), engine, language)
    return None


@dataclass(frozen=True, slots=True)
class _Measured:
    """How many rows there are to score, which engine is meant where none is named, and what scores one."""

    rows: int
    usual: str
    by: Callable[[str], Evaluation]
    also: Callable[[Console], None] | None = None


def _measured(
    task: Task,
    files: Sequence[Path],
    language: Language | None,
    ask: Ask,
    *,
    samples: int,
    seed: int,
    aside: Console,
) -> _Measured:
    chosen = language.value if language else None
    if task is Task.RECORDS:
        records = Records(files, load_records(files, chosen))
        return _Measured(len(records.gold), "rules", partial(records.evaluate, samples=samples, seed=seed))
    if task is Task.PATIENTS:
        patients = Patients(files, chosen or Language.EN.value)
        return _Measured(len(patients.files), RULE, patients.evaluate, partial(show_bundles, patients=patients))
    if task is Task.DIFFERENTIALS:
        told = Differentials(files, chosen)
        by = partial(told.evaluate, samples=samples, seed=seed)
        return _Measured(len(told.vignettes), KNOWLEDGE, by)
    batch = load_batch(files, chosen)
    _tell_left_out(aside, batch)
    if task is Task.SUMMARIES:
        summaries = Summaries(files, batch.rows)
        return _Measured(len(summaries.cases), USUAL, partial(summaries.evaluate, samples=samples, seed=seed))
    score = partial(evaluate, task, batch, ask=ask, samples=samples, seed=seed)
    return _Measured(len(batch.rows), _ENGINE_OF.get(batch.language, "model"), score)


def _show(screen: Console, done: Sequence[Evaluation], *, reliability: bool) -> None:
    show_figures(screen, done)
    for evaluation in done:
        show_confusions(screen, evaluation)
        if reliability:
            show_reliability(screen, evaluation)


def _tell_left_out(aside: Console, batch: Batch) -> None:
    for bad in batch.bad:
        _say(aside, f"skipped {bad}")
    if batch.other_language:
        _say(aside, f"{batch.other_language} rows in another language than {batch.language} left out.")


def _write_mistakes(path: Path, done: Iterable[Evaluation]) -> None:
    with path.open("w", encoding="utf-8") as out:
        for evaluation in done:
            for mistake in evaluation.mistakes:
                case = {"engine": evaluation.engine, "task": evaluation.task, **mistake.as_json()}
                out.write(json.dumps(case, ensure_ascii=False) + "\n")


@app.command("card")
def card_command(
    engine: Annotated[str, typer.Argument(help="The shipped engine to measure.")] = "model",
    model: Annotated[str, typer.Option(help="The folder of its weights inside the package.")] = "english",
    bootstrap: Annotated[int, typer.Option(min=0, help="Bootstrap samples for the intervals.")] = 1000,
    root: Annotated[Path, typer.Option(help="The checkout whose card and README are written.")] = Path(),
) -> None:
    """Measure a shipped engine and its baselines on dev; write its card, its scores and the README's table."""
    aside = Console(stderr=True)
    folder = data_root()
    if folder is None:
        _refuse(aside, MissingData())
    try:
        measured = measure_all(engine, folder, samples=bootstrap, tell=lambda words: _say(aside, words))
        write_scores(shipped(model) / "card.json", dict(headline(engine, measured)))
        card = Artifact(shipped(model)).card
        cards = root / "docs" / "cards"
        name = model if engine == TOGETHER else engine
        page = write_card(cards, card, measured.of(engine), name=name, runs=cards / f"{name}.runs.jsonl")
    except (LabError, EpicrisisError) as error:
        _refuse(aside, error)
    beside = beside_page(measured, engine)
    page.write_text(page.read_text(encoding="utf-8") + "\n" + beside, encoding="utf-8")
    readme = root / "README.md"
    table = readme_table(engine, measured)
    readme.write_text(with_table(readme.read_text(encoding="utf-8"), engine, table), encoding="utf-8")
    for name, reason in measured.left_out.items():
        _say(aside, f"{name} left out: {reason}")
    typer.echo(table)


_FORWARD = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


@app.command("train", context_settings=_FORWARD, help="Train what we ship; `train --help` lists the stages.")
def train_command(context: typer.Context) -> None:
    """Hand over to the training half; what needs no PyTorch is learnt here: relations, and the weights of summaries."""
    if context.args == [SUMMARIES]:
        try:
            typer.echo(f"{train_summaries(data_root(), summaries_file())} notes")
        except (LabError, EpicrisisError) as error:
            _refuse(Console(stderr=True), error)
        return
    if context.args != [RELATIONS]:
        _forward("train", context.args)
        return
    try:
        counts = train_relations(data_root(), relations_file())
    except (LabError, EpicrisisError) as error:
        _refuse(Console(stderr=True), error)
    typer.echo(", ".join(f"{kind}: {count} weights" for kind, count in counts.items()))


@app.command("export", context_settings=_FORWARD, help="Turn a training run into the files we ship.")
def export_command(context: typer.Context) -> None:
    """Hand over to the training half."""
    _forward("export", context.args)


@app.command("labeller", context_settings=_FORWARD, help="Teach the labeller what the shipped encoder says.")
def labeller_command(context: typer.Context) -> None:
    """Hand over to the training half."""
    _forward("labeller", context.args)


@app.command("remember", context_settings=_FORWARD, help="Count what the corpora mark, beside the shipped encoder.")
def remember_command(context: typer.Context) -> None:
    """Hand over to the training half."""
    _forward("remember", context.args)


@app.command("add-head", context_settings=_FORWARD, help="Fit one more head on what the shipped encoder answers.")
def add_head_command(context: typer.Context) -> None:
    """Hand over to the training half."""
    _forward("add-head", context.args)


def _forward(command: str, arguments: list[str]) -> None:
    # Imported here and not above: measuring an engine must not need torch.
    try:
        commands = import_module("epicrisis_lab.training.commands")
    except ImportError as cause:
        _say(
            Console(stderr=True),
            f"Training cannot be imported ({cause}); install it with `pip install epicrisis[lab]`.",
        )
        raise typer.Exit(1) from cause
    try:
        typer.main.get_command(commands.app).main([command, *arguments], prog_name="epicrisis-lab")
    except (LabError, EpicrisisError) as error:
        _refuse(Console(stderr=True), error)


def _say(aside: Console, message: str) -> None:
    aside.print(message, markup=False, highlight=False, soft_wrap=True)


def _refuse(aside: Console, error: Exception) -> NoReturn:
    _say(aside, str(error))
    raise typer.Exit(1) from error
