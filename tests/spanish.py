"""A small reader of Spanish that really reads, by word lists, and the app over it: to test doors, not models."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from fastapi import FastAPI

from epicrisis.api.app import create_app
from epicrisis.assembly import Pipeline, Services
from epicrisis.domain.annotations import AnnotatedDocument, Sentence
from epicrisis.domain.assertions import Assertion, SentenceLabel, Status
from epicrisis.domain.documents import Document
from epicrisis.domain.findings import Entity
from epicrisis.domain.spans import Span
from epicrisis.engines.contracts import AssertionEngine, EngineCard, Make
from epicrisis.errors import InvalidInput
from epicrisis.services.annotate import Annotate
from epicrisis.services.assess import Assess
from epicrisis.services.conflicts import Tolerance
from epicrisis.services.core import Core
from epicrisis.services.intake import Intake
from epicrisis.services.label import Label
from epicrisis.services.readers import ByLanguage
from tests.serving import RULES, a_core, a_memory, rules_pipeline

# "leucemia" is a disease, and here a symptom of the base model too: label sets overlap, and no two are the same.
WORDS: dict[str, dict[str, str]] = {
    "clinical": {"cefalea": "PROBLEM", "paracetamol": "MEDICATION", "tomografía": "TEST", "dolor torácico": "PROBLEM"},
    "symptoms": {"cefalea": "SINTOMA", "dolor torácico": "SINTOMA", "fiebre": "SINTOMA"},
    "symptoms_base": {"cefalea": "SINTOMA", "leucemia": "SINTOMA"},
    "species": {"varón": "HUMAN", "paciente": "HUMAN", "E. coli": "SPECIES"},
    "species_base": {"varón": "HUMAN"},
    "procedures": {"tomografía": "PROCEDIMIENTO", "punción lumbar": "PROCEDIMIENTO"},
    "procedures_base": {"punción": "PROCEDIMIENTO"},
    "medications": {"paracetamol": "FARMACO", "aspirin": "FARMACO"},
    "medications_base": {"paracetamol": "FARMACO"},
    "diseases": {"leucemia": "ENFERMEDAD", "diabetes tipo 2": "ENFERMEDAD"},
    "diseases_base": {"leucemia": "ENFERMEDAD"},
}


_DENIAL = re.compile(r"\b(?:niega|sin|no)\b", re.IGNORECASE)


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(map(_spelt, sorted(words, key=len, reverse=True))) + r")\b", re.IGNORECASE)


def _spelt(words: str) -> str:
    """Return what matches ``words`` with accents of one character or two, and any white space between them."""
    pairs = ((re.escape(letter), unicodedata.normalize("NFD", letter)) for letter in words)
    return "".join(whole if len(split) == 1 else f"(?:{whole}|{split})" for whole, split in pairs).replace(
        r"\ ", r"\s+"
    )


class SpanishWords:
    """Names what its word lists hold, and hears denials."""

    card = EngineCard(name="spanish-words", version="1", summary="Word lists of the tests.", languages=("es",))
    make = Make(framework="none", tokenizer="none")
    label_sets = tuple(WORDS)

    def __init__(self) -> None:
        self._patterns = {name: _pattern(list(words)) for name, words in WORDS.items()}
        self._labels = {name: {w.casefold(): label for w, label in own.items()} for name, own in WORDS.items()}
        self.passes = 0

    def named(self, documents: Sequence[Document], label_sets: Sequence[str]) -> list[dict[str, list[Entity]]]:
        if not set(label_sets) <= set(WORDS):
            raise InvalidInput
        self.passes += 1
        return [{name: list(self._found(document.text, name)) for name in label_sets} for document in documents]

    def read(self, documents: Sequence[Document]) -> list[AnnotatedDocument]:
        return [self._annotated(document) for document in documents]

    def sentence_labels(self, texts: Sequence[str], *, language: str | None = None) -> list[Sentence]:
        labels = [SentenceLabel.ABSENT if _DENIAL.search(text) else SentenceLabel.PRESENT for text in texts]
        return [Sentence(Span(0, len(text)), label, {label: 1.0}) for text, label in zip(texts, labels, strict=True)]

    def assess(self, document: Document, targets: Sequence[Span]) -> list[Assertion]:
        return [_judged(document.text, target) for target in targets]

    def pieces(self, text: str) -> int:
        return len(text.split())

    def _found(self, text: str, name: str) -> Iterator[Entity]:
        for match in self._patterns[name].finditer(text):
            said = " ".join(unicodedata.normalize("NFC", match[0]).casefold().split())
            yield Entity(Span(*match.span()), self._labels[name][said], 0.9)

    def _annotated(self, document: Document) -> AnnotatedDocument:
        entities = tuple(self._found(document.text, "clinical"))
        assertions = tuple(_judged(document.text, entity.span) for entity in entities)
        return AnnotatedDocument(document, entities, assertions, engine=self.card.name, version=self.card.version)


def _judged(text: str, target: Span) -> Assertion:
    denied = _DENIAL.search(text, text.rfind(".", 0, target.start) + 1, target.start)
    return Assertion(target, Status.ABSENT if denied else Status.PRESENT, 0.9)


def spanish_pipeline(reader: Any = None, *, core: Core | None = None, max_chars: int = RULES.max_chars) -> Pipeline:
    """Return a pipeline in which the word lists of the rules read English, and ``reader`` reads Spanish."""
    english = rules_pipeline()
    readers = ByLanguage.of(reader or SpanishWords(), english.annotation.readers("en"))
    judges = ByLanguage[AssertionEngine].of(SpanishWords(), english.assessment.judges("en"))
    seconds, tolerance, core = ByLanguage[AssertionEngine]({}), Tolerance(), core or a_core()
    memory = a_memory()
    return Pipeline(
        intake=Intake(languages=("en", "es"), max_chars=max_chars),
        annotation=Annotate(readers=readers, seconds=seconds, tolerance=tolerance, core=core, memory=memory),
        assessment=Assess(
            readers=readers, judges=judges, seconds=seconds, tolerance=tolerance, core=core, memory=memory
        ),
        labelling=Label(labellers=readers, core=core, memory=memory),
        core=core,
    )


def spanish_app(reader: Any = None, *, core: Core | None = None, **settings: Any) -> FastAPI:
    """Return the app over ``spanish_pipeline``, with ``settings`` changed."""
    changed = RULES.model_copy(update=settings)
    return create_app(Services(spanish_pipeline(reader, core=core, max_chars=changed.max_chars)), changed)
