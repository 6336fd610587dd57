from __future__ import annotations

from dataclasses import replace

import pytest

from epicrisis.domain.moments import Period
from epicrisis.domain.patients import (
    Concept,
    Dosage,
    Encounter,
    FamilyMember,
    Identity,
    Immunization,
    Missing,
    Procedure,
    Sex,
    SocialFact,
    Source,
    UseStatus,
    Verification,
)
from epicrisis.domain.records import Flag, Quantity, ReferenceRange, SocialKind, Use
from epicrisis.domain.spans import Span
from epicrisis.domain.summaries import Current, Heading
from tests.golden.patient_summaries.charts import DAILY, allergy, drug, problem, visit, when
from tests.unit.engines.summary.rules.holding import SOMEBODY, holding, latest, told

ASSESSMENT = Heading.ASSESSMENT
SEEN = [visit("e1", "Check up", "2021-06-01")]


def person(born: str, sex: Sex, died: str = "") -> Identity:
    return Identity(
        Source("Patient/p1"),
        born=when(born) if born else None,
        died=when(died) if died else None,
        sex=sex,
        is_dead=bool(died),
    )


@pytest.mark.parametrize(
    ("identity", "english", "spanish"),
    [
        (person("1950-02-28", Sex.FEMALE), "71-year-old woman", "Mujer de 71 años"),
        (person("1950-06-02", Sex.MALE), "70-year-old man", "Varón de 70 años"),
        (person("2015-01-01", Sex.MALE), "6-year-old boy", "Niño de 6 años"),
        (person("2020-11-15", Sex.FEMALE), "6-month-old girl", "Niña de 6 meses"),
        (person("2021-05-31", Sex.MALE), "1-day-old boy", "Niño de 1 día"),
        (person("2021-06-01", Sex.FEMALE), "Newborn girl", "Recién nacida"),
        (person("1990", Sex.OTHER), "About 31-year-old patient", "Paciente de unos 31 años"),
        (person("", Sex.UNKNOWN), "Patient of unrecorded age and sex", "Paciente de edad y sexo no registrados"),
        (person("", Sex.FEMALE), "Woman of unrecorded age", "Mujer de edad no registrada"),
    ],
)
def test_the_first_sentence_tells_age_and_sex(identity: Identity, english: str, spanish: str) -> None:
    holds = holding(identity=identity, encounters=SEEN)

    assert told(holds, ASSESSMENT)[0] == f"{english}, alive as of 2021-06-01."
    assert told(holds, ASSESSMENT, language="es")[0] == f"{spanish}, con vida a fecha de 2021-06-01."


def test_of_the_dead_it_tells_when_they_died_and_how_old_they_became() -> None:
    known = holding(identity=person("1950-02-28", Sex.FEMALE, "2020-02-27"))
    ageless = holding(identity=person("", Sex.MALE, "2020-02-27"))

    assert told(known, ASSESSMENT)[0] == "Woman who died on 2020-02-27 at the age of 69 years."
    assert told(known, ASSESSMENT, language="es")[0] == "Mujer fallecida el 2020-02-27 a los 69 años."
    assert told(ageless, ASSESSMENT)[0] == "Man of unrecorded age; died on 2020-02-27."


def test_who_died_without_a_date_is_dead_and_who_dies_later_is_not_yet() -> None:
    dead = holding(identity=replace(SOMEBODY, is_dead=True), encounters=SEEN)
    later = holding(identity=replace(SOMEBODY, died=when("2021-07-01")), encounters=SEEN)

    assert "the record says that the patient has died" in told(dead, ASSESSMENT)[0]
    assert "alive as of 2021-06-01" in told(later, ASSESSMENT)[0]


def test_nobody_is_said_to_live_where_their_own_data_is_missing_or_nothing_is_dated() -> None:
    unread = told(holding(encounters=SEEN), ASSESSMENT, missing=(Missing("Patient", "refused"),))
    undated = told(holding(), ASSESSMENT)

    assert unread[0] == "71-year-old woman, as of 2021-06-01."
    assert undated[0] == "Woman born 1950-02-28; no entry of the record has a date."


