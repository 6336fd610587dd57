"""The words of a sentence, and the tree of phrases that finds cues among them in one walk."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from epicrisis.domain.spans import Span

# Letters and digits, or one mark at a time: "p.r.n." and "p. r. n." are then the same six words, and the "may" of "Mayo
# Clinic" is none. Accents that are characters of their own hang on their letter.
_WORD = re.compile(r"(?:\w[\u0300-\u036f]*)+|[^\w\s]")
_LOOKALIKES = str.maketrans({"’": "'", "‘": "'", "–": "-", "—": "-", "‐": "-", "‑": "-"})

# What a phrase may ask of its place: "Fever: no." and "Fever: no" end alike, "Check TSH" and "1. Check TSH" begin so.
START, END = "<start>", "<end>"
_OPENING = frozenset(".:;*-)")
_CLOSING = frozenset(".,;!?")


@dataclass(frozen=True, slots=True)
class Word:
    """A word or mark of the text: its offsets, and its form in lower case."""

    start: int
    end: int
    form: str


def words_of(text: str, within: Span) -> tuple[Word, ...]:
    """Return the words and marks of ``text`` inside ``within``, in order."""
    found = _WORD.finditer(text, within.start, within.end)
    return tuple(Word(match.start(), match.end(), _form(match)) for match in found)


def forms_of(phrase: str) -> list[str]:
    """Return the forms of the words of ``phrase``, by which it is found in a text."""
    return [_form(match) for match in _WORD.finditer(phrase)]


def _form(match: re.Match[str]) -> str:
    form = match.group().lower().translate(_LOOKALIKES)
    return form if form.isascii() else unicodedata.normalize("NFC", form)


@dataclass(frozen=True, slots=True)
class Match:
    """The words ``[first, last)`` of a sentence, and the numbers of the groups their phrase stands in."""

    first: int
    last: int
    groups: tuple[int, ...]


@dataclass(slots=True)
class PhraseTree:
    """Phrases that share their beginnings; an edge is a word, a class of words ``{degree}`` or a shape ``<number>``."""

    classes: Mapping[str, tuple[str, ...]]
    _edges: dict[str, PhraseTree] = field(default_factory=dict)
    _groups: dict[int, tuple[int, ...]] = field(default_factory=dict)

    def add(self, elements: Sequence[str], *, ahead: int, group: int) -> None:
        """Add a phrase of ``elements``, the last ``ahead`` of which must follow but are not part of it."""
        node = self
        for element in elements:
            if element not in node._edges:
                node._edges[element] = PhraseTree(self.classes)
            node = node._edges[element]
        known = node._groups.get(ahead, ())
        node._groups[ahead] = known if group in known else (*known, group)

    def longest_matches(self, words: Sequence[Word]) -> list[Match]:
        """Return the longest phrases from left to right, none sharing a word with the one before it."""
        found: list[Match] = []
        at = 0
        while at < len(words):
            longest = _longest(list(self._matches_at(words, at)))
            if longest is not None:
                found.append(longest)
            at = at + 1 if longest is None else longest.last
        return found

    def every_match(self, words: Sequence[Word]) -> list[Match]:
        """Return every phrase found, those that overlap too, in the order of their first words."""
        return [match for first in range(len(words)) for _, match in self._matches_at(words, first)]

    def _matches_at(self, words: Sequence[Word], first: int) -> Iterator[tuple[int, Match]]:
        """Yield the phrases that begin at ``first``, each with the number of words it looked at."""
        at_start = first == 0 or words[first - 1].form in _OPENING
        roots = [self, self._edges[START]] if at_start and START in self._edges else [self]
        open_nodes = [(first + 1, below) for root in roots for below in root._below(words[first].form)]
        if not open_nodes or _continues(words, first):
            return
        while open_nodes:
            at, node = open_nodes.pop()
            for ahead, groups in node._groups.items():
                if not _continues(words, at - ahead):
                    yield at - first, Match(first, at - ahead, groups)
            if END in node._edges and (at == len(words) or words[at].form in _CLOSING):
                open_nodes.append((at, node._edges[END]))
            if at < len(words):
                open_nodes.extend((at + 1, below) for below in node._below(words[at].form))

    def _below(self, form: str) -> list[PhraseTree]:
        edges = (form, *self.classes.get(form, ()), *_shapes(form))
        return [self._edges[edge] for edge in edges if edge in self._edges]


def _longest(matches: Sequence[tuple[int, Match]]) -> Match | None:
    """Return the match that looked at most words; equals are one match that stands in the groups of each."""
    if not matches:
        return None
    most = max(looked_at for looked_at, _ in matches)
    equals = [match for looked_at, match in matches if looked_at == most]
    last = max(match.last for match in equals)
    groups = {group for match in equals if match.last == last for group in match.groups}
    return Match(equals[0].first, last, tuple(sorted(groups)))


def _shapes(form: str) -> tuple[str, ...]:
    if not form.isdigit():
        return ()
    return ("<number>", "<year>") if len(form) == 4 and form[:2] in ("19", "20") else ("<number>",)


def _continues(words: Sequence[Word], at: int) -> bool:
    """Return whether a hyphen ties the word at ``at`` to the one before: the "post" of "post-operative" is no cue."""
    for hyphen in (at - 1, at):
        before, after = hyphen - 1, hyphen + 1
        if before < 0 or after >= len(words) or words[hyphen].form != "-":
            continue
        touching = words[before].end == words[hyphen].start and words[hyphen].end == words[after].start
        if touching and words[before].form.isalpha() and words[after].form.isalpha():
            return True
    return False
