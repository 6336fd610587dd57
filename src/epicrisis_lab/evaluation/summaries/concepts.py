"""Which problems, tests, procedures and drugs a text tells, and how many of them two texts share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.assertions import Status
from epicrisis.domain.findings import EntityLabel
from epicrisis.domain.spans import Span
from epicrisis.engines.summary.notes.lists import phrases, primary
from epicrisis_lab.evaluation.summaries.rouge import Overlap, words_of


@dataclass(frozen=True, slots=True)
class Told:
    """A concept by its words, and whether it is said not to be there."""

    words: frozenset[str]
    denied: bool

    def is_like(self, other: Told) -> bool:
        """Return whether one is the other, said more or less exactly: "appendicitis" and "acute appendicitis"."""
        return self.denied is other.denied and (self.words <= other.words or other.words <= self.words)


def concepts(note: AnnotatedDocument, spans: Sequence[Span] | None = None) -> frozenset[Told]:
    """Return the concepts of ``note``, or of those ``spans`` of it, each once."""
    common = phrases(primary(note), "common").forms
    found = (
        Told(
            frozenset(word for word in words_of(note.document.quote(entity.span)) if word not in common),
            assertion is not None and assertion.status in (Status.ABSENT, Status.NORMAL),
        )
        for entity, assertion in zip(note.entities, note.assertions, strict=True)
        if EntityLabel(entity.label).is_concept and (spans is None or any(each.contains(entity.span) for each in spans))
    )
    return frozenset(each for each in found if each.words)


def shared(summary: Iterable[Told], reference: Iterable[Told]) -> Overlap:
    """Return how many concepts the two share, each counted once, the longest names first."""
    ours, left = sorted(summary, key=_by_length), sorted(reference, key=_by_length)
    whole, found = len(left), 0
    for each in ours:
        like = [other for other in left if each.is_like(other)]
        if like:
            left.remove(max(like, key=lambda other: len(other.words & each.words)))
            found += 1
    return Overlap(found, len(ours), whole)


def _by_length(told: Told) -> tuple[int, list[str], bool]:
    return -len(told.words), sorted(told.words), told.denied
