"""What engines that add up findings tell in the same way: for and against, age and sex, questions, warnings."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence

import numpy as np

from epicrisis.domain.differentials import Case, Hypothesis, Observed, Weighed, WhatIf
from epicrisis.domain.patients import Sex
from epicrisis.domain.records import Code, CodeSystem
from epicrisis.engines.differential.knowledge.base import Floats
from epicrisis.engines.differential.knowledge.entries import Condition

AGE, SEX, SEVERITY, WORDING = "age", "sex", "severity", "wording"
"""What stands in the place of a finding where it is none that moves a score."""
NAMES = {
    "en": {AGE: "age", SEX: "sex", SEVERITY: "severity", WORDING: "the wording of the note"},
    "es": {AGE: "edad", SEX: "sexo", SEVERITY: "gravedad", WORDING: "la redacción de la nota"},
}
MOST_HYPOTHESES, MOST_QUESTIONS = 10, 6
# What of a condition is asked after where nobody said: what more than half of its patients have.
EXPECTED, MOST_MISSING = 0.5, 5
_LEAST_GAIN = 0.005

# By these a warning is told apart by those who may not repeat what it says of a patient.
BOTH_WAYS, MISFIT = "is said to be there and not to be there", "does not fit the"
ELSEWHERE = "It is likelier than not that something else than these conditions explains the case."
NOTHING_THERE = "No finding that is there was understood, so the ranking says little more than who falls ill of what."


def sides(weighed: Iterable[Weighed]) -> tuple[tuple[Weighed, ...], tuple[Weighed, ...]]:
    """Return what speaks for a condition and what against it, what moves it most first."""
    told = sorted(weighed, key=lambda each: -abs(each.weight))
    supporting = tuple(each for each in told if each.weight > 0)
    return supporting, tuple(each for each in told if each.weight < 0)


def hypothesis(
    condition: Condition,
    language: str,
    weighed: Iterable[Weighed],
    *,
    confidence: float,
    score: float,
    present: Container[str] = (),
    missing: Sequence[WhatIf] = (),
    is_known: bool = False,
) -> Hypothesis:
    """Return what is told of ``condition``: what of its ``score`` was ``weighed``, and the rest as what was before.

    ``present`` are the findings that are there, of which some may be its red flags.
    """
    told = list(weighed)
    supporting, opposing = sides(told)
    return Hypothesis(
        condition=condition.id,
        name=condition.names[language],
        code=Code(CodeSystem.ICD_10_CM, condition.icd10cm, condition.names["en"]),
        confidence=confidence,
        score=score,
        prior=score - sum(each.weight for each in told),
        urgency=condition.urgency,
        supporting=supporting,
        opposing=opposing,
        missing=tuple(missing),
        red_flags=tuple(each for each in condition.red_flags if each in present),
        tests=condition.tests[language],
        is_known=is_known,
    )


def of_whom(case: Case, language: str, *, age: float, sex: float) -> Iterator[Weighed]:
    """Yield what age and sex add to the score of a condition, as far as they are known."""
    names = NAMES[language]
    if case.age is not None:
        yield Weighed(Observed(AGE, told=f"{case.age:g}"), names[AGE], age)
    if case.sex in (Sex.FEMALE, Sex.MALE):
        yield Weighed(Observed(SEX, told=case.sex.lower()), names[SEX], sex)


def observed_once(case: Case) -> dict[str, Observed]:
    """Return what was observed by its finding; what is said to be there and not to be there is there."""
    return {each.finding: each for each in sorted(case.observed, key=lambda each: each.present)}


def said_both_ways(case: Case, implied: Iterable[str] = ()) -> Iterator[str]:
    """Yield a warning for each finding that is said not to be there and is, or is ``implied`` by one that is."""
    there = {each.finding for each in case.observed if each.present} | set(implied)
    for finding in dict.fromkeys(each.finding for each in case.observed if not each.present):
        if finding in there:
            yield f"{finding} {BOTH_WAYS}; it was taken to be there."


def most_telling(gains: Floats, most: int, *, kin: Callable[[int, int], bool]) -> Iterator[int]:
    """Yield the columns that tell most, of those that are ``kin`` the first alone: after chest pain, not its kind."""
    taken = list[int]()
    for column in map(int, np.argsort(-gains, kind="stable")):
        if len(taken) == most or gains[column] < _LEAST_GAIN:
            return
        if not any(kin(column, each) for each in taken):
            taken.append(column)
            yield column
