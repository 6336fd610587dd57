from __future__ import annotations

import subprocess
import sys

import pytest

import epicrisis
from epicrisis.engines.registry import Group
from epicrisis.errors import InvalidSettings, TextTooLong, UnknownEngine, UnknownLanguage
from epicrisis.services.intake import Intake
from tests.readers import reading


@pytest.fixture(params=reading(Group.READERS, "en"))
def pipeline(request: pytest.FixtureRequest) -> epicrisis.Pipeline:
    return epicrisis.load(epicrisis.Settings(reader=request.param, assertion=request.param))


def test_annotates_a_text(pipeline: epicrisis.Pipeline) -> None:
    note = pipeline.annotate("The patient denies chest pain.", id="visit-1", language="en")

    [entity], [assertion] = note.entities, note.assertions
    assert note.document == epicrisis.Document(id="visit-1", text="The patient denies chest pain.")
    assert note.document.quote(entity.span) == "chest pain"
    assert assertion is not None
    assert assertion.status is epicrisis.Status.ABSENT
    assert note.engine
    assert note.version


def test_annotates_many_texts_and_one_that_cannot_be_read_is_a_failure(pipeline: epicrisis.Pipeline) -> None:
    first, second, third = pipeline.annotate_many(["Denies fever.", "", "No cough."])

    assert isinstance(first, epicrisis.AnnotatedDocument)
    assert isinstance(second, epicrisis.Failure)
    assert (second.id, second.code) == ("2", "empty-text")
    assert isinstance(third, epicrisis.AnnotatedDocument)


def test_assesses_sentences_and_questions(pipeline: epicrisis.Pipeline) -> None:
    document = epicrisis.Document(id="q", text="No fever and no cough.")

    found, asked, failed = pipeline.assess(
        ["The patient denies chest pain.", epicrisis.Question(document, (epicrisis.Span(3, 8),)), " "]
    )

    assert isinstance(found, epicrisis.Assessment)
    assert [assertion.status for assertion in found.assertions] == [epicrisis.Status.ABSENT]
    assert isinstance(asked, epicrisis.Assessment)
    assert [assertion.target for assertion in asked.assertions] == [epicrisis.Span(3, 8)]
    assert isinstance(failed, epicrisis.Failure)


def test_names_what_texts_speak_of_in_the_label_sets_asked_for(pipeline: epicrisis.Pipeline) -> None:
    named, failed, unknown = [
        outcome
        for texts, label_sets in ((["The patient denies chest pain.", " "], ["clinical"]), (["Fever."], ["symptoms"]))
        for outcome in pipeline.named(texts, label_sets=label_sets, language="en")
    ]

    assert isinstance(named, epicrisis.Named)
    assert [named.document.quote(entity.span) for entity in named.entities["clinical"]] == ["chest pain"]
    assert (named.engine, named.version) != ("", "")
    assert [each.code for each in (failed, unknown) if isinstance(each, epicrisis.Failure)] == [
        "empty-text", "invalid-input",
    ]  # fmt: skip


def test_a_question_is_checked_as_a_text_is(pipeline: epicrisis.Pipeline) -> None:
    tight = epicrisis.Pipeline(
        intake=Intake(languages=pipeline.intake.languages, max_chars=20),
        annotation=pipeline.annotation,
        assessment=pipeline.assessment,
        labelling=pipeline.labelling,
        core=pipeline.core,
    )
    documents = [
        epicrisis.Document(id="finnish", text="Ei kuumetta.", language="fi"),
        epicrisis.Document(id="long", text="No fever. " * 3),
        epicrisis.Document(id="good", text="No fever."),
    ]

    *failed, good = tight.assess([epicrisis.Question(document, (epicrisis.Span(3, 8),)) for document in documents])

    assert [(each.id, each.code) for each in failed if isinstance(each, epicrisis.Failure)] == [
        ("finnish", UnknownLanguage.code),
        ("long", TextTooLong.code),
    ]
    assert isinstance(good, epicrisis.Assessment)
    assert [assertion.status for assertion in good.assertions] == [epicrisis.Status.ABSENT]


