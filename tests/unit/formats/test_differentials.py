from __future__ import annotations

import json
from typing import Any

import pytest

from epicrisis.domain.differentials import (
    Alarm,
    Case,
    Differential,
    FindingKind,
    Hypothesis,
    Observed,
    Question,
    Severity,
    Urgency,
    Weighed,
    WhatIf,
)
from epicrisis.domain.documents import Document
from epicrisis.domain.patients import Sex, Source
from epicrisis.domain.records import Code, CodeSystem
from epicrisis.domain.spans import Span
from epicrisis.errors import InvalidRow, InvalidSpan
from epicrisis.formats.differentials import NOTICE, differential_from_plain, differential_to_plain
from epicrisis.text.alignment import OffsetUnit

NOTE = Document("1", "🫀 Chest pain. No fever.", "en")
PAIN = Observed("chest-pain", True, "Chest pain", Source("note", Span(2, 12)))
FEVER = Observed("fever", False, "fever", Source("note", Span(17, 22)))
TROPONIN = Observed("troponin-high", True, "0.4 ng/mL", Source("loinc/6598-7"))
AGE = Observed("age", told="65")
FOUND = Differential(
    case=Case(65.0, Sex.MALE, Severity.SEVERE, (PAIN, FEVER, TROPONIN), ("hypertension",), ("blorbing",)),
    hypotheses=(
        Hypothesis(
            condition="acute-myocardial-infarction",
            name="Acute myocardial infarction",
            code=Code(CodeSystem.ICD_10_CM, "I21.9", "Acute myocardial infarction"),
            confidence=0.8123,
            score=1.25,
            prior=-3.5,
            urgency=Urgency.EMERGENCY,
            supporting=(Weighed(TROPONIN, "high troponin", 3.25), Weighed(AGE, "age", 0.5)),
            opposing=(Weighed(FEVER, "fever", -0.125),),
            missing=(WhatIf("st-elevation", "ST elevation", FindingKind.STUDY, 0.97, 0.31),),
            red_flags=("chest-pain",),
            tests=("ECG",),
            is_known=True,
        ),
    ),
    none_of_these=0.05,
    questions=(Question("chest-pain-exertional", "exertional chest pain", FindingKind.SYMPTOM, 0.25),),
    alarms=(Alarm(PAIN, "chest pain", ("Acute myocardial infarction",)),),
    engine="knowledge",
    version="1",
    warnings=("2345-6 has a wrong check digit; is it mistyped?",),
)


def sent(plain: Any) -> Any:
    return json.loads(json.dumps(plain))


@pytest.mark.parametrize("unit", list(OffsetUnit))
def test_what_is_written_is_read_back_whatever_offsets_count(unit: OffsetUnit) -> None:
    plain = sent(differential_to_plain(FOUND, note=NOTE, offset_unit=unit))

    assert differential_from_plain(plain, NOTE) == FOUND


def test_places_count_what_is_asked_for() -> None:
    starts = {
        unit: differential_to_plain(FOUND, note=NOTE, offset_unit=unit)["case"]["findings"][0]["span"]["start"]
        for unit in OffsetUnit
    }

    assert starts == {OffsetUnit.CODE_POINT: 2, OffsetUnit.UTF16: 3, OffsetUnit.BYTE: 5}


@pytest.mark.parametrize("language", list(NOTICE))
def test_it_always_says_that_it_is_no_diagnosis(language: str) -> None:
    assert differential_to_plain(FOUND, language=language, note=NOTE)["notice"] == NOTICE[language]


def test_what_quotes_a_note_needs_it() -> None:
    plain = differential_to_plain(FOUND, note=NOTE)

    with pytest.raises(InvalidSpan, match="read it with the note"):
        differential_from_plain(plain)


def test_other_words_than_were_sent_are_refused_and_not_repeated() -> None:
    plain = differential_to_plain(FOUND, note=NOTE)

    with pytest.raises(InvalidSpan) as refused:
        differential_from_plain(plain, Document("1", "🫀 Ana Ruiz Prueba is well again.", "en"))

    assert "Ruiz" not in str(refused.value)


@pytest.mark.parametrize(
    "changed",
    [
        {"hypotheses": 7},
        {"case": {}},
        {"questions": [{"finding": "fever", "name": "fever", "kind": "RUMOUR", "bits": 1}]},
        {"engine": None, "warnings": None},
    ],
)
def test_what_is_no_differential_is_refused(changed: dict[str, Any]) -> None:
    plain = differential_to_plain(FOUND, note=NOTE)

    with pytest.raises(InvalidRow, match="/v1/differentials"):
        differential_from_plain(plain | changed, NOTE)
