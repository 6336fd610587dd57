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
    """Return the settings of this run; ``engine`` reads the languages it knows, and judges as well where it can.

    Raises:
        UnknownEngine: no installed package offers it.
    """
    from epicrisis.engines.registry import Group, card, installed
    from epicrisis.settings import load_settings

    judge = engine if engine in installed(Group.ASSERTION) else None
    reads = card(Group.READERS, engine).languages if engine else ()
    english = {"reader": engine, "assertion": judge} if "en" in reads else {}
    spanish = {"reader_es": engine, "assertion_es": judge} if "es" in reads else {}
    return load_settings(**english, **spanish, **overrides)


def prepared(engine: str | None, language: str | None = None, **overrides: Any) -> tuple[Settings, Pipeline]:
    """Return the settings of this run and the pipeline they describe; the engines of ``language`` are loaded.

    Those of other languages wait for a text that needs them: a Spanish note need not wait for the English engines.
    """
    from epicrisis.assembly import load

    settings = settings_with(engine, **overrides)
    known = language if language in ("en", *(["es"] if settings.reader_es else [])) else ""
    return settings, load(settings.model_copy(update={"preload": known}))
