"""When two mentions of a note name the same thing, and by which words it is named best."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from epicrisis.domain.spans import Span
from epicrisis.engines.entities.abbreviations import definitions
from epicrisis.engines.extraction.lists import primary, word_lists
from epicrisis.engines.extraction.note import Note
from epicrisis.text.phrases import folded

_WORD = re.compile(r"[^\W_]+(?:/[^\W_])?")
# "Masses" and "mass", "fracturas" and "fractura", "biopsies" and "biopsy".
_PLURALS = {
    "en": (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("s", "")),
    "es": (("ces", "z"), ("iones", "ion"), ("ores", "or"), ("s", "")),
}
_KEPT = {"en": ("ss", "us", "is"), "es": ("is", "us")}
_SHORTEST = 4


class Sameness:
    """Compares the mentions of one note by their words, short forms spelled out as the note or the list does."""

    def __init__(self, note: Note, low: str) -> None:
        self.low = low
        self._words = _words(primary(note))
        self._long = {
            folded(defined.short): low[defined.long.start : defined.long.end] for defined in definitions(note.text)
        }
        self._named: dict[Span, frozenset[str]] = {}

    def words(self, span: Span) -> frozenset[str]:
        """Return the words ``span`` is compared by: without plural endings, and without articles and degrees."""
        if span not in self._named:
            words = self.low[span.start : span.end]
            self._named[span] = self._words.telling(self._long.get(words, words), self._long)
        return self._named[span]

    def is_empty(self, span: Span) -> bool:
        """Return whether what stands at ``span`` names nothing: "other problems", "issues with his"."""
        words = self.words(span)
        return words in self._words.empty or words <= self._words.light

    def grouped(self, spans: Iterable[Span]) -> list[list[Span]]:
        """Return ``spans`` in groups that name the same.

        They have equal words, or one is a bare word ("pneumonia") and the note has but one exact thing of its kind.
        """
        groups: dict[frozenset[str], list[Span]] = {}
        for span in spans:
            groups.setdefault(self.words(span), []).append(span)
        for bare in [each for each in groups if self._is_bare(each)]:
            exact = [each for each in groups if bare < each]
            if len(exact) == 1:
                groups[exact[0]] += groups.pop(bare)
        return [sorted(group) for group in groups.values()]

    def best_name(self, group: Sequence[Span]) -> Span:
        """Return which of ``group`` tells most; of equals a longer spelling, and then the first."""
        return min(group, key=lambda span: (-len(self.words(span)), self._is_short(span), span))

    def _is_bare(self, words: frozenset[str]) -> bool:
        return len(words) == 1 and words <= self._words.bare

    def _is_short(self, span: Span) -> bool:
        words = self.low[span.start : span.end]
        return words in self._long or words in self._words.long


class _Words:
    """What a language has to say to that, read once."""

    def __init__(self, language: str) -> None:
        lists = {key: tuple(map(folded, entries)) for key, entries in word_lists("problems", language).items()}
        self._plurals, self._kept = _PLURALS[language], _KEPT[language]
        self.long = dict(entry.split(" = ") for entry in lists["short-forms"])
        self.light = frozenset(map(self._stem, lists["light"]))
        self.bare = frozenset(map(self._stem, lists["bare"]))
        self.empty = frozenset(self.telling(phrase, {}) for phrase in lists["empty"])

    def telling(self, words: str, defined: Mapping[str, str]) -> frozenset[str]:
        """Return the stems of ``words`` that tell one thing from another; all of them where none does."""
        long = self.long.get(words, words)
        stems = frozenset(
            self._stem(each)
            for word in _WORD.findall(long)
            for each in _WORD.findall(defined.get(word) or self.long.get(word, word))
        )
        return stems - self.light or stems or frozenset({words})

    def _stem(self, word: str) -> str:
        if len(word) < _SHORTEST or word.endswith(self._kept):
            return word
        for ending, singular in self._plurals:
            if word.endswith(ending):
                return word[: -len(ending)] + singular
        return word


@cache
def _words(language: str) -> _Words:
    return _Words(language)
