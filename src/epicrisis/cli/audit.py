"""``epicrisis audit``: checks the audit log of an installation, and writes it out, and the differentials it keeps."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from epicrisis.cli.faults import ExitCode, say
from epicrisis.cli.options import AsJson
from epicrisis.cli.redact_audit import user, user_mark

if TYPE_CHECKING:
    from epicrisis.services.audit import Audit
    from epicrisis.services.audit_chain import AuditHead
    from epicrisis.services.audit_faults import Fault
    from epicrisis.services.interactions import Interactions, Looked

app = typer.Typer(
    help="Check and export the audit log of the server whose EPICRISIS_DATA this is, and the differentials it keeps.",
    no_args_is_help=True,
)


def moment(said: str) -> datetime:
    """Return the time ``said``: a day or a time of ISO 8601, in UTC where it names no zone."""
    try:
        time = datetime.fromisoformat(said)
    except ValueError:
        raise typer.BadParameter("write a day or a time, such as 2031-02-03 or 2031-02-03T04:05:06Z") from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def operator() -> str:
    """Return who runs this command, as the log names them."""
    return f"cli:{user()}"


@app.command()
def verify(
    after: Annotated[
        int, typer.Option("--after", min=0, metavar="ROW", help="Begin behind this row, and take it as it stands.")
    ] = 0,
    noted: Annotated[
        str, typer.Option("--noted", metavar="HEAD", help="A head printed earlier; the log must still go through it.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Check every row against the chain, and name the first that is not as it was written."""
    from epicrisis.cli.outputs import write_json

    fault, head = asyncio.run(_verified(_audit(), after=after, noted=noted))
    if as_json:
        first = None if fault is None else {"row": fault.number, "what": fault.what.value, "why": fault.why}
        write_json({"holds": fault is None, "head": None if head is None else str(head), "fault": first})
    elif fault is None:
        rows = 0 if head is None else head.count
        typer.echo(
            f"{rows} row{'' if rows == 1 else 's'}, each as it was written." + (f" Head: {head}" if head else "")
        )
    if fault is not None:
        say("audit-fault", str(fault))
        raise typer.Exit(ExitCode.SOME_FAILED)


@app.command()
def export(
    since: Annotated[
        datetime | None,
        typer.Option("--since", parser=moment, metavar="TIME", help="Rows from this time on; UTC without a zone."),
    ] = None,
    until: Annotated[
        datetime | None, typer.Option("--until", parser=moment, metavar="TIME", help="Rows before this time.")
    ] = None,
    tenant: Annotated[str, typer.Option("--tenant", metavar="NAME", help="Rows of this tenant alone.")] = "",
) -> None:
    """Write the log to stdout as JSON Lines, the oldest row first; that it was exported is recorded too."""
    audit = _audit()
    rows = asyncio.run(
        _export(
            audit,
            since=None if since is None else since.timestamp(),
            until=None if until is None else until.timestamp(),
            tenant=tenant,
        )
    )
    typer.echo(f"Exported {rows} row{'' if rows == 1 else 's'}.", err=True)


@app.command()
def interactions(
    since: Annotated[
        datetime | None,
        typer.Option("--since", parser=moment, metavar="TIME", help="Those from this time on; UTC without a zone."),
    ] = None,
    until: Annotated[
        datetime | None, typer.Option("--until", parser=moment, metavar="TIME", help="Those before this time.")
    ] = None,
    request: Annotated[str, typer.Option("--request", metavar="ID", help="That of this `request_id` alone.")] = "",
    tenant: Annotated[str, typer.Option("--tenant", metavar="NAME", help="Those of this tenant alone.")] = "",
    opened: Annotated[
        bool, typer.Option("--open", help="With what was asked and answered: what patients have, in the clear.")
    ] = False,
) -> None:
    """Write the differentials that were kept to stdout as JSON Lines, the oldest first; that is recorded before."""
    from epicrisis.services.interactions import Looked

    kept = _interactions()
    looked = Looked(since, until, request.lower(), tenant)
    written = asyncio.run(_write_interactions(kept, looked, opened=opened))
    typer.echo(f"Exported {written} interaction{'' if written == 1 else 's'}.", err=True)


@app.command()
def purge(
    before: Annotated[
        datetime | None,
        typer.Option(
            "--before", parser=moment, metavar="TIME", help="By default, older than EPICRISIS_INTERACTION_DAYS."
        ),
    ] = None,
) -> None:
    """Forget the differentials that were kept before a time; that it was done is recorded, and cannot be undone."""
    from epicrisis.services.asking import Asker

    gone = asyncio.run(_interactions().purge(Asker(operator(), "cli"), before=before))
    typer.echo(f"Forgot {gone} interaction{'' if gone == 1 else 's'}.")


@app.command()
def who(name: Annotated[str, typer.Argument(metavar="USER", help="A user name of this operating system.")]) -> None:
    """Print how rows of `epicrisis redact` name a user: by a keyed hash, which only this installation can make."""
    typer.echo(user_mark(_audit(), name))


async def _verified(audit: Audit, *, after: int, noted: str) -> tuple[Fault | None, AuditHead | None]:
    return await audit.verify(after=after, noted=noted), await audit.head()


async def _export(audit: Audit, *, since: float | None, until: float | None, tenant: str) -> int:
    from epicrisis.cli.rows import write_row
    from epicrisis.services.asking import Asker
    from epicrisis.services.audit_reading import Wanted, read_all

    exported = 0
    async for read in read_all(audit.store, Wanted(since, until, tenant)):
        write_row(read.to_plain())
        exported += 1
    sys.stdout.flush()
    asker = Asker(operator(), "cli", tenant=tenant)
    await audit.record(audit.entry(asker, "audit.export", counts={"rows": exported}))
    return exported


async def _write_interactions(kept: Interactions, looked: Looked, *, opened: bool) -> int:
    from epicrisis.cli.rows import write_row
    from epicrisis.services.asking import Asker

    asker = Asker(operator(), "cli", tenant=looked.tenant)
    written, after = 0, 0
    while page := await kept.page(looked, asker, after=after):
        for each in page:
            row = each.to_plain()
            sealed = await kept.store.find(each.id) if opened else None
            if sealed is not None:
                told = kept.opened(sealed)
                row |= {"asked": told.asked, "answered": told.answered}
            write_row(row)
        written, after = written + len(page), page[-1].number
    sys.stdout.flush()
    return written


def _interactions() -> Interactions:
    from epicrisis.assembly import interactions_of
    from epicrisis.settings import load_settings

    return interactions_of(load_settings())


def _audit() -> Audit:
    # Imported here, so that `epicrisis --help` answers at once.
    from epicrisis.assembly import audit_log
    from epicrisis.settings import load_settings

    return audit_log(load_settings())
