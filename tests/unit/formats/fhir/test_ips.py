"""An International Patient Summary against the rules of its guide (hl7.org/fhir/uv/ips, 2.0.0), and against R4."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle

from epicrisis.domain.moments import Moment, Period
from epicrisis.domain.patients import (
    AllergyIntolerance,
    ClinicalStatus,
    Concept,
    Condition,
    Dosage,
    FamilyMember,
    Identity,
    Immunization,
    MedicationUse,
    Missing,
    Observation,
    ObservationCategory,
    PatientRecord,
    PlannedCare,
    Procedure,
    Reaction,
    Sex,
    SocialFact,
    Source,
    UseStatus,
    Verification,
)
from epicrisis.domain.records import Code, Flag, Quantity, ReferenceRange, SocialKind, Use
from epicrisis.domain.spans import Span
from epicrisis.domain.summaries import Baseline, Current, Latest
from epicrisis.formats.fhir.ips import to_ips
from epicrisis.formats.fhir.ips_words.words import ips_words

MADE = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
SNOMED = "http://snomed.info/sct"
RECORDED = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"


def at(text: str) -> Moment:
    moment = Moment.told(text)
    assert moment is not None
    return moment


def named(text: str, code: str = "", system: str = SNOMED) -> Concept:
    return Concept(text, (Code(system, code, text),) if code else ())


WHO = Identity(
    Source("Patient/1"), "1", (("urn:oid:1.2.3", "77"),), "Ruiz Prueba", ("Ana",), at("1950-02-28"), sex=Sex.FEMALE
)
ASTHMA = Condition(
    Source("Condition/1"), named("Asthma", "195967001"), ClinicalStatus.ACTIVE, Verification.CONFIRMED, at("2012-05")
)
ULCER = Condition(
    Source("Condition/2"), named("Ulcer"), ClinicalStatus.RESOLVED, onset=at("1999"), ended=at("2001-02-03")
)
SALBUTAMOL = MedicationUse(
    Source("MedicationRequest/1"),
    named("Salbutamol 100 µg", "1", "http://www.nlm.nih.gov/research/umls/rxnorm"),
    UseStatus.ACTIVE,
    "MedicationRequest",
    (Dosage("2 puffs", Quantity(2.0, "puff"), "inhaled", 4, 1, True),),
    at("2020-01-02T10:00:00+02:00"),
)
ASPIRIN = MedicationUse(Source("DocumentReference/9", Span(10, 17)), named("aspirin"), UseStatus.ACTIVE)
PEANUT = AllergyIntolerance(
    Source("AllergyIntolerance/1"),
    named("Peanut", "91935009"),
    ClinicalStatus.ACTIVE,
    Verification.CONFIRMED,
    "high",
    ("food",),
    (Reaction(("Hives",), "severe"),),
)
POTASSIUM = Observation(
    Source("Observation/1"),
    named("Potassium", "6298-4", "http://loinc.org"),
    ObservationCategory.LABORATORY,
    Quantity(5.9, "mmol/L", "mmol/L"),
    at=at("2024-05-06"),
    reference=ReferenceRange(3.5, 5.1),
    flag=Flag.HIGH,
)
PRESSURE = [
    Observation(
        Source("Observation/2"),
        named(name, code, "http://loinc.org"),
        ObservationCategory.VITAL_SIGNS,
        Quantity(value, "mmHg", "mm[Hg]"),
        at=at("2024-05-06"),
        part=part,
    )
    for part, name, code, value in ((1, "Systolic", "8480-6", 120.0), (2, "Diastolic", "8462-4", 80.0))
]
BASELINE = Baseline(
    at("2024-05-07"),
    WHO,
    problems=(Current((ASTHMA,)),),
    past_problems=(Current((ULCER,)),),
    medications=(Current((SALBUTAMOL,)), Current((ASPIRIN,))),
    allergies=(Current((PEANUT,)),),
    labs=(Latest(POTASSIUM, Flag.HIGH, POTASSIUM.reference),),
    vitals=tuple(Latest(each) for each in PRESSURE),
    procedures=(Procedure(Source("Procedure/1"), named("Appendectomy", "80146002"), period=Period(at("1980"))),),
    immunizations=(Immunization(Source("Immunization/1"), named("Influenza", "140"), at("2023-10-01")),),
    family=(FamilyMember(Source("FamilyMemberHistory/1"), "Mother", (named("Gout"),)),),
    social=(SocialFact(Source("Observation/3"), SocialKind.TOBACCO, "Former smoker", Use.FORMER, at("2024-01-01")),),
    plans=(
        PlannedCare(Source("CarePlan/1"), named("Asthma self management"), "CarePlan", activities=("Breathing",)),
        PlannedCare(Source("Goal/1"), named("Walks every day"), "Goal"),
    ),
)
RECORD = PatientRecord(WHO, (ASTHMA, ULCER), (SALBUTAMOL, ASPIRIN), (PEANUT,), (POTASSIUM, *PRESSURE))
NOTHING = Baseline(at("2024-05-07"), Identity(Source("Patient/2")))


def written(record: PatientRecord = RECORD, baseline: Baseline = BASELINE, language: str = "en") -> dict[str, Any]:
    return to_ips(record, baseline, language=language, made=MADE, version="1.0")


def empty(**changes: Any) -> dict[str, Any]:
    return written(PatientRecord(NOTHING.identity, **changes.pop("record", {})), replace(NOTHING, **changes))


def resources(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [each["resource"] for each in bundle["entry"] if each["resource"]["resourceType"] == kind]


def section(bundle: dict[str, Any], code: str) -> dict[str, Any]:
    [found] = [each for each in sections(bundle) if each["code"]["coding"][0]["code"] == code]
    return found


def sections(bundle: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = resources(bundle, "Composition")[0]["section"]
    return found


def references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for below in value.values():
            yield from references(below)
    elif isinstance(value, list):
        for below in value:
            yield from references(below)


def is_told(resource: dict[str, Any], *names: str) -> bool:
    """Return whether one of ``names`` is there, if only with a reason why it is not known."""
    return any(name in resource or f"_{name}" in resource for name in names)


def entries_are(bundle: dict[str, Any], code: str, *kinds: str) -> bool:
    """Return whether the section ``code``, where it is there, has entries of these types only."""
    by_url = {each["fullUrl"]: each["resource"]["resourceType"] for each in bundle["entry"]}
    return all(
        by_url[entry["reference"]] in kinds
        for each in sections(bundle)
        if each["code"]["coding"][0]["code"] == code
        for entry in each.get("entry", ())
    )


def each_of(kind: str, rule: Callable[[dict[str, Any]], bool]) -> Callable[[dict[str, Any]], bool]:
    return lambda bundle: all(rule(each) for each in resources(bundle, kind))


def codes(bundle: dict[str, Any]) -> list[str]:
    return [each["code"]["coding"][0]["code"] for each in sections(bundle)]


RULES: dict[str, Callable[[dict[str, Any]], bool]] = {
    # Bundle-uv-ips
    "a document with an identifier and a timestamp": lambda b: (
        b["type"] == "document" and {"system", "value"} <= b["identifier"].keys() and bool(b["timestamp"])
    ),
    "the Composition stands first and alone (bdl-ips-1)": lambda b: (
        [each["resource"]["resourceType"] == "Composition" for each in b["entry"]].index(True) == 0
        and len(resources(b, "Composition")) == 1
    ),
    "one Patient": lambda b: len(resources(b, "Patient")) == 1,
    "every entry has a fullUrl of its own and no search, request or response": lambda b: (
        len({each["fullUrl"] for each in b["entry"]}) == len(b["entry"])
        and not any({"search", "request", "response"} & each.keys() for each in b["entry"])
    ),
    "every reference leads to an entry": lambda b: set(references(b)) <= {each["fullUrl"] for each in b["entry"]},
    "every entry but the Composition is referred to": lambda b: (
        {each["fullUrl"] for each in b["entry"][1:]} <= set(references(b))
    ),
    # Composition-uv-ips
    "it is a patient summary of somebody by somebody": lambda b: (
        (c := resources(b, "Composition")[0])["type"]["coding"][0]["code"] == "60591-5"
        and bool(c["subject"]["reference"] and c["author"] and c["title"] and c["date"] and c["status"])
    ),
    "problems, allergies and medications are there once": lambda b: all(
        codes(b).count(code) == 1 for code in ("11450-4", "48765-2", "10160-0")
    ),
    "every other section at most once": lambda b: len(set(codes(b))) == len(codes(b)),
    "a required section has entries or says why not (ips-comp-1)": lambda b: all(
        ("entry" in section(b, code)) != ("emptyReason" in section(b, code))
        for code in ("11450-4", "48765-2", "10160-0")
    ),
    "every section has a title, a code of LOINC and a narrative": lambda b: all(
        each["title"] and each["code"]["coding"][0]["system"] == "http://loinc.org" and each["text"]["div"]
        for each in sections(b)
    ),
    "no section inside a section": lambda b: not any("section" in each for each in sections(b)),
    "problems are Conditions": lambda b: entries_are(b, "11450-4", "Condition"),
    "allergies are AllergyIntolerances": lambda b: entries_are(b, "48765-2", "AllergyIntolerance"),
    "medications are statements and requests": lambda b: entries_are(
        b, "10160-0", "MedicationStatement", "MedicationRequest"
    ),
    "the plan refers to care plans": lambda b: entries_are(b, "18776-5", "CarePlan"),
    "results, vital signs and social history are Observations": lambda b: all(
        entries_are(b, code, "Observation") for code in ("30954-2", "8716-3", "29762-2")
    ),
    # the profiles of the entries
    "a patient has a name, and a date of birth": each_of(
        "Patient",
        lambda r: (
            all(is_told(name, "family", "given", "text") for name in r["name"])
            and bool(r["name"])
            and is_told(r, "birthDate")
        ),
    ),
    "a problem has a code, a status and a patient": each_of(
        "Condition", lambda r: bool(r["code"] and r["subject"]["reference"] and r["clinicalStatus"])
    ),
    "what ended is not active (con-4)": each_of(
        "Condition",
        lambda r: (
            "abatementDateTime" not in r
            or (r["clinicalStatus"]["coding"][0]["code"] in ("inactive", "resolved", "remission"))
        ),
    ),
    "an allergy has a code and a patient": each_of(
        "AllergyIntolerance", lambda r: bool(r["code"] and r["patient"]["reference"])
    ),
    "a statement says when": each_of(
        "MedicationStatement", lambda r: is_told(r, "effectiveDateTime", "effectivePeriod")
    ),
    "an immunization says when": each_of(
        "Immunization", lambda r: is_told(r, "occurrenceDateTime", "occurrenceString")
    ),
    "a procedure says when": each_of("Procedure", lambda r: is_told(r, "performedDateTime", "performedPeriod")),
    "an observation says when, and has a value (ips-2)": each_of(
        "Observation",
        lambda r: (
            is_told(r, "effectiveDateTime")
            and bool({"valueQuantity", "valueString", "valueCodeableConcept"} & r.keys())
        ),
    ),
    "a laboratory result has one category of laboratory, and a performer": each_of(
        "Observation",
        lambda r: [each["coding"][0]["code"] for each in r["category"]] != ["laboratory"] or bool(r["performer"]),
    ),
}
BUNDLES: dict[str, Callable[[], dict[str, Any]]] = {
    "a whole record": written,
    "a whole record in Spanish": lambda: written(language="es"),
    "a record of nobody and nothing": empty,
    "a record whose allergies could not be had": lambda: empty(record={"missing": (Missing("*", "down"),)}),
    "facts without a time": lambda: empty(
        medications=(Current((replace(ASPIRIN, authored=None),)),),
        immunizations=(Immunization(Source("Immunization/2"), named("BCG")),),
        procedures=(Procedure(Source("Procedure/2"), named("Biopsy")),),
        labs=(Latest(replace(POTASSIUM, at=None, quantity=None, words="negative", flag=None, reference=None)),),
        problems=(Current((Condition(Source("Condition/3"), named("Gout"), ended=at("2001")),)),),
    ),
}


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("which", BUNDLES)
def test_keeps_the_rules_of_the_guide(which: str, rule: str) -> None:
    bundle = BUNDLES[which]()

    assert RULES[rule](bundle)


@pytest.mark.parametrize("which", BUNDLES)
def test_is_valid_r4(which: str) -> None:
    Bundle.model_validate_json(json.dumps(BUNDLES[which]()))


def test_the_same_record_gives_the_same_summary_and_another_time_another_document() -> None:
    later = to_ips(RECORD, BASELINE, made=MADE.replace(year=2027), version="1.0")

    assert written() == written()
    assert later["identifier"] != written()["identifier"]
    assert [each["fullUrl"] for each in later["entry"][1:]] == [each["fullUrl"] for each in written()["entry"][1:]]


def test_every_resource_names_the_one_it_was_rebuilt_from() -> None:
    sources = {each["resource"].get("meta", {}).get("source") for each in written()["entry"]}

    assert {"Patient/1", "Condition/1", "Observation/1", "DocumentReference/9#char=10,17"} <= sources


def test_codes_words_and_times_are_those_of_the_record() -> None:
    bundle = written()
    [asthma, ulcer] = resources(bundle, "Condition")
    [salbutamol] = resources(bundle, "MedicationRequest")
    [potassium, systolic, *_] = resources(bundle, "Observation")

    assert asthma["code"] == {
        "coding": [{"system": SNOMED, "code": "195967001", "display": "Asthma"}], "text": "Asthma",
    }  # fmt: skip
    assert (asthma["onsetDateTime"], ulcer["code"], ulcer["abatementDateTime"]) == (
        "2012-05", {"text": "Ulcer"}, "2001-02-03",
    )  # fmt: skip
    assert salbutamol["authoredOn"] == "2020-01-02T10:00:00+02:00"
    assert salbutamol["dosageInstruction"] == [
        {
            "text": "2 puffs", "timing": {"repeat": {"frequency": 4, "period": 1, "periodUnit": "d"}},
            "asNeededBoolean": True, "route": {"text": "inhaled"},
            "doseAndRate": [{"doseQuantity": {"value": 2, "unit": "puff"}}],
        }
    ]  # fmt: skip
    assert potassium["referenceRange"] == [
        {
            end: {"value": value, "unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L"}
            for end, value in (("low", 3.5), ("high", 5.1))
        }
    ]
    assert potassium["interpretation"][0]["coding"][0]["code"] == "H"
    assert systolic["valueQuantity"]["value"] == 120


def test_a_range_that_is_only_usual_stays_out_of_the_resource() -> None:
    usual = Latest(replace(POTASSIUM, flag=None, reference=None), Flag.HIGH, ReferenceRange(3.5, 5.1), is_usual=True)

    bundle = empty(labs=(usual,))

    [potassium] = resources(bundle, "Observation")
    assert not {"interpretation", "referenceRange"} & potassium.keys()
    assert "outside the usual range" in section(bundle, "30954-2")["text"]["div"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "not-recorded"),
        ({"record": {"allergies": (replace(PEANUT, clinical=ClinicalStatus.RESOLVED),)}}, "none-now"),
        ({"record": {"missing": (Missing("AllergyIntolerance", "timed out"),)}}, "missing"),
    ],
)
def test_an_empty_section_says_why_and_never_that_nothing_is_known(changes: dict[str, Any], told: str) -> None:
    allergies = section(empty(**changes), "48765-2")

    assert allergies["emptyReason"]["coding"][0]["code"] == "unavailable"
    assert allergies["emptyReason"]["text"] == ips_words("en")[told]
    assert ips_words("en")[told] in allergies["text"]["div"]


def test_a_known_absence_of_allergies_is_an_entry_with_the_code_that_the_guide_recommends() -> None:
    denied = AllergyIntolerance(
        Source("AllergyIntolerance/2"), named("No known allergies", "no-known-allergies", RECORDED), denied=True
    )

    bundle = empty(allergies_denied=(denied,))

    [told] = resources(bundle, "AllergyIntolerance")
    assert [each["code"] for each in told["code"]["coding"]] == ["716186003", "no-known-allergies"]
    assert "emptyReason" not in section(bundle, "48765-2")


def test_no_code_is_made_up_for_words_that_deny_something() -> None:
    # NKDA speaks of drugs alone.
    denied = AllergyIntolerance(Source("DocumentReference/9", Span(0, 4)), Concept("NKDA"), denied=True)

    [told] = resources(empty(allergies_denied=(denied,)), "AllergyIntolerance")

    assert told["code"] == {"text": "NKDA"}


def test_a_part_that_could_not_be_had_is_named_beside_what_there_is() -> None:
    record = replace(RECORD, missing=(Missing("Condition", "timed out"),))

    bundle = written(record)

    assert ips_words("en")["missing"] in section(bundle, "11450-4")["text"]["div"]
    assert ips_words("en")["missing"] not in section(bundle, "48765-2")["text"]["div"]


def test_a_goal_is_told_in_words_and_is_no_entry() -> None:
    plan = section(written(), "18776-5")

    assert "Walks every day" in plan["text"]["div"]
    assert len(plan["entry"]) == 1


def test_words_of_the_record_cannot_break_the_narrative() -> None:
    hostile = replace(ASTHMA, concept=named("<script>alert('x')</script>\x07 & more"))

    bundle = empty(problems=(Current((hostile,)),))

    div = section(bundle, "11450-4")["text"]["div"]
    assert "<script>" not in div
    assert "\x07" not in json.dumps(bundle, ensure_ascii=False)


def test_only_the_last_word_on_tobacco_is_told() -> None:
    [former] = BASELINE.social
    once = replace(former, source=Source("Observation/4"), words="Smoker", use=Use.CURRENT, at=at("2010"))

    bundle = empty(social=(former, once))

    [told] = resources(bundle, "Observation")
    assert told["valueCodeableConcept"]["coding"][0]["code"] == "8517006"


def test_a_program_is_the_author_and_nobody_attests() -> None:
    [composition] = resources(written(), "Composition")
    [device] = resources(written(), "Device")

    assert composition["status"] == "preliminary"
    assert "attester" not in composition
    assert composition["author"] == [{"reference": f"urn:uuid:{device['id']}"}]
    assert ips_words("en")["made-by"] in composition["text"]["div"]
