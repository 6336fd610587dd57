"""Short forms a document defines, and the entities they stand for.

An abstract says "posttransplant lymphoproliferative disorder (PTLD)" once and "PTLD" ever after. The short form is what
its long form is: tagged with it, and not tagged where the long form is none. Definitions are found as Schwartz and
Hearst (2003, Pacific Symposium on Biocomputing 8:451) describe.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from epicrisis.domain.findings import Entity
from epicrisis.domain.spans import Span

_BRACKET = re.compile(r"\(([^\s();,]{2,10})[();,]")
_SHORT = re.compile(r"(?=.*[A-Z])[A-Za-z0-9][\w+/'.-]*", re.ASCII)
# What a name is looked up by: its first run of letters and digits, or its first mark.
_FIRST = re.compile(r"[^\W_]+|\S")
# A word seen this often as an entity, and in at least this share of its places, is one in the others too.
_SEEN, _SHARE = 2, 0.6
_SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Definition:
    """A short form and the stretch that spells it out."""

    short: str
    long: Span


def definitions(text: str) -> Iterator[Definition]:
    """Yield the short forms ``text`` defines in brackets behind their long form, in the order of the text."""
    for match in _BRACKET.finditer(text):
        short = match[1]
        if _SHORT.fullmatch(short):
            start = _long_start(short, text, match.start())
            if start is not None:
                yield Definition(short, Span(start, match.start()))


def _long_start(short: str, text: str, end: int) -> int | None:
    """Return where the long form before ``end`` begins, or ``None`` where the words before spell nothing like it.

    Every letter of the short form is found from right to left, its first one at the start of a word.
    """
    words = min(len(short) + 5, len(short) * 2)
    window = text[max(0, end - 30 * words) : end]
    starts = [match.start() for match in re.finditer(r"\S+", window)]
    earliest = starts[-words] if len(starts) >= words else 0
    at = len(window)
    for number in range(len(short) - 1, -1, -1):
        letter = short[number].lower()
        if not letter.isalnum():
            continue
        at -= 1
        while at >= earliest and (
            window[at].lower() != letter or (number == 0 and at > 0 and window[at - 1].isalnum())
        ):
            at -= 1
        if at < earliest:
            return None
    found = end - len(window) + at
    return found if found < end - len(short) else None


def consistent(text: str, entities: Sequence[Entity]) -> list[Entity]:
    """Return ``entities`` with each short form read as its long form is, and each repeated name read alike."""
    defined = {definition.short: _label_of(definition.long, entities) for definition in definitions(text)}
    kept = [entity for entity in entities if defined.get(text[entity.span.start : entity.span.end], "") is not None]
    kept = [_as_defined(entity, text, defined) for entity in kept]
    names = {*(text[entity.span.start : entity.span.end] for entity in kept), *defined}
    places = _places(text, names)
    wanted = _frequent(text, kept, places) | {short: label for short, label in defined.items() if label}
    return sorted([*kept, *_missed(kept, wanted, places)])


def _label_of(long: Span, entities: Sequence[Entity]) -> str | None:
    """Return the label of the entity that ends the long form, ``None`` where there is none."""
    for entity in entities:
        if entity.span.overlaps(long) and entity.span.end >= long.end - 2:
            return entity.label
    return None


def _as_defined(entity: Entity, text: str, defined: Mapping[str, str | None]) -> Entity:
    label = defined.get(text[entity.span.start : entity.span.end])
    return replace(entity, label=label) if label else entity


def _frequent(text: str, entities: Sequence[Entity], places: Mapping[str, Sequence[Span]]) -> dict[str, str]:
    """Return the label of every name tagged often, and in most of the places it stands in."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for entity in entities:
        seen[text[entity.span.start : entity.span.end]][entity.label] += 1
    labels = {}
    for name, counts in seen.items():
        label, count = counts.most_common(1)[0]
        if count >= _SEEN and len(name) >= _SHORTEST and count >= _SHARE * len(places.get(name, ())):
            labels[name] = label
    return labels


def _missed(
    entities: Sequence[Entity], wanted: Mapping[str, str], places: Mapping[str, Sequence[Span]]
) -> Iterator[Entity]:
    """Yield the untagged places of ``wanted`` names, the longest name first where two would overlap."""
    taken = sorted(entity.span for entity in entities)
    for name in sorted(wanted, key=lambda name: (-len(name), name)):
        for place in places.get(name, ()):
            at = bisect_left(taken, place)
            around = taken[max(0, at - 1) : at + 1]
            if not any(span.overlaps(place) for span in around):
                taken.insert(at, place)
                yield Entity(place, wanted[name], 0.5)


def _places(text: str, names: Iterable[str]) -> dict[str, list[Span]]:
    """Return where each of ``names`` stands as whole words: one walk over the text, whatever the number of names."""
    by_first: dict[str, set[str]] = defaultdict(set)
    for name in names:
        by_first[_FIRST.match(name)[0]].add(name)  # type: ignore[index]
    found: dict[str, list[Span]] = defaultdict(list)
    for match in _FIRST.finditer(text):
        for name in by_first.get(match[0], ()):
            end = match.start() + len(name)
            whole = end >= len(text) or not (text[end].isalnum() and name[-1].isalnum())
            if whole and text.startswith(name, match.start()):
                found[name].append(Span(match.start(), end))
    return found
