"""How far two engines agree about the same text: label by label, in counts, and never in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.assertions import Assertion
from epicrisis.domain.assessments import Assessment
from epicrisis.domain.differentials import Differential
from epicrisis.domain.naming import Named
from epicrisis.domain.note_summaries import NoteSummary
from epicrisis.domain.records import NoteRecord
from epicrisis.domain.spans import Span
from epicrisis.services.experiments import Capability
from epicrisis.services.outcomes import Failure

Answer = TypeVar("Answer", Assessment, AnnotatedDocument, Named, NoteRecord, NoteSummary, Differential)

# What was compared, and whether both said the same.
Verdict = tuple[str, bool]
_FIRST, _THREE = "first", 3


@dataclass(frozen=True, slots=True)
class Comparison(Generic[Answer]):
    """What is compared in one capability: ``verdicts`` of the answer that was given and of another to the same."""

    capability: Capability
    verdicts: Callable[[Answer, Answer], Iterable[Verdict]]

    def version(self, answers: Sequence[Answer | Failure]) -> str:
        """Return who gave ``answers``, as the first that is none of the failures says; empty where all are."""
        return next((f"{each.engine}-{each.version}" for each in answers if not isinstance(each, Failure)), "")

    def of(self, given: Sequence[Answer | Failure], other: Sequence[Answer | Failure]) -> Iterator[Verdict]:
        """Yield the verdicts over all pairs; where one of the two failed, there is nothing to compare."""
        for one, two in zip(given, other, strict=True):
            if not isinstance(one, Failure) and not isinstance(two, Failure):
                yield from self.verdicts(one, two)


def _assessed(given: Assessment, other: Assessment) -> Iterator[Verdict]:
    return _judged(given.assertions, other.assertions)


def _annotated(given: AnnotatedDocument, other: AnnotatedDocument) -> Iterator[Verdict]:
    return _judged(filter(None, given.assertions), filter(None, other.assertions))


def _judged(given: Iterable[Assertion], other: Iterable[Assertion]) -> Iterator[Verdict]:
    """Yield a verdict per finding of either: the same where both say the same status of the same words."""
    return _by_place(
        {each.target: each.status.value for each in given}, {each.target: each.status.value for each in other}
    )


def _by_place(given: dict[Span, str], other: dict[Span, str]) -> Iterator[Verdict]:
    for place in sorted(given.keys() | other.keys()):
        # Under the label that was answered; what only the other found, under the other's.
        yield given.get(place) or other[place], given.get(place) == other.get(place)


def _named(given: Named, other: Named) -> Iterator[Verdict]:
    for label_set in given.entities:
        yield from _by_place(
            {each.span: each.label for each in given.entities[label_set]},
            {each.span: each.label for each in other.entities.get(label_set, ())},
        )


_SECTIONS = ("problems", "denied", "medications", "measurements", "procedures")


def _recorded(given: NoteRecord, other: NoteRecord) -> Iterator[Verdict]:
    for section in _SECTIONS:
        mine, theirs = ({each.name.span for each in getattr(record, section)} for record in (given, other))
        yield from ((section, place in mine and place in theirs) for place in sorted(mine | theirs))


def _told(given: NoteSummary, other: NoteSummary) -> Iterator[Verdict]:
    mine, theirs = ({each.text for each in summary.statements} for summary in (given, other))
    yield from (("statement", text in mine and text in theirs) for text in sorted(mine | theirs))


def _ranked(given: Differential, other: Differential) -> Iterator[Verdict]:
    mine, theirs = ([each.condition for each in ranking.hypotheses] for ranking in (given, other))
    yield _FIRST, mine[:1] == theirs[:1]
    yield f"first-{_THREE}", set(mine[:_THREE]) == set(theirs[:_THREE])


NAMED_FINDINGS = Comparison(Capability.ASSERTION, _assessed)
FOUND_FINDINGS = Comparison(Capability.READERS, _assessed)
ANNOTATIONS = Comparison(Capability.READERS, _annotated)
NAMINGS = Comparison(Capability.ENTITIES, _named)
RECORDS = Comparison(Capability.EXTRACTION, _recorded)
TOLD = Comparison(Capability.SUMMARIES, _told)
RANKINGS = Comparison(Capability.DIFFERENTIAL, _ranked)
