"""What another engine marked, as the patterns hear it: without titles, labels, and what no identifier looks like."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

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
# Years of two digits are all some year.
_ANY_YEAR = 2000


def heard(page: Page, others: Iterable[Identifier], found: Sequence[Identifier], words: Words) -> Iterator[Identifier]:
    """Yield ``others`` without what tells nobody: loose marks and titles at their ends, a label that is all of one.

    One whose every word the patterns ``found`` as the same kind with a finer label is left out: it knows no more. So
    is what no identifier of its kind looks like: a drug with its dose, "gathering" for a name, "2-1/2" for a date.
    """
    labels = {each for label in words.labels for each in label.words}
    for one in others:
        kept = trimmed(page.text, one)
        own = _inside(page, kept.span)
        if kept.kind is IdentifierKind.NAME:
            own = own[_titles(own, words["titles"]) :]
        elif len(own) == 1 and own[0].key in labels:
            continue
        if own and not (kept.sub is None and _is_told(own, kept.kind, found)):
            if _cannot_be(page, kept.kind, own):
                continue
            yield replace(kept, span=Span(max(kept.span.start, own[0].start), kept.span.end))


def _titles(own: Sequence[Word], titles: frozenset[str]) -> int:
    """Return how many words at the beginning are titles, their full stops among them."""
    at = 0
    while at < len(own) and (own[at].key in titles or own[at].text == "."):
        at += 1
    return at


def _cannot_be(page: Page, kind: IdentifierKind, own: Sequence[Word]) -> bool:
    said = [word for word in own if word.text[0].isalnum()]
    match kind:
        case IdentifierKind.NAME if len(said) == 1 and said[0].key not in names().given | names().surnames:
            return _in_lower_case(page, said[0]) or _has_dose(page, own[-1])
        case IdentifierKind.DATE if not any(word.text.isalpha() for word in said):
            return bool(own) and dates_in(page.text[own[0].start : own[-1].end], "en", _ANY_YEAR) is None
        case _:
            return False


def _in_lower_case(page: Page, word: Word) -> bool:
    """Return whether ``word`` is written small where others are not; somebody who types no capitals types none."""
    return word.text.islower() and page.text != page.small


def _has_dose(page: Page, word: Word) -> bool:
    after = [each.key for each in _inside(page, Span(word.end, word.end + _DOSE_WITHIN))]
    number = bool(after) and after[0].isdecimal()
    return any(key in _DOSES for key in after[number : number + 1])


def _is_told(own: Sequence[Word], kind: IdentifierKind, found: Sequence[Identifier]) -> bool:
    parts = [one for one in found if one.kind is kind and own[0].start < one.span.end and one.span.start < own[-1].end]
    said = [word for word in own if word.text[0].isalnum()]
    return any(one.sub for one in parts) and all(
        any(one.span.start <= word.start and word.end <= one.span.end for one in parts) for word in said
    )


def _inside(page: Page, span: Span) -> Sequence[Word]:
    first = bisect_left(page.words, span.start, key=lambda word: word.start)
    last = bisect_left(page.words, span.end, key=lambda word: word.start)
    return page.words[first:last]