def test_a_visit_is_told_with_its_reasons_and_a_long_description_by_its_beginning() -> None:
    billed = "Office visit for the evaluation and management of an established patient, which requires a history " * 2
    visits = [
        visit("e1", "Check up", "2020-06-01"),
        Encounter(Source("Encounter/e2"), Concept(billed), "AMB", Period(when("2021-06-01")), ("Cough", "Fever")),
    ]

    sentence = told(holding(encounters=visits), ASSESSMENT)[1]

    assert sentence == (
        "Last visit: Office visit for the evaluation and management of an established patient, 2021-06-01, "
        "for Cough and Fever."
    )


def test_a_stay_that_goes_on_is_told_as_one() -> None:
    stay = replace(visit("e1", "Inpatient stay", "2021-05-30"), is_over=False)

    assert told(holding(encounters=[stay]), ASSESSMENT)[1] == "Current stay or visit: Inpatient stay, since 2021-05-30."


def test_a_problem_is_told_with_its_beginning_and_what_is_not_sure_of_it() -> None:
    sure = problem("c1", "Gout (disorder)", "2019-05-01")
    doubtful = problem("c2", "Pneumonia", "2021-05", verification=Verification.PROVISIONAL, severity="Severe")
    noted = replace(problem("c3", "Asthma"), source=Source("DocumentReference/d1", Span(4, 10)))

    active, in_notes = [s for s in told(holding(problems=[sure, doubtful, noted]), ASSESSMENT) if "roblems" in s]

    assert active == "Active problems (2): Gout (since 2019-05-01); Pneumonia (severe, since 2021-05, provisional)."
    assert in_notes == "Problems told in notes only (1): Asthma."


def test_twenty_problems_are_all_named_in_groups_that_can_be_read() -> None:
    problems = [problem(f"c{number}", f"Disease {number:02}", f"{2002 + number}-03-01") for number in range(20)]

    sentences = [s for s in told(holding(problems=problems), ASSESSMENT) if s.startswith("Active")]

    assert [s.partition(":")[0] for s in sentences] == [
        "Active problems of the last year (1)",
        "Active problems for more than a year (19)",
        "Active problems for more than a year (19), continued",
        "Active problems for more than a year (19), continued",
        "Active problems for more than a year (19), continued",
    ]
    assert all(sum(f"Disease {number:02}" in s for s in sentences) == 1 for number in range(20))


def test_how_somebody_lives_is_no_disease_and_yet_told() -> None:
    problems = [problem("c1", "Full-time employment (finding)", "2019-01-01"), problem("c2", "Stress disorder")]

    sentences = told(holding(problems=problems), ASSESSMENT)

    assert "Active problems (1): Stress disorder." in sentences
    assert "Circumstances on the problem list (1): Full-time employment (since 2019-01-01)." in sentences


def test_past_illness_that_passes_is_told_once_however_often_it_came() -> None:
    past = [
        problem(f"c{y}", "Viral sinusitis (disorder)", f"{y}-03-01", ended=f"{y}-03-20") for y in (2012, 2015, 2018)
    ]
    past.append(problem("c9", "Chronic sinusitis", "2001-03-01", ended="2010-01-01"))

    sentences = told(holding(past_problems=past), ASSESSMENT)

    assert "Past self-limited illness (1): Viral sinusitis (3 times, last 2018-03-20)." in sentences
    assert "Past problems (1): Chronic sinusitis (2001-03-01 to 2010-01-01)." in sentences


def test_a_medication_is_told_with_dose_frequency_beginning_and_reason() -> None:
    gout = problem("c1", "Gout (disorder)", "2019-05-01")
    refilled = Current(
        (
            drug("m2", "Allopurinol 100 MG", "2021-05-01", dosage=DAILY, reasons=("Condition/c1",)),
            drug("m1", "Allopurinol 100 MG", "2019-05-01", dosage=DAILY, reasons=("Condition/c1",)),
        )
    )
    held = drug("m3", "Warfarin 5 MG", "2020-01-01", status=UseStatus.ON_HOLD)

    (sentence,) = [
        s for s in told(holding(problems=[gout], medications=[held, refilled]), ASSESSMENT) if s.startswith("Current")
    ]

    assert sentence == (
        "Current medications (2): Allopurinol 100 MG, 1 tablet once a day, since 2019-05-01, last recorded 2021-05-01, "
        "for Gout; Warfarin 5 MG, since 2020-01-01, on hold."
    )


