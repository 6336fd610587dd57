"""Values out of plain JSON: the way back from what ``writing.py`` writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from epicrisis.domain.annotations import Sentence
from epicrisis.domain.assertions import (
    Assertion,
    Conflict,
    Cue,
    CueKind,
    Experiencer,
    SentenceLabel,
    Status,
    Temporality,
)
from epicrisis.domain.findings import Entity
from epicrisis.domain.sections import Section, SectionCategory
from epicrisis.domain.spans import Span
from epicrisis.formats.writing import Plain
from epicrisis.text.alignment import OffsetUnit, to_code_points


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads values about one text back, their offsets into code points."""

    places: Mapping[int, int]

    @classmethod
    def of(cls, plain: Mapping[str, Any], text: str) -> Reader:
        """Return the reader that knows the places ``plain`` mentions, found in one pass over ``text``."""
        places = sorted(set(_places(plain)))
        unit = OffsetUnit(plain.get("offset_unit", OffsetUnit.CODE_POINT))
        return cls(dict(zip(places, to_code_points(text, places, unit), strict=True)))

    def entity(self, plain: Plain) -> Entity:
        """Return an entity, without what is said of it."""
        return Entity(self.span(plain), plain["label"], plain["score"], plain.get("code"))

    def assertion(self, plain: Plain, *, of: Plain) -> Assertion:
        """Return what is said of the finding that stands where ``of`` does."""
        return Assertion(
            target=self.span(of),
            status=Status(plain["status"]),
            confidence=plain["confidence"],
            temporality=Temporality(plain["temporality"]),
            experiencer=Experiencer(plain["experiencer"]),
            cues=tuple(self.cue(cue) for cue in plain["cues"]),
            scores={Status(status): score for status, score in plain["scores"].items()},
            conflict=None if plain["conflict"] is None else self._conflict(plain["conflict"]),
        )

    def cue(self, plain: Plain) -> Cue:
        """Return a cue with its reach."""
        scope = None if plain["scope"] is None else self.span(plain["scope"])
        return Cue(self.span(plain), CueKind(plain["kind"]), scope, plain["score"])

    def sentence(self, plain: Plain) -> Sentence:
        """Return a sentence with what it says as a whole."""
        label = None if plain["label"] is None else SentenceLabel(plain["label"])
        scores = {SentenceLabel(name): score for name, score in plain["scores"].items()}
        return Sentence(self.span(plain), label, scores, plain.get("language"))

    def section(self, plain: Plain) -> Section:
        """Return a section with its heading."""
        heading = None if plain["heading"] is None else self.span(plain["heading"])
        return Section(self.span(plain), SectionCategory(plain["category"]), heading)

    def span(self, plain: Plain) -> Span:
        """Return the stretch between ``start`` and ``end``."""
        return Span(self.places[plain["start"]], self.places[plain["end"]])

    def _conflict(self, plain: Plain) -> Conflict:
        return Conflict(plain["engine"], Status(plain["status"]), tuple(self.cue(cue) for cue in plain["cues"]))


def _places(plain: object) -> Iterator[int]:
    """Yield every offset, however deep it stands."""
    if isinstance(plain, dict):
        for name, value in plain.items():
            if name in ("start", "end") and isinstance(value, int):
                yield value
            else:
                yield from _places(value)
    elif isinstance(plain, list):
        for item in plain:
            yield from _places(item)
