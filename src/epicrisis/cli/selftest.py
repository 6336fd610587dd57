"""``epicrisis selftest``: shows on this machine that the server keeps what it promises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from epicrisis.cli.faults import ExitCode, say
from epicrisis.cli.options import AsJson

if TYPE_CHECKING:
    from epicrisis.canary.privacy import Report

app = typer.Typer(help="Show that the server keeps what it promises, on this machine.", no_args_is_help=True)

_MOST_TOLD = 50


@app.command()
def privacy(
    route: Annotated[
        list[str] | None, typer.Option("--route", metavar="PATH", help="This route alone; may be repeated.")
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the folder of the run for a closer look.")] = False,
    as_json: AsJson = False,
) -> None:
    """Send people who do not exist through every route of a server of its own, and look for them everywhere."""
    # Imported here, so that `epicrisis --help` answers at once.
    from epicrisis.canary.privacy import prove_privacy
    from epicrisis.settings import load_settings

    def say_step(what: str) -> None:
        typer.echo(f"{what} ...", err=True)

    report = prove_privacy(load_settings(), only=route or (), keep=keep, tell=say_step)
    tell(report, as_json=as_json)
    if not report.clean:
        raise typer.Exit(ExitCode.SOME_FAILED)


def tell(report: Report, *, as_json: bool) -> None:
    """Print ``report``: what was looked through on stdout, what is wrong on stderr."""
    from epicrisis.cli.outputs import write_json

    if as_json:
        write_json(_plain(report))
    else:
        _show(report)
    for hit in report.hits[:_MOST_TOLD]:
        say("patient-words", str(hit))
    if len(report.hits) > _MOST_TOLD:
        say("patient-words", f"and in {len(report.hits) - _MOST_TOLD} places more; --json lists them all")
    for row in report.rows:
        if not row.proven:
            say("not-searched", f"{row.surface}: what was planted there was not found")
    for missing in report.uncovered:
        say("not-covered", missing)
    if report.folder:
        typer.echo(f"The folder of the run: {report.folder}", err=True)


def _show(report: Report) -> None:
    from rich import box
    from rich.table import Table

    from epicrisis.cli.terminal import Screen

    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("surface")
    table.add_column("bytes searched", justify="right")
    table.add_column("hits", justify="right")
    for row in report.rows:
        table.add_row(row.surface.value, f"{row.searched:,}", str(row.hits))
    screen = Screen()
    screen.print(table)
    screen.print(
        f"{report.requests:,} requests to {report.operations} operations, {report.crashes} of which made an engine "
        "fail; the server was killed twice in the middle of its work."
    )


def _plain(report: Report) -> dict[str, Any]:
    return {
        "clean": report.clean,
        "requests": report.requests,
        "operations": report.operations,
        "crashes": report.crashes,
        "surfaces": [
            {"surface": row.surface.value, "bytes": row.searched, "hits": row.hits, "proven": row.proven}
            for row in report.rows
        ],
        "hits": [
            {
                "surface": hit.surface.value,
                "where": hit.where,
                "route": hit.route,
                "phase": hit.phase,
                "kind": hit.kind.value,
                "writing": hit.writing,
            }
            for hit in report.hits
        ],
        "uncovered": list(report.uncovered),
    }
