from __future__ import annotations

import pytest

from epicrisis.domain.annotations import Sentence
from epicrisis.domain.assertions import SentenceLabel, Status
from epicrisis.domain.documents import Document
from epicrisis.domain.spans import Span
from epicrisis.engines import registry
from epicrisis.engines.contracts import AssertionEngine
from epicrisis.services.assess import Assess, Assessment, Question, whole
from epicrisis.services.conflicts import Tolerance
from epicrisis.services.outcomes import Failure
from epicrisis.services.workers import Workers
from tests.unit.services.contrary import Contrary


def service(reader: str, assertion: AssertionEngine, second: AssertionEngine | None = None) -> Assess:
    return Assess(
        reader=registry.note_reader(reader),
        assertion=assertion,
        second=second,
        tolerance=Tolerance(),
        workers=Workers(threads=1, queue=1),
    )


@pytest.fixture(params=registry.installed(registry.Group.READERS))
def assess(request: pytest.FixtureRequest) -> Assess:
    return service(request.param, registry.assertion_engine(request.param))


def question(text: str, *targets: str) -> Question:
    spans = (Span(text.index(words), text.index(words) + len(words)) for words in targets)
    return Question(Document(id=text[:6], text=text), tuple(spans))


def answer(assess: Assess, asked: Question) -> Assessment:
    [found] = assess.many([asked])
    assert isinstance(found, Assessment)
    return found


def test_judges_what_the_reader_finds_where_nothing_is_named(assess: Assess) -> None:
    found = answer(assess, question("The patient denies chest pain."))

    assert [(found.document.quote(a.target), a.status) for a in found.assertions] == [("chest pain", Status.ABSENT)]
    assert found.labels == ("PROBLEM",)
    assert found.sentence is SentenceLabel.ABSENT


def test_judges_each_finding_that_is_named_in_the_order_it_is_named(assess: Assess) -> None:
    found = answer(assess, question("Possible pneumonia; denies chest pain.", "chest pain", "pneumonia"))

    assert [found.document.quote(a.target) for a in found.assertions] == ["chest pain", "pneumonia"]
    assert [a.status for a in found.assertions] == [Status.ABSENT, Status.POSSIBLE]


def test_judges_words_the_reader_takes_for_nothing(assess: Assess) -> None:
    found = answer(assess, question("She denies glimmerance.", "glimmerance"))

    assert [a.status for a in found.assertions] == [Status.ABSENT]


def test_names_the_engine_that_judged(assess: Assess) -> None:
    other = service(assess.reader.card.name, Contrary())

    named, unnamed = answer(other, question("Has a fever.", "fever")), answer(other, question("Has a fever."))

    assert (named.engine, named.version) == ("contrary", "7")
    assert [assertion.status for assertion in named.assertions] == [Status.ABSENT]
    assert (unnamed.engine, unnamed.version) == (assess.reader.card.name, assess.reader.card.version)
    assert [assertion.status for assertion in unnamed.assertions] == [Status.PRESENT]


@pytest.mark.parametrize(("same", "heard"), [("reader", ["named"]), ("assertion", ["unnamed"])])
def test_no_engine_is_heard_on_itself_and_each_on_the_other(same: str, heard: list[str]) -> None:
    judge = registry.assertion_engine("rules")
    reader = next(name for name in registry.installed(registry.Group.READERS) if name != "rules")
    second = Contrary({"reader": reader, "assertion": "rules"}[same])
    both = service(reader, judge, second)

    asked = {"named": question("Possible pneumonia.", "pneumonia"), "unnamed": question("Possible pneumonia.")}

    assert [how for how, each in asked.items() if answer(both, each).assertions[0].conflict] == heard


def test_a_bad_question_fails_alone_and_order_is_kept(assess: Assess) -> None:
    earlier = Failure("n0", "empty-text", "There is no text to read.")
    past_the_end = Question(Document(id="n2", text="No fever."), (Span(3, 99),))

    first, second, third, fourth = assess.many(
        [question("Denies fever."), earlier, past_the_end, question("Has a cough.", "cough")]
    )

    assert isinstance(first, Assessment)
    assert second == earlier
    assert isinstance(third, Failure)
    assert (third.id, third.code) == ("n2", "invalid-span")
    assert isinstance(fourth, Assessment)


def test_neighbours_never_change_an_answer(assess: Assess) -> None:
    questions = [question("Denies fever.", "fever"), question("Possible gout."), question("If pain returns, call.")]

    assert assess.many(questions) == [answer(assess, asked) for asked in questions]


@pytest.mark.anyio
async def test_answers_the_same_when_awaited(assess: Assess) -> None:
    questions = [question("Denies fever.", "fever")]

    assert await assess(questions) == assess.many(questions)


@pytest.mark.parametrize(
    ("labels", "together"),
    [
        ([], None),
        ([None], None),
        (["NONE"], "NONE"),
        (["ABSENT", "NONE"], "ABSENT"),
        (["ABSENT", "ABSENT"], "ABSENT"),
        (["ABSENT", "PRESENT"], "MIXED"),
    ],
)
def test_sentences_say_together_what_all_say_or_mixed(labels: list[str | None], together: str | None) -> None:
    sentences = [
        Sentence(Span(at, at + 1), None if label is None else SentenceLabel(label)) for at, label in enumerate(labels)
    ]

    assert whole(sentences) == (together, {})
