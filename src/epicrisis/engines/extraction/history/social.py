"""How somebody lives: tobacco, alcohol and drugs; occupation, home, marriage, exercise."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from epicrisis.domain.records import SocialFact, SocialKind
from epicrisis.domain.sections import SectionCategory
from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.history.substances import LONGEST, TOLD_IN, substances
from epicrisis.engines.extraction.lists import phrases, primary
from epicrisis.engines.extraction.note import Note
from epicrisis.text.phrases import Phrases, folded

_KINDS = {
    SocialKind.OCCUPATION: "occupation",
    SocialKind.LIVING: "living",
    SocialKind.MARITAL: "marital",
    SocialKind.ACTIVITY: "activity",
    SocialKind.SEXUAL: "sexual",
}
_ENDS = re.compile(r"[;.\n]|,? (?:and|y) (?=\w+s\b)|, ")
# "Is a construction site security guard": how far before a trade the words may stand that say it is one.
_TRADE = 40
# How far "single story" may go beyond "single".
_BESIDE = 20


def social(note: Note) -> tuple[SocialFact, ...]:
    """Return how the patient lives, in the order of the text.

    There is one fact for tobacco, one for alcohol and one for drugs, as ``substances`` tells them. Of work, home,
    marriage, exercise and sexual life there are as many as are told, without ``use``.
    """
    facts = [*substances(note), *_Reading(note).facts()]
    return tuple(sorted(facts, key=lambda fact: fact.words.span))


class _Reading:
    def __init__(self, note: Note) -> None:
        self.note = note
        self.language = primary(note)
        self.low = folded(note.text)

    def facts(self) -> Iterator[SocialFact]:
        """Yield what is told of each kind, words that are said again once."""
        for kind, key in _KINDS.items():
            told: set[str] = set()
            end = 0
            for found in self._found(kind, key):
                if found.start < end or not self._tells(found):
                    continue
                words = found if kind is SocialKind.MARITAL else self._statement(found)
                end, said = words.end, self.low[words.start : words.end]
                if said not in told:
                    told.add(said)
                    yield SocialFact(kind, self.note.stated(words))

    def _found(self, kind: SocialKind, key: str) -> Iterable[Span]:
        found = self._phrases(key).find(self.low)
        return found if kind is not SocialKind.OCCUPATION else sorted([*found, *self._jobs()])

    def _jobs(self) -> Iterator[Span]:
        """Yield what somebody is by trade, from behind "is a" on: "is a registered nurse"."""
        for job in self._phrases("jobs").find(self.low):
            start = max(self.note.sentence(job).start, job.start - _TRADE)
            lead = self._phrases("job-leads").last(self.low, start, job.start)
            if lead is not None and not _ENDS.search(self.low, lead.end, job.start):
                words = self.low[lead.end : job.start]
                yield Span(lead.end + len(words) - len(words.lstrip(" :")), job.end)

    def _tells(self, found: Span) -> bool:
        if self._phrases("not-marital").first(self.low, found.start, found.end + _BESIDE) is not None:
            return False
        category = self.note.category(found)
        if category is SectionCategory.SOCIAL_HISTORY:
            return True
        words = self.low[found.start : found.end]
        return words in self._phrases("anywhere").forms and category in TOLD_IN

    def _statement(self, found: Span) -> Span:
        """Return the words from ``found`` to where its clause ends."""
        sentence = self.note.sentence(found)
        end = min(sentence.end, found.end + LONGEST)
        stop = _ENDS.search(self.low, found.end, end)
        turn = self._phrases("stops").first(self.low, found.end, end)
        ends = [end, *([stop.start()] if stop else []), *([turn.start] if turn else [])]
        words = self.low[found.start : min(ends)].rstrip(" .,;:")
        return Span(found.start, max(found.end, found.start + len(words)))

    def _phrases(self, *keys: str) -> Phrases:
        return phrases("social", self.language, *keys)
