"""What a head and an attribute look like side by side: the features by which they are joined, or kept apart."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from epicrisis.domain.spans import Span

# Further away than this nothing is joined; the longest sentence of drugs in MTSamples has 872 characters, and its items
# stand beside their drugs.
REACH = 300
_LEFT, _RIGHT = 4, 3

_RESPECTIVELY = re.compile(r"\brespectiv(?:ely|amente)\b", re.IGNORECASE)
# A word, or one mark.
WORD = re.compile(r"\w+|[^\w\s]")
_GAPS = (0, 1, 2, 3, 5, 8, 13, 21)
_MARKS: Mapping[str, str] = MappingProxyType({",": "comma", ";": "semicolon", ":": "colon", ".": "stop", "(": "open"})
# What says that the one belongs to the other, and what says that something else begins. Words of both languages: no
# word of one means another thing in the other.
OF = frozenset({"de", "del", "of"})
_IS = frozenset({"=", "are", "at", "es", "fue", "is", "of", "was", "were"})
AND = frozenset({"&", "and", "e", "o", "or", "plus", "u", "y"})
_THEN = AND | {"as", "but", "pero", "then", "with"}


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute before it has a head: where it stands, and its label."""

    span: Span
    label: str


@dataclass(frozen=True)
class Layout:
    """Heads and attributes of a text in the order of the text, and its sentences."""

    text: str
    heads: Sequence[Span]
    attributes: Sequence[Attribute]
    sentences: Sequence[Span]

    def candidates(self, attribute: Attribute) -> tuple[int, ...]:
        """Return the numbers of the heads that ``attribute`` may belong to, in the order of the text."""
        span = attribute.span
        after = bisect_left(self._starts, span.start)
        near = {*range(max(0, after - _LEFT), min(len(self.heads), after + _RIGHT))}
        if span in self._parallels:
            near.add(self._parallels[span])
        return tuple(
            number
            for number in sorted(near)
            if not self.heads[number].overlaps(span) and self._may_join(self.heads[number], span)
        )

    def settled(self, attribute: Attribute) -> int | None:
        """Return the number of the head that the words say is that of ``attribute``: "..., respectively"."""
        span = attribute.span
        return self._parallels[span] if span in self._parallels and self._is_said(span) else None

    def pair(self, number: int, attribute: Attribute) -> Iterator[str]:
        """Yield what is to be seen of the head ``number`` beside ``attribute``."""
        head, span = self.heads[number], attribute.span
        side = "after" if head.start < span.start else "before"
        between = _between(head, span)
        words = WORD.findall(self.text, between[0], between[1])
        rank = self._heads_between(*between)
        yield f"{side} {attribute.label}"
        yield f"{side} gap {_bucket(len(words))}"
        yield f"{side} rank {min(rank, 3)}"
        yield from (f"{side} {sign}" for sign in _signs(words))
        yield from (f"{side} {sign}" for sign in self._crowd(between, attribute.label))
        if self._sentence(head) != self._sentence(span):
            yield f"{side} other sentence"
        if "\n" in self.text[between[0] : between[1]]:
            yield f"{side} other line"
        if self._parallels.get(span) == number:
            yield "parallel"
        if rank == 0:
            yield f"{side} {'first' if self._opens(number, span) else 'later'} head"
            yield from (f"{side} beyond {sign}" for sign in self._beyond(head, span))

    def alone(self, attribute: Attribute, candidates: Sequence[int]) -> Iterator[str]:
        """Yield what speaks for ``attribute`` to belong to none of its ``candidates``."""
        yield "none"
        yield f"none {attribute.label}"
        own = self._sentence(attribute.span)
        if not any(self._sentence(self.heads[number]) == own for number in candidates):
            yield "none here"

    def step(self, before: int | None, number: int | None, one: Attribute, other: Attribute) -> Iterator[str]:
        """Yield what is to be seen of two attributes in a row: ``one`` of head ``before``, ``other`` of ``number``."""
        if before is None or number is None:
            return
        kind = "alike" if one.label == other.label else "unlike"
        if before == number:
            yield f"same {kind}"
        elif number < before:
            yield f"back {kind}"
        else:
            yield f"next {kind}" if number == before + 1 else f"skip {kind}"
            sides = [self.heads[head].start < each.span.start for head, each in ((before, one), (number, other))]
            yield f"turn {kind}" if sides[0] != sides[1] else f"straight {kind}"

    def between(self, start: int, end: int) -> Sequence[Attribute]:
        """Return the attributes that begin between two offsets."""
        return self.attributes[bisect_left(self._attribute_starts, start) : bisect_left(self._attribute_starts, end)]

    @cached_property
    def _starts(self) -> list[int]:
        return [head.start for head in self.heads]

    @cached_property
    def _attribute_starts(self) -> list[int]:
        return [attribute.span.start for attribute in self.attributes]

    @cached_property
    def _sentence_starts(self) -> list[int]:
        return [sentence.start for sentence in self.sentences]

    @cached_property
    def _parallels(self) -> dict[Span, int]:
        """Return the head of each attribute where as many attributes as heads stand in a row: the first has the first.

        "The pH, PaCO2 and PaO2 were 7.50, 34 mmHg and 67 mmHg."
        """
        found: dict[Span, int] = {}
        at = 0
        while at < len(self.attributes):
            after = bisect_left(self._starts, self.attributes[at].span.start)
            end = self.heads[after].start if after < len(self.heads) else len(self.text) + 1
            run = self.between(self.attributes[at].span.start, end)
            before = self.attributes[at - 1].span.start if at else -1
            heads = after - bisect_left(self._starts, before)
            if 1 < len(run) == heads:
                found |= {attribute.span: after - heads + place for place, attribute in enumerate(run)}
            at += max(1, len(run))
        return found

    def _is_said(self, span: Span) -> bool:
        return _RESPECTIVELY.search(self.text, span.end, span.end + REACH) is not None

    def _may_join(self, head: Span, span: Span) -> bool:
        start, end = _between(head, span)
        return end - start <= REACH and "\n\n" not in self.text[start:end]

    def _sentence(self, span: Span) -> int:
        return bisect_right(self._sentence_starts, span.start)

    def _heads_between(self, start: int, end: int) -> int:
        return bisect_left(self._starts, end) - bisect_left(self._starts, start)

    def _crowd(self, between: tuple[int, int], label: str) -> Iterator[str]:
        crowd = {attribute.label for attribute in self.between(*between)}
        if label in crowd:
            yield "past one alike"
        if crowd - {label}:
            yield "past one unlike"

    def _opens(self, number: int, span: Span) -> bool:
        """Return whether a head, not an attribute, comes first in the sentence: drugs first, or doses first."""
        own = self._sentence(span)
        opening = self.sentences[own - 1].start if own else 0
        first = bisect_left(self._attribute_starts, opening)
        head = bisect_left(self._starts, opening)
        return head <= number and self._starts[head] < self._attribute_starts[first]

    def _beyond(self, head: Span, span: Span) -> Iterator[str]:
        """Yield what stands on the other side of the attribute: a head of its own, and how near."""
        after = bisect_left(self._starts, span.start)
        other = after if head.start < span.start else after - 1
        if not 0 <= other < len(self.heads) or self.heads[other] == head or not self._may_join(self.heads[other], span):
            yield "nothing"
            return
        words = WORD.findall(self.text, *_between(self.heads[other], span))
        yield f"gap {_bucket(len(words))}"
        yield from _signs(words)


def _between(head: Span, span: Span) -> tuple[int, int]:
    if head.start < span.start:
        return min(head.end, span.start), span.start
    return min(span.end, head.start), head.start


def _bucket(count: int) -> int:
    return _GAPS[bisect_right(_GAPS, count) - 1]


def _signs(words: Sequence[str]) -> Iterator[str]:
    """Yield what the words and marks between two things say."""
    folded = [word.casefold() for word in words]
    seen = set(folded)
    yield from (name for mark, name in _MARKS.items() if mark in seen)
    if ")" in seen and "(" not in seen:
        yield "close"
    if _THEN & seen:
        yield "and"
    if len(folded) == 1 and folded[0] in OF:
        yield "of"
    if len(folded) <= 2 and _IS & seen:
        yield "is"
    if not seen & _THEN and not seen & set(_MARKS):
        yield "nothing between"
