"""What is told of a patient and does not fit the age or the sex that is told of them too."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from epicrisis.domain.differentials import Case
from epicrisis.domain.patients import Sex
from epicrisis.engines.differential.knowledge.base import KnowledgeBase
from epicrisis.engines.differential.knowledge.entries import Condition
from epicrisis.engines.differential.telling import MISFIT

_TABLE = "whose.toml"
# What so many have who have a condition points to it.
_POINTS, _MOST_NAMED = 0.25, 3


@cache
def sexes() -> Mapping[str, Sex]:
    """Return the only sex that a finding can be found in, by its id; of most there is none."""
    return {finding: Sex(row["sex"]) for row in _rows() if "sex" in row for finding in row["findings"]}


@cache
def ages() -> Mapping[str, tuple[float, float]]:
    """Return the first and the last year of life that a finding can be found in, by its id; most are found at any."""
    return {finding: tuple(row["ages"]) for row in _rows() if "ages" in row for finding in row["findings"]}


def misfits(case: Case, base: KnowledgeBase, impossible: Mapping[int, Condition], language: str) -> Iterator[str]:
    """Yield a warning for each finding that does not fit the patient, and what was left out with it.

    ``impossible`` are the conditions that somebody of that age and sex cannot have, by row.
    """
    for finding in dict.fromkeys(each.finding for each in case.observed if each.present):
        wrong = list(_wrong(case, finding))
        if not wrong:
            continue
        told = f"{finding} {MISFIT} {' and the '.join(wrong)} of the patient; see which is right."
        column = base.column[finding]
        rows = [row for row in impossible if base.named[row, column] and base.likelihood[row, column] >= _POINTS]
        rows.sort(key=lambda row: -float(base.likelihood[row, column]) * impossible[row].incidence)
        named = ", ".join(impossible[row].names[language] for row in rows[:_MOST_NAMED])
        left = f" Left out, as they cannot have it: {named}." if named else ""
        yield told + left


def _wrong(case: Case, finding: str) -> Iterator[str]:
    sex, span = sexes().get(finding), ages().get(finding)
    if sex is not None and case.sex in (Sex.FEMALE, Sex.MALE) and case.sex is not sex:
        yield f"sex ({case.sex.lower()})"
    if span is not None and case.age is not None and not span[0] <= int(case.age) <= span[1]:
        yield f"age ({case.age:g})"


@cache
def _rows() -> list[dict[str, Any]]:
    return list(tomllib.loads(files(__package__).joinpath(_TABLE).read_text(encoding="utf-8"))["only"])
