from __future__ import annotations

import pytest

from epicrisis.domain.assertions import Status
from epicrisis.domain.attributions import Attribution
from epicrisis.domain.documents import Document
from epicrisis.domain.spans import Span
from epicrisis.engines.assertion.occlusion import WORDS_ON_EACH_SIDE, Asked, attributed
from epicrisis.engines.assertion.rules import build
from epicrisis.engines.registry import Group, assertion_engine
from epicrisis.engines.units import sections_of, sentence_units
from tests.readers import reading


def sentence(text: str, *findings: str, language: str = "en") -> Asked:
    """Return the last sentence of ``text`` with its ``findings``, as the rules judge them."""
    document = Document("n1", text, language)
    unit = list(sentence_units(document, sections_of(document)))[-1]
    targets = tuple(Span(unit.text.index(each), unit.text.index(each) + len(each)) for each in findings)
    judged = build().assess(Document("n1", unit.text, language), targets)
    return Asked(unit, targets, tuple(each.status for each in judged))


def weights(asked: Asked, attribution: Attribution) -> dict[str, float]:
    return {asked.unit.text[each.span.start : each.span.end]: each.weight for each in attribution.words}


@pytest.mark.parametrize("name", reading(Group.ASSERTION, "en"))
def test_the_cue_weighs_most_whoever_judges(name: str) -> None:
    asked = sentence("Possible pneumonia; no evidence of effusion on the film.", "pneumonia", "effusion")

    [[of_pneumonia, of_effusion]] = attributed(assertion_engine(name), [asked])

    for attribution, cue in ((of_pneumonia, "Possible"), (of_effusion, "no evidence of")):
        weighed = weights(asked, attribution)
        assert max(weighed, key=lambda word: weighed[word]) == cue
        assert weighed[cue] > 0.5


def test_a_spanish_cue_weighs_most_too() -> None:
    asked = sentence("Paciente que niega fiebre.", "fiebre", language="es")

    [[attribution]] = attributed(assertion_engine("spanish", "es"), [asked])

    weighed = weights(asked, attribution)
    assert max(weighed, key=lambda word: weighed[word]) == "niega"


def test_neither_the_finding_nor_marks_are_taken_out_and_the_words_stand_in_order() -> None:
    asked = sentence("He denies chest pain, today.", "chest pain")

    [[attribution]] = attributed(build(), [asked])

    assert list(weights(asked, attribution)) == ["He", "denies", "today"]
    assert (attribution.engine, attribution.version, attribution.left_out) == ("rules", "1", 0)


def test_the_probability_is_that_of_the_whole_sentence_and_a_weight_what_is_lost_of_it() -> None:
    asked = sentence("He denies fever.", "fever")
    [[attribution]] = attributed(build(), [asked])

    [whole] = build().assess(asked.document, asked.targets)
    [without] = build().assess(Document("n1", "He fever.", "en"), [Span(3, 8)])

    assert attribution.probability == whole.scores[Status.ABSENT]
    assert weights(asked, attribution)["denies"] == whole.scores[Status.ABSENT] - without.scores[Status.ABSENT]


def test_of_a_finding_in_another_the_words_of_both_are_left_alone() -> None:
    asked = sentence("No severe chest pain.", "severe chest pain", "chest pain")

    [[of_all, of_part]] = attributed(build(), [asked])

    assert list(weights(asked, of_all)) == ["No"]
    assert list(weights(asked, of_part)) == ["No", "severe"]


def test_of_a_long_sentence_the_words_near_the_finding_are_tried_and_the_others_counted() -> None:
    words = [f"word{number}" for number in range(100)]
    asked = sentence(f"{' '.join(words[:50])} fever {' '.join(words[50:])}.", "fever")

    [[attribution]] = attributed(build(), [asked])

    assert len(attribution.words) == 2 * WORDS_ON_EACH_SIDE
    assert attribution.left_out == 100 - 2 * WORDS_ON_EACH_SIDE
    assert next(iter(weights(asked, attribution))) == words[50 - WORDS_ON_EACH_SIDE]


def test_neighbours_never_change_a_weight() -> None:
    engine = assertion_engine("model")
    several = [
        sentence("He denies chest pain, and may have a cough.", "chest pain", "cough"),
        sentence("FAMILY HISTORY: Mother with breast cancer.", "breast cancer"),
        sentence("No rash.", "rash"),
    ]

    together, alone = attributed(engine, several), [attributed(engine, [each])[0] for each in several]

    assert together == alone


def test_nothing_asked_is_nothing_told() -> None:
    assert attributed(build(), []) == []
