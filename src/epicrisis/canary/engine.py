"""An engine with a fault: it reads as the one behind it, and fails or hangs at notes that say so.

It is installed beside the engines of the server under test by an entry point, as anybody's engine is. When it fails, it
does the worst that an engine can do to whose note it reads: its error quotes the note.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from epicrisis.domain.annotations import AnnotatedDocument, Sentence
from epicrisis.domain.assertions import Assertion
from epicrisis.domain.documents import Document
from epicrisis.domain.findings import Entity, EntityLabel
from epicrisis.domain.identifiers import Identifier
from epicrisis.domain.naming import CLINICAL, SPANISH_TYPES
from epicrisis.domain.spans import Span
from epicrisis.engines import registry
from epicrisis.engines.contracts import AssertionEngine, EngineCard, IdentifierEngine, Make, NamesEntities, NoteReader
from epicrisis.engines.registry import Group

# Which installed engine reads behind this one, by language.
BEHIND = {"en": "EPICRISIS_SELFTEST_READER", "es": "EPICRISIS_SELFTEST_READER_ES"}
NAMES = {"en": "selftest-en", "es": "selftest-es"}

FAILS = "At this the engine of the selftest fails."
HANGS = "At this the engine of the selftest hangs."
HANG_SECONDS = 20.0

# What word lists find, under the labels of the Spanish corpora: such an engine knows the clinical label set alone.
_AS_CORPORA = {
    "symptoms": ({EntityLabel.PROBLEM}, "SINTOMA"),
    "diseases": ({EntityLabel.PROBLEM}, "ENFERMEDAD"),
    "procedures": ({EntityLabel.PROCEDURE, EntityLabel.TEST}, "PROCEDIMIENTO"),
    "medications": ({EntityLabel.MEDICATION}, "FARMACO"),
}


class FaultyEngine:
    """Reads, judges, names and looks for identifiers as the engines called ``name`` do, where nothing goes wrong."""

    def __init__(self, name: str, language: str) -> None:
        """Find the engines called ``name``; one that only reads is helped by the word lists and the patterns.

        Raises:
            UnknownEngine: no installed package offers a note reader of that name.
            UnknownLanguage: it does not read ``language``.
        """
        judge = name if name in registry.installed(Group.ASSERTION) else "rules"
        finder = name if name in registry.installed(Group.IDENTIFIERS) else "patterns"
        self._reader: NoteReader = registry.note_reader(name, language)
        self._judge: AssertionEngine = registry.assertion_engine(judge, language)
        self._finder: IdentifierEngine = registry.identifier_engine(finder, language)
        self.card: EngineCard = replace(self._reader.card, name=NAMES[language])

    @property
    def make(self) -> Make:
        """Say what the engine behind is made of."""
        return self._reader.make

    @property
    def label_sets(self) -> tuple[str, ...]:
        """Return the label sets of the engine behind, or those that word lists can stand in for."""
        if isinstance(self._reader, NamesEntities):
            return self._reader.label_sets
        return (CLINICAL, *SPANISH_TYPES)

    def read(self, documents: Sequence[Document]) -> Sequence[AnnotatedDocument]:
        """Return one annotated document per document, in order."""
        _stumble(document.text for document in documents)
        return self._reader.read(documents)

    def sentence_labels(self, texts: Sequence[str], *, language: str | None = None) -> Sequence[Sentence]:
        """Return one labelled sentence per text, in order."""
        _stumble(texts)
        return self._reader.sentence_labels(texts, language=language)

    def pieces(self, text: str) -> int:
        """Return how many tokens ``text`` has."""
        return self._reader.pieces(text)

    def assess(self, document: Document, targets: Sequence[Span]) -> Sequence[Assertion]:
        """Return one assertion per target, in the order of ``targets``."""
        _stumble([document.text])
        return self._judge.assess(document, targets)

    def named(self, documents: Sequence[Document], label_sets: Sequence[str]) -> Sequence[Mapping[str, list[Entity]]]:
        """Return the entities of each document by label set."""
        _stumble(document.text for document in documents)
        if isinstance(self._reader, NamesEntities):
            return self._reader.named(documents, label_sets)
        return [{name: _of(read, name) for name in label_sets} for read in self._reader.read(documents)]

    def find(self, documents: Sequence[Document]) -> Sequence[list[Identifier]]:
        """Return the identifiers of each document."""
        _stumble(document.text for document in documents)
        return self._finder.find(documents)


def build_english() -> FaultyEngine:
    """Build the engine for English, over the one that the environment names."""
    return FaultyEngine(os.environ[BEHIND["en"]], "en")


def build_spanish() -> FaultyEngine:
    """Build the engine for Spanish, over the one that the environment names."""
    return FaultyEngine(os.environ[BEHIND["es"]], "es")


def entry_points() -> str:
    """Return the lines of a package that offers these engines."""
    module = build_english.__module__
    lines = [f"{NAMES['en']} = {module}:build_english", f"{NAMES['es']} = {module}:build_spanish"]
    groups = (Group.READERS, Group.ASSERTION, Group.IDENTIFIERS)
    return "\n\n".join("\n".join([f"[{group}]", *lines]) for group in groups) + "\n"


def _stumble(texts: Any) -> None:
    for text in texts:
        if HANGS in text:
            time.sleep(HANG_SECONDS)
        if FAILS in text:
            raise ValueError(f"cannot read {text!r}")


def _of(read: AnnotatedDocument, label_set: str) -> list[Entity]:
    if label_set == CLINICAL:
        return list(read.entities)
    wanted, label = _AS_CORPORA.get(label_set, (set(), ""))
    return [Entity(entity.span, label, entity.score) for entity in read.entities if entity.label in wanted]
