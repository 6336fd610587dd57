"""Cases drawn from the knowledge base and told in words: what teaches the engine of wording.

A condition is drawn by how often people fall ill of it (damped, as the ranker damps it), age and sex as its patients
have them, and its findings as often as the tables say. Of what is there some is told, what speaks most for it more
often; so are a few findings that anybody may have, and some that are not there. One case in thirty has no condition.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from epicrisis.engines.differential.knowledge.base import Floats, KnowledgeBase
from epicrisis.engines.differential.knowledge.entries import BANDS
from epicrisis.engines.differential.knowledge.reading import tables, words_in
from epicrisis.engines.differential.likeness import NOTHING
from epicrisis_lab.knowledge.clauses import teaching
from epicrisis_lab.knowledge.held_out import held_out

# How much incidence counts, as in ranking; how many cases have no condition; how often age and sex are not told.
_DAMPED, _NONE, _UNTOLD = 0.4, 1 / 30, 0.08
# At most so much is told of what is there, of what is there for another reason, of what is not, and that tells nothing.
_THERE, _BESIDE, _DENIED, _IDLE = 14, 3, 5, 6
# Of how much of it is known whether it is there; of the others the words alone say.
_UNDERSTOOD = 0.7
# What anybody may have is told where at least so many have it.
_COMMON = 0.02
_NAMES = 4
_DENIALS = {"en": ("no {}", "denies {}", "without {}"), "es": ("no {}", "niega {}", "sin {}")}

Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Said:
    """What may be said in one language: ``words``, and the places among them by finding and whether it is there.

    ``idle`` are the places of what tells nothing.
    """

    words: Sequence[str]
    of: Mapping[tuple[int, bool], Places]
    idle: Places


@dataclass(frozen=True, slots=True)
class Drawn:
    """Cases: of each statement its case, its place in ``words`` and its side; of each case band, sex and condition.

    ``sides`` are 1 for what is there, -1 for what is not, and 0 where the words alone say which. A band or sex one past
    the last is not told, and a condition one past the last is none.
    """

    cases: Places
    words: Places
    sides: NDArray[np.float32]
    bands: Places
    sexes: Places
    conditions: Places


def said(base: KnowledgeBase, language: str, *, kept: bool) -> Said:
    """Return what cases of ``language`` are told in: clauses and names, or the clauses ``kept`` from the encoder."""
    told = teaching(base, language)
    aside = set(held_out(told))
    words, places = list[str](), dict[tuple[int, bool], list[int]]()
    idle = list[int]()
    for number, each in enumerate(told):
        if (number in aside) is kept and not each.is_name:
            own = idle if each.finding == NOTHING else places.setdefault((base.column[each.finding], each.present), [])
            own.append(len(words))
            words.append(each.text)
    for column, names in enumerate(_names(base, language)):
        for name in names:
            places.setdefault((column, True), []).append(len(words))
            words.append(name)
        for number, name in enumerate(names[:3]):
            denials = _DENIALS[language]
            places.setdefault((column, False), []).append(len(words))
            words.append(denials[(column + number) % len(denials)].format(name))
    return Said(words, {each: np.array(own) for each, own in places.items()}, np.array(idle, np.intp))


def drawn(base: KnowledgeBase, said: Said, many: int, seed: int) -> Drawn:
    """Return ``many`` cases."""
    rng = np.random.default_rng(seed)
    conditions = list(base.conditions.values())
    often = np.array([each.incidence for each in conditions]) ** _DAMPED
    rows = rng.choice(len(conditions), many, p=often / often.sum())
    rows[rng.random(many) < _NONE] = len(conditions)
    ages = np.array([each.ages for each in conditions] + [[1.0] * (len(BANDS) + 1)])
    female = np.array([each.female for each in conditions] + [0.5])
    own = ages[rows] / ages[rows].sum(axis=1, keepdims=True)
    bands = (own.cumsum(axis=1) < rng.random((many, 1))).sum(axis=1)
    sexes = (rng.random(many) >= female[rows]).astype(np.intp)
    bands[rng.random(many) < _UNTOLD], sexes[rng.random(many) < _UNTOLD] = len(BANDS) + 1, 2
    statements = [
        (case, place, side)
        for case, row in enumerate(rows.tolist())
        for place, side in _statements(base, said, row, rng)
    ]
    cases, places, sides = zip(*statements, strict=True)
    return Drawn(np.array(cases), np.array(places), np.array(sides, np.float32), bands, sexes, rows)


def _statements(base: KnowledgeBase, said: Said, row: int, rng: np.random.Generator) -> Iterator[tuple[int, float]]:
    there, denied = _found(base, row, rng)
    for column, is_there in [*((each, True) for each in there), *((each, False) for each in denied)]:
        ways = said.of.get((column, is_there))
        if ways is not None:
            side = 1.0 if is_there else -1.0
            yield int(rng.choice(ways)), side if rng.random() < _UNDERSTOOD else 0.0
    for place in rng.choice(said.idle, int(rng.integers(_IDLE + 1))):
        yield int(place), 0.0


def _found(base: KnowledgeBase, row: int, rng: np.random.Generator) -> tuple[Places, Places]:
    """Return the columns of what is told to be there and of what is told not to be; of no condition, past the last."""
    of_anybody = row == len(base.conditions)
    chance = base.background if of_anybody else base.likelihood[row]
    has = rng.random(len(chance)) < chance
    common = base.background > _COMMON
    if of_anybody:
        return _some(np.flatnonzero(has), 1, _THERE, rng), _some(np.flatnonzero(~has & common), 0, _DENIED, rng)
    named = base.named[row]
    own = np.flatnonzero(has & named)
    telling = np.log1p(np.maximum(chance[own] / base.background[own], 1.0))
    there = _some(own, 1, _THERE, rng, telling)
    beside = _some(np.flatnonzero(has & ~named & common), 0, _BESIDE, rng)
    other = base.named[int(rng.integers(len(base.conditions)))]
    return np.concatenate([there, beside]), _some(np.flatnonzero(~has & (named | other)), 0, _DENIED, rng)


def _some(columns: Places, least: int, most: int, rng: np.random.Generator, weights: Floats | None = None) -> Places:
    many = min(len(columns), int(rng.integers(least, most + 1)))
    shares = None if weights is None or not many else weights / weights.sum()
    return rng.choice(columns, many, replace=False, p=shares) if many else columns[:0]


def _names(base: KnowledgeBase, language: str) -> list[list[str]]:
    names = {each.id: [each.names[language]] for each in base.findings.values()}
    for finding, phrase in words_in(tables(), language):
        if finding in names and len(names[finding]) < _NAMES:
            names[finding].append(phrase)
    return list(names.values())
