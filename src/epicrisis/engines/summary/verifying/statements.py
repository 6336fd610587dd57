"""Sentences of the rules as words, numbers and cues, item by item, that another sentence may say again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from epicrisis.domain.patients import Source
from epicrisis.engines.summary.verifying.holding import is_near
from epicrisis.engines.summary.verifying.lexicon import KINDS, Cue
from epicrisis.engines.summary.verifying.parts import Part, Role

_SAID = (Role.WORD, Role.MENTION)


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a sentence with what stands before its colon, or a whole sentence.

    ``numbers`` are those behind each word, by that word: "metformin" has 500 and 2.
    """

    words: tuple[str, ...]
    cues: tuple[Cue, ...]
    kinds: frozenset[Cue]
    numbers: tuple[tuple[str, tuple[Part, ...]], ...]
    dates: frozenset[str]
    people: frozenset[str]
    named: tuple[Part, ...]
    about: tuple[Source, ...]
    """Where stands what the item names."""
    sources: tuple[Source, ...]
    """What the whole sentence rests on."""
    is_whole: bool = False


def items_of(parts: Sequence[Part], sources: tuple[Source, ...]) -> Iterator[Item]:
    """Yield the items of a sentence, each behind its lead; one item is the whole of it."""
    colon = next((at for at, part in enumerate(parts) if part.role is Role.COLON), None)
    lead = list(parts[:colon]) if colon is not None else []
    is_whole = sum(part.role is Role.HARD for part in parts[:-1]) == 0
    rest = parts[colon + 1 :] if colon is not None else parts
    item: list[Part] = []
    for part in [*rest, Part(Role.HARD)]:
        if part.role is Role.HARD:
            if item:
                yield item_of([*lead, *item], sources, is_whole=is_whole)
            item = []
        else:
            item.append(part)


def item_of(parts: Sequence[Part], sources: tuple[Source, ...] = (), *, is_whole: bool = False) -> Item:
    """Return ``parts`` as an item."""
    words: list[str] = []
    within = frozenset(sources)
    numbers: dict[str, list[Part]] = {}
    for part in parts:
        if part.role in _SAID:
            words += part.text.split()
        elif part.role is Role.NUMBER:
            numbers.setdefault(words[-1] if words else "", []).append(part)
    return Item(
        words=tuple(words),
        cues=tuple(cue for part in parts for cue in sorted(part.cues - KINDS - {Cue.ACTIVE})),
        kinds=frozenset(cue for part in parts for cue in part.cues if cue in KINDS),
        numbers=tuple((word, tuple(some)) for word, some in numbers.items()),
        dates=frozenset(part.text for part in parts if part.role is Role.DATE),
        people=frozenset(part.text or f"{part.value:g}" for part in parts if part.role in (Role.AGE, Role.PERSON)),
        named=tuple(part for part in parts if part.role is Role.MENTION),
        about=tuple(
            dict.fromkeys(
                source for part in parts for fact in part.facts for source in fact.sources if source in within
            )
        ),
        sources=sources,
        is_whole=is_whole,
    )


def says_again(said: Item, item: Item) -> bool:
    """Return whether ``said`` says nothing that ``item`` does not: its words in order, its numbers where they stood."""
    if not said.words and not said.people and not (said.numbers and said.kinds):
        return False
    # "High, then normal" is not "normal, then high", and a thing is of no kind that nobody told.
    if said.cues != item.cues or not said.kinds <= item.kinds or not said.people <= item.people:
        return False
    if not all(any(day.startswith(each) for day in item.dates) for each in said.dates):
        return False
    if not _in_order(said.words, item.words):
        return False
    there = dict(item.numbers)
    return all(
        len(some) <= len(there.get(word, ()))
        and all(
            is_near(one, other.value) and one.unit in ("", other.unit)
            for one, other in zip(some, there[word], strict=False)
        )
        for word, some in said.numbers
    )


def _in_order(some: Sequence[str], words: Sequence[str]) -> bool:
    rest = iter(words)
    return all(word in rest for word in some)
