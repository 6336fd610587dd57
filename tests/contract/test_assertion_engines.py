"""What every assertion engine keeps, whoever wrote it; the engines are those that are installed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import pytest

from epicrisis.domain.assertions import Assertion, Status
from epicrisis.domain.documents import Document
from epicrisis.domain.spans import Span
from epicrisis.engines.contracts import AssertionEngine
from epicrisis.engines.registry import Group, assertion_engine, installed
from epicrisis.errors import InvalidSpan, UnknownLanguage
from tests.contract.samples import SAMPLES, Sample, engines


@dataclass(frozen=True, slots=True)
class Asked:
    """An engine in one of its languages, and what it is asked there."""

    engine: AssertionEngine
    sample: Sample

    @property
    def note(self) -> Document:
        return self.sample.note

    @property
    def targets(self) -> list[Span]:
        return self.sample.spans(self.note, *self.sample.findings)

    def assess(self, targets: Sequence[Span]) -> Sequence[Assertion]:
        return self.engine.assess(self.note, targets)


@pytest.fixture(params=[*engines(Group.ASSERTION)])
def asked(request: pytest.FixtureRequest) -> Asked:
    name, language = request.param
    return Asked(assertion_engine(name, language), SAMPLES[language])


def test_there_is_an_engine_to_hold_to_this() -> None:
    assert "rules" in installed(Group.ASSERTION)


def test_answers_once_per_target_and_in_order(asked: Asked) -> None:
    targets = asked.targets
    shuffled = random.Random(1).sample(targets, len(targets))

    assertions = asked.assess(shuffled)

    assert [assertion.target for assertion in assertions] == shuffled


def test_a_target_given_twice_is_answered_twice_alike(asked: Asked) -> None:
    fever = asked.targets[0]

    first, second = asked.assess([fever, fever])

    assert first == second


def test_no_targets_no_answers(asked: Asked) -> None:
    assert list(asked.assess([])) == []


def test_the_same_answer_alone_and_among_others(asked: Asked) -> None:
    targets = asked.targets

    together = asked.assess(targets)

    alone = [assertion for target in targets for assertion in asked.assess([target])]
    assert [told(assertion) for assertion in alone] == [told(assertion) for assertion in together]


def test_the_same_answer_every_time(asked: Asked) -> None:
    targets = asked.targets

    assert list(asked.assess(targets)) == list(asked.assess(targets))


def test_probabilities_cover_every_status_and_sum_to_one(asked: Asked) -> None:
    for assertion in asked.assess(asked.targets):
        assert set(assertion.scores) == set(Status)
        assert all(0 <= share <= 1 for share in assertion.scores.values())
        assert sum(assertion.scores.values()) == pytest.approx(1, abs=1e-3)


def test_confidence_is_that_of_the_status_and_no_status_is_likelier(asked: Asked) -> None:
    for assertion in asked.assess(asked.targets):
        assert assertion.confidence == assertion.scores[assertion.status] == max(assertion.scores.values())


def test_cues_and_scopes_lie_within_the_text(asked: Asked) -> None:
    for assertion in asked.assess(asked.targets):
        for cue in assertion.cues:
            for marked in (cue.span, cue.scope or cue.span):
                assert asked.note.quote(marked).strip()


@pytest.mark.parametrize("kind", SAMPLES["en"].awkward)
def test_offsets_are_those_of_the_text_as_it_was_given(asked: Asked, kind: str) -> None:
    sample = asked.sample
    document = sample.document(sample.awkward[kind])

    [assertion] = asked.engine.assess(document, sample.spans(document, sample.fever))

    assert document.quote(assertion.target) == sample.fever
    assert assertion.status is Status.ABSENT
    assert [document.quote(cue.span) for cue in assertion.cues] == [sample.denies]


def test_a_target_may_be_any_stretch_of_the_text(asked: Asked) -> None:
    length = len(asked.note.text)
    targets = [Span(0, length), Span(0, 1), Span(length - 1, length), Span(40, 200), *blanks(asked.note.text)]

    assert [assertion.target for assertion in asked.assess(targets)] == targets


def test_a_text_that_shows_nothing_is_answered_too(asked: Asked) -> None:
    document = asked.sample.document("\u200b\ufeff\u200b")

    [assertion] = asked.engine.assess(document, [Span(0, 2)])

    assert assertion.cues == ()


def test_a_target_past_the_end_is_refused(asked: Asked) -> None:
    length = len(asked.note.text)

    with pytest.raises(InvalidSpan):
        asked.assess([Span(0, 5), Span(length - 2, length + 1)])


def test_a_language_no_card_names_is_refused(asked: Asked) -> None:
    with pytest.raises(UnknownLanguage):
        asked.engine.assess(Document(id="n1", text="Pas de fièvre.", language="fr"), [Span(7, 13)])


def test_threads_get_the_same_answers(asked: Asked) -> None:
    targets = asked.targets
    expected = list(asked.assess(targets))

    with ThreadPoolExecutor(max_workers=8) as pool:
        answers = list(pool.map(lambda _: list(asked.assess(targets)), range(32)))

    assert all(answer == expected for answer in answers)


def test_the_document_and_the_targets_stay_as_they_were(asked: Asked) -> None:
    document, targets = replace(asked.note), asked.targets

    asked.engine.assess(document, targets)

    assert document == asked.note
    assert targets == asked.targets


def test_the_card_says_what_the_engine_is(asked: Asked) -> None:
    card = asked.engine.card

    assert card.name
    assert card.version
    assert card.summary
    assert asked.note.language in card.languages
    assert card.limits


def told(assertion: Assertion) -> tuple[object, ...]:
    """Return what an assertion says; probabilities may differ in the last digits of a batch."""
    return (assertion.target, assertion.status, assertion.temporality, assertion.experiencer, assertion.cues)


def blanks(text: str) -> Iterator[Span]:
    return (Span(at, at + 1) for at, character in enumerate(text) if character.isspace())
