"""``epicrisis-lab codes``: compile what the linkers ship with, and see how often they are right."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from epicrisis_lab.codes.icd10cm import ship
from epicrisis_lab.codes.ingredients import ship as ship_ingredients

app = typer.Typer(help="Code systems: compile and measure.", no_args_is_help=True)

GOLD = Path("tests/golden/records")


@app.command("compile")
def compile_codes() -> None:
    """Compile ICD-10-CM and the names of drugs into what their linkers read, and put the checksums on their cards."""
    typer.echo(f"{ship()} codes")
    typer.echo(f"{ship_ingredients()} names of drugs")


@app.command("evaluate")
def evaluate_codes(
    gold: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE.tsv...", help="Coded names; those of the golden records.")
    ] = None,
    errors: Annotated[bool, typer.Option("--errors", help="Print the names whose first code is wrong.")] = False,
) -> None:
    """Print how often the ICD-10-CM linker is right, beside the description that shares the most words."""
    from epicrisis.engines.codes.icd10cm.linker import build
    from epicrisis_lab.codes.icd10cm import entries
    from epicrisis_lab.codes.scoring import figures, linked, nearest, read_codings, stem

    linker, listed, console = build(), entries(), Console()
    table = Table(title="ICD-10-CM of problems named in notes")
    for name in ("file", "who", "names", "top-1", "top-5", "category", "coverage", "precision"):
        table.add_column(name)
    for path in gold or sorted(GOLD.glob("problems_coded_*.tsv")):
        codings = read_codings(path)
        ours = linked(linker, codings)
        for who, answers in (("linker", ours), ("nearest description", nearest(listed, codings))):
            found = asdict(figures(codings, answers))
            table.add_row(path.stem, who, str(found.pop("names")), *(f"{each:.3f}" for each in found.values()))
        for each, answer in zip(codings, ours, strict=True) if errors else ():
            if (stem(answer[0].code) if answer else None) not in (each.accepted or (None,)):
                told = ", ".join(f"{code.code} {code.score:.2f}" for code in answer[:3])
                console.print(f"{each.name} | {' '.join(each.accepted) or '-'} | {told}", markup=False)
    console.print(table)
