"""``epicrisis keys``: makes, lists, rotates and revokes the API keys of the server whose data folder this is."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from epicrisis.cli.audit import operator
from epicrisis.cli.options import AsJson
from epicrisis.services.access import Scope

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from epicrisis.services.key_records import ApiKey
    from epicrisis.services.keys import IssuedKey, Keys
    from epicrisis.services.reseal import Resealed

app = typer.Typer(
    help="Make, list, rotate and revoke the API keys of the server whose EPICRISIS_DATA this is.",
    no_args_is_help=True,
)

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DURATION = re.compile(r"([1-9][0-9]{0,4})([mhdw])", re.ASCII)


def duration(said: str) -> timedelta:
    """Return how long ``said`` is: a number and m, h, d or w, or ``none``."""
    if said == "none":
        return timedelta(0)
    told = _DURATION.fullmatch(said)
    if told is None:
        raise typer.BadParameter("write a number and m, h, d or w, such as 90d")
    return timedelta(**{_UNITS[told[2]]: int(told[1])})


KeyId = Annotated[str, typer.Argument(metavar="ID", help="The id of the key; `epicrisis keys list` shows them.")]
Expires = Annotated[
    timedelta | None,
    typer.Option("--expires", parser=duration, metavar="90d", help="How long it works; for ever where not given."),
]


@app.command()
def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What uses the key, such as `billing`.")],
    scope: Annotated[
        list[Scope] | None, typer.Option("--scope", "-s", help="What it allows, may be repeated; read where not given.")
    ] = None,
    expires: Expires = None,
    tenant: Annotated[
        str, typer.Option("--tenant", metavar="NAME", help="Whose key it is; the installation's own where not given.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Make a key and print it: this once, for only a hash of it is kept."""
    keys = _keys()
    first = keys.secret.known() is None
    issued = _run(
        keys.create(name, scopes=scope or [Scope.READ], expires_in=expires or None, tenant=tenant, by=operator())
    )
    if first:
        _tell("Made the file secret.key in EPICRISIS_DATA: keys are hashed with it, and stop working without it.")
    _hand_over(keys, issued, as_json)


@app.command("list")
def list_keys(as_json: AsJson = False) -> None:
    """List the keys: what each allows, whether it works, and when it was last used."""
    keys = _keys()
    found = _run(keys.all())
    if as_json:
        _write([_plain(keys, key) for key in found])
        return
    if not found:
        _tell("There are no keys yet; `epicrisis keys create NAME` makes one.")
        return
    from rich import box
    from rich.table import Table

    from epicrisis.cli.terminal import Screen

    table = Table(box=box.SIMPLE_HEAD)
    for head in ("id", "name", "scopes", "state", "expires", "last used"):
        table.add_column(head, overflow="fold", no_wrap=head == "id")
    for key in found:
        scopes, state = ", ".join(sorted(key.scopes)), keys.state(key).value
        table.add_row(key.id, key.name, scopes, state, _day(key.expires_at, "never"), _day(key.used_at, "never"))
    Screen().print(table)


@app.command()
def rotate(
    key_id: KeyId,
    grace: Annotated[
        timedelta | None,
        typer.Option("--grace", parser=duration, metavar="24h", help="How long the old secret goes on, or none."),
    ] = None,
    expires: Expires = None,
    as_json: AsJson = False,
) -> None:
    """Give a key a new secret and print it; the old one goes on for a day, so that clients can change over."""
    from epicrisis.services.keys import GRACE

    keys = _keys()
    grace = GRACE if grace is None else grace
    issued = _run(keys.rotate(key_id, grace=grace, expires_in=expires or None, by=operator()))
    _hand_over(keys, issued, as_json)


@app.command()
def revoke(key_id: KeyId, as_json: AsJson = False) -> None:
    """Stop a key for good: running servers refuse it within five seconds."""
    keys = _keys()
    key = _run(keys.revoke(key_id, by=operator()))
    if as_json:
        _write(_plain(keys, key))
    _tell(f"Revoked {key.id} ({key.name}); running servers refuse it within five seconds.")


@app.command("rotate-encryption")
def rotate_encryption(as_json: AsJson = False) -> None:
    """Encrypt what is stored with the first of EPICRISIS_ENCRYPTION_KEYS; the server may go on meanwhile."""
    from epicrisis.assembly import audit_log, resealing
    from epicrisis.cli.faults import ExitCode, say
    from epicrisis.services.asking import Asker
    from epicrisis.settings import load_settings

    settings = load_settings()
    reseal, audit = resealing(settings), audit_log(settings)

    async def recorded() -> Resealed:
        counts: dict[str, int] = {}
        writes_with = reseal.seals.writes_with
        entry = audit.entry(Asker(operator(), "cli"), "keys.rotate-encryption", counts=counts, subject=writes_with)
        # One that stops half-way has changed rows too, and says so by the code of what stopped it.
        async with audit.recording(entry):
            done = await reseal()
            counts |= {"renewed": done.renewed, "broken": len(done.broken), "left": done.left}
        return done

    done = _run(recorded())
    if as_json:
        _write(
            {
                "key": reseal.seals.writes_with,
                "renewed": done.renewed,
                "broken": len(done.broken),
                "left": done.left,
                "aside": done.aside,
            }
        )
    else:
        _tell(f"{done.renewed} values were encrypted anew; all others had the key {reseal.seals.writes_with} already.")
    for place in done.broken:
        say("broken-seal", f"{place.table}.{place.column}, row {place.row}: it does not open; its key is not at hand.")
    if done.left:
        say("storage-error", f"{done.left} values were written with another key meanwhile; restart the servers first.")
    if done.aside:
        say("storage-error", "records still wait aside, sealed with the key that wrote them; run this again.")
    if done.broken or done.left or done.aside:
        raise typer.Exit(ExitCode.SOME_FAILED)


def _keys() -> Keys:
    # Imported here, so that `epicrisis --help` answers at once.
    from epicrisis.assembly import key_ring
    from epicrisis.settings import load_settings

    return key_ring(load_settings())


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)


def _hand_over(keys: Keys, issued: IssuedKey, as_json: bool) -> None:
    """Print the key alone to stdout, for whatever stores it, and what there is to know to stderr."""
    key = issued.key
    if as_json:
        _write({**_plain(keys, key), "key": issued.credential})
    else:
        typer.echo(issued.credential)
    until = "until revoked" if key.expires_at is None else f"until {_day(key.expires_at)}"
    _tell(f"Key {key.id} for {key.name} allows {', '.join(sorted(key.scopes))} {until}. It is not shown again.")
    if key.previous_until is not None and key.previous_until > keys.now():
        _tell(f"The secret before it works until {key.previous_until:%Y-%m-%d %H:%M} UTC.")


def _plain(keys: Keys, key: ApiKey) -> dict[str, Any]:
    def said(time: datetime | None) -> str | None:
        return None if time is None else time.isoformat(timespec="seconds")

    return {
        "id": key.id,
        "name": key.name,
        "scopes": sorted(key.scopes),
        "tenant": key.tenant,
        "state": keys.state(key).value,
        "created_at": said(key.created_at),
        "expires_at": said(key.expires_at),
        "last_used_at": said(key.used_at),
        "revoked_at": said(key.revoked_at),
    }


def _day(time: datetime | None, otherwise: str = "") -> str:
    return otherwise if time is None else f"{time:%Y-%m-%d}"


def _write(plain: object) -> None:
    from epicrisis.cli.outputs import write_json

    write_json(plain)


def _tell(sentence: str) -> None:
    typer.echo(sentence, err=True)
