"""Conditions, allergies and relatives, of every release, with the status that somebody gave them."""

from __future__ import annotations

from typing import Any

import pytest

from epicrisis.domain.moments import Moment
from epicrisis.domain.patients import (
    AllergyIntolerance,
    ClinicalStatus,
    Condition,
    FamilyMember,
    Missing,
    Reaction,
    Verification,
)
from tests.unit.formats.patients.resources import ANA, SNOMED, code, coded, read, resource, state


def condition(**fields: Any) -> Condition:
    (found,) = read(resource("Condition", **{"code": {"text": "asthma"}, **fields})).conditions
    return found


def allergy(**fields: Any) -> AllergyIntolerance:
    told = {"resourceType": "AllergyIntolerance", "id": "1", "patient": ANA, "code": {"text": "penicillin"}, **fields}
    (found,) = read(told).allergies
    return found


def relatives(**fields: Any) -> tuple[FamilyMember, ...]:
    told = {"resourceType": "FamilyMemberHistory", "id": "1", "patient": ANA, "relationship": {"text": "mother"}}
    return read({**told, **fields}).family


def test_reads_a_condition_with_all_it_says() -> None:
    visit = {"resourceType": "Encounter", "id": "v", "subject": ANA, "status": "finished"}
    record = read(
        visit,
        resource(
            "Condition",
            code=coded("195967001", "Asthma"),
            clinicalStatus=state("active"),
            verificationStatus=state("confirmed"),
            category=[state("problem-list-item")],
            severity={"text": "moderate"},
            bodySite=[{"text": "lung"}],
            onsetDateTime="2011-02",
            recordedDate="2012-03-04T10:00:00+01:00",
            encounter={"reference": "urn:uuid:v"},
        ),
    )

    (found,) = record.conditions
    assert found.source.reference == "Condition/1"
    assert (found.concept.text, found.concept.codes) == ("Asthma", (code(SNOMED, "195967001", "Asthma"),))
    assert (found.clinical, found.verification) == (ClinicalStatus.ACTIVE, Verification.CONFIRMED)
    assert (str(found.onset), str(found.recorded), found.ended) == ("2011-02", "2012-03-04", None)
    assert (found.severity, found.body_site, found.categories) == ("moderate", "lung", ("problem-list-item",))
    assert found.encounter == "Encounter/v"


@pytest.mark.parametrize(
    "abatement",
    [
        {"abatementDateTime": "2012"},
        {"abatementAge": {"value": 60, "unit": "a"}},
        {"abatementPeriod": {"end": "2012"}},
        {"abatementRange": {"high": {"value": 60}}},
        {"abatementString": "in summer"},
        {"abatementBoolean": True},
    ],
)
def test_takes_what_ended_for_resolved_where_no_status_says_otherwise(abatement: dict[str, Any]) -> None:
    assert condition(**abatement).clinical is ClinicalStatus.RESOLVED
    assert condition(**abatement, clinicalStatus=state("remission")).clinical is ClinicalStatus.REMISSION


def test_leaves_open_what_nobody_says() -> None:
    silent, going_on = condition(), condition(abatementBoolean=False)

    assert (silent.clinical, going_on.clinical) == (ClinicalStatus.UNKNOWN, ClinicalStatus.UNKNOWN)
    assert silent.verification is Verification.UNKNOWN


@pytest.mark.parametrize(
    ("fields", "onset"),
    [
        ({"onsetPeriod": {"start": "2010-05-01", "end": "2010-06"}}, "2010-05-01"),
        ({"onsetString": "2010"}, "2010"),
        ({"onsetString": "as a child"}, None),
        ({"onsetAge": {"value": 12, "unit": "a"}}, None),
        ({"onsetDateTime": "last year"}, None),
    ],
)
def test_takes_an_onset_only_where_a_date_is_told(fields: dict[str, Any], onset: str | None) -> None:
    found = condition(**fields).onset

    assert (str(found) if found else None) == onset


