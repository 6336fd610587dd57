"""Joins all attributes of a text to their heads at once: the likeliest reading of the whole row, not pair by pair.

The attributes of a text are a linear chain whose labels are the heads near each of them, or none; its weights are those
of a conditional random field (Lafferty, McCallum and Pereira 2001), trained by ``epicrisis-lab train relations``.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise

from epicrisis.engines.extraction.relations.pairs import Attribute, Layout

FILE = "relations.toml"
# Each kind of pair has weights of its own: doses stand beside drugs in other ways than values beside tests.
KINDS = ("drugs", "tests")

Weights = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Joined:
    """The head an attribute was joined to, by its number, and the share of all readings that say so (0 to 1)."""

    head: int | None
    score: float


@dataclass(frozen=True, slots=True)
class _Link:
    """An attribute in its row: the heads it may belong to, none the last, and what speaks for each."""

    attribute: Attribute
    heads: tuple[int | None, ...]
    scores: tuple[float, ...]


def joined(layout: Layout, weights: Weights) -> list[Joined]:
    """Return the head of each attribute of ``layout``, in order, by the Viterbi algorithm."""
    links = [_link(layout, attribute, weights) for attribute in layout.attributes]
    steps = [_steps(layout, one, other, weights) for one, other in pairwise(links)]
    places = _best(links, steps)
    shares = _shares(links, steps)
    return [Joined(link.heads[place], share[place]) for link, place, share in zip(links, places, shares, strict=True)]


@cache
def weights_of(kind: str) -> Weights:
    """Return the shipped weights of ``kind``, one of ``KINDS``."""
    table = tomllib.loads((files(__package__) / FILE).read_text(encoding="utf-8"))
    return {str(name): float(weight) for name, weight in table[kind].items()}


def _link(layout: Layout, attribute: Attribute, weights: Weights) -> _Link:
    settled = layout.settled(attribute)
    if settled is not None:
        return _Link(attribute, (settled,), (0.0,))
    candidates = layout.candidates(attribute)
    scores = [_sum(layout.pair(number, attribute), weights) for number in candidates]
    alone = _sum(layout.alone(attribute, candidates), weights)
    return _Link(attribute, (*candidates, None), (*scores, alone))


def _steps(layout: Layout, one: _Link, other: _Link, weights: Weights) -> list[list[float]]:
    return [
        [_sum(layout.step(before, number, one.attribute, other.attribute), weights) for number in other.heads]
        for before in one.heads
    ]


def _sum(features: Iterable[str], weights: Weights) -> float:
    return sum(weights.get(feature, 0.0) for feature in features)


def _best(links: Sequence[_Link], steps: Sequence[Sequence[Sequence[float]]]) -> list[int]:
    """Return which of its heads each link takes in the best reading; of two equal ones the earlier head wins."""
    if not links:
        return []
    totals = list(links[0].scores)
    backs: list[list[int]] = []
    for link, step in zip(links[1:], steps, strict=True):
        came = [
            max(range(len(totals)), key=lambda before: totals[before] + step[before][place])
            for place in range(len(link.heads))
        ]
        totals = [totals[before] + step[before][place] + link.scores[place] for place, before in enumerate(came)]
        backs.append(came)
    place = max(range(len(totals)), key=totals.__getitem__)
    places = [place]
    for came in reversed(backs):
        place = came[place]
        places.append(place)
    return places[::-1]


def _shares(links: Sequence[_Link], steps: Sequence[Sequence[Sequence[float]]]) -> list[list[float]]:
    """Return how likely each head of each link is over all readings, by the forward-backward algorithm."""
    if not links:
        return []
    forward = [list(links[0].scores)]
    for link, step in zip(links[1:], steps, strict=True):
        last = forward[-1]
        forward.append(
            [
                score + _log_sum([last[before] + step[before][place] for before in range(len(last))])
                for place, score in enumerate(link.scores)
            ]
        )
    backward = [[0.0] * len(links[-1].heads)]
    for link, step in zip(reversed(links[1:]), reversed(steps), strict=True):
        after = backward[-1]
        backward.append(
            [_log_sum([row[place] + link.scores[place] + after[place] for place in range(len(after))]) for row in step]
        )
    whole = _log_sum(forward[-1])
    return [
        [min(1.0, math.exp(ahead + behind - whole)) for ahead, behind in zip(ahead_of, behind_of, strict=True)]
        for ahead_of, behind_of in zip(forward, reversed(backward), strict=True)
    ]


def _log_sum(values: Sequence[float]) -> float:
    most = max(values)
    return most + math.log(sum(math.exp(value - most) for value in values))
