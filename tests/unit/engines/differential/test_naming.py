from __future__ import annotations

from epicrisis.domain.differentials import FindingKind
from epicrisis.engines.differential.matching import Target
from epicrisis.engines.differential.naming import family_of, phrasebook_of
from tests.knowledge import CONDITIONS, FINDINGS, base, condition, finding

NAMED = base(
    findings=[
        *FINDINGS,
        finding("history-of-asthma", 0.1, kind=FindingKind.HISTORY),
        finding("family-history-asthma", 0.1, kind=FindingKind.HISTORY),
        finding("family-history-infarct", 0.1, kind=FindingKind.HISTORY),
        finding("family-history-glaucoma", 0.1, kind=FindingKind.HISTORY),
        finding("headache", 0.1),
    ],
    conditions=[
        *CONDITIONS,
        condition("asthma"),
        condition("tension-headache", synonyms={"en": ("headache", "stress headache"), "es": ()}),
    ],
)
WORDS = [("chest-pain", "thoracic pain"), ("history-of-asthma", "asthma"), ("history-of-asthma", "known asthma")]
BOOK = phrasebook_of(NAMED, WORDS, "en")


def test_a_finding_is_called_by_its_name_and_by_its_words() -> None:
    assert BOOK.meaning("chest pain") == BOOK.meaning("Thoracic pain") == (Target("chest-pain"),)


def test_a_condition_is_called_by_its_name_and_its_other_names() -> None:
    assert BOOK.meaning("infarct") == BOOK.meaning("heart attack") == (Target("infarct", is_condition=True),)


def test_an_illness_somebody_has_is_a_condition_and_a_finding_of_others() -> None:
    assert BOOK.meaning("asthma") == (Target("history-of-asthma"), Target("asthma", is_condition=True))


def test_a_symptom_is_not_the_condition_that_shares_its_name() -> None:
    assert BOOK.meaning("headache") == (Target("headache"),)
    assert BOOK.meaning("stress headache") == (Target("tension-headache", is_condition=True),)


def test_each_language_has_its_own_names() -> None:
    spanish = phrasebook_of(NAMED, [], "es")

    assert spanish.meaning("tos") == (Target("cough"),)
    assert spanish.meaning("ataque al corazon") == (Target("infarct", is_condition=True),)
    assert spanish.meaning("chest pain") == ()


def test_what_a_relative_has_runs_in_the_family() -> None:
    assert family_of(NAMED) == {
        "history-of-asthma": "family-history-asthma",
        "asthma": "family-history-asthma",
        "infarct": "family-history-infarct",
    }


def test_what_runs_in_a_family_may_have_a_wider_name() -> None:
    wider = base(
        findings=[*FINDINGS, finding("family-history-cancer", 0.1, kind=FindingKind.HISTORY)],
        conditions=[*CONDITIONS, condition("melanoma", family="family-history-cancer")],
    )

    assert family_of(wider) == {"melanoma": "family-history-cancer"}
