"""What our own engines read in a note of a patient, as facts of the patient's record."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from epicrisis.domain import records as noted
from epicrisis.domain.assertions import Experiencer, Status, Temporality
from epicrisis.domain.moments import Moment, Period
from epicrisis.domain.patients import (
    AllergyIntolerance,
    ClinicalNote,
    ClinicalStatus,
    Concept,
    Condition,
    Dosage,
    FamilyMember,
    MedicationUse,
    Observation,
    ObservationCategory,
    PatientRecord,
    PlannedCare,
    Procedure,
    Reaction,
    SocialFact,
    Source,
    UseStatus,
    Verification,
)
from epicrisis.domain.records import Code, CodeSystem, MeasurementKind, MedicationState, NoteRecord, Quantity, Stated
from epicrisis.engines.extraction.measurements.units import ucum_of
from epicrisis.engines.patients.baseline import FOLLOW_UP
from epicrisis.engines.patients.sameness import words_of
from epicrisis.engines.patients.twins import Twins, sure

_SAID = frozenset({Status.PRESENT, Status.POSSIBLE})
_STATES = {
    MedicationState.TAKEN: UseStatus.ACTIVE,
    MedicationState.STARTED: UseStatus.ACTIVE,
    MedicationState.CHANGED: UseStatus.ACTIVE,
    MedicationState.GIVEN: UseStatus.COMPLETED,
    MedicationState.STOPPED: UseStatus.STOPPED,
    MedicationState.HELD: UseStatus.ON_HOLD,
    MedicationState.PLANNED: UseStatus.INTENDED,
    MedicationState.NOT_TAKEN: UseStatus.NOT_TAKEN,
}
# What a clinician decides, whatever the note told before.
_DECIDED = frozenset({MedicationState.STOPPED, MedicationState.HELD})
_CATEGORIES = {
    MeasurementKind.LAB: ObservationCategory.LABORATORY,
    MeasurementKind.VITAL: ObservationCategory.VITAL_SIGNS,
    MeasurementKind.OTHER: ObservationCategory.EXAM,
}
# Of a blood pressure LOINC has a code for each of its two numbers.
_PRESSURES = {
    "systolic": Code(CodeSystem.LOINC, "8480-6", "Systolic blood pressure"),
    "diastolic": Code(CodeSystem.LOINC, "8462-4", "Diastolic blood pressure"),
}
_AMOUNT = re.compile(r"(\d{1,6}(?:[.,]\d{1,4})?) ?([^\W\d_]{1,12}|%)")
# "Appendectomy in 1998"
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")


_NONE: Twins = {}


def with_note(record: PatientRecord, note: ClinicalNote, read: NoteRecord, *, twins: Twins = _NONE) -> PatientRecord:
    """Return ``record`` with what ``read``, our own reading of its ``note``, says of the patient.

    Each fact names the note and the stretch of it. What is denied is a refuted condition, what a relative has stays
    with the relative, and what might come or holds under a condition is no fact. ``twins`` tells which problems of the
    note the record has under codes of its own.
    """
    return replace(
        record,
        conditions=(*record.conditions, *_conditions(note, read, twins)),
        medications=(*record.medications, *_medications(note, read)),
        allergies=(*record.allergies, *_allergies(note, read)),
        observations=(*record.observations, *(_observation(note, each) for each in read.measurements)),
        procedures=(*record.procedures, *_procedures(note, read)),
        family=(*record.family, *_family(note, read)),
        social=(*record.social, *(_social(note, each) for each in read.social)),
        plans=(*record.plans, *(_follow_up(note, each) for each in read.follow_up)),
        notes=record.notes if any(each.source == note.source for each in record.notes) else (*record.notes, note),
    )


def _source(note: ClinicalNote, words: Stated) -> Source:
    return Source(note.source.reference, words.span)


def _concept(words: Stated, codes: tuple[Code, ...]) -> Concept:
    return Concept(words.text, sure(codes))


def _conditions(note: ClinicalNote, read: NoteRecord, twins: Twins) -> Iterator[Condition]:
    for each in read.problems:
        if (
            each.status in _SAID
            and each.experiencer is Experiencer.PATIENT
            and each.temporality is not Temporality.FUTURE
        ):
            is_past = each.temporality is Temporality.PAST
            is_doubtful = each.status is Status.POSSIBLE
            yield replace(
                _condition(note, each, twins),
                clinical=ClinicalStatus.INACTIVE if is_past else ClinicalStatus.ACTIVE,
                verification=Verification.PROVISIONAL if is_doubtful else Verification.UNKNOWN,
            )
    for each in read.denied:
        if each.status is Status.ABSENT and each.experiencer is Experiencer.PATIENT:
            yield replace(_condition(note, each, twins), verification=Verification.REFUTED)


def _condition(note: ClinicalNote, problem: noted.Problem, twins: Twins) -> Condition:
    concept = _concept(problem.name, problem.codes)
    known = (code for each in concept.codes for code in twins.get((each.system, each.code), ()))
    return Condition(
        _source(note, problem.name),
        replace(concept, codes=tuple(dict.fromkeys((*concept.codes, *known)))),
        recorded=note.at,
        severity="" if problem.severity is None else problem.severity.text,
        body_site="" if problem.body_site is None else problem.body_site.text,
        encounter=note.encounter,
    )


def _medications(note: ClinicalNote, read: NoteRecord) -> Iterator[MedicationUse]:
    """Yield what a note says of drugs; "takes ibuprofen" and, further down, "stop ibuprofen" is a drug that stopped."""
    last = {words_of(each.name.text): _status(each) for each in read.medications if each.state in _DECIDED}
    for each in read.medications:
        status = _status(each)
        decided = last.get(words_of(each.name.text), status)
        yield _medication(note, each, decided if status is UseStatus.ACTIVE else status)


def _status(drug: noted.Medication) -> UseStatus:
    status = _STATES[drug.state]
    # "Increase lisinopril to 20 mg" plans a dose, of a drug that is taken.
    if status is not UseStatus.ACTIVE or drug.state is MedicationState.CHANGED:
        return status
    if drug.temporality is Temporality.PAST:
        return UseStatus.STOPPED
    return UseStatus.INTENDED if drug.temporality is Temporality.FUTURE else status


def _medication(note: ClinicalNote, drug: noted.Medication, status: UseStatus) -> MedicationUse:
    parts = (drug.strength, drug.form, drug.dose, drug.route, drug.frequency, drug.duration)
    told = sorted((each for each in parts if each is not None), key=lambda each: each.span)
    dosage = Dosage(
        " ".join(each.text for each in told),
        dose=None if drug.dose is None else _amount(drug.dose.text),
        route="" if drug.route is None else drug.route.text,
    )
    return MedicationUse(
        _source(note, drug.name),
        Concept(" ".join(filter(None, (drug.name.text, drug.strength.text if drug.strength else "")))),
        status,
        dosages=(dosage,) if told else (),
        authored=note.at,
        reasons=() if drug.reason is None else (drug.reason.text,),
        encounter=note.encounter,
    )


def _amount(words: str) -> Quantity | None:
    match = _AMOUNT.fullmatch(words.strip())
    if match is None:
        return None
    ucum = next((unit.ucum for unit in ucum_of(match[2]) if unit.measures == "amount"), None)
    return Quantity(float(match[1].replace(",", ".")), match[2], ucum)


def _allergies(note: ClinicalNote, read: NoteRecord) -> Iterator[AllergyIntolerance]:
    for each in read.allergies:
        if each.status not in (*_SAID, Status.ABSENT):
            continue
        is_denied = each.status is Status.ABSENT
        severity = "" if each.severity is None else each.severity.text
        yield AllergyIntolerance(
            _source(note, each.substance),
            _concept(each.substance, each.codes),
            ClinicalStatus.UNKNOWN if is_denied else ClinicalStatus.ACTIVE,
            Verification.REFUTED if is_denied else Verification.UNKNOWN,
            reactions=(Reaction(tuple(said.text for said in each.reactions), severity),)
            if each.reactions or severity
            else (),
            recorded=note.at,
        )
    if read.no_known_allergies is not None:
        words = read.no_known_allergies
        yield AllergyIntolerance(_source(note, words), Concept(words.text), recorded=note.at, denied=True)


def _observation(note: ClinicalNote, result: noted.Measurement) -> Observation:
    """Return a result; one that the note dates in words of its own has no moment, for it is not that of the note."""
    pressure = _PRESSURES.get(result.part or "")
    concept = _concept(result.name, result.codes) if pressure is None else Concept(pressure.display, (pressure,))
    return Observation(
        # Both numbers of a pressure have one name, so each is named by its own words.
        _source(note, result.name if result.part is None else result.value),
        concept,
        _CATEGORIES[result.kind],
        result.quantity,
        "" if result.quantity is not None else result.value.text,
        note.at if result.time is None else None,
        result.reference,
        result.flag,
        encounter=note.encounter,
    )


def _procedures(note: ClinicalNote, read: NoteRecord) -> Iterator[Procedure]:
    """Yield what was done and what is planned; the day of neither is that of the note, unless the note tells a year."""
    for each in read.procedures:
        is_planned = each.status is Status.HYPOTHETICAL or (
            each.status is Status.PRESENT and each.temporality is Temporality.FUTURE
        )
        if not is_planned and each.status is not Status.PRESENT:
            continue
        year = None if each.time is None else _YEAR.search(each.time.text)
        done = None if year is None or is_planned else Moment.told(year[0])
        yield Procedure(
            _source(note, each.name),
            _concept(each.name, each.codes),
            Status.HYPOTHETICAL if is_planned else Status.PRESENT,
            Period(done, done),
            "" if each.body_site is None else each.body_site.text,
            encounter=note.encounter,
        )


def _family(note: ClinicalNote, read: NoteRecord) -> Iterator[FamilyMember]:
    """Yield each relative once, with all that they have; one who is not named has no name here either."""
    relatives: dict[str, list[noted.FamilyCondition]] = defaultdict(list)
    for each in read.family:
        if each.status in _SAID:
            relatives["" if each.relative is None else each.relative.text.casefold()].append(each)
    for told in relatives.values():
        first = told[0]
        yield FamilyMember(
            _source(note, first.relative or first.condition),
            "" if first.relative is None else first.relative.text,
            tuple(_concept(each.condition, each.codes) for each in told),
            recorded=note.at,
        )


def _social(note: ClinicalNote, fact: noted.SocialFact) -> SocialFact:
    return SocialFact(_source(note, fact.words), fact.kind, fact.words.text, fact.use, note.at)


def _follow_up(note: ClinicalNote, told: noted.FollowUp) -> PlannedCare:
    return PlannedCare(_source(note, told.words), Concept(told.words.text), FOLLOW_UP, authored=note.at)