@pytest.mark.parametrize(
    ("dosage", "english", "spanish"),
    [
        (Dosage(text="1 tablet\nat night"), "1 tablet at night", "1 tablet at night"),
        (Dosage(dose=Quantity(500, "mg"), frequency=1, period_days=1), "500 mg once a day", "500 mg una vez al día"),
        (
            Dosage(dose=Quantity(1, None, "{ml}"), frequency=3, period_days=1),
            "1 ml 3 times a day",
            "1 ml 3 veces al día",
        ),
        (Dosage(frequency=1, period_days=1 / 3), "every 8 hours", "cada 8 horas"),
        (Dosage(frequency=1, period_days=7), "once a week", "una vez a la semana"),
        (Dosage(frequency=1, period_days=30), "every 30 days", "cada 30 días"),
        (Dosage(frequency=3, period_days=7), "3 times in 7 days", "3 veces en 7 días"),
        (Dosage(route="Oral Route of Administration", as_needed=True), "Oral as needed", "Oral si precisa"),
    ],
)
def test_a_dosage_is_told_in_the_words_of_the_record_or_in_ours(dosage: Dosage, english: str, spanish: str) -> None:
    holds = holding(medications=[drug("m1", "Allopurinol", "2021-05-01", dosage=dosage)])

    assert f"Allopurinol, {english}, since 2021-05-01" in " ".join(told(holds, ASSESSMENT))
    assert f"Allopurinol, {spanish}, desde 2021-05-01" in " ".join(told(holds, ASSESSMENT, language="es"))


def test_an_allergy_is_told_with_reaction_and_criticality() -> None:
    allergies = [
        allergy("a1", "Penicillin", "Urticaria", "Angioedema", criticality="high"),
        allergy("a2", "Latex", criticality="known"),
    ]

    assert (
        "Allergies and intolerances (2): Penicillin (reaction: Urticaria and Angioedema, high criticality); Latex."
        in told(holding(allergies=allergies), ASSESSMENT)
    )


def test_no_known_allergies_and_no_word_of_allergies_are_two_things() -> None:
    gout = [problem("c1", "Gout", "2019-05-01")]
    denied = replace(allergy("a1", "No known allergies"), denied=True)

    said = told(holding(problems=gout, allergies_denied=[denied]), ASSESSMENT)
    unsaid = told(holding(problems=gout), ASSESSMENT)
    unread = told(holding(problems=gout), ASSESSMENT, missing=(Missing("AllergyIntolerance", "refused"),))

    assert 'No known allergies are recorded as such: "No known allergies".' in said
    assert "The record says nothing of allergies, neither that there are any nor that there are none." in unsaid
    assert "Allergies are not available for this summary." in unread


def test_a_denial_of_food_allergies_says_nothing_of_drugs() -> None:
    food = replace(allergy("a1", "No known food allergy"), denied=True)

    alone = told(holding(allergies_denied=[food]), ASSESSMENT)
    beside = told(holding(allergies_denied=[food], allergies=[allergy("a2", "Penicillin")]), ASSESSMENT)

    assert 'Recorded as denied: "No known food allergy"; of allergies to drugs the record says nothing.' in alone
    assert 'Recorded as denied: "No known food allergy".' in beside
    assert "Allergies and intolerances (1): Penicillin." in beside


def test_a_result_out_of_range_is_told_with_the_range_and_whose_it_is() -> None:
    labs = [
        latest(5.9, Flag.HIGH, reference=ReferenceRange(3.5, 5.1)),
        latest(
            118.0, Flag.LOW, name="Sodium", code="2951-2", id_="o2", reference=ReferenceRange(135, 145), is_usual=True
        ),
        latest(2.0, Flag.ABNORMAL, name="Lactate", code="x", id_="o3"),
        latest(4.9, Flag.HIGH, name="Urate", code="y", id_="o4", reference=ReferenceRange(2.0, 6.0)),
        latest(1.0, Flag.NORMAL, name="Creatinine", code="2160-0", id_="o5", unit="mg/dL"),
    ]

    sentences = told(holding(labs=labs), ASSESSMENT)

    assert (
        "Latest results out of range (4): Potassium 5.9 mmol/L, high (range of the record 3.5–5.1), 2021-06-01; "
        "Sodium 118 mmol/L, low (usual range 135–145), 2021-06-01; "
        "Lactate 2 mmol/L, abnormal (as the record flags it), 2021-06-01; "
        "Urate 4.9 mmol/L, high, as the record flags it (range of the record 2–6), 2021-06-01." in sentences
    )
    assert "Latest results in range (1): Creatinine 1 mg/dL (2021-06-01)." in sentences


