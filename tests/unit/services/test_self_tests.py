"""The sentences an engine must read right first: every engine we ship does, and one that does not is refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from epicrisis.domain.annotations import Sentence
from epicrisis.domain.assertions import Assertion, SentenceLabel, Status
from epicrisis.domain.documents import Document
from epicrisis.domain.identifiers import Identifier
from epicrisis.domain.spans import Span
from epicrisis.engines import registry
from epicrisis.engines.registry import Group
from epicrisis.errors import ArtifactError
from epicrisis.services.self_tests import SELF_TESTS, prove_finder, prove_judge, prove_reader
from tests.readers import reading
from tests.serving import CrashingReader, rules_pipeline

KINDS: list[tuple[Group, Callable[[str, str], Any], Callable[[Any, str], None]]] = [
    (Group.READERS, registry.note_reader, prove_reader),
    (Group.ASSERTION, registry.assertion_engine, prove_judge),
    (Group.IDENTIFIERS, registry.identifier_engine, prove_finder),
]
SHIPPED = [
    pytest.param(find, prove, name, language, id=f"{group.name.lower()}-{name}-{language}")
    for group, find, prove in KINDS
    for language in SELF_TESTS
    for name in reading(group, language)
    # The patterns find no names, and nobody takes them for an engine that does.
    if (group, name) != (Group.IDENTIFIERS, "patterns")
]


@pytest.mark.parametrize(("find", "prove", "name", "language"), SHIPPED)
def test_every_engine_we_ship_reads_its_sentence_right(
    find: Callable[[str, str], Any], prove: Callable[[Any, str], None], name: str, language: str
) -> None:
    prove(find(name, language), language)


class Careless(CrashingReader):
    """Reads as the word lists do, takes every finding for present, and finds nobody's name."""

    def __init__(self, label: SentenceLabel) -> None:
        self.label = label

    def read(self, documents: Sequence[Document]) -> Any:
        return rules_pipeline().annotation.readers("en").read(documents)

    def sentence_labels(self, texts: Sequence[str], *, language: str | None = None) -> Sequence[Sentence]:
        return [Sentence(Span(0, len(text)), self.label, {self.label: 1.0}) for text in texts]

    def pieces(self, text: str) -> int:
        return len(text.split())

    def assess(self, document: Document, targets: Sequence[Span]) -> Sequence[Assertion]:
        return [Assertion(target, Status.PRESENT, 1.0) for target in targets]

    def find(self, documents: Sequence[Document]) -> Sequence[list[Identifier]]:
        return [[] for _ in documents]


@pytest.mark.parametrize("prove", [prove_reader, prove_judge, prove_finder])
def test_an_engine_that_reads_it_wrong_is_refused_by_name(prove: Callable[[Any, str], None]) -> None:
    with pytest.raises(ArtifactError, match=r"engine 'crashing' failed its self-test in 'en'.* choose another engine"):
        prove(Careless(SentenceLabel.PRESENT), "en")


def test_an_engine_that_finds_what_there_is_and_labels_it_right_may_read() -> None:
    prove_reader(Careless(SentenceLabel.ABSENT), "en")


@pytest.mark.parametrize("prove", [prove_reader, prove_finder])
def test_an_engine_that_crashes_is_refused_and_the_cause_is_kept(prove: Callable[[Any, str], None]) -> None:
    with pytest.raises(ArtifactError) as refused:
        prove(CrashingReader(), "en")

    assert isinstance(refused.value.__cause__, ValueError)
