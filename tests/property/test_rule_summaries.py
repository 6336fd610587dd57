"""Whatever holds of a patient, a summary by rule names all that counts, rests on what is there, and stays the same."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from epicrisis.domain.moments import Moment, Period
from epicrisis.domain.patients import (
    AllergyIntolerance,
    ClinicalStatus,
    Concept,
    Condition,
    Dosage,
    Encounter,
    Identity,
    MedicationUse,
    Missing,
    Observation,
    ObservationCategory,
    PatientRecord,
    Procedure,
    Sex,
    SocialFact,
    Source,
    UseStatus,
    Verification,
    facts_of,
)
from epicrisis.domain.records import Code, CodeSystem, Flag, Quantity, SocialKind
from epicrisis.domain.summaries import Baseline, Heading
from epicrisis.engines.patients.baseline import baseline
from epicrisis.engines.patients.delta import delta
from epicrisis.engines.summary.rules.plan import sections
from epicrisis.engines.summary.rules.results import is_out, readings, value_told
from epicrisis.engines.summary.rules.values import name_of
from epicrisis.engines.summary.rules.wording import words_in
from tests.property.texts import texts

NAMES = [
    "Asthma", "Viral sinusitis (disorder)", "Type 2 diabetes mellitus", "Hypertension", "Gout", "Aspirin 81 MG",
    "Amoxicillin 500 MG Oral Capsule", "Penicillin", "Ibuprofen 200 MG", "No known allergies", "Colonoscopy", "{name}",
    "Full-time employment (finding)", "Fever: *high*; 1. # <b>", "Warfarin",
]  # fmt: skip
TESTS = [("Potassium", "2823-3"), ("Systolic", "8480-6"), ("Diastolic", "8462-4"), ("Glucose", "2345-7"), ("Odd", "x")]

names = st.one_of(st.sampled_from(NAMES), texts.filter(str.strip))
moments = st.one_of(
    st.none(),
    st.dates().filter(lambda day: 1900 <= day.year <= 2025).map(Moment.of_day),
    st.integers(1900, 2025).map(lambda year: Moment.told(str(year))),
)
values = st.one_of(st.floats(-1e6, 1e6), st.integers(-10, 500).map(float))


@st.composite
def records(draw: st.DrawFn) -> PatientRecord:
    """Draw a record as no hospital would keep it."""
    made: dict[str, list[object]] = {}
    for number in range(draw(st.integers(0, 14))):
        kind = draw(st.sampled_from(sorted(_MAKERS)))
        made.setdefault(kind, []).append(_MAKERS[kind](draw, Source(f"{kind}/{number}"), Concept(draw(names))))
    identity = Identity(
        Source("Patient/p"), born=draw(moments), died=draw(moments), is_dead=draw(st.booleans()),
        sex=draw(st.sampled_from(Sex)),
    )  # fmt: skip
    missing = [Missing(each, "late") for each in draw(st.sets(st.sampled_from(["Condition", "Observation", "*"])))]
    return PatientRecord(identity, missing=tuple(missing), **{kind: tuple(each) for kind, each in made.items()})


def _condition(draw: st.DrawFn, source: Source, concept: Concept) -> Condition:
    status, sure = draw(st.sampled_from(ClinicalStatus)), draw(st.sampled_from(Verification))
    return Condition(source, concept, status, sure, draw(moments), draw(moments), draw(moments))


def _medication(draw: st.DrawFn, source: Source, concept: Concept) -> MedicationUse:
    dosage = Dosage(draw(texts), None, "", draw(st.none() | st.floats(0, 10)), draw(st.none() | st.floats(0, 30)))
    status = draw(st.sampled_from(UseStatus))
    return MedicationUse(source, concept, status, dosages=(dosage,), authored=draw(moments), reasons=(draw(names),))


def _allergy(draw: st.DrawFn, source: Source, concept: Concept) -> AllergyIntolerance:
    status = draw(st.sampled_from(ClinicalStatus))
    return AllergyIntolerance(source, concept, status, recorded=draw(moments), denied=draw(st.booleans()))


def _observation(draw: st.DrawFn, source: Source, concept: Concept) -> Observation:
    name, code = draw(st.sampled_from(TESTS))
    category = draw(st.sampled_from([ObservationCategory.LABORATORY, ObservationCategory.VITAL_SIGNS]))
    test = Concept(name, (Code(CodeSystem.LOINC, code, name),))
    flag = draw(st.none() | st.sampled_from(Flag))
    return Observation(source, test, category, Quantity(draw(values), "mg/dL"), at=draw(moments), flag=flag)


_MAKERS = {
    "conditions": _condition,
    "medications": _medication,
    "allergies": _allergy,
    "observations": _observation,
    "procedures": lambda draw, source, concept: Procedure(source, concept, period=Period(draw(moments))),
    "encounters": lambda draw, source, concept: Encounter(source, concept, period=Period(draw(moments), draw(moments))),
    "social": lambda draw, source, _: SocialFact(source, draw(st.sampled_from(SocialKind)), draw(names)),
}


@settings(max_examples=80, deadline=None)
@given(record=records(), language=st.sampled_from(["en", "es"]))
def test_a_summary_by_rule_is_complete_and_rests_on_what_is_there(record: PatientRecord, language: str) -> None:
    holds, changed = baseline(record), delta(record)
    told = sections(holds, changed, missing=record.missing, language=language)

    assert [section.heading for section in told] == list(Heading)
    assert told == sections(holds, changed, missing=record.missing, language=language)
    there = {fact.source for fact in facts_of(record)} | {record.identity.source}
    for statement in (statement for section in told for statement in section.statements):
        assert statement.text.strip()
        assert "\n" not in statement.text
        assert statement.sources
        assert set(statement.sources) <= there
        assert len(set(statement.sources)) == len(statement.sources)
    assessment = " ".join(statement.text for statement in told[0].statements)
    assert [name for name in counting(holds, language) if name not in assessment] == []


def counting(holds: Baseline, language: str) -> list[str]:
    """Return all that an assessment must name."""
    words = words_in(language)
    things = (*holds.problems, *holds.medications, *holds.allergies)
    out = filter(is_out, readings([*holds.labs, *holds.vitals]))
    return [name_of(each.entries[0].concept, words) for each in things] + [value_told(each, words) for each in out]
