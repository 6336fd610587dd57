"""What is told and what it rests on, and how several such things make a sentence that can still be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from epicrisis.domain.patients import Source
from epicrisis.domain.summaries import Statement
from epicrisis.engines.summary.rules.wording import Words

# More of them in one sentence are skipped over by the eye.
MOST = 6


@dataclass(frozen=True, slots=True)
class Told:
    """A part of a sentence, with what it rests on."""

    text: str
    sources: tuple[Source, ...]


def listed(
    words: Words, key: str, items: Sequence[Told], *, others: Sequence[Told] = (), count: int = 0, most: int = MOST
) -> Iterator[Statement]:
    """Yield ``items`` behind the lead that ``key`` names, ``most`` in a sentence, and all of them.

    The ``others`` are counted and not named. ``count`` is the number in the lead, where it is not that of them all.
    """
    lead = words.say(key, count=count or len(items) + len(others))
    groups = _evenly(items, most)
    for number, group in enumerate(groups):
        texts = [item.text for item in group]
        start = words.say("list.continued", lead=lead) if number else lead
        if others and number == len(groups) - 1:
            texts.append(words.say("list.more", count=len(others)))
            group = [*group, *others]
        yield statement(f"{start}: {'; '.join(texts)}.", *group)


def statement(text: str, *rests_on: Told | Source) -> Statement:
    """Return the sentence ``text`` with all that it rests on, each source once."""
    return Statement(text, tuple(dict.fromkeys(_sources(rests_on))))


def _sources(rests_on: Iterable[Told | Source]) -> Iterator[Source]:
    for each in rests_on:
        if isinstance(each, Source):
            yield each
        else:
            yield from each.sources


def _evenly(items: Sequence[Told], most: int) -> list[list[Told]]:
    """Return ``items`` in as few groups of ``most`` as there can be, all about as long: seven are four and three."""
    groups = ceil(len(items) / most)
    edges = [len(items) * number // groups for number in range(groups + 1)] if groups else []
    return [list(items[start:end]) for start, end in pairwise(edges)]
