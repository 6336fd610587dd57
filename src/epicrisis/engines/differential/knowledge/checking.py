"""Whether the knowledge base keeps its own rules, so that whoever corrects a row hears of what it breaks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from epicrisis.engines.differential.knowledge.base import KnowledgeBase, parents_first
from epicrisis.engines.differential.knowledge.entries import BANDS, Chance, Condition, Finding
from epicrisis.engines.differential.measuring import check_digit, checked

LEAST_ROWS = 22
_LEAST_CHANCE, _MOST_CHANCE = 0.001, 0.99
# Two chances read off the same tables are written with two digits.
_ROUNDING = 0.006


def faults(
    base: KnowledgeBase,
    words: Mapping[str, Sequence[tuple[str, str]]],
    *,
    is_icd10cm: Callable[[str], bool] | None = None,
) -> Iterator[str]:
    """Yield what breaks the rules, each with the entry to look at; ``words`` are the names by language."""
    yield from _of_findings(list(base.findings.values()))
    yield from _of_conditions(base, is_icd10cm)
    yield from _of_chances(base)
    yield from _of_measures(base)
    for language, named in words.items():
        yield from _of_words(base, language, named)


def _of_findings(findings: Sequence[Finding]) -> Iterator[str]:
    known = {each.id for each in findings}
    yield from (f"finding {each}: it stands twice" for each in _twice(each.id for each in findings))
    for each in findings:
        for parent in each.parents:
            if parent not in known:
                yield f"finding {each.id}: there is no parent {parent}"
        if not 0 < each.chance < 1:
            yield f"finding {each.id}: {each.chance} is no chance"
    for language in ("en", "es"):
        named = Counter(each.names[language].casefold() for each in findings)
        yield from (f"{language}: two findings are called {name!r}" for name, count in named.items() if count > 1)
    order = {each.id: place for place, each in enumerate(parents_first(findings))}
    for each in findings:
        if any(order.get(parent, -1) >= order[each.id] for parent in each.parents):
            yield f"finding {each.id}: it lies in a circle of parents"


def _of_conditions(base: KnowledgeBase, is_icd10cm: Callable[[str], bool] | None) -> Iterator[str]:
    rows = Counter(each.condition for each in base.chances)
    for each in base.conditions.values():
        yield from (f"condition {each.id}: {fault}" for fault in _of_condition(each, base))
        if is_icd10cm is not None and not is_icd10cm(each.icd10cm):
            yield f"condition {each.id}: {each.icd10cm} is no code of ICD-10-CM"
        if rows[each.id] < LEAST_ROWS:
            yield f"condition {each.id}: {rows[each.id]} findings, at least {LEAST_ROWS} are wanted"


def _of_condition(condition: Condition, base: KnowledgeBase) -> Iterator[str]:
    if len(condition.ages) != len(BANDS) + 1 or not any(condition.ages) or min(condition.ages) < 0:
        yield "there is one rate an age band, and one of them is above 0"
    if not 0 <= condition.female <= 1:
        yield f"{condition.female} is no share"
    if condition.incidence <= 0:
        yield "its incidence is above 0"
    if condition.severity not in range(1, 6):
        yield f"severity {condition.severity} is not from 1 to 5"
    for finding in (*condition.red_flags, *condition.questions, condition.past, condition.family):
        if finding and finding not in base.findings:
            yield f"there is no finding {finding}"
    for rival in condition.rivals:
        if rival not in base.conditions or rival == condition.id:
            yield f"{rival} is no rival"
    for other in condition.accompanies:
        if other not in base.conditions or condition.id not in base.conditions[other].accompanies:
            yield f"it accompanies {other}, which does not accompany it"
    for language, tests in condition.tests.items():
        if not tests:
            yield f"it names no test in {language}"
    if len(condition.tests["en"]) != len(condition.tests["es"]):
        yield "its tests are not the same in both languages"


def _of_chances(base: KnowledgeBase) -> Iterator[str]:
    told = {(each.condition, each.finding): each.chance for each in base.chances}
    for pair in _twice((each.condition, each.finding) for each in base.chances):
        yield f"chance {pair}: it stands twice"
    for each in base.chances:
        where = f"chance of {each.finding} in {each.condition}"
        if each.condition not in base.conditions or each.finding not in base.findings:
            yield f"{where}: one of the two is unknown"
        elif not _LEAST_CHANCE <= each.chance <= _MOST_CHANCE:
            yield f"{where}: {each.chance} is too near to never or always"
        elif not each.sources:
            yield f"{where}: it names no source"
        else:
            yield from _above(each, base, told)


def _above(each: Chance, base: KnowledgeBase, told: Mapping[tuple[str, str], float]) -> Iterator[str]:
    for parent in base.findings[each.finding].parents:
        if told.get((each.condition, parent), 1.0) + _ROUNDING < each.chance:
            yield f"chance of {each.finding} in {each.condition}: it is above that of {parent}"


def _of_measures(base: KnowledgeBase) -> Iterator[str]:
    for each in base.measures:
        if each.finding not in base.findings:
            yield f"measure {each.loinc}: there is no finding {each.finding}"
        number, _, digit = checked(each.loinc)[0].rpartition("-")
        if check_digit(number) != int(digit):
            yield f"measure {each.loinc}: its check digit is wrong"
        if not 0 <= each.first < each.last:
            yield f"measure {each.loinc}: it ends before it begins"
    yield from (
        f"measure {each}: it stands twice"
        for each in _twice((each.finding, each.loinc, each.shows, each.unit, each.first) for each in base.measures)
    )


def _of_words(base: KnowledgeBase, language: str, named: Sequence[tuple[str, str]]) -> Iterator[str]:
    by: dict[str, str] = {}
    for finding, phrase in named:
        if finding not in base.findings:
            yield f"words of {finding} ({language}): there is no such finding"
        if phrase != phrase.strip() or not phrase:
            yield f"words of {finding} ({language}): {phrase!r} has white space around it, or nothing in it"
        if by.setdefault(phrase.casefold(), finding) != finding:
            yield f"words of {finding} ({language}): {phrase!r} is said of {by[phrase.casefold()]} as well"


def _twice(values: Iterable[object]) -> list[object]:
    return [value for value, count in Counter(values).items() if count > 1]
