"""``epicrisis-lab data``: which corpora there are, and whether every row of them can be read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from epicrisis_lab.corpora.catalogue import DATA_SETTING, catalogue, data_root
from epicrisis_lab.corpora.checking import FileCheck, check_all, missing

app = typer.Typer(help="The public corpora.", no_args_is_help=True)


@app.command("list")
def list_command() -> None:
    """List the corpora, what each marks, and on which terms it may be used."""
    table = Table("corpus", "language", "marks", "licence", "may teach shipped weights", "what it is")
    for corpus in catalogue().values():
        allowed = "yes" if corpus.train_shipped else "no"
        marks = ", ".join(sorted(corpus.kinds))
        table.add_row(corpus.name, corpus.language, marks, corpus.licence, allowed, corpus.title)
    Console().print(table)


@app.command("check")
def check_command() -> None:
    """Check every row of every corpus: offsets match the text, labels are known; print counts."""
    screen, aside = Console(), Console(stderr=True)
    root = data_root()
    if root is None:
        screen.print(
            f"The corpora are not here, so there is nothing to check. Set {DATA_SETTING} to the folder that holds "
            "assertion/, ner_en/ and the others, or put it at ../shared/data beside the checkout."
        )
        return
    checks: list[FileCheck] = []
    with aside.status("reading the corpora") as status:
        for check in check_all(root):
            checks.append(check)
            status.update(f"read {check.corpus}")
    screen.print(_check_table(checks, root))
    bad = [row for check in checks for row in check.bad]
    for row in bad:
        aside.print(str(row), markup=False, highlight=False, soft_wrap=True)
    absent = missing(root)
    screen.print(f"{sum(check.rows for check in checks)} rows in {len(checks)} files, {len(bad)} faults.")
    if absent:
        screen.print(f"Not here: {', '.join(absent)}.")
    if bad:
        raise typer.Exit(1)


def _check_table(checks: Sequence[FileCheck], root: Path) -> Table:
    table = Table()
    table.add_column("file", overflow="fold")
    columns = ("rows", "documents", "entities", "targets", "derived", "cues", "scopes", "sentence labels", "faults")
    for column in columns:
        table.add_column(column, justify="right")
    for check in checks:
        counts = (
            check.rows,
            check.documents,
            check.entities,
            check.targets,
            check.derived,
            check.cues,
            check.scopes,
            check.sentence_labels,
            len(check.bad),
        )
        table.add_row(str(check.file.relative_to(root)), *(str(count) if count else "" for count in counts))
    return table
