from __future__ import annotations

from dataclasses import replace

from epicrisis.domain.patients import Missing, Source, UseStatus, Verification
from epicrisis.domain.records import Flag, ReferenceRange
from epicrisis.domain.spans import Span
from epicrisis.domain.summaries import Current, Heading
from tests.golden.patient_summaries.charts import DAILY, TWICE, allergy, drug, problem, visit
from tests.unit.engines.summary.rules.holding import holding, latest, said, told

GUIDANCE = Heading.GUIDANCE


def test_an_allergy_to_a_current_medication_comes_before_everything_else() -> None:
    holds = holding(
        allergies=[allergy("a1", "Penicillin", "Anaphylaxis", criticality="high")],
        medications=[drug("m1", "Amoxicillin 500 MG", "2021-05-01", dosage=DAILY)],
        labs=[latest(7.0, Flag.CRITICAL)],
    )

    first = said(holds, GUIDANCE)[0]

    assert first.text == (
        "Allergy against medication: current medication Amoxicillin 500 MG; recorded allergy Penicillin "
        "(reaction: Anaphylaxis, high criticality); same class (penicillins)."
    )
    assert [source.reference for source in first.sources] == ["AllergyIntolerance/a1", "MedicationRequest/m1"]
    assert told(holds, GUIDANCE, language="es")[0].startswith("Alergia frente a medicación: toma Amoxicillin 500 MG;")


def test_a_possible_cross_reaction_says_how_rare_it_is() -> None:
    cephalexin = drug("m1", "Cephalexin 500 MG", "2021-05-01", dosage=DAILY)
    holds = holding(allergies=[allergy("a1", "Penicillin")], medications=[cephalexin])

    assert told(holds, GUIDANCE)[0] == (
        "Possible cross-reaction: current medication Cephalexin 500 MG (cephalosporins); recorded allergy Penicillin; "
        "cross-reactions between penicillins, cephalosporins and carbapenems are rare, and depend on the side chain."
    )


def test_one_ingredient_in_two_orders_is_told_with_what_tells_them_apart() -> None:
    once, more = (drug(f"m{n}", "Metformin 500 MG", "2021-05-01", dosage=d) for n, d in enumerate((DAILY, TWICE)))
    others = [drug(f"m{name}", f"{name} 5 MG", "2021-05-01", dosage=DAILY) for name in ("Lisinopril", "Enalapril")]

    assert told(holding(medications=[Current((once, more)), *others]), GUIDANCE)[:2] == [
        "Same ingredient twice: Metformin 500 MG (1 tablet once a day) and Metformin 500 MG (1 tablet twice a day) "
        "both hold metformin.",
        "Same class twice: Lisinopril 5 MG and Enalapril 5 MG are both ACE inhibitors.",
    ]


def test_a_critical_result_is_told_with_its_range() -> None:
    potassium = latest(7.01, Flag.CRITICAL, reference=ReferenceRange(3.5, 5.1), is_usual=True)

    assert told(holding(labs=[potassium]), GUIDANCE)[0] == (
        "Critical result: Potassium 7.01 mmol/L, critical (usual range 3.5–5.1), 2021-06-01."
    )


def test_what_contradicts_itself_is_told() -> None:
    noted = Source("DocumentReference/1", Span(0, 7))
    gout, latex = problem("c1", "Gout", "2019-05-01"), allergy("a1", "Latex")
    holds = holding(
        problems=[gout],
        denied=[replace(gout, source=noted, verification=Verification.REFUTED)],
        medications=[
            Current(
                (
                    drug("m1", "Aspirin", "2021-05-01", dosage=DAILY),
                    replace(drug("m2", "aspirin", "2021-05-20", status=UseStatus.STOPPED), source=noted),
                )
            )
        ],
        allergies=[Current((latex, replace(latex, verification=Verification.REFUTED)))],
        allergies_denied=[replace(allergy("a3", "No known allergies"), denied=True)],
    )

    assert [s for s in told(holds, GUIDANCE) if s.startswith("Contradiction")] == [
        'Contradiction: the record lists allergies (Latex) and also says "No known allergies".',
        "Contradiction: Gout is on the list of active problems and is denied elsewhere in the record.",
        "Contradiction: an allergy to Latex is recorded, and refuted elsewhere in the record.",
        "Contradiction: Aspirin is a current medication, and a note says that it is not taken.",
    ]


def test_what_is_not_known_is_named() -> None:
    some = [drug("m1", "Aspirin", "2021-05-01"), drug("m2", "Metformin", "2021-05-01", dosage=DAILY)]
    holds = holding(medications=some, problems=[problem("c1", "Gout"), problem("c2", "Asthma", "2001")])

    sentences = told(holds, GUIDANCE)

    assert "No dosage is recorded for Aspirin." in sentences
    assert "No date of onset is recorded for Gout." in sentences
    assert "No dosage is recorded for any of the 2 current medications." in told(
        holding(medications=[some[0], drug("m3", "Warfarin", "2021-05-01")]), GUIDANCE
    )


def test_what_could_not_be_had_is_named_in_the_language_of_the_summary() -> None:
    missing = (Missing("MedicationRequest", "late"), Missing("AllergyIntolerance", "refused"), Missing("Basic", "bad"))

    assert (
        "Not available for this summary: medications ordered, allergies and Basic; what they hold is not known here."
        in told(holding(), GUIDANCE, missing=missing)
    )
    assert (
        "No disponible para este resumen: medicación prescrita, alergias y Basic; se desconoce su contenido."
        in told(holding(), GUIDANCE, missing=missing, language="es")
    )
    assert "The record could not be had; what follows from it is not known here." in told(
        holding(), GUIDANCE, missing=(Missing("*", "down"),)
    )


def test_it_ends_with_how_old_the_record_is_and_who_wrote_this_from_how_much() -> None:
    holds = holding(encounters=[visit("e1", "Check up", "2021-05-30")], problems=[problem("c1", "Gout", "2019-05-01")])

    assert told(holds, GUIDANCE)[-2:] == [
        "The last dated entry used here is of 2021-05-30; nothing later is known here.",
        "Written by a program from 2 entries of the record and attested by nobody; it supports clinical judgement and "
        "does not replace it.",
    ]
    assert told(holding(), GUIDANCE)[-2:] == [
        "No entry of the record carries a date.",
        "Written by a program from a record without entries and attested by nobody; it supports clinical judgement and "
        "does not replace it.",
    ]
