"""What an installation can choose: environment variables that begin with ``EPICRISIS_``, read once."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from epicrisis.errors import InvalidSettings
from epicrisis.services.conflicts import SURE_FROM, UNSURE_BELOW


class LogLevel(StrEnum):
    """How much is logged; never patient words, at any level."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Settings(BaseSettings):
    """The settings of one installation; the description of each is its documentation."""

    model_config = SettingsConfigDict(env_prefix="EPICRISIS_", extra="forbid", frozen=True)

    reader: Annotated[str, Field(description="The engine that reads whole notes; `epicrisis engines` lists them.")] = (
        "model"
    )
    assertion: Annotated[str, Field(description="The engine that judges findings somebody else has marked.")] = "model"
    second_opinion: Annotated[
        str,
        Field(description="A second assertion engine whose strong disagreement is shown; empty for none."),
    ] = "rules"
    conflict_unsure_below: Annotated[
        float,
        Field(ge=0, le=1, description="A reader less sure than this is contradicted by any cue of the second engine."),
    ] = UNSURE_BELOW
    conflict_sure_from: Annotated[
        float,
        Field(ge=0, le=1, description="A second engine at least this sure contradicts however sure the reader is."),
    ] = SURE_FROM
    max_chars: Annotated[int, Field(ge=1, description="The longest text read, in characters.")] = 1_000_000
    workers: Annotated[int, Field(ge=1, description="Notes read at the same time by the server.")] = 2
    queue: Annotated[int, Field(ge=0, description="Notes that may wait for a worker before the next is refused.")] = 64
    host: Annotated[str, Field(description="The address the server listens on.")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535, description="The port the server listens on; 0 for a free one.")] = 8080
    max_body_bytes: Annotated[
        int, Field(ge=1, description="The longest request body the server takes, in bytes; longer ones are cut off.")
    ] = 2_000_000
    log_level: Annotated[LogLevel, Field(description="How much is logged: debug, info, warning or error.")] = (
        LogLevel.INFO
    )


def load_settings(**overrides: Any) -> Settings:
    """Return the settings of the environment, with ``overrides`` in place of theirs where given and not ``None``.

    Raises:
        InvalidSettings: a value is not of its kind; the message names the variable and never its value.
    """
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        raise InvalidSettings(f"EPICRISIS_{name}: {first['msg']}.") from None