def test_a_critical_result_comes_first_and_many_in_range_are_counted() -> None:
    labs = [latest(5.0, Flag.NORMAL, name=f"Test {number}", code=str(number), id_=f"n{number}") for number in range(11)]
    labs += [latest(1.0, Flag.HIGH, id_="h"), latest(7.1, Flag.CRITICAL, name="Urate", code="y", id_="c")]

    sentences = told(holding(labs=labs), ASSESSMENT)

    assert any(s.startswith("Latest results out of range (2): Urate 7.1 mmol/L, critical") for s in sentences)
    assert any(s.startswith("Latest results in range (11): Test 0") and s.endswith("; and 3 more.") for s in sentences)


def test_a_blood_pressure_is_one_result() -> None:
    vitals = [
        latest(84, name="Diastolic Blood Pressure", code="8462-4", unit="mm[Hg]"),
        latest(
            158, Flag.HIGH, name="Systolic Blood Pressure", code="8480-6", unit="mm[Hg]", is_usual=True,
            reference=ReferenceRange(90, 129),
        ),
    ]  # fmt: skip

    assert (
        "Latest results out of range (1): Blood pressure 158/84 mmHg, systolic high (usual range 90–129), 2021-06-01."
        in told(holding(vitals=vitals), ASSESSMENT)
    )


def test_the_rest_of_a_history_is_told_shortly() -> None:
    on = Period(when("2019-05-01"), when("2019-05-01"))
    holds = holding(
        procedures=[
            Procedure(Source("Procedure/1"), Concept("Colonoscopy (procedure)"), period=on),
            Procedure(Source("Procedure/2"), Concept("Documentation of current medications"), period=on),
        ],
        immunizations=[
            Immunization(Source(f"Immunization/{y}"), Concept("Influenza"), when(f"{y}-10-01")) for y in (2018, 2019)
        ],
        social=[
            SocialFact(Source("Observation/s"), SocialKind.TOBACCO, "Never smoker", Use.NEVER, when("2019-05-01")),
            SocialFact(Source("Observation/t"), SocialKind.ALCOHOL, "two beers a week", Use.CURRENT),
        ],
        family=[
            FamilyMember(Source("FamilyMemberHistory/1"), "Mother", (Concept("Gout"), Concept("Stroke")), is_dead=True)
        ],
        denied=[
            problem("c1", "Fever"),
            replace(problem("c2", "fever"), source=Source("DocumentReference/1", Span(0, 5))),
        ],
    )

    sentences = told(holds, ASSESSMENT)

    assert "Procedures (2): Colonoscopy (2019-05-01); and one more." in sentences
    assert "Immunizations (1): Influenza (2 times, last 2019-10-01)." in sentences
    assert (
        "Social history (2): tobacco: Never smoker (2019-05-01); alcohol: two beers a week (current use)." in sentences
    )
    assert "Family history (1): Mother (died): Gout and Stroke." in sentences
    assert "Denied or ruled out (1): Fever." in sentences


def test_an_empty_record_says_so_and_nothing_is_made_up() -> None:
    assert told(holding(), ASSESSMENT)[1:] == [
        "The record holds nothing on health: no problems, medications, allergies, results or procedures."
    ]
    assert told(holding(), ASSESSMENT, missing=(Missing("*", "down"),))[1:] == [
        "Nothing on health could be had from the record."
    ]


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ("Condition", "Problems are not available for this summary."),
        ("MedicationRequest", "Medications are not available for this summary."),
        ("Observation", "Results and vital signs are not available for this summary."),
    ],
)
def test_what_could_not_be_read_is_never_said_to_be_none(missing: str, sentence: str) -> None:
    holds = holding(family=[FamilyMember(Source("FamilyMemberHistory/1"), "Mother")])

    sentences = told(holds, ASSESSMENT, missing=(Missing(missing, "refused"),))

    assert sentence in sentences
    assert "Family history (1): Mother: nothing further told." in sentences
