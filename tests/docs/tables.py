"""The tables of docs/reference, drawn from the code; ``python -m tests.docs.tables`` writes them into the pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from pathlib import Path
from typing import Any

import typer
from pydantic import SecretStr
from typer.core import TyperArgument, TyperGroup, TyperOption

from epicrisis import errors
from epicrisis.api.app import create_app
from epicrisis.api.problems import problem_table
from epicrisis.assembly import serving
from epicrisis.cli.main import app as cli
from epicrisis.settings import Settings, variables_of

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"


def settings_table() -> str:
    """Return one row per setting: the variable that holds it, its default, and what it is for."""
    rows = [
        (
            ", ".join(f"`{variable}`" for variable in variables_of(name)),
            f"`{_plain(field.default)}`" if _plain(field.default) not in ("", "()", "None") else "",
            field.description or "",
        )
        for name, field in Settings.model_fields.items()
    ]
    return _table(("variable", "default", "what it chooses"), rows)


def errors_table() -> str:
    """Return one row per error of the library, in the order of the tree."""
    rows = [
        (f"`{kind.__name__}`", f"`{kind.code}`", (kind.__doc__ or "").strip()) for kind in _tree(errors.EpicrisisError)
    ]
    return _table(("error", "code", "default message"), rows)


def routes_table() -> str:
    """Return one row per documented route."""
    settings = Settings(reader="rules", assertion="rules")
    paths = create_app(serving(settings), settings).openapi()["paths"]
    rows = [
        (f"`{method.upper()} {path}`", told["summary"], ", ".join(sorted(told["responses"])))
        for path, methods in paths.items()
        for method, told in methods.items()
    ]
    return _table(("route", "what it does", "statuses"), rows)


def commands_table() -> str:
    """Return a heading, a sentence and a table of arguments and options per verb of ``epicrisis``."""
    group = typer.main.get_command(cli)
    assert isinstance(group, TyperGroup)
    return "\n\n".join(_command(name, command) for name, command in group.commands.items())


def _command(name: str, command: Any) -> str:
    if isinstance(command, TyperGroup):
        return "\n\n".join(_command(f"{name} {verb}", each) for verb, each in command.commands.items())
    rows = []
    for parameter in command.params:
        if isinstance(parameter, TyperOption):
            names = ", ".join(f"`{each}`" for each in [*parameter.opts, *parameter.secondary_opts])
            rows.append((names, parameter.help or ""))
        elif isinstance(parameter, TyperArgument):
            rows.append((f"`{parameter.metavar or parameter.name}`", parameter.help or ""))
    parts = [f"## epicrisis {name}", (command.help or "").strip()]
    return "\n\n".join([*parts, _table(("argument", "what it does"), rows)] if rows else parts)


def _tree(kind: type[errors.EpicrisisError]) -> Iterator[type[errors.EpicrisisError]]:
    yield kind
    for below in kind.__subclasses__():
        if below.__module__ == errors.__name__:
            yield from _tree(below)


def _plain(value: object) -> object:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return value.value if isinstance(value, Enum) else value


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines: list[Sequence[str]] = [heads, ["---"] * len(heads), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in line) + " |" for line in lines
    )


TABLES: dict[str, tuple[Callable[[], str], ...]] = {
    "settings.md": (settings_table,),
    "errors.md": (errors_table, problem_table),
    "routes.md": (routes_table,),
    "cli.md": (commands_table,),
}


def drawn(page: str, table: Callable[[], str]) -> str:
    """Return ``page`` with ``table`` between its marks.

    Raises:
        LookupError: the page has no place for it.
    """
    name = table.__name__.replace("_", "-")
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    if not pattern.search(page):
        raise LookupError(f"Put {begin} and {end} where the table belongs.")
    return pattern.sub(lambda _: f"{begin}\n{table()}\n{end}", page)


def main() -> None:
    """Write every table into its page."""
    for name, tables in TABLES.items():
        path = REFERENCE / name
        page = path.read_text(encoding="utf-8")
        for table in tables:
            page = drawn(page, table)
        path.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
