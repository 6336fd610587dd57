"""What is to be seen or done again, when and with whom."""

from __future__ import annotations

import re
from collections.abc import Iterator

from epicrisis.domain.records import FollowUp
from epicrisis.domain.sections import SectionCategory
from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.appointments import apart, appointments
from epicrisis.engines.extraction.lists import phrases, primary
from epicrisis.engines.extraction.note import Note
from epicrisis.engines.extraction.seeing import when_in, whom_at, whom_before, whom_in
from epicrisis.text.phrases import Phrases, folded

# Under these headings a note says what was, and under no other what is to come.
_PAST = frozenset(
    {
        SectionCategory.FAMILY_HISTORY,
        SectionCategory.PAST_HISTORY,
        SectionCategory.SOCIAL_HISTORY,
        SectionCategory.REVIEW_OF_SYSTEMS,
        SectionCategory.PHYSICAL_EXAM,
        SectionCategory.LABORATORY,
        SectionCategory.VITAL_SIGNS,
        SectionCategory.ALLERGIES,
        SectionCategory.CHIEF_COMPLAINT,
    }
)
# Under these an order needs no "will": "Return to clinic in 4 weeks."
_AHEAD = frozenset({SectionCategory.PLAN, SectionCategory.DISCHARGE, SectionCategory.ASSESSMENT})
# How far before the words a "should" or an "is here for" may stand and still be about them.
_BEFORE = 45
_LONGEST = 140
# "4. ", "- ": no list has more before its item.
_OPENING = 12
_GAP = re.compile(r"[\s-]+")
_WORD = re.compile(r"[a-z]{2}")
_ENDS = re.compile(r"[;\n]|\.(?=\s|$)(?<!\bdr\.)(?<!\bdra\.)(?<!p\.r\.n\.)|, (?=(?:and|but|y|pero) )|: ")


def follow_up(note: Note) -> tuple[FollowUp, ...]:
    """Return what is to be seen or done again, in the order of the text.

    It is told under a heading of plans or with words that look ahead, and says when or with whom, or is called by its
    name. "Return if there is fever" is advice: the fever stands among what might come.
    """
    reading = _Reading(note)
    told = list(reading.follow_ups())
    return tuple(sorted([*told, *apart(appointments(note, reading.low), told)], key=lambda each: each.words.span))


class _Reading:
    def __init__(self, note: Note) -> None:
        self.note = note
        self.language = primary(note)
        self.low = folded(note.text)

    def follow_ups(self) -> Iterator[FollowUp]:
        end = 0
        for asked in self._phrases("asks", "orders").find(self.low):
            if asked.start < end or not self._is_ahead(asked):
                continue
            words = self._words(asked)
            visit = self._is(asked, "visits")
            when = when_in(self.low, self.language, words.start, words.end, bare=visit)
            whom = self._whom(asked, words)
            if whom is not None and whom.end <= asked.start:
                words = Span(whom.start, words.end)
            if when is None and not self._stands_alone(asked, words, whom):
                continue
            if self._is(asked, "orders") and not (when and whom and self._opens(asked, self.note.sentence(asked))):
                continue
            end = words.end
            yield FollowUp(
                words=self.note.stated(words),
                when=None if when is None else self.note.stated(when),
                whom=None if whom is None else self.note.stated(whom),
            )

    def _whom(self, asked: Span, words: Span) -> Span | None:
        """Return with whom: "follow up with Dr. X", "f/u PCP", "Cardiology follow-up"."""
        low, language = self.low, self.language
        whom = whom_in(low, language, words.start, words.end)
        if whom is None and self._is(asked, "visits"):
            behind = words.end - len(low[asked.end : words.end].lstrip(" :-"))
            before = max(self.note.sentence(asked).start, asked.start - _BEFORE)
            whom = whom_at(low, language, behind, words.end) or whom_before(low, language, before, asked.start)
        return whom

    def _is_ahead(self, asked: Span) -> bool:
        category, heading = self.note.category(asked), self._heading(asked)
        if category in _PAST or (heading is not None and heading.contains(asked)):
            return False
        sentence = self.note.sentence(asked)
        start = max(sentence.start, asked.start - _BEFORE)
        if self._phrases("told").first(self.low, asked.end, min(sentence.end, asked.end + _LONGEST)) is not None:
            return False
        done = self._phrases("done").last(self.low, start, asked.end)
        ahead = self._phrases("ahead").last(self.low, start, asked.end)
        if done is not None:
            return ahead is not None and ahead.start >= done.end and ahead.end <= asked.start
        return ahead is not None or category in _AHEAD or self._opens(asked, sentence)

    def _opens(self, asked: Span, sentence: Span) -> bool:
        """Return whether the sentence begins with the words, as an order does, or answers a heading that has them."""
        heading = self._heading(asked)
        if heading is not None and self._phrases("asks").first(self.low, heading.start, heading.end) is not None:
            return True
        start = sentence.start if heading is None else max(sentence.start, heading.end)
        opening = self.low[start : asked.start] if asked.start - start <= _OPENING else None
        return opening is not None and _WORD.search(opening) is None

    def _heading(self, span: Span) -> Span | None:
        section = self.note.annotated.section_of(span)
        return None if section is None else section.heading

    def _words(self, asked: Span) -> Span:
        sentence = self.note.sentence(asked)
        end = max(asked.end, min(sentence.end, asked.end + _LONGEST))
        # "Follow up with: PCP in 1 week", "Próxima cita: 12/03/2030".
        stop = _ENDS.search(self.low, asked.end + (self.low[asked.end : asked.end + 1] == ":"), end)
        turn = self._phrases("stops").first(self.low, asked.end, end)
        end = min([end, *([stop.start()] if stop else []), *([turn.start] if turn else [])])
        words = self.low[asked.start : end].rstrip(" .,;:(-\t\n")
        return Span(asked.start, max(asked.end, asked.start + len(words)))

    def _stands_alone(self, asked: Span, words: Span, whom: Span | None) -> bool:
        """Return whether ``asked`` is a follow-up without a time: "We will follow up on the cultures"."""
        sentence = self.note.sentence(asked)
        start, end = max(sentence.start, asked.start - _LONGEST), min(sentence.end, words.end + _LONGEST)
        conditions = self._phrases("conditions")
        if conditions.first(self.low, start, asked.start) is not None:
            return False
        conditional = conditions.first(self.low, words.end, max(words.end, end)) is not None
        if whom is not None:
            # "Return to the ED if chest pain" is advice too.
            return not (conditional and self._is(whom, "emergency"))
        # "Follow-up evaluation" names a visit, "follow up on the cultures" asks for something.
        return not conditional and self.low[asked.start : asked.end] in self._phrases("alone")

    def _is(self, span: Span, key: str) -> bool:
        """Return whether the words at ``span`` are one of the list ``key``, with hyphens or without."""
        return " ".join(_GAP.split(self.low[span.start : span.end])) in self._phrases(key)

    def _phrases(self, *keys: str) -> Phrases:
        return phrases("follow_up", self.language, *keys)
