"""Options more than one verb takes, and the settings and pipeline they ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from epicrisis.assembly import Pipeline
    from epicrisis.settings import Settings

Language = Annotated[
    str | None, typer.Option("--language", "-l", help="Language of the text, such as en; detected where not given.")
]
Engine = Annotated[
    str | None, typer.Option("--engine", "-e", help="Engine that reads; `epicrisis engines` lists them.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


# What they need is imported inside, so that `epicrisis --help` answers at once.
def settings_with(engine: str | None, **overrides: Any) -> Settings:
    """Return the settings of this run; ``engine`` reads, and judges as well where it can."""
    from epicrisis.engines.registry import Group, installed
    from epicrisis.settings import load_settings

    judge = engine if engine in installed(Group.ASSERTION) else None
    return load_settings(reader=engine, assertion=judge, **overrides)


def prepared(engine: str | None) -> tuple[Settings, Pipeline]:
    """Return the settings of this run and the pipeline they describe."""
    from epicrisis.assembly import load

    settings = settings_with(engine)
    return settings, load(settings)
