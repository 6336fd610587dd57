"""The definitions in docs/clinical name every label, say the same as the code, and hold for the rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from epicrisis.domain.assertions import (
    Assertion,
    CueKind,
    Experiencer,
    SentenceLabel,
    Status,
    Temporality,
    to_four_labels,
    to_i2b2,
    to_three_labels,
)
from epicrisis.domain.documents import Document
from epicrisis.domain.findings import EntityLabel
from epicrisis.domain.spans import Span
from epicrisis.engines import registry
from tests.docs.pages import ROOT

ASSERTION = (ROOT / "docs" / "clinical" / "assertion.md").read_text(encoding="utf-8")
ENTITIES = (ROOT / "docs" / "clinical" / "entities.md").read_text(encoding="utf-8")

_SENTENCE = re.compile(r"^- (en|es): (.+)$", re.MULTILINE)
_MARK = re.compile(r"\[([^\[\]|]+)\|([A-Z]+)((?: [a-z]+)*)\]")


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence of a page without its marks, and the findings they named with label and flags."""

    language: str
    text: str
    marks: tuple[tuple[Span, str, frozenset[str]], ...]


def marked(page: str) -> Iterator[Marked]:
    """Yield the sentences of ``page``; a bracket or bar that is no mark is a slip of the pen and an error."""
    for language, line in _SENTENCE.findall(page):
        text, at, marks = "", 0, []
        for mark in _MARK.finditer(line):
            text += line[at : mark.start()]
            marks.append((Span(len(text), len(text) + len(mark[1])), mark[2], frozenset(mark[3].split())))
            text, at = text + mark[1], mark.end()
        text += line[at:]
        if not marks or set("[|]") & set(text):
            raise ValueError(f"Not well marked: {line}")
        yield Marked(language, text, tuple(marks))


def part(page: str, heading: str) -> str:
    """Return what stands under the third-level ``heading``."""
    return page.partition(f"\n### {heading}\n")[2].partition("\n#")[0]


def flags(assertion: Assertion) -> frozenset[str]:
    """Return the flags a page would write for ``assertion``."""
    readings = (assertion.temporality, assertion.experiencer)
    return frozenset(each.value.lower() for each in readings) - {"current", "patient"}


@pytest.mark.parametrize("status", list(Status))
def test_each_status_is_defined_by_sentences_in_both_languages(status: Status) -> None:
    sentences = list(marked(part(ASSERTION, status.value)))

    assert {sentence.language for sentence in sentences} == {"en", "es"}
    assert {label for sentence in sentences for _, label, _ in sentence.marks} == {status.value}


@pytest.mark.parametrize("label", list(EntityLabel))
def test_each_entity_label_is_defined_by_sentences_in_both_languages(label: EntityLabel) -> None:
    sentences = list(marked(part(ENTITIES, label.value)))

    assert {sentence.language for sentence in sentences} == {"en", "es"}
    assert {name for sentence in sentences for _, name, _ in sentence.marks} == {label.value}


@pytest.mark.parametrize("axis", [*Temporality, *Experiencer])
def test_time_and_person_are_defined(axis: Temporality | Experiencer) -> None:
    assert part(ASSERTION, axis.value).strip()


@pytest.mark.parametrize("name", [*CueKind, *SentenceLabel])
def test_cues_and_sentence_labels_have_their_row(name: CueKind | SentenceLabel) -> None:
    assert re.search(rf"^\| {name.value} \| .+\|$", ASSERTION, re.MULTILINE)


@pytest.mark.parametrize("status", list(Status))
def test_coarser_readings_are_as_the_page_says(status: Status) -> None:
    assertion = Assertion(Span(0, 1), status, 1.0)

    row = f"| {status.value} | {to_i2b2(assertion)} | {to_four_labels(status)} | {to_three_labels(status)} |"
    assert row in ASSERTION.splitlines()


@pytest.mark.parametrize("sentence", [*marked(ASSERTION)], ids=lambda sentence: sentence.text)
def test_the_rules_read_the_definitions_as_they_are_meant(sentence: Marked) -> None:
    document = Document(id="definition", text=sentence.text, language=sentence.language)

    answers = registry.assertion_engine("rules", sentence.language).assess(
        document, [span for span, _, _ in sentence.marks]
    )

    assert [(answer.status.value, flags(answer)) for answer in answers] == [mark[1:] for mark in sentence.marks]
