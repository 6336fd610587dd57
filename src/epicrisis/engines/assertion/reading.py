"""A sentence as the rules read it: its words, its cues, and which of them act on a finding."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from epicrisis.domain.assertions import CueKind
from epicrisis.domain.spans import Span
from epicrisis.engines.assertion.lexicon import Direction, Lexicon
from epicrisis.engines.assertion.scopes import ScopedCue, scoped_cues
from epicrisis.engines.assertion.words import Word, words_of

_RESULTS = (CueKind.NEGATION, CueKind.NORMALITY)


@dataclass(frozen=True, slots=True)
class SentenceReading:
    """The words and cues of a sentence; ``results`` are the cues that say how an examination went, by first word."""

    words: tuple[Word, ...]
    cues: tuple[ScopedCue, ...]
    results: Mapping[int, ScopedCue]
    negated: frozenset[int]
    _starts: Sequence[int]
    _ends: Sequence[int]
    _groups: Sequence[tuple[Sequence[int], Sequence[ScopedCue]]]

    def place(self, span: Span) -> tuple[int, int]:
        """Return the words ``[first, last)`` that ``span`` touches; none where it stands between words."""
        first = bisect_right(self._ends, span.start)
        return first, max(first, bisect_left(self._starts, span.end))

    def acting_on(self, first: int) -> list[ScopedCue]:
        """Return the cues that act on a finding that begins with word ``first``, in the order of the text."""
        acting = []
        for starts, cues in self._groups:
            # Cues of one group stop each other, so only the last one before and the first one after can reach here.
            after = bisect_right(starts, first)
            acting += [cue for cue in cues[max(after - 1, 0) : after + 1] if cue.acts_on(first)]
        return sorted(acting, key=lambda cue: (cue.first, cue.group.name))

    def form(self, index: int) -> str:
        """Return the form of the word at ``index``, empty where there is none."""
        return self.words[index].form if 0 <= index < len(self.words) else ""

    def forms(self, first: int, last: int) -> list[str]:
        """Return the forms of the words ``[first, last)``."""
        return [word.form for word in self.words[first:last]]


def read_sentence(text: str, span: Span, lexicon: Lexicon) -> SentenceReading:
    """Read the sentence that ``span`` marks in ``text``."""
    words = words_of(text, span)
    cues = scoped_cues(words, lexicon)
    grouped: dict[str, list[ScopedCue]] = defaultdict(list)
    for cue in cues:
        grouped[cue.group.name].append(cue)
    return SentenceReading(
        words=words,
        cues=cues,
        results={
            cue.first: cue
            for cue in cues
            if cue.cue.kind in _RESULTS and cue.has_scope and cue.group.direction is not Direction.BACKWARD
        },
        negated=frozenset(
            index
            for cue in cues
            if cue.cue.kind is CueKind.NEGATION and cue.group.direction is Direction.FORWARD
            for index in range(cue.first, max(cue.last, cue.high))
        ),
        _starts=[word.start for word in words],
        _ends=[word.end for word in words],
        _groups=[([cue.first for cue in found], found) for found in grouped.values()],
    )
