"""The words that say there are no allergies at all, and not only none to food: "No known drug allergies"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.lists import phrases
from epicrisis.text.phrases import Phrases

_STORY = "allergies"
# What stands before a colon on the same line: "Food allergies: none".
_LABEL = re.compile(r"[^\n.;,:]{1,60}:[\s*_]{0,4}-?\s?\Z")
_JOINED = re.compile(r"[ ,/]{0,2}(?:(?:ni|y|e|o|or|and|nor|&) )?(?:(?:a|to) )?")
_BEFORE = 70
_BEHIND = 60


class NoAllergies:
    """Asks one note where it says that there are no allergies."""

    def __init__(self, low: str, language: str) -> None:
        """Take a note's text as ``phrases.folded`` returns it, and its language."""
        self._low = low
        self._language = language

    def found(self, start: int, end: int) -> Iterator[Span]:
        """Yield the words that say so between two places, and none of "no allergies to latex"."""
        # "Niega alergia al látex" denies one substance, and says nothing of others.
        of_one = {span.start: span for span in self._phrases("before").find(self._low, start, end)}
        for words in self._phrases("none").find(self._low, start, end):
            one = next((of_one[at] for at in range(words.start, words.end) if at in of_one), None)
            told = self._told(words) if one is None or one.end <= words.end else self._to_drugs(words, one)
            if told is not None and not self._is_of_a_kind(words.start):
                yield told

    def alone(self, stretch: Span) -> Span | None:
        """Return the one word right under a heading that says there are none: "ALLERGIES: None."."""
        alone = self._phrases("alone").first(self._low, stretch.start, stretch.end)
        if alone is None or self._low[stretch.start : alone.start].strip(" \t\n:.-*"):
            return None
        if self._is_of_a_kind(alone.start):
            return None
        rest = self._low[alone.end : min(alone.end + 2, stretch.end)].lstrip(" ")
        return alone if not rest or rest[0] in ".,;\n" else None

    def _told(self, words: Span) -> Span | None:
        """Return ``words`` where they go on to no kind: "no alergias alimentarias" says nothing of drugs."""
        at, kind = words.end, self._behind("kinds", words.end)
        if kind is None:
            return words
        while kind is not None:
            at = kind.end
            wide = self._behind("drugs", at)
            if wide is not None:
                return Span(words.start, wide.end)
            kind = self._behind("kinds", at)
        return words if self._phrases("drugs").first(self._low, words.start, words.end) is not None else None

    def _to_drugs(self, words: Span, one: Span) -> Span | None:
        """Return all of "no alergias conocidas a fármacos"; what is denied of one substance is no answer."""
        drugs = self._behind("drugs", one.end)
        return None if drugs is None else Span(words.start, drugs.end)

    def _behind(self, key: str, at: int) -> Span | None:
        joined = _JOINED.match(self._low, at)
        start = at if joined is None else joined.end()
        found = self._phrases(key).first(self._low, start, start + _BEHIND)
        return found if found is not None and found.start == start else None

    def _is_of_a_kind(self, at: int) -> bool:
        """Return whether a label right before says of what alone: "Food allergies: none"."""
        label = _LABEL.search(self._low, max(0, at - _BEFORE), at)
        if label is None or self._phrases("kinds").first(label[0]) is None:
            return False
        return self._phrases("drugs").first(label[0]) is None

    def _phrases(self, *keys: str) -> Phrases:
        return phrases(_STORY, self._language, *keys)
