from __future__ import annotations

import pytest

from epicrisis.domain.annotations import Sentence
from epicrisis.domain.assertions import Experiencer, SentenceLabel, Status
from epicrisis.domain.assessments import Assessment
from epicrisis.domain.documents import Document
from epicrisis.domain.spans import Span
from epicrisis.engines import registry
from epicrisis.engines.contracts import AssertionEngine
from epicrisis.engines.registry import Group
from epicrisis.services.assess import Assess, Question, whole
from epicrisis.services.conflicts import Tolerance
from epicrisis.services.outcomes import Failure
from epicrisis.services.readers import ByLanguage
from tests.readers import reading
from tests.serving import a_core, a_memory
from tests.unit.services.contrary import Contrary


def service(reader: str, assertion: AssertionEngine, second: AssertionEngine | None = None) -> Assess:
    return Assess(
        readers=ByLanguage.of(registry.note_reader(reader)),
        judges=ByLanguage.of(assertion),
        seconds=ByLanguage.of(*([second] if second else [])),
        tolerance=Tolerance(),
        core=a_core(),
        memory=a_memory(),
    )


@pytest.fixture(params=reading(Group.READERS, "en"))
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


def test_a_note_is_judged_sentence_by_sentence_under_its_headings(assess: Assess) -> None:
    note = "HISTORY: No fever.\n\nFAMILY HISTORY: Gout.\n\nEXAM: Cough."

    found = answer(assess, question(note, "Cough", "Gout", "fever"))

    assert [a.status for a in found.assertions] == [Status.PRESENT, Status.PRESENT, Status.ABSENT]
    assert [a.experiencer for a in found.assertions] == [Experiencer.PATIENT, Experiencer.FAMILY, Experiencer.PATIENT]
    assert [found.document.quote(section.heading) for section in found.sections if section.heading] == [
        "HISTORY",
        "FAMILY HISTORY",
        "EXAM",
    ]
    assert [found.document.quote(sentence.span) for sentence in found.sentences] == note.split("\n\n")
    assert found.coverage.share == 1.0


def test_a_named_finding_is_judged_as_the_same_finding_is_where_the_reader_finds_it(assess: Assess) -> None:
    text = "No fever. Possible pneumonia; mother had gout."

    found, named = answer(assess, question(text)), answer(assess, question(text, "fever", "pneumonia", "gout"))

    assert named.assertions == found.assertions
    assert (named.labels, named.sentence, named.sentences) == (found.labels, found.sentence, found.sentences)


def test_marks_are_answered_in_the_offsets_of_the_text_that_has_them(assess: Assess) -> None:
    plain, marked = "Denies fever and cough.", "Denies [entity] fever [entity] and [entity]cough[entity]."

    found = answer(assess, Question.of(Document(id="n1", text=marked)))

    assert found.document.text == marked
    assert [marked[a.target.start : a.target.end] for a in found.assertions] == ["fever", "cough"]
    unmarked = answer(assess, question(plain, "fever", "cough"))
    assert [(a.status, a.scores) for a in found.assertions] == [(a.status, a.scores) for a in unmarked.assertions]
    assert [[marked[cue.span.start : cue.span.end] for cue in a.cues] for a in found.assertions] == [["Denies"]] * 2
    assert found.coverage.stretches == (Span(0, len(marked)),)
    assert found.coverage.share == 1.0


def test_a_text_without_marks_asks_about_all_it_has() -> None:
    document = Document(id="n1", text="Denies fever.")

    assert Question.of(document) == Question(document)


def test_badly_set_marks_are_a_failure_of_their_own() -> None:
    earlier = Failure("n0", "empty-text", "There is no text to read.")

    lone = Question.attempt(Document(id="n1", text="Denies [entity] fever."))

    assert isinstance(lone, Failure)
    assert (lone.id, lone.code) == ("n1", "invalid-input")
    assert Question.attempt(earlier) is earlier


def test_a_named_finding_is_called_what_the_reader_calls_most_of_it(assess: Assess) -> None:
    found = answer(assess, question("Chest pain and aspirin.", "pain and", "aspirin", "and"))

    assert found.labels == ("PROBLEM", "MEDICATION", None)


def test_an_engine_that_reads_and_judges_does_both_in_one_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    model = service("model", registry.assertion_engine("model"))
    encoder = model.readers("en")._encoder  # type: ignore[attr-defined]
    read: list[int] = []
    monkeypatch.setattr(encoder, "read", lambda texts, real=encoder.read: (read.append(len(texts)), real(texts))[1])

    model.many([question("Denies fever.", "fever"), question("Possible gout. No cough.", "cough"), question("Gout.")])

    assert read == [4]


def test_names_the_engine_that_judged(assess: Assess) -> None:
    other = service(assess.readers.card("en").name, Contrary())

    named, unnamed = answer(other, question("Has a fever.", "fever")), answer(other, question("Has a fever."))

    reader = assess.readers.card("en")
    assert (named.engine, named.version) == ("contrary", "7")
    assert [assertion.status for assertion in named.assertions] == [Status.ABSENT]
    assert (unnamed.engine, unnamed.version) == (reader.name, reader.version)
    assert [assertion.status for assertion in unnamed.assertions] == [Status.PRESENT]


@pytest.mark.parametrize(("same", "heard"), [("reader", ["named"]), ("assertion", ["unnamed"])])
def test_no_engine_is_heard_on_itself_and_each_on_the_other(same: str, heard: list[str]) -> None:
    judge = registry.assertion_engine("rules")
    reader = next(name for name in reading(Group.READERS, "en") if name != "rules")
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
