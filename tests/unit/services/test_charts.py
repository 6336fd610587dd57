from __future__ import annotations

from typing import Any

import pytest

from epicrisis.domain.patients import PatientRecord, Sex
from epicrisis.domain.records import ReferenceRange
from epicrisis.ehr.sample.shelf import SHIPPED
from epicrisis.engines.differential.answering import Told
from epicrisis.engines.differential.measuring import Result
from epicrisis.formats.patients.fhir.reading import record_of
from epicrisis.formats.patients.reading import read_record
from epicrisis.services.charts import presentation_of
from tests.bundles import bundle, condition, note


def shipped(name: str) -> PatientRecord:
    return read_record((SHIPPED / f"{name}.json").read_bytes())


def record(*resources: dict[str, Any], **patient: Any) -> PatientRecord:
    """Return the record of *Ana Ruiz Prueba* with ``resources``, and what else is to be known of her."""
    entries = [each["resource"] for each in bundle(*resources)["entry"]]
    return record_of([entries[0] | patient, *entries[1:]])


def result(loinc: str, value: float, *, on: str = "2020-01-02", id: str = "o1", **more: Any) -> dict[str, Any]:  # noqa: A002
    return {
        "resourceType": "Observation",
        "id": id,
        "status": "final",
        "category": [{"coding": [{"code": "laboratory"}]}],
        "code": {"text": "A test", "coding": [{"system": "http://loinc.org", "code": loinc}]},
        "effectiveDateTime": on,
        "valueQuantity": {"value": value, "unit": "mg/dL", "system": "http://unitsofmeasure.org", "code": "mg/dL"},
        **more,
    }


def test_a_sample_presents_who_it_is_what_they_have_and_what_was_measured() -> None:
    told = presentation_of(shipped("prueba-1"))

    assert (told.age, told.sex, told.language) == (71.0, Sex.FEMALE, "en")
    assert set(told.conditions) == {
        "Chronic kidney disease stage 3", "Hyperlipidemia", "Diabetes mellitus type 2", "Essential hypertension",
    }  # fmt: skip
    assert Result("4548-4", 8.6, "%", ReferenceRange(4.0, 5.6)) in told.results
    # A blood pressure has two parts, each a test of its own.
    assert {"8480-6", "8462-4"} <= {each.loinc for each in told.results}
    assert told.note is not None
    assert told.note.text.startswith("SUBJECTIVE: Tired for two months.")


def test_a_note_keeps_its_own_language() -> None:
    told = presentation_of(shipped("prueba-2"))

    assert told.note is not None
    assert (told.language, told.note.language) == ("en", "es")
    assert set(told.conditions) == {"Seasonal allergic rhinitis", "Asthma"}


def test_what_is_over_doubted_or_denied_is_no_condition() -> None:
    over = condition("Pneumonia", id="c2") | {"clinicalStatus": {"coding": [{"code": "resolved"}]}}
    doubted = condition("Lupus", id="c3") | {"verificationStatus": {"coding": [{"code": "provisional"}]}}
    denied = condition("Asthma", id="c4") | {"verificationStatus": {"coding": [{"code": "refuted"}]}}

    told = presentation_of(record(condition("Gout"), over, doubted, denied))

    assert told.conditions == ("Gout",)


def test_conditions_that_did_not_begin_of_late_began_long_ago() -> None:
    old = condition("Stroke", id="c2") | {"onsetDateTime": "2012-05-01"}
    new = condition("Pneumonia", id="c3") | {"onsetDateTime": "2020-01-01"}

    told = presentation_of(record(old, new, result("2160-0", 1.0, on="2020-01-02")))

    assert set(told.conditions) == {"Stroke", "Pneumonia"}
    assert told.long_ago == ("Stroke",)


def test_the_last_result_of_a_test_counts_where_it_is_fresh() -> None:
    results = [
        result("2160-0", 1.0, on="2019-12-01", id="o1"),
        result("2160-0", 2.0, on="2020-01-02", id="o2"),
        result("2823-3", 9.0, on="2018-01-02", id="o3"),
    ]

    told = presentation_of(record(*results))

    assert [(each.loinc, each.value, each.unit) for each in told.results] == [("2160-0", 2.0, "mg/dL")]


@pytest.mark.parametrize(
    "unfit",
    [
        result("creatinine", 2.0),
        {**result("2160-0", 2.0), "valueQuantity": None, "valueString": "high"},
    ],
    ids=["no LOINC", "words"],
)
def test_what_is_no_number_of_a_test_is_left_out(unfit: dict[str, Any]) -> None:
    assert presentation_of(record(unfit)).results == ()


