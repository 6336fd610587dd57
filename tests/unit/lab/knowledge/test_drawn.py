"""Cases drawn from the knowledge base are told in what teaches, or in what was held out, and have what they should."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from epicrisis.engines.differential.knowledge.entries import BANDS
from epicrisis.engines.differential.knowledge.reading import knowledge_base
from epicrisis_lab.knowledge.clauses import clauses
from epicrisis_lab.knowledge.drawn import Drawn, Said, drawn, said

MANY = 600


@cache
def words(language: str, *, kept: bool = False) -> Said:
    return said(knowledge_base(), language, kept=kept)


@cache
def cases() -> Drawn:
    return drawn(knowledge_base(), words("en"), MANY, 7)


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_was_held_out_from_the_encoder_tells_no_case_that_teaches(language: str) -> None:
    written = {each.text for each in clauses(language)}
    taught, kept = (written & set(words(language, kept=kept).words) for kept in (False, True))
    # A few are written twice, or are a name as well.
    assert len(taught & kept) < len(kept) / 20
    assert len(kept) > 1_000
    assert len(taught) > 10 * len(kept)


def test_cases_are_the_same_again_and_others_with_another_seed() -> None:
    again, other = (drawn(knowledge_base(), words("en"), MANY, seed) for seed in (7, 8))
    assert np.array_equal(again.words, cases().words)
    assert np.array_equal(again.conditions, cases().conditions)
    assert not np.array_equal(other.conditions, cases().conditions)


def test_every_case_has_a_condition_or_none_and_somebody() -> None:
    conditions = len(knowledge_base().conditions)
    assert set(cases().conditions) <= set(range(conditions + 1))
    assert 0 < (cases().conditions == conditions).sum() < MANY / 10
    assert set(cases().bands) <= set(range(len(BANDS) + 2))
    assert set(cases().sexes) == {0, 1, 2}
    assert np.all(np.diff(cases().cases) >= 0)


def test_a_man_is_drawn_with_nothing_that_women_alone_have() -> None:
    base = knowledge_base()
    women = [row for row, each in enumerate(base.conditions.values()) if each.female == 1.0]
    own = np.isin(cases().conditions, women)
    assert own.any()
    assert not np.any(cases().sexes[own] == 1)


def test_most_of_what_is_told_to_be_there_goes_with_the_condition() -> None:
    base, told = knowledge_base(), words("en")
    of = {int(place): column for (column, there), places in told.of.items() if there for place in places}
    condition = cases().conditions[cases().cases]
    rows = [
        (condition[number], of[place])
        for number, (place, side) in enumerate(zip(cases().words.tolist(), cases().sides.tolist(), strict=True))
        if side > 0 and condition[number] < len(base.conditions)
    ]
    named = [bool(base.named[row, column]) for row, column in rows]
    assert len(rows) > 1_000
    assert np.mean(named) > 0.75


def test_what_tells_nothing_is_said_too_and_some_sides_are_for_the_words_to_say() -> None:
    idle = np.isin(cases().words, words("en").idle)
    assert idle.any()
    assert set(cases().sides[idle]) == {0.0}
    assert set(cases().sides[~idle]) == {-1.0, 0.0, 1.0}
