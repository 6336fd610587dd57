from __future__ import annotations

from itertools import chain

import pytest

from epicrisis.domain.patients import Concept
from epicrisis.domain.records import Code, CodeSystem
from epicrisis.engines.differential.knowledge.reading import LANGUAGES, knowledge_base
from epicrisis.engines.differential.measuring import checked
from epicrisis.engines.differential.ordering import is_asked_for, order_file, orders_of


def told(test: str, language: str = "en") -> list[tuple[str, str]]:
    return [(each.text, "" if each.code is None else each.code.code) for each in orders_of(test, language)]


@pytest.mark.parametrize(
    ("test", "language", "orders"),
    [
        ("12-lead ECG", "en", [("12-lead ECG", "11524-6")]),
        ("ECG (QT interval)", "en", [("ECG", "11524-6")]),
        ("Blood count and C-reactive protein", "en", [("Blood count", "58410-2"), ("C-reactive protein", "1988-5")]),
        ("Hemograma y proteína C reactiva", "es", [("Hemograma", "58410-2"), ("proteína C reactiva", "1988-5")]),
        ("Radiografía de tórax", "es", [("Radiografía de tórax", "36643-5")]),
        ("BNP or NT-proBNP", "en", [("BNP", "30934-4")]),
        # Which troponin a laboratory measures is for the laboratory to say.
        ("High-sensitivity troponin (serial)", "en", [("High-sensitivity troponin", "")]),
        ("Joint aspiration with crystals and culture", "en", [("Joint aspiration with crystals and culture", "")]),
    ],
)  # fmt: skip
def test_a_test_is_told_as_the_orders_it_takes(test: str, language: str, orders: list[tuple[str, str]]) -> None:
    assert told(test, language) == orders


@pytest.mark.parametrize(
    ("test", "language"),
    [
        ("Clinical diagnosis, no test needed", "en"),
        ("Drug review", "en"),
        ("ECG if potassium high", "en"),
        ("Lumbar puncture when stable", "en"),
        ("Exploración clínica", "es"),
        ("Hemograma si hay palidez", "es"),
    ],
)
def test_what_nobody_orders_or_only_sometimes_is_not_offered(test: str, language: str) -> None:
    assert told(test, language) == []


@pytest.mark.parametrize(
    ("ordered", "code", "test", "asked"),
    [
        ("Troponin I, high sensitivity", "", "High-sensitivity troponin (serial)", True),
        ("EKG", "11524-6", "12-lead ECG", True),
        ("12 lead ECG", "", "ECG and troponin", True),
        ("NT-proBNP", "", "BNP or NT-proBNP", True),
        ("Something of ours", "2160-0", "Electrolytes and creatinine", True),
        ("Brain MRI", "", "ECG", False),
        ("Urine culture", "", "Blood cultures", False),
        ("", "", "ECG", False),
    ],
)
def test_an_order_is_known_by_its_code_or_by_its_words(ordered: str, code: str, test: str, asked: bool) -> None:
    codes = (Code(CodeSystem.LOINC, code, ""),) if code else ()

    assert is_asked_for(Concept(ordered, codes), test, "en") is asked


def test_every_code_of_the_file_has_its_check_digit_and_every_name_leads_to_it() -> None:
    for row in order_file()["codes"].values():
        assert checked(row["code"]) == (row["code"], "")
        for language in LANGUAGES:
            for name in row[language]:
                assert told(name, language) == [(name, row["code"])]


def test_two_in_five_of_the_orders_of_the_knowledge_base_have_a_code() -> None:
    every = [
        (test, language)
        for condition in knowledge_base().conditions.values()
        for language in LANGUAGES
        for test in condition.tests[language]
    ]

    orders = list(chain.from_iterable(orders_of(test, language) for test, language in every))

    assert sum(each.code is not None for each in orders) / len(orders) > 0.4
    assert all(each.text == each.text.strip() != "" for each in orders)
