"""What was done to the patient or is planned: operations, devices, therapies without drugs, and examinations done."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from epicrisis.domain.assertions import Assertion, Experiencer, Status, Temporality
from epicrisis.domain.findings import EntityLabel
from epicrisis.domain.records import Procedure, Stated
from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.findings.sameness import Sameness
from epicrisis.engines.extraction.findings.sites import body_site
from epicrisis.engines.extraction.history.family import is_familys
from epicrisis.engines.extraction.lists import phrases, primary
from epicrisis.engines.extraction.note import Found, Note
from epicrisis.engines.extraction.places import Places
from epicrisis.engines.extraction.times import times
from epicrisis.text.phrases import Phrases, folded

# Of what several places say of one procedure, the first of these holds.
_STRONGEST = (Status.PRESENT, Status.CONDITIONAL, Status.POSSIBLE, Status.HYPOTHETICAL, Status.ABSENT)
_TIMES = (Temporality.CURRENT, Temporality.PAST, Temporality.FUTURE)
# A time that stands further away in its sentence belongs to something else.
_TIME_REACH = 60


@dataclass(frozen=True, slots=True)
class _Mention:
    span: Span
    assertion: Assertion
    status: Status
    time: Span | None


def procedures(note: Note, *, measured: Collection[Span] = ()) -> tuple[Procedure, ...]:
    """Return the procedures of the patient of ``note`` in the order of the text.

    A test is one of them where it is done to somebody and told in words, as imaging, endoscopy, biopsy and tracings
    are; one at a place of ``measured`` has a number, and is a measurement. What was declined or not done is ABSENT,
    what is planned HYPOTHETICAL. Mentions that name the same are one, unless the note gives them different times.
    """
    reading = _Reading(note, measured)
    return tuple(sorted(reading.procedures(), key=lambda procedure: procedure.name.span))


class _Reading:
    def __init__(self, note: Note, measured: Collection[Span]) -> None:
        self.note = note
        self.measured = Places(measured)
        self.language = primary(note)
        self.low = folded(note.text)
        self.sameness = Sameness(note, self.low)

    def procedures(self) -> Iterator[Procedure]:
        """Yield one procedure for each thing that mentions name, and for each time it was done."""
        mentions = {mention.span: mention for mention in self._mentions()}
        for group in self.sameness.grouped(mentions):
            for told in _by_time(self.low, [mentions[span] for span in group]):
                yield self._procedure(told)

    def _mentions(self) -> Iterator[_Mention]:
        for found in self.note.of(EntityLabel.PROCEDURE, EntityLabel.TEST):
            if found.assertion is not None and self._is_a_procedure(found, found.assertion):
                # An examination that is normal was done.
                status = Status.PRESENT if found.assertion.status is Status.NORMAL else found.assertion.status
                yield _Mention(found.span, found.assertion, status, self._time(found.span))

    def _is_a_procedure(self, found: Found, assertion: Assertion) -> bool:
        if assertion.experiencer is not Experiencer.PATIENT or is_familys(self.note, found):
            return False
        words = self.low[found.span.start : found.span.end]
        if words in self._phrases("empty") or self._phrases("diets").first(words) is not None:
            return False
        if found.label is EntityLabel.PROCEDURE:
            return True
        return not self.measured.overlap(found.span) and self._phrases("examinations").first(words) is not None

    def _time(self, span: Span) -> Span | None:
        """Return the nearest time in the sentence of ``span``, unless another procedure or test stands between."""
        sentence = self.note.sentence(span)
        start, end = max(sentence.start, span.start - _TIME_REACH), min(sentence.end, span.end + _TIME_REACH)
        found = times(self.low, self.language, start, max(end, span.end))
        free = [each for each in found if not each.overlaps(span) and not self._between(span, each)]
        return min(free, key=lambda each: (max(each.start - span.end, span.start - each.end), each), default=None)

    def _between(self, span: Span, time: Span) -> bool:
        first, second = sorted((span, time))
        if first.end >= second.start:
            return False
        gap = Span(first.end, second.start)
        return next(self.note.within(gap, EntityLabel.PROCEDURE, EntityLabel.TEST), None) is not None

    def _procedure(self, told: Sequence[_Mention]) -> Procedure:
        status = min((mention.status for mention in told), key=_STRONGEST.index)
        agreeing = [mention for mention in told if mention.status is status]
        name = self.sameness.best_name([mention.span for mention in agreeing])
        where = [name, *(mention.span for mention in told if mention.span != name)]
        return Procedure(
            name=self.note.stated(name),
            status=status,
            temporality=min((mention.assertion.temporality for mention in agreeing), key=_TIMES.index),
            confidence=max(mention.assertion.confidence for mention in agreeing),
            body_site=next((site for span in where if (site := body_site(self.note, self.low, span))), None),
            time=self._stated(next((mention.time for mention in agreeing if mention.time is not None), None)),
            section=self.note.category(name),
            mentions=tuple(sorted(mention.span for mention in told)),
        )

    def _phrases(self, key: str) -> Phrases:
        return phrases("procedures", self.language, key)

    def _stated(self, span: Span | None) -> Stated | None:
        return None if span is None else self.note.stated(span)


def _by_time(low: str, told: Sequence[_Mention]) -> list[list[_Mention]]:
    """Return ``told`` in groups of one time each; a mention without a time goes with the first group."""
    groups: dict[str, list[_Mention]] = {}
    for mention in told:
        if mention.time is not None:
            groups.setdefault(low[mention.time.start : mention.time.end], []).append(mention)
    undated = [mention for mention in told if mention.time is None]
    if not groups:
        return [undated]
    first = next(iter(groups))
    groups[first] = sorted([*groups[first], *undated], key=lambda mention: mention.span)
    return list(groups.values())
