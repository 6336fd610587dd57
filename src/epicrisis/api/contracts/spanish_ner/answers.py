"""What contract N answers, word for word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct, field

from epicrisis.api.contracts.spanish_ner.models import CLASSES
from epicrisis.domain.naming import Named
from epicrisis.domain.spans import Span

MESSAGE: Final = "Data retrieved successfully."
OTHER_LANGUAGE: Final = (
    "The text is in English, and these models read Spanish: it was not read. POST /v1/entities names English text."
)

Kind = Literal["SINTOMA", "SPECIES", "PROCEDIMIENTO", "FARMACO", "ENFERMEDAD"]


class Entity(Struct, frozen=True):
    """Something the text names."""

    id: Annotated[str, Meta(description="`T1`, `T2`, … in the order of the text, whatever the class.")]
    kind: Kind = field(name="class")
    start: Annotated[int, Meta(ge=0, description="Its first character, in code points of the text as it was sent.")]
    end: Annotated[int, Meta(ge=1, description="The character after its last.")]
    entity: Annotated[str, Meta(description="Exactly the characters between `start` and `end`.")]


class Data(Struct, frozen=True):
    """A text, and what it names."""

    brat: Annotated[Sequence[Entity], Meta(description="What was found; empty where nothing was.")]
    original_text: Annotated[str, Meta(description="The text exactly as it was sent.")]
    processing_time: Annotated[str, Meta(description="Seconds, its wait for a worker included, as a string.")]


class Submitted(Struct, frozen=True):
    """The answer to a text."""

    data: Data
    message: Annotated[str, Meta(description=f"{MESSAGE!r}, or why the text was not read.")] = MESSAGE
    success: Literal[True] = True


class Nothing(Struct, frozen=True, forbid_unknown_fields=True):
    """What a refusal has in place of data."""


class Refusal(Struct, frozen=True, kw_only=True):
    """Why there is no answer, and what to try next; it never repeats what was sent."""

    data: Nothing = Nothing()
    message: str
    success: Literal[False] = False


class Disclaimer(Struct, frozen=True):
    """What these answers are good for, and what they are not."""

    es: str
    en: str


def entities_of(named: Named) -> list[Entity]:
    """Return what was named as this contract lists it; what two models agree on is told once."""
    found: dict[tuple[str, Span], None] = {}
    for model, entity in named.in_text_order():
        found[CLASSES[model], entity.span] = None
    return [
        Entity(id=f"T{number}", kind=kind, start=span.start, end=span.end, entity=named.document.quote(span))  # type: ignore[arg-type]
        for number, (kind, span) in enumerate(found, 1)
    ]
