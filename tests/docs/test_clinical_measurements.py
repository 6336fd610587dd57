"""The definitions in docs/clinical/measurements.md hold, sentence by sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.documents import Document
from epicrisis.domain.records import MeasurementKind
from epicrisis.engines.extraction.measurements.reader import measurements
from epicrisis.engines.extraction.note import Note
from tests.docs.pages import ROOT
from tests.golden.test_measurements import told

PAGE = (ROOT / "docs" / "clinical" / "measurements.md").read_text(encoding="utf-8")

_SENTENCE = re.compile(r"^- (en|es): ([^`\n]+?) (`.+`)$", re.MULTILINE)
_ANSWER = re.compile(r"`([^`]+)`")


@dataclass(frozen=True, slots=True)
class Defined:
    """A sentence of the page, and the results it is said to have."""

    language: str
    text: str
    answers: tuple[str, ...]


def defined() -> list[Defined]:
    """Return the sentences of the page."""
    return [
        Defined(language, text, tuple(answer for answer in _ANSWER.findall(answers) if answer != "nothing"))
        for language, text, answers in _SENTENCE.findall(PAGE)
    ]


def test_every_sentence_of_the_page_says_what_it_has() -> None:
    lines = [line for line in PAGE.splitlines() if line.startswith(("- en: ", "- es: "))]

    assert len(defined()) == len(lines)
    assert {each.language for each in defined()} == {"en", "es"}


@pytest.mark.parametrize("kind", list(MeasurementKind))
def test_each_kind_is_defined_in_both_languages(kind: MeasurementKind) -> None:
    part = PAGE.partition(f"\n### {kind.value}\n")[2].partition("\n#")[0]

    assert {language for language, _, _ in _SENTENCE.findall(part)} == {"en", "es"}


@pytest.mark.parametrize("sentence", defined(), ids=lambda sentence: sentence.text)
def test_measurements_are_read_as_they_are_defined(sentence: Defined) -> None:
    note = Note(AnnotatedDocument(Document("definition", sentence.text, sentence.language), (), ()))

    assert tuple(told(each) for each in measurements(note)) == sentence.answers
