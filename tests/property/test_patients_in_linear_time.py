"""A record of thousands of entries takes time in step with them, whatever they say of one another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from epicrisis.domain.moments import Moment, Period
from epicrisis.domain.patients import (
    ClinicalStatus,
    Concept,
    Condition,
    Identity,
    MedicationUse,
    Observation,
    ObservationCategory,
    PatientRecord,
    Procedure,
    Source,
    UseStatus,
    Verification,
)
from epicrisis.domain.records import Code, CodeSystem, Quantity
from epicrisis.domain.spans import Span
from epicrisis.engines.patients.baseline import baseline
from epicrisis.engines.patients.delta import delta
from tests.timing import assert_linear, processor_seconds

RECORD = PatientRecord(Identity(Source("Patient/1")))
POTASSIUM = Concept("Potassium", (Code(CodeSystem.LOINC, "2823-3", "Potassium"),))


def moment(number: int) -> Moment:
    return Moment(datetime(2000, 1, 1, tzinfo=UTC) + timedelta(hours=number))


def problem(number: int) -> Condition:
    return Condition(
        Source(f"Condition/{number}"),
        Concept("cough"),
        ClinicalStatus.RESOLVED,
        onset=moment(number),
        ended=moment(number + 1),
    )


def noted_problem(number: int) -> Condition:
    doubt = (Verification.UNKNOWN, Verification.REFUTED)[number % 2]
    return Condition(
        Source(f"Note/{number}", Span(1, 2)), Concept("cough"), verification=doubt, recorded=moment(number)
    )


def order(number: int) -> MedicationUse:
    status = (UseStatus.STOPPED, UseStatus.ACTIVE)[number % 2]
    text = f"Lisinopril {number % 3 + 1}0 MG"
    return MedicationUse(Source(f"Order/{number}"), Concept(text), status, "MedicationRequest", authored=moment(number))


def noted_drug(number: int) -> MedicationUse:
    return replace(order(number), source=Source(f"Note/{number}", Span(1, 2)))


def result(number: int) -> Observation:
    quantity = Quantity(3 + number % 3, "mmol/L", "mmol/L")
    return Observation(
        Source(f"Result/{number}"), POTASSIUM, ObservationCategory.LABORATORY, quantity, at=moment(number)
    )


def procedure(number: int) -> Procedure:
    return Procedure(Source(f"Procedure/{number}"), Concept("Dialysis"), period=Period(moment(number), None))


KINDS: list[tuple[str, Callable[[int], object]]] = [
    ("conditions", problem),
    ("conditions", noted_problem),
    ("medications", order),
    ("medications", noted_drug),
    ("observations", result),
    ("procedures", procedure),
]


@pytest.mark.parametrize(("name", "entry"), KINDS, ids=[entry.__name__ for _, entry in KINDS])
def test_what_holds_and_what_changed_take_time_in_step_with_the_record(
    name: str, entry: Callable[[int], object]
) -> None:
    def seconds(size: int) -> float:
        record = replace(RECORD, **{name: tuple(map(entry, range(size)))})
        return processor_seconds(lambda: (baseline(record), delta(record, since=moment(10))))

    assert_linear(seconds, short=400, long=4000, most=25, slack=0.2, tries=3)
