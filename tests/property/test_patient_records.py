"""Whatever JSON says, a record is read without a crash, every fact names a resource, and order changes nothing."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import suppress
from copy import deepcopy
from functools import reduce
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from epicrisis.domain.patients import PatientRecord, facts_of
from epicrisis.errors import EpicrisisError
from epicrisis.formats.patients.fhir import reading
from epicrisis.formats.patients.fhir.dosages import dosages_of
from epicrisis.formats.patients.fhir.ranges import range_in_words
from epicrisis.formats.patients.reading import read_record
from epicrisis.formats.patients.shapes import iso
from tests.timing import assert_linear, processor_seconds
from tests.unit.formats.patients.resources import ANA, PATIENT, rich

KINDS = sorted(reading._READERS)
# Every name that a reader looks at, so that what is made up falls where it is read.
_NAMES = """
    abatementDateTime abatementString active activity actor actualPeriod addresses adherence age appliesTo attachment
    authoredOn birthDate bodySite boundsPeriod category class code coding comparator component concept conclusion
    condition contained content context criticality data date deceasedBoolean description detail display dosage
    dosageInstruction dose doseAndRate doseQuantity effectiveDateTime effectivePeriod encounter end entry extension
    frequency hasMember high identifier intent interpretation item lifecycleStatus low manifestation medication
    medicationCodeableConcept medicationReference meta name onsetDateTime participant performedPeriod period periodUnit
    presentedForm reaction reason reasonCode reasonReference reference referenceRange relationship repeat route section
    severity start status subject substance system target taken text timing title type unit url value valueBoolean
    valueCodeableConcept valueInteger valueQuantity valueRange valueRatio valueString verificationStatus when
"""
NAMES = _NAMES.split()
WORDS = ["active", "final", "completed", "2020-01-01", "2020-13-01T99:99", "Patient/a", "#a", "urn:uuid:a",
         "72166-2", "http://loinc.org", "BID", "3.5-5.1", "", " ", "é", "\ud800", "http://snomed.info/sct",
         "VGV4dA=="]  # fmt: skip
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.sampled_from(WORDS), st.text(max_size=8), st.just(10**400)
)
values: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inside: st.one_of(st.lists(inside, max_size=3), st.dictionaries(st.sampled_from(NAMES), inside, max_size=4)),
    max_leaves=12,
)
resources = st.builds(
    lambda kind, fields: {**fields, "resourceType": kind},
    st.sampled_from([*KINDS, "Patient", "Bundle", "OperationOutcome", "Medication", "Binary"]),
    st.dictionaries(st.sampled_from([*NAMES, "id", "entry", "meta"]), values, max_size=8),
)
concepts = st.builds(
    lambda text: {"text": text, "coding": [{"code": text}]}, st.sampled_from(["gout", "asthma", "lupus"])
)
sound = st.builds(
    lambda kind, number, said, at: {
        "resourceType": kind,
        "id": f"{kind}-{number}",
        "status": "active" if kind.startswith("Med") else "completed",
        "subject": {"reference": "Patient/a"},
        "code": said,
        "vaccineCode": said,
        "description": said,
        "relationship": said,
        "condition": [{"code": said}],
        "medicationCodeableConcept": said,
        "valueString": said["text"],
        "onsetDateTime": at,
        "meta": {"lastUpdated": at},
    },
    st.sampled_from([kind for kind in KINDS if kind not in ("Composition", "DocumentReference", "DiagnosticReport")]),
    st.integers(1, 4),
    concepts,
    st.sampled_from(["2019", "2020-01-01", "2021-05"]),
)


def _paths(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(each for key, one in inside for each in _paths(one, (*path, key)))]


@st.composite
def broken(draw: st.DrawFn) -> dict[str, Any]:
    """Return a good resource of which something is of a type that it cannot be."""
    told: dict[str, Any] = deepcopy(draw(st.sampled_from(rich())))
    for path in draw(
        st.lists(st.sampled_from([each for each in _paths(told) if len(each) > 0]), min_size=1, max_size=3)
    ):
        with suppress(LookupError, TypeError):
            place = reduce(lambda inside, key: inside[key], path[:-1], told)
            if path != ("resourceType",):
                place[path[-1]] = draw(values)
    return told


LIMITS = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def record_of(told: list[dict[str, Any]]) -> PatientRecord | None:
    with suppress(EpicrisisError):
        return reading.record_of(told, patient="")
    return None


@LIMITS
@given(st.lists(resources, max_size=4))
def test_reads_any_resource_without_a_crash(told: list[dict[str, Any]]) -> None:
    record = record_of(told)

    if record is not None:
        names = {f"{each.get('resourceType')}/{each.get('id')}" for each in _all(told)}
        for fact in facts_of(record):
            assert fact.source.reference in names or "#" in fact.source.reference


@LIMITS
@given(broken())
def test_loses_nothing_but_the_resource_that_is_broken(told: dict[str, Any]) -> None:
    sound_one = {"resourceType": "Condition", "id": "sound", "code": {"text": "gout"}, "subject": ANA}

    record = reading.record_of([PATIENT, told, sound_one], patient="ana")

    assert "Condition/sound" in {each.source.reference for each in record.conditions}
    assert all("types" not in each.why for each in record.missing)


@LIMITS
@given(values)
def test_reads_any_json_or_says_why_not(value: object) -> None:
    data = json.dumps({"resourceType": "Bundle", "entry": value}).encode()

    with suppress(EpicrisisError):
        read_record(data)


@LIMITS
@given(st.binary(max_size=60))
def test_reads_any_bytes_that_begin_as_json_or_says_why_not(data: bytes) -> None:
    for beginning in (b"{", b"["):
        with suppress(EpicrisisError):
            read_record(beginning + data)


@LIMITS
@given(st.lists(sound, max_size=8), st.randoms())
def test_finds_the_same_facts_in_whatever_order(told: list[dict[str, Any]], random: Any) -> None:
    shuffled = [*told]
    random.shuffle(shuffled)

    one, other = reading.record_of(told), reading.record_of(shuffled)

    assert Counter(facts_of(one)) == Counter(facts_of(other))
    assert (set(one.missing), one.passed_over) == (set(other.missing), other.passed_over)


@LIMITS
@given(st.lists(sound, min_size=1, max_size=8))
def test_names_for_every_fact_a_resource_that_was_sent(told: list[dict[str, Any]]) -> None:
    names = {f"{each['resourceType']}/{each['id']}" for each in told}

    record = reading.record_of(told)

    assert {fact.source.reference for fact in facts_of(record)} <= names


def test_reads_words_in_linear_time() -> None:
    hostile = [
        lambda size: range_in_words("1" * size + " - "),
        lambda size: range_in_words("(" + " " * size),
        lambda size: dosages_of([{"timing": {"code": {"text": "q" + "1" * size}}}]),
        lambda size: iso("20120101" + "0" * size),
    ]

    for read in hostile:
        assert_linear(
            lambda size, read=read: processor_seconds(lambda: read(size)),  # type: ignore[misc]
            short=10_000,
            long=100_000,
            most=15,
            slack=0.02,
            tries=4,
        )


def _all(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the resources of ``told``, those of bundles among them, under the ids they end up with."""
    return [dict(each) for one in told for each in reading.resources_of(one)]
