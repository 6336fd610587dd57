from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from epicrisis.domain.summaries import Baseline, Delta, SummarySection, Support
from epicrisis.engines.patients.baseline import baseline
from epicrisis.engines.patients.delta import delta
from epicrisis.engines.summary.rules.plan import sections
from epicrisis.engines.summary.verifying.verifier import Verifier
from epicrisis.formats.patients.reading import read_record
from tests.golden.verification.patients import PATIENTS
from tests.samples import BUNDLES, content, needs_samples

DATE = re.compile(r"\b(\d{4})(?=-\d\d)")
NUMBER = re.compile(r"(?<![\w.,-])\d+(?:\.\d+)?(?= ?(?:%|m|g|k|I|U|10|µ)[\w/^%]*)")
TURNED = {
    "en": {
        "low": "high",
        "high": "low",
        "Active problems": "Past problems",
        "New problems": "Problems resolved",
        "started": "stopped",
        "rose": "fell",
        "in range": "out of range",
        "Current medications": "Allergies",
    },
    "es": {
        "por debajo": "por encima",
        "por encima": "por debajo",
        "Problemas activos": "Antecedentes personales",
        "fuera de rango": "en rango",
        "Medicación actual": "Alergias",
    },
}


@cache
def invented(person: str) -> tuple[Baseline, Delta]:
    return PATIENTS[person]()


@cache
def sampled(file: Path) -> tuple[Baseline, Delta]:
    record = read_record(content(file))
    return baseline(record), delta(record)


def falsified(text: str, language: str) -> Iterator[str]:
    """Yield ``text`` with one thing of it made wrong."""
    for found in list(DATE.finditer(text))[:2]:
        yield f"{text[: found.start()]}{int(found[1]) + 111}{text[found.end() :]}"
    for found in list(NUMBER.finditer(text))[:3]:
        yield f"{text[: found.start()]}{float(found[0]) * 3 + 1:.2f}{text[found.end() :]}"
    for words, others in TURNED[language].items():
        if words in text:
            yield text.replace(words, others, 1)


def plan_of(known: tuple[Baseline, Delta], language: str) -> tuple[SummarySection, ...]:
    return sections(*known, missing=(), language=language)


def check_plan(known: tuple[Baseline, Delta], language: str) -> None:
    plan = plan_of(known, language)
    verifier = Verifier(*known, plan, language=language)
    statements = [each for section in plan for each in section.statements]

    for statement in statements:
        assert verifier.check(statement.text, statement.sources) == statement

    wrong = [false for each in statements for false in falsified(each.text, language)]
    passed = [false for false in wrong if verifier.check(false).support is Support.SUPPORTED]
    assert passed == []


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("person", PATIENTS)
def test_the_plan_of_the_rules_is_borne_out_and_nothing_of_it_made_wrong_is(person: str, language: str) -> None:
    check_plan(invented(person), language)


@needs_samples
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("file", BUNDLES, ids=lambda file: file.stem[:12])
def test_so_it_is_for_the_sample_bundles(file: Path, language: str) -> None:
    check_plan(sampled(file), language)
