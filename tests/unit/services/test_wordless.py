from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, get_args, get_type_hints

import msgspec
import numpy as np
import pytest

from epicrisis.assembly import Pipeline
from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.assessments import Assessment
from epicrisis.domain.documents import Document
from epicrisis.domain.naming import Named
from epicrisis.engines.contracts import EngineCard
from epicrisis.services.assess import Question
from epicrisis.services.label import Labelled
from epicrisis.services.readers import ByLanguage
from epicrisis.services.wordless import Signature, Wordless
from tests.serving import CANARY, rules_pipeline
from tests.spanish import SpanishWords, spanish_pipeline
from tests.unit.services.contrary import Contrary

NOTES = [
    f"FAMILY HISTORY: Mother with breast cancer.\n\nALLERGIES: {CANARY} causes rash. Denies fever. ",
    "Denies [entity] fever [entity]; possible pneumonia, metformin 500 mg daily.",
    "Return if fever develops. El paciente niega dolor.",
    "ok",
]
NOTE = Document(id="n1", text=NOTES[0] * 5)

# All that is text in an answer: names we gave ourselves to engines, to what they look for and to languages.
NAMES = {
    "Entity.label", "Entity.code", "Conflict.engine", "Sentence.language", "Assessment.labels",
    "Named.entities",
    *(f"{kind}.{name}" for kind in ("AnnotatedDocument", "Assessment", "Named", "Labelled")
      for name in ("engine", "version")),
}  # fmt: skip


def answers(pipeline: Pipeline, document: Document) -> list[Any]:
    """Return what every kind of work answers about ``document``."""
    return [
        *pipeline.annotation.many([document]),
        *pipeline.assessment.many([Question.of(document), Question(document)]),
        *pipeline.entities.many([document]),
        *pipeline.labelling.many([document]),
    ]


@pytest.fixture(params=["word lists", "Spanish words"])
def pipeline(request: pytest.FixtureRequest) -> Pipeline:
    return rules_pipeline() if request.param == "word lists" else spanish_pipeline()


@pytest.mark.parametrize("text", NOTES)
def test_an_answer_reads_back_as_it_was_about_whatever_document_it_is_told(pipeline: Pipeline, text: str) -> None:
    document = Document(id="n1", text=text, language=pipeline.annotation.readers.languages[0])
    elsewhere = replace(document, id="n2")

    for answer in answers(pipeline, document):
        form = Wordless(type(answer))
        written = form.written(answer)

        assert form.read(written, document) == answer
        assert form.read(written, elsewhere) == form.about(answer, elsewhere)


def strings(kind: Any, place: str) -> Iterator[str]:
    """Yield where in a value of ``kind`` any text may stand."""
    inner = get_args(kind)
    if kind is str or kind is Any or kind is object:
        yield place
    elif is_dataclass(kind):
        assert kind is not Document
        hints = get_type_hints(kind)
        for each in fields(kind):
            if each.name != "document":
                yield from strings(hints[each.name], f"{kind.__name__}.{each.name}")  # type: ignore[union-attr]
    elif inner:
        for part in inner:
            yield from strings(part, place)
    else:
        assert kind in (int, float, bool, type(None), ...) or issubclass(kind, enum.Enum)


@pytest.mark.parametrize("kind", [AnnotatedDocument, Assessment, Named, Labelled])
def test_what_is_written_has_no_place_for_words(kind: type[Any]) -> None:
    assert set(strings(kind, kind.__name__)) <= NAMES


def test_findings_of_a_note_take_little_room() -> None:
    [annotated] = rules_pipeline().annotation.many([NOTE])
    assert isinstance(annotated, AnnotatedDocument)

    written = Wordless(AnnotatedDocument).written(annotated)

    assert 4 * len(written) < len(msgspec.msgpack.encode(annotated))


@dataclass(frozen=True, slots=True)
class Size:
    """An answer that is about no document."""

    characters: float


@pytest.mark.parametrize("written", [b"", b"\0", b"\1", b"\0\xff", b"\1junk", b"\0\x91\xa3abc", b"\0\x92\x01\x02"])
def test_what_was_written_otherwise_is_no_answer(written: bytes) -> None:
    assert Wordless(Size).read(written, NOTE) is None


def test_an_answer_that_cannot_be_written_is_not() -> None:
    assert Wordless(Size).written(Size(np.float32(1))) == b""
    assert Wordless(Size).written(Size(1.0))


def test_an_answer_about_no_document_stays_what_it_is() -> None:
    form = Wordless(Size)

    assert form.read(form.written(Size(3.0)), NOTE) == form.about(Size(3.0), NOTE) == Size(3.0)


def signed(**changed: Any) -> str:
    card = replace(EngineCard("model", "1", "Reads.", ("en",), sha256={"weights": "abc"}), **changed)
    return Signature(ByLanguage.of(Carded(card)))("en")


@dataclass(frozen=True, slots=True)
class Carded:
    """An engine that is nothing but its card."""

    card: EngineCard


@pytest.mark.parametrize(
    "changed", [{"name": "other"}, {"version": "2"}, {"sha256": {"weights": "abd"}}, {"sha256": {"labels": "abc"}}]
)
def test_another_engine_signs_otherwise(changed: dict[str, Any]) -> None:
    assert signed() == signed(summary="Reads well.")
    assert signed() != signed(**changed)


def test_a_language_is_signed_by_all_its_engines_and_a_region_as_its_language() -> None:
    words, contrary = ByLanguage.of(SpanishWords()), ByLanguage.of(Contrary())
    signature = Signature(words, contrary)

    assert signature("es") == signature("es-MX") == signature("ES")
    assert len({signature("es"), signature("en"), Signature(contrary)("en"), Signature(contrary, words)("en")}) == 4
    assert signature("fi") == ""
