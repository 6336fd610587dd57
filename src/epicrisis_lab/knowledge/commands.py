"""``epicrisis-lab knowledge``: check the knowledge base, and hold it against itself and against others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from statistics import mean, median
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from epicrisis import assembly
from epicrisis.engines.differential.knowledge.checking import faults
from epicrisis.engines.differential.knowledge.reading import LANGUAGES, knowledge_base, knowledge_in, tables, words_in
from epicrisis.engines.differential.likeness import SHIPPED, Likeness
from epicrisis.engines.differential.said import FOLDER
from epicrisis.engines.shipped import ShippedEngine, shipped
from epicrisis.errors import EpicrisisError
from epicrisis_lab.corpora.catalogue import data_root
from epicrisis_lab.errors import LabError, MissingData
from epicrisis_lab.evaluation.differentials.baselines import KNOWLEDGE, LEXICAL, PRIOR, differential_engine
from epicrisis_lab.evaluation.differentials.counting import TOPS
from epicrisis_lab.knowledge import case_reports, comparing, disagreeing
from epicrisis_lab.knowledge.held_out import measured
from epicrisis_lab.knowledge.marked import measured_in_notes
from epicrisis_lab.knowledge.naming import shipped_names

app = typer.Typer(help="The knowledge base of differentials: check it, compare it.", no_args_is_help=True)

DISAGREEMENTS = Path("docs/cards/differential.disagreements.csv")
Tables = Annotated[
    Path | None, typer.Argument(metavar="FOLDER", help="A folder of tables.", show_default="those that ship")
]
Language = Annotated[str, typer.Argument(metavar="LANGUAGE", help="Of the clauses: en or es.")]
_ICD10CM = "simple_icd_10_cm"


@app.command("check")
def check_command(folder: Tables = None) -> None:
    """Print what breaks the rules of the tables, each with the entry to look at."""
    read = tables() if folder is None else folder
    validity = _icd10cm()
    if validity is None:
        typer.echo("Codes of ICD-10-CM are not checked: pip install simple-icd-10-cm", err=True)
    try:
        base = knowledge_in(read)
        words = {language: list(words_in(read, language)) for language in LANGUAGES}
        found = list(faults(base, words, is_icd10cm=validity))
    except (EpicrisisError, OSError, KeyError) as error:
        _refuse(f"These tables cannot be read: {error}")
    for each in found:
        typer.echo(each)
    counts = f"{len(base.findings)} findings, {len(base.conditions)} conditions, {len(base.chances)} chances"
    typer.echo(f"{counts}; {len(found)} faults.", err=True)
    raise typer.Exit(1 if found else 0)


@app.command("disagreements")
def disagreements_command(
    folder: Tables = None,
    least: Annotated[float, typer.Option(min=0, help="By how much they differ at least, in log-odds.")] = 1.0,
    out: Annotated[Path, typer.Option(help="Where all of them are written.")] = DISAGREEMENTS,
    show: Annotated[int, typer.Option(min=0, help="How many of the worst are shown.")] = 20,
) -> None:
    """List the chances whose two readings differ most, the worst first, and write all of them to a file."""
    try:
        both = list(disagreeing.readings(tables() if folder is None else folder))
        differing = disagreeing.disagreements(both, least)
        disagreeing.write(differing, out)
    except OSError as error:
        _refuse(f"{error.filename}: {error.strerror}")
    console = Console()
    worst = Table("condition", "finding", "a", "b", "chance", "differ by", title="The worst", title_justify="left")
    for each in differing[:show]:
        numbers = (f"{each.a:g}", f"{each.b:g}", f"{each.chance:g}", f"{each.difference:.2f}")
        worst.add_row(each.condition, each.finding, *numbers)
    console.print(worst)
    counts = Table("specialty", "read twice", "differ", title=f"By more than {least:g}", title_justify="left")
    for specialty, count, apart in [*disagreeing.by_specialty(both, differing), ("all", len(both), len(differing))]:
        counts.add_row(specialty, str(count), str(apart))
    console.print(counts)
    console.print(f"Written to {out}.")


@app.command("teach")
def teach_command(
    language: Language,
    out: Annotated[Path | None, typer.Option(help="Where the model is written.", show_default="what ships")] = None,
    work: Annotated[Path, typer.Option(help="Folder of what other runs have gathered.")] = Path("runs"),
    epochs: Annotated[int, typer.Option(min=0, help="How often each clause is shown to the encoder.")] = 3,
    seed: Annotated[int, typer.Option(min=0, help="For the order in which clauses are shown.")] = 0,
) -> None:
    """Teach what findings sound like, by clauses written for each and marked in notes (an hour)."""
    reads = _reader(language)
    into = out or shipped(reads.folder)
    try:
        # Imported here and not above: it alone needs torch.
        teaching = import_module("epicrisis_lab.knowledge.teaching")
    except ImportError as cause:
        _refuse(f"It cannot be imported ({cause}); run `make lab`, which brings torch.")
    try:
        _show(teaching.teach(language, into, work=work, epochs=epochs, seed=seed, say=_say))
    except LabError as error:
        _refuse(str(error))


@app.command("teach-wording")
def teach_wording_command(
    out: Annotated[Path | None, typer.Option(help="Where the model is written.", show_default="what ships")] = None,
    cases: Annotated[int, typer.Option(min=1, help="How many cases are drawn in each language.")] = 60_000,
    epochs: Annotated[int, typer.Option(min=1, help="How often each case is shown.")] = 8,
    seed: Annotated[int, typer.Option(min=0, help="For what is drawn.")] = 0,
) -> None:
    """Teach what cases sound like, on cases drawn from the knowledge base (half an hour); `teach` comes before it."""
    try:
        # Imported here and not above: it alone needs torch.
        teaching = import_module("epicrisis_lab.knowledge.wording")
    except ImportError as cause:
        _refuse(f"It cannot be imported ({cause}); run `make lab`, which brings torch.")
    _show(teaching.teach(out or shipped(FOLDER), cases=cases, epochs=epochs, seed=seed, say=_say))


@app.command("measure")
def measure_command(language: Language) -> None:
    """Print how well what ships finds clauses that taught it nothing: written ones, and those of real notes."""
    try:
        reader = _reader(language)()
        _show(measured(reader))
        _show(measured_in_notes(reader, knowledge_base(), data_root()))
    except MissingData as error:
        typer.echo(f"Clauses of real notes are not measured. {error}", err=True)
    except EpicrisisError as error:
        _refuse(str(error))


@app.command("compare")
def compare_command() -> None:
    """Compare the order of our chances with weights learnt from emergency records (Rotmensch et al. 2017)."""
    try:
        found = comparing.compare(comparing.load_edges(_corpora(comparing.FILE)), shipped_names())
    except (LabError, EpicrisisError) as error:
        _refuse(str(error))
    console = Console()
    table = Table("condition", "pairs", "rho, chances", "rho, log-ratios", title_justify="left")
    table.title = "Rank correlation with noisy-or weights"
    groups = comparing.by_condition(found.pairs)
    each_of = {condition: comparing.correlations(pairs) for condition, pairs in groups.items()}
    for condition, both in each_of.items():
        table.add_row(condition, str(len(groups[condition])), *map(_rho, both))
    for place, name in enumerate(("mean", "median")):
        summary = (mean, median)[place]
        told = [[both[column] for both in each_of.values()] for column in (0, 1)]
        defined = [[rho for rho in column if rho is not None] for column in told]
        table.add_row(f"{name} of {len(each_of)}", "", *(_rho(summary(own) if own else None) for own in defined))
    named = [each for each in found.pairs if each.named]
    table.add_row("all pairs", str(len(found.pairs)), *map(_rho, comparing.correlations(found.pairs)))
    table.add_row("pairs our tables name", str(len(named)), *map(_rho, comparing.correlations(named)))
    console.print(table)
    (diseases, of_diseases), (symptoms, of_symptoms) = found.diseases, found.symptoms
    console.print(f"{diseases} of {of_diseases} diseases and {symptoms} of {of_symptoms} symptoms have our names.")


@app.command("case-reports")
def case_reports_command() -> None:
    """Rank the conditions of published case reports by the findings marked in them, those of our conditions."""
    try:
        reports = case_reports.load_reports(_corpora(case_reports.FILE))
        names = shipped_names()
        cases = list(case_reports.covered(reports, names, assembly.load()))
        ranked = {name: case_reports.places(cases, differential_engine(name)) for name in (KNOWLEDGE, PRIOR, LEXICAL)}
    except (LabError, EpicrisisError) as error:
        _refuse(str(error))
    console = Console()
    table = Table("report", "condition", "told", "understood", "place", title="By report", title_justify="left")
    for each, place in zip(cases, ranked[KNOWLEDGE], strict=True):
        shown = str(place) if place <= case_reports.MOST else f"beyond {case_reports.MOST}"
        report = each.report.rstrip("/").rpartition("/")[2]
        table.add_row(report, each.condition, str(each.told), str(len(each.case.observed)), shown)
    console.print(table)
    tops = Table("engine", *(f"top-{top}" for top in TOPS), title_justify="left")
    tops.title = f"{len(cases)} of {len(reports)} reports are about a condition of ours"
    for name, places in ranked.items():
        within = [sum(place <= top for place in places) for top in TOPS]
        tops.add_row(name, *(f"{count} ({count / len(places):.2f})" if places else "" for count in within))
    console.print(tops)
    words = {each.casefold() for report in reports for each in report.words("condition")}
    known = sum(names.condition(each) is not None for each in words)
    console.print(f"Of {len(words)} wordings that are marked as conditions anywhere, {known} have our names.")


def _icd10cm() -> Callable[[str], bool] | None:
    """Return what says whether a code is one of ICD-10-CM, where the classification is installed."""
    if find_spec(_ICD10CM) is None:
        return None
    is_valid: Callable[[str], bool] = import_module(_ICD10CM).is_valid_item
    return is_valid


def _corpora(file: Path) -> Path:
    root = data_root()
    if root is None:
        raise MissingData
    return root / file


def _rho(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _reader(language: str) -> ShippedEngine[Likeness]:
    if language not in SHIPPED:
        _refuse(f"There are no clauses in {language!r}; try one of {', '.join(SHIPPED)}.")
    return SHIPPED[language]


def _show(figures: Mapping[str, float]) -> None:
    for name, value in figures.items():
        typer.echo(f"{name} {value:.3f}")


def _say(what: str) -> None:
    typer.echo(what, err=True)


def _refuse(reason: str) -> NoReturn:
    typer.echo(reason, err=True)
    raise typer.Exit(1)