def test_reads_the_bare_codes_of_older_releases() -> None:
    old = {
        "resourceType": "Condition",
        "id": "old",
        "patient": ANA,
        "code": {"text": "gout"},
        "clinicalStatus": "resolved",
        "verificationStatus": "differential",
        "dateRecorded": "2009-01-02",
    }

    (found,) = read(old).conditions

    assert (found.clinical, found.verification) == (ClinicalStatus.RESOLVED, Verification.DIFFERENTIAL)
    assert str(found.recorded) == "2009-01-02"


def test_keeps_what_is_refuted_and_drops_what_was_an_error() -> None:
    record = read(
        resource("Condition", "1", code={"text": "lupus"}, verificationStatus=state("refuted")),
        resource("Condition", "2", code={"text": "leprosy"}, verificationStatus=state("entered-in-error")),
    )

    assert [(each.concept.text, each.verification) for each in record.conditions] == [("lupus", Verification.REFUTED)]
    assert record.passed_over == (("Condition", 1),)


def test_names_what_does_not_say_what_it_is() -> None:
    record = read(resource("Condition", "1"), resource("Condition", "2", code={"coding": [{}]}))

    assert record.conditions == ()
    assert record.missing == (Missing("Condition", "What it is about is not said. (2)"),)


def test_takes_no_known_problems_for_no_problem() -> None:
    absent = {"system": "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips", "code": "no-known-problems"}

    record = read(resource("Condition", code={"coding": [absent]}, clinicalStatus=state("active")))

    assert record.conditions == ()


def test_reads_an_allergy_with_its_reactions() -> None:
    found = allergy(
        clinicalStatus=state("active"),
        verificationStatus=state("confirmed"),
        criticality="high",
        category=["medication"],
        onsetDateTime="2001",
        recordedDate="2002-03-04",
        reaction=[{"manifestation": [{"text": "hives"}, {"text": "wheezing"}], "severity": "severe"}],
    )

    assert (found.concept.text, found.criticality, found.categories) == ("penicillin", "high", ("medication",))
    assert found.reactions == (Reaction(("hives", "wheezing"), "severe"),)
    assert (str(found.onset), str(found.recorded), found.denied) == ("2001", "2002-03-04", False)


def test_reads_the_allergies_of_release_5() -> None:
    found = allergy(type=state("allergy"), reaction=[{"manifestation": [{"concept": {"text": "rash"}}]}])

    assert found.reactions == (Reaction(("rash",)),)


def test_reads_the_allergies_of_the_first_releases() -> None:
    old = allergy(code=None, substance={"text": "latex"}, status="confirmed", criticality="CRITH", category="food")

    assert (old.concept.text, old.verification, old.criticality) == ("latex", Verification.CONFIRMED, "high")
    assert old.categories == ("food",)


def test_takes_the_end_of_an_allergy_from_its_extension() -> None:
    url = "http://hl7.org/fhir/StructureDefinition/allergyintolerance-abatement"

    found = allergy(extension=[{"url": url, "valueDateTime": "2015-04"}])

    assert found.ended == Moment.told("2015-04")


@pytest.mark.parametrize(
    "told",
    [
        coded("716186003", "No known allergy"),
        coded("409137002"),
        coded("no-known-allergies", system="http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"),
        {"text": "No known drug allergies"},
        {"text": "NKDA"},
        {"text": "Sin alergias medicamentosas conocidas"},
    ],
)
def test_says_of_no_known_allergies_that_they_are_denied(told: dict[str, Any]) -> None:
    assert allergy(code=told).denied


def test_does_not_deny_what_nobody_asked_about() -> None:
    unknown = coded("no-allergy-info", system="http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips")

    record = read({"resourceType": "AllergyIntolerance", "id": "1", "patient": ANA, "code": unknown})

    assert record.allergies == ()


def test_reads_what_relatives_have_and_that_they_are_dead() -> None:
    (mother,) = relatives(condition=[{"code": {"text": "breast cancer"}}], deceasedAge={"value": 71}, date="2020")

    assert (mother.relative, [each.text for each in mother.conditions]) == ("mother", ["breast cancer"])
    assert mother.is_dead
    assert str(mother.recorded) == "2020"


def test_passes_over_a_relative_of_whom_nothing_is_told() -> None:
    assert relatives(deceasedBoolean=False) == ()
    assert relatives(status="entered-in-error", condition=[{"code": {"text": "gout"}}]) == ()
