"""What each Bundle came to, on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from epicrisis_lab.evaluation.patients.scoring import GROUPS, Patients

_WIDTH = 28


def show_bundles(console: Console, patients: Patients) -> None:
    """Print a line for each Bundle last checked: facts told of all there are, and sentences that are not derivable."""
    table = Table(title="told of all there are, by Bundle", title_justify="left")
    table.add_column("bundle", no_wrap=True)
    for group in GROUPS:
        table.add_column(group, justify="right")
    table.add_column("sentences", justify="right")
    table.add_column("not derivable", justify="right")
    for each in patients.checked:
        shares = (f"{each.told[group]}/{each.facts[group]}" for group in GROUPS)
        table.add_row(each.file[:_WIDTH], *shares, str(each.sentences), str(each.underivable))
    console.print(table)
