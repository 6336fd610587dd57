"""What another engine marked, as the patterns hear it: without titles, labels, and what no identifier looks like."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from epicrisis.domain.identifiers import Identifier, IdentifierKind
from epicrisis.domain.spans import Span
from epicrisis.engines.privacy.patterns.joining import trimmed
from epicrisis.engines.privacy.patterns.page import Page, Word
from epicrisis.engines.privacy.patterns.words import Words, names
from epicrisis.engines.privacy.written_dates import dates_in

# What follows a drug and no name.
_DOSES = frozenset({
    "bid", "capsule", "capsules", "iu", "mcg", "mdi", "mg", "ml", "prn", "qd", "qhs", "qid", "tab",
    "tablet", "tablets", "tabs", "tid", "ug", "units",
})  # fmt: skip
_DOSE_WITHIN = 20
# "Every six hours" as it is written: "Q6H", "q 4 hrs".
_SCHEDULE = re.compile(r"q ?\d{1,2} ?(?:h|hrs?|hours?)", re.IGNORECASE)
# Years of two digits are all some year, those of four need nothing beside them.
_ANY_YEAR, _YEAR = 2000, 4


def heard(page: Page, others: Iterable[Identifier], found: Sequence[Identifier], words: Words) -> Iterator[Identifier]:
    """Yield ``others`` without what tells nobody: loose marks and titles at their ends, a label that is all of one.

    One whose every word the patterns ``found`` as the same kind with a finer label is left out: it knows no more. So
    is what no identifier of its kind looks like: a drug with its dose, "gathering" for a name, "2-1/2" for a date.
    """
    labels = words.label_words
    told = _Told.of(page, found)
    for one in others:
        kept = trimmed(page.text, one)
        own = page.inside(kept.span)
        if kept.kind is IdentifierKind.NAME:
            own = own[_titles(own, words["titles"]) :]
        elif len(own) == 1 and own[0].key in labels:
            continue
        said = [word for word in own if word.text[0].isalnum()]
        if own and not (kept.sub is None and told.knows(kept.kind, said)) and not _cannot_be(page, kept.kind, said):
            yield replace(kept, span=Span(max(kept.span.start, own[0].start), kept.span.end))


@dataclass(frozen=True, slots=True)
class _Told:
    """Where the words begin that the patterns told, each with its kind, and those of them with a finer label."""

    every: frozenset[tuple[IdentifierKind, int]]
    finer: frozenset[tuple[IdentifierKind, int]]

    @classmethod
    def of(cls, page: Page, found: Iterable[Identifier]) -> _Told:
        words = [(one.kind, word.start, one.sub) for one in found for word in page.inside(one.span)]
        return cls(frozenset((kind, at) for kind, at, _ in words), frozenset((k, at) for k, at, sub in words if sub))

    def knows(self, kind: IdentifierKind, said: Sequence[Word]) -> bool:
        """Return whether all of ``said`` was told as ``kind``, some of it more finely."""
        places = [(kind, word.start) for word in said]
        return any(place in self.finer for place in places) and all(place in self.every for place in places)


def _titles(own: Sequence[Word], titles: frozenset[str]) -> int:
    """Return how many words at the beginning are titles, their full stops among them."""
    at = 0
    while at < len(own) and (own[at].key in titles or own[at].text == "."):
        at += 1
    return at


def _cannot_be(page: Page, kind: IdentifierKind, said: Sequence[Word]) -> bool:
    match kind:
        case IdentifierKind.NAME if len(said) == 1 and not _is_listed(said[0].key):
            # Somebody who types no capitals types none in names either.
            return (said[0].text.islower() and page.has_capitals) or _has_dose(page, said[0])
        case IdentifierKind.NAME if said and _SCHEDULE.fullmatch(page.text, said[0].start, said[-1].end):
            return True
        case IdentifierKind.DATE if said and all(word.text.isdecimal() for word in said):
            figures = page.text[said[0].start : said[-1].end]
            is_year = any(len(word.text) == _YEAR for word in said)
            return not is_year and all(dates_in(each, "en", _ANY_YEAR) is None for each in figures.split())
        case _:
            return False


def _is_listed(key: str) -> bool:
    return key in names().given or key in names().surnames


def _has_dose(page: Page, word: Word) -> bool:
    after = [each.key for each in page.inside(Span(word.end, word.end + _DOSE_WITHIN))]
    number = bool(after) and after[0].isdecimal()
    return any(key in _DOSES for key in after[number : number + 1])
