"""``epicrisis-lab codes``: compile what the linkers ship with, and see how often they are right."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from epicrisis_lab.codes.asked import Asked, phenotypes_of_text, problems_of_notes
from epicrisis_lab.codes.hpo import ship as ship_phenotypes
from epicrisis_lab.codes.icd10cm import ship
from epicrisis_lab.codes.ingredients import ship as ship_ingredients
from epicrisis_lab.codes.scoring import Figures, figures, stem

app = typer.Typer(help="Code systems: compile and measure.", no_args_is_help=True)

GOLD = Path("tests/golden/records")


@app.command("compile")
def compile_codes() -> None:
    """Compile ICD-10-CM, HPO and the names of drugs into what their linkers read, with the checksums on their cards."""
    typer.echo(f"{ship()} codes")
    typer.echo(f"{ship_phenotypes()} phenotypes")
    typer.echo(f"{ship_ingredients()} names of drugs")


@app.command("evaluate")
def evaluate_codes(
    gold: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILE...",
            help="Coded names (.tsv, ICD-10-CM), texts with phenotypes (.jsonl.gz, HPO); those of the golden records.",
        ),
    ] = None,
    errors: Annotated[bool, typer.Option("--errors", help="Print the names whose first code is wrong.")] = False,
) -> None:
    """Print how often the linkers of problems are right, beside a baseline that only compares names."""
    console, table = Console(), Table(title="Codes of problems named in notes")
    for name in ("file", "who", "names", "top-1", "top-5", "category", "coverage", "precision", "none right, coded"):
        table.add_column(name)
    for path in gold or sorted(GOLD.glob("problems_coded_*.tsv")):
        asked = phenotypes_of_text(path) if path.suffix == ".gz" else problems_of_notes(path)
        for who, answers in (("linker", asked.ours), (asked.baseline, asked.theirs)):
            table.add_row(path.name, who, *_told(figures(asked.codings, answers), categories=asked.categories))
        if errors:
            _print_errors(asked, console)
    console.print(table)


def _told(found: Figures, *, categories: bool) -> list[str]:
    shares = (found.top_1, found.top_5, found.category if categories else None, found.coverage, found.precision)
    told = ["-" if share is None else f"{share:.3f}" for share in shares]
    return [str(found.names), *told, str(found.none_right_coded)]


def _print_errors(asked: Asked, console: Console) -> None:
    for each, answer in zip(asked.codings, asked.ours, strict=True):
        if (stem(answer[0].code) if answer else None) not in (each.accepted or (None,)):
            told = ", ".join(f"{code.code} {code.score:.2f}" for code in answer[:3])
            console.print(f"{each.name} | {' '.join(each.accepted) or '-'} | {told}", markup=False)
