"""What is measured again because of a problem or a drug, by published rules, and whether it was."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files
from itertools import pairwise

from epicrisis.domain.patients import Condition, UseStatus
from epicrisis.domain.records import CodeSystem
from epicrisis.domain.summaries import Baseline, Current, Latest
from epicrisis.engines.summary.rules.checks import ingredients_of
from epicrisis.engines.summary.rules.medications import uses_of
from epicrisis.engines.summary.rules.problems import conditions_of
from epicrisis.engines.summary.rules.wording import LANGUAGES
from epicrisis.errors import InvalidWordList
from epicrisis.text.phrases import Phrases, folded

FILE = "monitoring.toml"


@dataclass(frozen=True, slots=True)
class Rule:
    """A problem or drugs, and the tests of which one is repeated after ``every``."""

    problems: Phrases | None
    besides: Phrases | None
    ingredients: frozenset[str]
    tests: frozenset[str]
    every: timedelta
    names: Mapping[str, str]
    basis: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Due:
    """A test that ``rule`` asks for because of ``reason``, and the ``last`` result there is."""

    rule: Rule
    reason: Current
    last: Latest | None


def due(baseline: Baseline) -> Iterator[Due]:
    """Yield what is due by rule at the time of ``baseline``, each test once, whatever asks for it first."""
    told: set[frozenset[str]] = set()
    taken = [each for each in baseline.medications if uses_of(each)[0].status is not UseStatus.ON_HOLD]
    for rule in rules():
        reason = next((each for each in (*baseline.problems, *taken) if _asks(rule, each)), None)
        if reason is None or rule.tests in told:
            continue
        last = _last(rule, (*baseline.labs, *baseline.vitals))
        at = last.observation.at if last is not None else None
        if at is None or at.first + rule.every < baseline.at.first:
            told.add(rule.tests)
            yield Due(rule, reason, last)


@cache
def rules() -> Sequence[Rule]:
    """Return the rules of the package.

    Raises:
        InvalidWordList: their file breaks its own rules.
    """
    return monitoring_rules((files(__package__) / FILE).read_text(encoding="utf-8"))


def monitoring_rules(content: str) -> list[Rule]:
    """Return the rules in ``content``.

    Raises:
        InvalidWordList: it has no source, or a rule no reason, no tests, no words or no basis, or a list is not sorted.
    """
    tables = tomllib.loads(content)
    if not str(tables.pop("source", "")).strip():
        raise InvalidWordList(f"{FILE}: no `source`; say where the rules come from.")
    for name, table in tables.items():
        for key in ("problems", "besides", "ingredients", "tests"):
            if any(not before < word for before, word in pairwise(table.get(key, []))):
                raise InvalidWordList(f"{FILE}: `{name}.{key}` is not sorted, or has a word twice.")
        complete = all(table.get(key) for each in LANGUAGES for key in (each, f"basis_{each}"))
        if not (complete and table.get("tests") and table.get("days") and (table.keys() & {"problems", "ingredients"})):
            raise InvalidWordList(f"{FILE}: `{name}` needs a reason, tests, days, and its words in {list(LANGUAGES)}.")
    return [
        Rule(
            problems=Phrases(table["problems"]) if "problems" in table else None,
            besides=Phrases(table["besides"]) if "besides" in table else None,
            ingredients=frozenset(table.get("ingredients", ())),
            tests=frozenset(table["tests"]),
            every=timedelta(days=table["days"]),
            names={language: table[language] for language in LANGUAGES},
            basis={language: table[f"basis_{language}"] for language in LANGUAGES},
        )
        for table in tables.values()
    ]


def _asks(rule: Rule, thing: Current) -> bool:
    if not isinstance(thing.entries[0], Condition):
        return bool(rule.ingredients) and bool(rule.ingredients & ingredients_of(thing))
    if rule.problems is None:
        return False
    low = folded(conditions_of(thing)[0].concept.text)
    return rule.problems.first(low) is not None and (rule.besides is None or rule.besides.first(low) is None)


def _last(rule: Rule, results: Sequence[Latest]) -> Latest | None:
    of_rule = [each for each in results if _is_of(rule, each) and each.observation.at is not None]
    return max(of_rule, key=_when, default=None)


def _is_of(rule: Rule, latest: Latest) -> bool:
    codes = latest.observation.concept.codes
    return any(code.system == CodeSystem.LOINC and code.code in rule.tests for code in codes)


def _when(latest: Latest) -> float:
    return latest.observation.at.first.timestamp() if latest.observation.at is not None else 0.0
