from __future__ import annotations

import time
from dataclasses import FrozenInstanceError

import pytest

from epicrisis.domain.assertions import CueKind, Status
from epicrisis.domain.documents import Document
from epicrisis.domain.spans import Span
from epicrisis.engines.assertion.lexicon import load_lexicon
from epicrisis.engines.assertion.rules import RuleAssertionEngine, build
from epicrisis.engines.contracts import AssertionEngine
from epicrisis.errors import UnknownLanguage


@pytest.fixture(scope="module")
def engine() -> RuleAssertionEngine:
    return build()


def test_fulfils_the_contract_and_stays_as_built(engine: RuleAssertionEngine) -> None:
    assert isinstance(engine, AssertionEngine)
    with pytest.raises(FrozenInstanceError):
        engine.languages = ("en",)  # type: ignore[misc]


def test_an_answer_carries_the_cue_that_decided_and_how_far_it_reaches(engine: RuleAssertionEngine) -> None:
    document = Document(id="n1", text="Denies fever or chills.")

    [assertion] = engine.assess(document, [Span(7, 12)])

    [cue] = assertion.cues
    assert (document.quote(cue.span), cue.kind) == ("Denies", CueKind.NEGATION)
    assert cue.scope == Span(7, 22)


def test_a_plain_present_needs_no_cue(engine: RuleAssertionEngine) -> None:
    [assertion] = engine.assess(Document(id="n1", text="She has a cough."), [Span(10, 15)])

    assert (assertion.status, assertion.cues) == (Status.PRESENT, ())


def test_confidence_is_the_share_of_the_evidence_and_the_largest(engine: RuleAssertionEngine) -> None:
    [assertion] = engine.assess(Document(id="n1", text="Denies fever."), [Span(7, 12)])

    assert assertion.scores == load_lexicon("en").odds["negation/ABSENT"]
    assert assertion.confidence == assertion.scores[Status.ABSENT] == max(assertion.scores.values())


def test_a_negation_is_surer_than_a_modal(engine: RuleAssertionEngine) -> None:
    document = Document(id="n1", text="Denies fever. It could bleed.")

    negated, supposed = engine.assess(document, [Span(7, 12), Span(23, 28)])

    assert negated.confidence > supposed.confidence


def test_cues_come_in_the_order_of_the_text_with_their_kinds(engine: RuleAssertionEngine) -> None:
    document = Document(id="n1", text="No fever. History of gout. Possible stroke. No change in weight.")

    cues = engine.cues(document)

    assert [(document.quote(cue.span), cue.kind.value) for cue in cues] == [
        ("No", "NEG"),
        ("History of", "PAST"),
        ("Possible", "UNC"),
    ]


@pytest.mark.parametrize("language", ["fr", "xx"])
def test_another_language_is_refused(engine: RuleAssertionEngine, language: str) -> None:
    with pytest.raises(UnknownLanguage, match=language):
        engine.assess(Document(id="n1", text="Niega fiebre.", language=language), [Span(6, 12)])


@pytest.mark.parametrize(
    ("language", "text", "finding"), [("en-US", "Denies fever.", Span(7, 12)), ("es-MX", "Niega fiebre.", Span(6, 12))]
)
def test_a_region_reads_as_its_language(engine: RuleAssertionEngine, language: str, text: str, finding: Span) -> None:
    [assertion] = engine.assess(Document(id="n1", text=text, language=language), [finding])

    assert assertion.status is Status.ABSENT


@pytest.mark.parametrize("text", ["Ningún síntoma.", "NINGUN SINTOMA.", "Ningu\u0301n si\u0301ntoma."])
def test_accents_may_be_missing_or_characters_of_their_own(engine: RuleAssertionEngine, text: str) -> None:
    start = text.index(" ") + 1

    [assertion] = engine.assess(Document("n1", text, "es"), [Span(start, len(text) - 1)])

    assert assertion.status is Status.ABSENT


def test_an_accent_that_changes_the_word_is_not_overlooked(engine: RuleAssertionEngine) -> None:
    said, supposed = Document("n1", "Sí tiene fiebre.", "es"), Document("n2", "Si tiene fiebre.", "es")

    assert [engine.assess(note, [Span(9, 15)])[0].status for note in (said, supposed)] == [
        Status.PRESENT,
        Status.HYPOTHETICAL,
    ]


@pytest.mark.parametrize(
    ("language", "phrase"),
    [
        ("en", "no fever and possible cough if when mother with history of normal "),
        ("es", "no fiebre y posible tos si cuando madre antecedentes de normal clara "),
    ],
)
def test_time_grows_with_the_text_and_not_faster(engine: RuleAssertionEngine, language: str, phrase: str) -> None:
    # One sentence without a stop is the worst case: every cue could reach to its end, every target look at every cue.

    def seconds(times: int) -> float:
        document = Document(id="n1", text=phrase * times, language=language)
        targets = [Span(at * len(phrase) + 3, at * len(phrase) + 8) for at in range(times)]
        started = time.process_time()
        engine.assess(document, targets)
        return time.process_time() - started

    seconds(15)
    short, long = min(seconds(150) for _ in range(3)), min(seconds(1500) for _ in range(2))

    assert long <= 20 * short
