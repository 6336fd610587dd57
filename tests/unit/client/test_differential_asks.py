from __future__ import annotations

import json
from typing import Any

import pytest

from epicrisis.client import LabResult, RankedCase, VerdictKept, differential_asks
from epicrisis.client.asking import Ask, Told
from epicrisis.client.differential_asks import Case
from epicrisis.domain.differentials import Case as Understood
from epicrisis.domain.differentials import Differential, Observed, Severity
from epicrisis.domain.documents import Document
from epicrisis.domain.patients import Sex, Source
from epicrisis.domain.spans import Span
from epicrisis.errors import InvalidInput
from epicrisis.formats.differentials import NOTICE, differential_to_plain
from epicrisis.text.alignment import OffsetUnit

NOTE = Document("1", "🫀 Denies fever.", "en")
FEVER = Observed("fever", False, "fever", Source("note", Span(9, 14)))
FOUND = Differential(Understood(observed=(FEVER,)), (), 0.25, (), (), "knowledge", "1")


def asked(case: Case, **how: Any) -> Any:
    return json.loads(differential_asks.differentials(case, **{"language": None, "most": None} | how).body or b"")


def answered(ask: Ask[Any], plain: Any) -> Any:
    return ask.read(Told(json.dumps(plain).encode(), {"x-request-id": "7"}))


def test_only_what_is_told_is_sent() -> None:
    assert asked(Case(["cough"])) == {"symptoms": ["cough"]}
    assert asked(Case(age=0, text="Denies fever.")) == {"age": 0, "text": "Denies fever."}


def test_all_that_can_be_told_is_sent_as_the_route_reads_it() -> None:
    case = Case(
        symptoms=("cough",),
        text="Denies fever.",
        conditions=("asthma",),
        results=(LabResult("718-7", 9.1, "g/dL", low=12.0), LabResult("2345-7", 90)),
        findings=(Observed("fever", present=False),),
        age=65,
        sex=Sex.MALE,
        severity=Severity.MILD,
    )

    assert asked(case, language="en", most=3) == {
        "symptoms": ["cough"], "text": "Denies fever.", "conditions": ["asthma"], "age": 65, "sex": "MALE",
        "severity": "MILD", "language": "en", "most": 3, "findings": [{"finding": "fever", "present": False}],
        "results": [
            {"loinc": "718-7", "value": 9.1, "unit": "g/dL", "low": 12.0}, {"loinc": "2345-7", "value": 90, "unit": ""},
        ],
    }  # fmt: skip


def test_a_string_alone_is_one_symptom_and_not_its_letters() -> None:
    assert asked(Case("cough", conditions="asthma")) == {"symptoms": ["cough"], "conditions": ["asthma"]}


@pytest.mark.parametrize("unit", list(OffsetUnit))
def test_the_answer_is_a_value_whose_places_count_code_points(unit: OffsetUnit) -> None:
    ask = differential_asks.differentials(Case(text=NOTE.text), language=None, most=None)

    ranked = answered(ask, differential_to_plain(FOUND, note=NOTE, offset_unit=unit))

    assert ranked == RankedCase(FOUND, NOTICE["en"], "en", "7")


@pytest.mark.parametrize("other", ["She is well again, and has gone.", None])
def test_an_answer_about_another_note_is_refused(other: str | None) -> None:
    ask = differential_asks.differentials(Case(["cough"], text=other), language=None, most=None)

    with pytest.raises(InvalidInput):
        answered(ask, differential_to_plain(FOUND, note=NOTE))


def test_what_is_told_of_a_patient_is_not_shown_of_a_case() -> None:
    case = Case(
        ["cough of Ana Ruiz"], text="Ana Ruiz", conditions=["Ana Ruiz"], results=[LabResult("718-7", 9.123)], age=77
    )

    assert not any(told in repr(case) for told in ("Ruiz", "9.123", "77"))


def test_what_became_of_a_condition_is_sent_under_a_key_and_kept_as_a_value() -> None:
    ask = differential_asks.differential_feedback(
        "7", condition="I21.9", verdict="RULED_OUT", final=None, idempotency_key=None
    )
    told = {"id": "1", "verdict": "RULED_OUT", "known": False, "engine": "knowledge", "version": "1"}

    assert json.loads(ask.body or b"") == {"request_id": "7", "condition": "I21.9", "verdict": "RULED_OUT"}
    assert ask.key
    assert answered(ask, told) == VerdictKept("1", "RULED_OUT", "knowledge", "1", "7", known=False)
