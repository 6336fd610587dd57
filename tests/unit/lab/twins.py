"""A small engine that knows seven words, for tests of what is counted rather than of what is found."""

from __future__ import annotations

import re
from collections.abc import Sequence

from epicrisis.domain.annotations import Sentence
from epicrisis.domain.assertions import Assertion, Cue, CueKind, Experiencer, SentenceLabel, Status, Temporality
from epicrisis.domain.documents import Document
from epicrisis.domain.findings import Entity
from epicrisis.domain.spans import Span
from epicrisis.engines.contracts import EngineCard

CUES = {
    "no": CueKind.NEGATION,
    "possible": CueKind.UNCERTAINTY,
    "mother": CueKind.FAMILY,
    "history of": CueKind.PAST,
}
CONCEPTS = {"fever": "PROBLEM", "cough": "PROBLEM", "aspirin": "MEDICATION"}
STATUSES = {CueKind.NEGATION: Status.ABSENT, CueKind.UNCERTAINTY: Status.POSSIBLE}


class SevenWords:
    """A cue reaches from its end to the next full stop, or to the end of the text."""

    card = EngineCard(name="seven", version="1", summary="Knows seven words.", languages=("en",))

    def extract(self, document: Document) -> Sequence[Entity]:
        return [Entity(span, CONCEPTS[words]) for words, span in _found(document.text, CONCEPTS)]

    def cues(self, document: Document) -> Sequence[Cue]:
        return [Cue(span, CUES[words], self._scope(document.text, span)) for words, span in _found(document.text, CUES)]

    def assess(self, document: Document, targets: Sequence[Span]) -> Sequence[Assertion]:
        cues = self.cues(document)
        return [self._judge(target, [c for c in cues if c.scope and c.scope.contains(target)]) for target in targets]

    def _judge(self, target: Span, cues: Sequence[Cue]) -> Assertion:
        kinds = {cue.kind for cue in cues}
        return Assertion(
            target=target,
            status=next((STATUSES[cue.kind] for cue in reversed(cues) if cue.kind in STATUSES), Status.PRESENT),
            confidence=0.9 if cues else 0.5,
            temporality=Temporality.PAST if CueKind.PAST in kinds else Temporality.CURRENT,
            experiencer=Experiencer.FAMILY if CueKind.FAMILY in kinds else Experiencer.PATIENT,
            cues=tuple(cues),
        )

    def _scope(self, text: str, cue: Span) -> Span | None:
        stop = text.find(".", cue.end)
        end = len(text) if stop < 0 else stop
        return Span(cue.end, end) if cue.end < end else None


class SevenWordsInBatches(SevenWords):
    """The same, with everything an engine may offer beyond its contract."""

    card = EngineCard(name="batches", version="1", summary="Knows seven words, many at once.", languages=("en",))

    def assess_many(
        self, documents: Sequence[Document], targets: Sequence[Sequence[Span]]
    ) -> Sequence[Sequence[Assertion]]:
        return [self.assess(document, spans) for document, spans in zip(documents, targets, strict=True)]

    def cues_many(self, documents: Sequence[Document]) -> Sequence[Sequence[Cue]]:
        return [self.cues(document) for document in documents]

    def extract_many(self, documents: Sequence[Document], label_set: str) -> Sequence[Sequence[Entity]]:
        names = {"PROBLEM": "Disease", "MEDICATION": "Chemical"} if label_set == "bc5cdr" else {}
        return [
            [Entity(entity.span, names.get(entity.label, entity.label)) for entity in self.extract(document)]
            for document in documents
        ]

    def sentence_labels(self, texts: Sequence[str], *, language: str | None = None) -> Sequence[Sentence]:
        return [self._sentence(text) for text in texts]

    def _sentence(self, text: str) -> Sentence:
        label = SentenceLabel.ABSENT if _found(text, {"no": CueKind.NEGATION}) else SentenceLabel.PRESENT
        return Sentence(Span(0, len(text)), label, {label: 0.8})


def _found(text: str, words: dict[str, str] | dict[str, CueKind]) -> list[tuple[str, Span]]:
    pattern = "|".join(rf"\b{re.escape(each)}\b" for each in words)
    matches = re.finditer(pattern, text, re.IGNORECASE)
    return [(match[0].casefold(), Span(match.start(), match.end())) for match in matches]


def build() -> SevenWords:
    """Build the plain engine, as an entry point would."""
    return SevenWords()


def build_batches() -> SevenWordsInBatches:
    """Build the engine with everything, as an entry point would."""
    return SevenWordsInBatches()