def test_lists_the_cards_of_what_is_installed(pipeline: epicrisis.Pipeline) -> None:
    assert {"lexicon", "rules"} <= {card.name for card in pipeline.engines()}


@pytest.mark.parametrize("setting", ["reader", "assertion", "second_opinion"])
def test_refuses_an_engine_that_is_not_installed(setting: str) -> None:
    rules = {"reader": "rules", "assertion": "rules", "second_opinion": ""}

    with pytest.raises(UnknownEngine, match="'oracle'; try one of"):
        epicrisis.load(epicrisis.Settings(**(rules | {setting: "oracle"})))  # type: ignore[arg-type]


def test_a_second_opinion_is_there_for_whoever_judges() -> None:
    heard = epicrisis.load(epicrisis.Settings(reader="rules", assertion="model", second_opinion="rules"))
    none = epicrisis.load(epicrisis.Settings(reader="rules", assertion="rules", second_opinion=""))

    assert [service.seconds.card("en").name for service in (heard.annotation, heard.assessment)] == ["rules", "rules"]
    assert (none.annotation.seconds.find("en"), none.assessment.seconds.find("en")) == (None, None)


def test_each_language_is_read_by_its_engine_and_loaded_when_it_is_needed() -> None:
    rules = {"assertion": "rules", "second_opinion": "rules", "preload": ""}

    pipeline = epicrisis.load(epicrisis.Settings(reader="model", reader_es="rules", **rules))  # type: ignore[arg-type]
    note = pipeline.annotate("La paciente niega fiebre.")

    readers = pipeline.annotation.readers
    assert (note.document.language, note.engine) == ("es", "rules")
    assert (readers.is_built("en"), readers.is_built("es")) == (False, True)
    assert [card.name for card in readers.cards] == ["model", "rules"]
    assert pipeline.assessment.judges.languages == pipeline.annotation.seconds.languages == ("en", "es")


@pytest.mark.parametrize(
    ("settings", "refused", "told"),
    [
        ({"reader_es": "oracle"}, UnknownEngine, "'oracle'; try one of"),
        ({"reader_es": "model"}, UnknownLanguage, "'model' does not read 'es'"),
        ({"preload": "en,es"}, InvalidSettings, "nothing here reads 'es'"),
        ({"preload": "fi"}, InvalidSettings, "nothing here reads 'fi'"),
    ],
)
def test_refuses_an_engine_for_a_language_it_does_not_read(
    settings: dict[str, str], refused: type[Exception], told: str
) -> None:
    rules = {"reader": "rules", "assertion": "rules", "second_opinion": "", "reader_es": ""}

    with pytest.raises(refused, match=told):
        epicrisis.load(epicrisis.Settings(**(rules | settings)))  # type: ignore[arg-type]


def test_every_public_name_is_there() -> None:
    assert [name for name in epicrisis.__all__ if getattr(epicrisis, name, None) is None] == []
    assert set(dir(epicrisis)) == set(epicrisis.__all__)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'diagnose'"):
        epicrisis.diagnose  # noqa: B018


def test_the_library_starts_no_thread_and_waits_for_nothing_a_server_needs() -> None:
    script = """
import sys, threading, epicrisis
pipeline = epicrisis.load(epicrisis.Settings(reader="rules", assertion="rules", second_opinion=""))
pipeline.annotate("Denies fever.")
assert threading.active_count() == 1
assert not {"cashews", "fastapi", "limits", "prometheus_client", "redis"} & set(sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 0, done.stderr


def test_answers_are_shared_only_where_they_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    rules = {"reader": "rules", "assertion": "rules", "second_opinion": ""}

    kept = epicrisis.load(epicrisis.Settings(**rules))  # type: ignore[arg-type]
    not_kept = epicrisis.load(epicrisis.Settings(**rules, cache_entries=0))  # type: ignore[arg-type]

    assert kept.labelling.memory.shared is not None
    assert not_kept.labelling.memory.shared is None
