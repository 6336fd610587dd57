from __future__ import annotations

import time

import pytest

from epicrisis.domain.patients import Source
from epicrisis.domain.summaries import Heading, Statement, SummarySection, Support
from epicrisis.engines.summary.verifying.verifier import Verifier
from epicrisis.errors import UnknownLanguage
from tests.golden.verification.patients import PATIENTS

BASELINE, DELTA = PATIENTS["maria"]()


def told(*statements: Statement) -> Verifier:
    return Verifier(BASELINE, DELTA, (SummarySection(Heading.GUIDANCE, statements),))


def is_supported(verifier: Verifier, sentence: str) -> bool:
    return verifier.check(sentence).support is Support.SUPPORTED


def test_a_sentence_rests_on_what_it_names_and_on_nothing_else() -> None:
    checked = Verifier(BASELINE, DELTA).check("Diabetes since 2012; lisinopril 20 mg.")

    assert checked.sources == (Source("Condition/c1"), Source("MedicationRequest/m2"))


def test_a_sentence_of_the_rules_is_borne_out_by_itself() -> None:
    rule = Statement("Contradiction: the record lists twins.", (Source("Patient/maria"),))

    assert told(rule).check("Contradiction: the record lists twins.") == rule


@pytest.mark.parametrize(
    ("sentence", "supported"),
    [
        ("No dosage is recorded for lisinopril.", True),
        ("A dosage is recorded for lisinopril.", False),
        ("No dosage is recorded for atenolol.", False),
        ("No dosage is recorded for lisinopril 40 mg.", False),
    ],
)
def test_an_item_of_the_rules_may_be_said_again_with_nothing_more_and_nothing_turned_round(
    sentence: str, supported: bool
) -> None:
    rule = Statement(
        "No dosage is recorded for 2 current medications: Lisinopril 20 MG Oral Tablet; Metformin.",
        (Source("MedicationRequest/m1"), Source("MedicationRequest/m2")),
    )

    assert is_supported(told(rule), sentence) is supported


def test_how_many_more_there_are_is_not_said_again_without_all_the_others() -> None:
    rule = Statement(
        "Unusual circumstances (4): Hypertension; Diabetes mellitus type 2; and 2 more.",
        (Source("Condition/c1"), Source("Condition/c2"), Source("Condition/c3")),
    )

    assert is_supported(told(rule), rule.text)
    assert not is_supported(told(rule), "Unusual circumstances (4): Hypertension; and 2 more.")


def test_an_item_said_again_rests_on_that_item_alone() -> None:
    rule = Statement(
        "Unusual circumstances: Hypertension; Diabetes mellitus type 2.",
        (Source("Condition/c1"), Source("Condition/c2")),
    )

    assert told(rule).check("Unusual circumstances: hypertension.").sources == (Source("Condition/c2"),)


def test_a_reason_why_says_nothing_of_the_record() -> None:
    checked = Verifier(BASELINE, DELTA).check("She has porphyria and takes warfarin.")

    assert "porphyria" not in checked.why
    assert checked.why


def test_no_sentence_is_checked_in_a_language_without_words() -> None:
    with pytest.raises(UnknownLanguage, match="'fr'"):
        Verifier(BASELINE, DELTA, language="fr")


@pytest.mark.parametrize("piece", ["diabetes ", "no ", "1.", "2012-", "(", "a, ", "of the ", "10 mg of ", ": ", "é"])
def test_the_time_a_sentence_takes_grows_with_its_length_and_not_faster(piece: str) -> None:
    verifier = Verifier(BASELINE, DELTA)
    verifier.check("Warm.")

    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        best = float("inf")
        for _ in range(3):
            started = time.process_time()
            verifier.check(text)
            best = min(best, time.process_time() - started)
        return best

    assert seconds(40_000) < 8 * seconds(10_000) + 0.05
