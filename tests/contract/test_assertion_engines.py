"""What every assertion engine keeps, whoever wrote it; the engines are those that are installed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from epicrisis.domain.assertions import Assertion, Status
from epicrisis.domain.documents import Document
from epicrisis.domain.spans import Span
from epicrisis.engines.contracts import AssertionEngine
from epicrisis.engines.registry import Group, assertion_engine, installed
from epicrisis.errors import InvalidSpan

NOTE = Document(
    id="n1",
    text=(
        "HISTORY OF PRESENT ILLNESS: Ana Ruiz Prueba denies fever, chills or cough. "
        "Possible pneumonia; rule out sepsis.\n"
        "FAMILY HISTORY: Mother had gout.\n\n"
        "PLAN: Return for bleeding. Acetaminophen p.r.n. for pain."
    ),
)
FINDINGS = ("fever", "chills", "cough", "pneumonia", "sepsis", "gout", "bleeding", "Acetaminophen", "pain")

# The same sentence where offsets go wrong: letters outside the basic plane, accents of their own, two-part line ends.
AWKWARD = {
    "astral": "𝕬na Ruiz Prueba 🙂 denies fever.",
    "combining": "Jose\u0301 Pru\u0308eba cafe\u0301 denies fever.",
    "joined": "👩‍⚕️ denies fever.",
    "crlf": "Seen today.\r\n\r\nHe denies fever.\r\n",
    "right to left": "שלום denies fever.",
    "no-break blanks": "He\u00a0denies\u2003fever.",
    "byte order mark": "\ufeffHe denies fever.",
}


@pytest.fixture(params=installed(Group.ASSERTION))
def engine(request: pytest.FixtureRequest) -> AssertionEngine:
    return assertion_engine(request.param)


def spans(document: Document, *findings: str) -> list[Span]:
    starts = [document.text.index(finding) for finding in findings]
    return [Span(start, start + len(finding)) for start, finding in zip(starts, findings, strict=True)]


def test_there_is_an_engine_to_hold_to_this() -> None:
    assert "rules" in installed(Group.ASSERTION)


def test_answers_once_per_target_and_in_order(engine: AssertionEngine) -> None:
    targets = spans(NOTE, *FINDINGS)
    shuffled = random.Random(1).sample(targets, len(targets))

    assertions = engine.assess(NOTE, shuffled)

    assert [assertion.target for assertion in assertions] == shuffled


def test_a_target_given_twice_is_answered_twice_alike(engine: AssertionEngine) -> None:
    [fever] = spans(NOTE, "fever")

    first, second = engine.assess(NOTE, [fever, fever])

    assert first == second


def test_no_targets_no_answers(engine: AssertionEngine) -> None:
    assert list(engine.assess(NOTE, [])) == []


def test_the_same_answer_alone_and_among_others(engine: AssertionEngine) -> None:
    targets = spans(NOTE, *FINDINGS)

    together = engine.assess(NOTE, targets)

    alone = [assertion for target in targets for assertion in engine.assess(NOTE, [target])]
    assert [told(assertion) for assertion in alone] == [told(assertion) for assertion in together]


def test_the_same_answer_every_time(engine: AssertionEngine) -> None:
    targets = spans(NOTE, *FINDINGS)

    assert list(engine.assess(NOTE, targets)) == list(engine.assess(NOTE, targets))


def test_probabilities_cover_every_status_and_sum_to_one(engine: AssertionEngine) -> None:
    for assertion in engine.assess(NOTE, spans(NOTE, *FINDINGS)):
        assert set(assertion.scores) == set(Status)
        assert all(0 <= share <= 1 for share in assertion.scores.values())
        assert sum(assertion.scores.values()) == pytest.approx(1, abs=1e-3)


def test_confidence_is_that_of_the_status_and_no_status_is_likelier(engine: AssertionEngine) -> None:
    for assertion in engine.assess(NOTE, spans(NOTE, *FINDINGS)):
        assert assertion.confidence == assertion.scores[assertion.status] == max(assertion.scores.values())


def test_cues_and_scopes_lie_within_the_text(engine: AssertionEngine) -> None:
    for assertion in engine.assess(NOTE, spans(NOTE, *FINDINGS)):
        for cue in assertion.cues:
            for marked in (cue.span, cue.scope or cue.span):
                assert NOTE.quote(marked).strip()


@pytest.mark.parametrize("text", AWKWARD.values(), ids=AWKWARD)
def test_offsets_are_those_of_the_text_as_it_was_given(engine: AssertionEngine, text: str) -> None:
    document = Document(id="n1", text=text)

    [assertion] = engine.assess(document, spans(document, "fever"))

    assert document.quote(assertion.target) == "fever"
    assert assertion.status is Status.ABSENT
    assert [document.quote(cue.span) for cue in assertion.cues] == ["denies"]


def test_a_target_may_be_any_stretch_of_the_text(engine: AssertionEngine) -> None:
    length = len(NOTE.text)
    targets = [Span(0, length), Span(0, 1), Span(length - 1, length), Span(40, 200), *blanks(NOTE.text)]

    assert [assertion.target for assertion in engine.assess(NOTE, targets)] == targets


def test_a_text_that_shows_nothing_is_answered_too(engine: AssertionEngine) -> None:
    document = Document(id="n1", text="\u200b\ufeff\u200b")

    [assertion] = engine.assess(document, [Span(0, 2)])

    assert assertion.cues == ()


def test_a_target_past_the_end_is_refused(engine: AssertionEngine) -> None:
    length = len(NOTE.text)

    with pytest.raises(InvalidSpan):
        engine.assess(NOTE, [Span(0, 5), Span(length - 2, length + 1)])


def test_threads_get_the_same_answers(engine: AssertionEngine) -> None:
    targets = spans(NOTE, *FINDINGS)
    expected = list(engine.assess(NOTE, targets))

    with ThreadPoolExecutor(max_workers=8) as pool:
        answers = list(pool.map(lambda _: list(engine.assess(NOTE, targets)), range(32)))

    assert all(answer == expected for answer in answers)


def test_the_document_and_the_targets_stay_as_they_were(engine: AssertionEngine) -> None:
    document, targets = replace(NOTE), spans(NOTE, *FINDINGS)

    engine.assess(document, targets)

    assert document == NOTE
    assert targets == spans(NOTE, *FINDINGS)


def test_the_card_says_what_the_engine_is(engine: AssertionEngine) -> None:
    card = engine.card

    assert card.name
    assert card.version
    assert card.summary
    assert "en" in card.languages
    assert card.limits


def told(assertion: Assertion) -> tuple[object, ...]:
    """Return what an assertion says; probabilities may differ in the last digits of a batch."""
    return (assertion.target, assertion.status, assertion.temporality, assertion.experiencer, assertion.cues)


def blanks(text: str) -> Iterator[Span]:
    return (Span(at, at + 1) for at, character in enumerate(text) if character.isspace())
