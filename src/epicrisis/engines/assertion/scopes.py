"""How far a cue reaches: over its sentence, unless words, marks or the next cue of its group stop it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from epicrisis.domain.assertions import Cue
from epicrisis.domain.spans import Span
from epicrisis.engines.assertion.lexicon import CueGroup, Direction, Lexicon, Role, Trait
from epicrisis.engines.assertion.words import Match, Word

_NEVER = 1 << 60


@dataclass(frozen=True, slots=True)
class ScopedCue:
    """A cue of a sentence: its words ``[first, last)``, and the words ``[low, high)`` it reaches over."""

    cue: Cue
    group: CueGroup
    first: int
    last: int
    low: int
    high: int

    @property
    def has_scope(self) -> bool:
        """Return whether it reaches over any word but its own."""
        return self.cue.scope is not None

    def acts_on(self, first: int) -> bool:
        """Return whether a finding that begins with word ``first`` stands in the scope, or inside the cue."""
        if self.first <= first < self.last:
            # "No symptoms of depression" says it of [symptoms of depression] as well as of [depression].
            begins_inside = first > self.first or Trait.OWN in self.group.traits
            return begins_inside and self.group.direction is not Direction.BACKWARD
        return self.low <= first < self.high

    def distance(self, first: int, last: int) -> int:
        """Return how many words stand between the cue and the words ``[first, last)``."""
        return max(first - self.last, self.first - last, 0)


def scoped_cues(words: Sequence[Word], lexicon: Lexicon) -> tuple[ScopedCue, ...]:
    """Return the cues among ``words`` in order, each with the words it reaches over; pseudo-cues are dropped."""
    matches = lexicon.phrases.longest_matches(words)
    spoken = {index for match in matches for index in range(match.first, match.last)}
    stops = [stop for stop in lexicon.stops.every_match(words) if not spoken.issuperset(range(stop.first, stop.last))]
    obstacles = _Obstacles.of(words, matches, stops, lexicon)
    return tuple(
        _scoped(words, match, lexicon.groups[number], obstacles)
        for match in matches
        for number in match.groups
        if lexicon.groups[number].role is Role.CUE
    )


@dataclass(slots=True)
class _Obstacles:
    """Where cues on their way are stopped: by kind or group of the cue, and by mark, as sorted positions."""

    length: int
    forward: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    backward: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    marks: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(
        cls, words: Sequence[Word], matches: Iterable[Match], stops: Iterable[Match], lexicon: Lexicon
    ) -> _Obstacles:
        """Return what stands in the way of the cues of a sentence."""
        obstacles = cls(len(words))
        for match in (*matches, *stops):
            for number in match.groups:
                group = lexicon.groups[number]
                # "No fever, no chills": each cue answers for its own stretch.
                stopped = (group.name,) if group.role is Role.CUE else group.stops
                for name in stopped:
                    if group.role is not Role.CUE or group.direction is not Direction.BACKWARD:
                        obstacles.forward[name].append(match.first)
                    if group.role is not Role.CUE or group.direction is not Direction.FORWARD:
                        obstacles.backward[name].append(match.last)
        wanted = frozenset[str]().union(*(group.marks for group in lexicon.groups))
        for index, word in enumerate(words):
            if word.form in wanted:
                obstacles.marks[word.form].append(index)
        for positions in (obstacles.forward, obstacles.backward):
            for found in positions.values():
                found.sort()
        return obstacles

    def next_for(self, group: CueGroup, at: int) -> int:
        """Return the first word from ``at`` on that stops ``group``, or the end of the sentence."""
        names = (group.name, str(group.kind))
        found = [_next(self.forward.get(name, ()), at) for name in names]
        return min([self.length, *found, *(_next(self.marks.get(mark, ()), at) for mark in group.marks)])

    def previous_for(self, group: CueGroup, at: int) -> int:
        """Return the word before ``at`` from which ``group`` may reach back to ``at``."""
        names = (group.name, str(group.kind))
        found = [_previous(self.backward.get(name, ()), at) for name in names]
        return max([0, *found, *(_previous(self.marks.get(mark, ()), at - 1) + 1 for mark in group.marks)])


def _next(positions: Sequence[int], at: int) -> int:
    index = bisect_left(positions, at)
    return positions[index] if index < len(positions) else _NEVER


def _previous(positions: Sequence[int], at: int) -> int:
    index = bisect_right(positions, at)
    return positions[index - 1] if index else -1


def _scoped(words: Sequence[Word], match: Match, group: CueGroup, obstacles: _Obstacles) -> ScopedCue:
    low, high = match.last, match.first
    if group.direction is not Direction.BACKWARD:
        high = min(match.last + group.reach, obstacles.next_for(group, match.last))
        low = match.last
    if group.direction is not Direction.FORWARD:
        low = max(match.first - group.reach, obstacles.previous_for(group, match.first))
        high = max(high, match.first)
    span = Span(words[match.first].start, words[match.last - 1].end)
    assert group.kind is not None, "only groups of cues are scoped"
    return ScopedCue(Cue(span, group.kind, _stretch(words[low:high])), group, match.first, match.last, low, high)


def _stretch(words: Sequence[Word]) -> Span | None:
    """Return the stretch from the first to the last word that is no mark."""
    spoken = [word for word in words if word.form[0].isalnum()]
    return Span(spoken[0].start, spoken[-1].end) if spoken else None
