"""A note in a few of its own sentences, each with where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from epicrisis.domain.records import Stated
from epicrisis.domain.sections import SectionCategory
from epicrisis.domain.spans import Span


class Style(StrEnum):
    """Whose words a summary is in: those of the note, or those of a language model that is held against them."""

    EXTRACTIVE = "extractive"
    ABSTRACTIVE = "abstractive"


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many words a summary has, at least and at most."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class NoteStatement:
    """One sentence of a summary: the stretches of the note it rests on, and how much it is worth telling (0 to 1).

    Quoted, ``text`` is exactly what stands at the one span. ``heading`` is the heading it stands under in the note,
    where it does not say by itself what it says: "FAMILY HISTORY" over "Diabetes.".
    """

    text: str
    spans: tuple[Span, ...]
    score: float
    category: SectionCategory = SectionCategory.OTHER
    heading: Stated | None = None


@dataclass(frozen=True, slots=True)
class NoteSummary:
    """What a note says, in short.

    ``style`` is whose words it is in, ``asked`` whose were asked for; where they differ, and where a bound could not be
    kept, ``warnings`` say why. ``engine`` chose the sentences, ``model`` reworded them where one did.
    """

    document_id: str
    language: str
    text: str
    statements: tuple[NoteStatement, ...]
    style: Style
    asked: Style
    engine: str
    version: str
    model: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def words(self) -> int:
        """Return how many words it has, as they stand between white space."""
        return words_in(self.text)


def words_in(text: str) -> int:
    """Return how many words ``text`` has; the bounds of a summary count them so."""
    return len(text.split())
