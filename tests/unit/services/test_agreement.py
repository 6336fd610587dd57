"""How far two answers agree, thing by thing, under labels that hold no words."""

from __future__ import annotations

from collections import Counter

from epicrisis.domain.differentials import Differential
from epicrisis.engines import registry
from epicrisis.services.agreement import ANNOTATIONS, FOUND_FINDINGS, NAMINGS, RANKINGS, RECORDS, TOLD, Comparison
from epicrisis.services.diagnose import Presentation
from epicrisis.services.outcomes import Failure
from tests.serving import rules_pipeline

ONE, OTHER = "Denies fever. Cough since Monday.", "Has fever. Cough since Monday."
NONE = Failure("1", "error", "It could not be read.")


def verdicts(comparison: Comparison[object], given: object, other: object) -> Counter[tuple[str, bool]]:
    return Counter(comparison.of([given], [other]))


def test_findings_agree_where_both_say_the_same_status_of_the_same_words() -> None:
    pipeline = rules_pipeline()
    for comparison, read in (
        (ANNOTATIONS, pipeline.annotate),
        (FOUND_FINDINGS, lambda text: pipeline.assess([text])[0]),
    ):
        denied, has, neither = read("Denies fever."), read("Has    fever."), read("Denies words.")

        assert verdicts(comparison, denied, denied) == {("ABSENT", True): 1}
        assert verdicts(comparison, denied, has) == {("ABSENT", False): 1}
        # What one of the two did not find is no agreement, whichever it was.
        assert verdicts(comparison, denied, neither) == verdicts(comparison, neither, denied) == {("ABSENT", False): 1}


def test_entities_agree_by_place_and_label() -> None:
    [fever, other] = rules_pipeline().named(["Denies fever.", "Denies words."])

    assert verdicts(NAMINGS, fever, fever) == {("PROBLEM", True): 1}
    assert verdicts(NAMINGS, fever, other) == {("PROBLEM", False): 1}


def test_records_and_summaries_agree_item_by_item() -> None:
    pipeline = rules_pipeline()
    one, other = pipeline.extract("Denies fever."), pipeline.extract("Has    fever.")

    assert verdicts(RECORDS, one, one) == {("denied", True): 1}
    assert verdicts(RECORDS, one, other) == {("denied", False): 1, ("problems", False): 1}
    assert verdicts(TOLD, *(pipeline.summarize(text) for text in (ONE, ONE))) == {("statement", True): 2}
    # The words are compared and never told: one statement is the same.
    told = verdicts(TOLD, *(pipeline.summarize(text) for text in (ONE, OTHER)))
    assert told == {("statement", True): 1, ("statement", False): 2}


def ranked(*symptoms: str) -> Differential:
    return rules_pipeline().differentials.one(Presentation(symptoms=symptoms))


def test_rankings_agree_by_who_comes_first_and_by_the_first_three() -> None:
    fever, chest = ranked("fever", "cough"), ranked("crushing chest pain")

    assert verdicts(RANKINGS, fever, fever) == {("first", True): 1, ("first-3", True): 1}
    assert verdicts(RANKINGS, fever, chest) == {("first", False): 1, ("first-3", False): 1}


def test_where_one_of_the_two_failed_there_is_nothing_to_compare_and_no_version() -> None:
    fever = ranked("fever")
    card = registry.card(registry.Group.DIFFERENTIAL, "knowledge")

    assert list(RANKINGS.of([fever, NONE], [NONE, fever])) == []
    assert RANKINGS.version([NONE, fever]) == f"{card.name}-{card.version}"
    assert RANKINGS.version([NONE]) == ""