def test_a_bound_keeps_its_sign() -> None:
    bound = {**result("2160-0", 2.0), "valueQuantity": {"value": 2, "comparator": ">", "unit": "mg/dL"}}

    assert [(each.comparator, each.value) for each in presentation_of(record(bound)).results] == [(">", 2.0)]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"coding": [{"system": "http://snomed.info/sct", "code": "10828004", "display": "Positive"}]}, "positive"),
        ({"coding": [{"system": "http://snomed.info/sct", "code": "10828004"}]}, "positive"),
        ({"coding": [{"system": "http://snomed.info/sct", "code": "260385009"}]}, "negative"),
        ({"text": "Not detected"}, "negative"),
        ({"text": "Positivo"}, "positive"),
    ],
)
def test_a_test_that_is_positive_or_negative_is_read(value: dict[str, Any], told: str) -> None:
    test = {**result("94500-6", 1.0), "valueCodeableConcept": value}
    del test["valueQuantity"]

    assert presentation_of(record(test)).results == (Result("94500-6", Told(told)),)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("POS", Told.POSITIVE),
        ("DET", Told.POSITIVE),
        ("RR", Told.POSITIVE),
        ("NEG", Told.NEGATIVE),
        ("ND", Told.NEGATIVE),
        ("NR", Told.NEGATIVE),
    ],
)
def test_an_interpretation_stands_in_for_a_value(code: str, told: Told) -> None:
    coding = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "code": code}
    test = {**result("94500-6", 1.0), "interpretation": [{"coding": [coding]}]}
    del test["valueQuantity"]

    assert presentation_of(record(test)).results == (Result("94500-6", told),)


@pytest.mark.parametrize("words", ["ND", "NR", "RR", "DET"])
def test_letters_in_the_place_of_a_value_are_no_interpretation(words: str) -> None:
    test = {**result("94500-6", 1.0), "valueString": words}
    del test["valueQuantity"]

    assert presentation_of(record(test)).results == ()


def test_only_tests_that_tell_something_are_told() -> None:
    told = presentation_of(record(result("2160-0", 2.0), result("2823-3", 4.0, id="o2")), tells={"2823-3"}.__contains__)

    assert [each.loinc for each in told.results] == ["2823-3"]


def test_the_newest_note_counts_where_it_is_fresh() -> None:
    notes = [note("Older.", id="d1", on="2019-12-20"), note("Newest.", id="d2", on="2020-01-02")]
    stale = [note("Long ago.", id="d3", on="2015-01-02"), result("2160-0", 1.0, on="2020-01-02")]

    newest, none = presentation_of(record(*notes)).note, presentation_of(record(*stale)).note

    assert newest is not None
    assert newest.text.strip() == "Newest."
    assert none is None


@pytest.mark.parametrize(
    ("born", "age"), [("1950-02-28", 69.0), ("2019-03-02", 10 / 12), ("2030-01-01", None), (None, None)]
)
def test_age_is_that_at_the_last_moment_of_the_record(born: str | None, age: float | None) -> None:
    told = presentation_of(record(result("2160-0", 1.0, on="2020-01-02"), birthDate=born))

    assert told.age == (None if age is None else pytest.approx(age))


def test_the_words_of_the_conditions_tell_their_language() -> None:
    spanish = record(condition("Hipertensión arterial esencial con daño renal"), condition("Asma", id="c2"))

    assert presentation_of(spanish).language == "es"
    assert presentation_of(spanish, language="en").language == "en"


def test_an_empty_record_presents_nothing() -> None:
    told = presentation_of(record(gender=None))

    assert (told.sex, told.conditions, told.results, told.note) == (Sex.UNKNOWN, (), (), None)


@pytest.mark.parametrize("text", [{}, {"text": "J44.9"}])
def test_an_illness_without_words_is_told_by_its_code(text: dict[str, str]) -> None:
    coding = [
        {"system": "http://snomed.info/sct", "code": "13645005"},
        {"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "J44.9"},
    ]
    told = presentation_of(record(condition("COPD") | {"code": {"coding": coding, **text}}))

    assert told.conditions == ("J44.9",)


def test_a_note_tells_the_language_of_a_record_that_has_no_other_words() -> None:
    words = "Paciente con dolor torácico y disnea desde ayer, sin fiebre. Refiere tos seca."
    coding = [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "J44.9"}]

    assert presentation_of(record(note(words))).language == "es"
    assert presentation_of(record(condition("") | {"code": {"coding": coding}}, note(words))).language == "es"
