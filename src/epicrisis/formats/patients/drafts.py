"""Notes on their way out of a record: the words that are at hand, and the files that have yet to be read."""

from __future__ import annotations

from dataclasses import dataclass, field

from epicrisis.domain.moments import Moment
from epicrisis.domain.patients import Source


@dataclass(frozen=True, slots=True)
class File:
    """A file inside a record: ``encoded`` in base64, or ``page`` in HTML; ``media`` is what is said of it."""

    encoded: str = field(default="", repr=False)
    page: str = field(default="", repr=False)
    media: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a note under its heading: words, or else the first of ``files`` that is read; they say the same."""

    heading: str = ""
    text: str = field(default="", repr=False)
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A note whose parts are not all read yet; ``kind`` is the type of the resource it stands in."""

    source: Source
    kind: str
    parts: tuple[Part, ...]
    title: str = ""
    at: Moment | None = None
    encounter: str = ""
    language: str = ""
