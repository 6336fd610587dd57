"""The model reader: one pass of the shared encoder answers entities, assertions, cues and sentence labels."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import NamedTuple

import numpy as np

from epicrisis.domain.annotations import AnnotatedDocument, Sentence
from epicrisis.domain.assertions import Assertion, Cue, CueKind, SentenceLabel, in_text_order
from epicrisis.domain.documents import Document
from epicrisis.domain.findings import Entity, EntityLabel
from epicrisis.domain.spans import Span
from epicrisis.engines.contracts import EngineCard
from epicrisis.engines.encoder.encoder import Reading
from epicrisis.engines.encoder.load import LoadedEncoder, load_encoder, shipped
from epicrisis.engines.encoder.tagging import Tagged, probabilities, tagged
from epicrisis.engines.entities.abbreviations import consistent
from epicrisis.engines.judging import assertion_of
from epicrisis.engines.units import Unit, sections_of, sentence_units, whole_unit
from epicrisis.errors import InvalidInput, InvalidSpan

# Sentences read in one go: enough to fill batches, few enough that a million characters never lie in memory at once.
_CHUNK = 512


class ReadUnit(NamedTuple):
    """A unit with its reading, entities and cues; spans are of the document."""

    unit: Unit
    reading: Reading
    entities: list[Entity]
    cues: list[Cue]


class ModelReader:
    """Reads notes with one encoder: a note reader, an entity engine and an assertion engine at once."""

    def __init__(self, loaded: LoadedEncoder) -> None:
        self._loaded = loaded
        self._encoder = loaded.encoder

    @property
    def card(self) -> EngineCard:
        """Describe the engine."""
        return self._loaded.card

    @property
    def label_sets(self) -> tuple[str, ...]:
        """Return the entity label sets this engine knows."""
        return tuple(head for head in self._loaded.labels.tags if head not in ("cues", "scope_neg", "scope_unc"))

    def read(self, documents: Sequence[Document]) -> list[AnnotatedDocument]:
        """Return one annotated document per document, in order; neighbours never change an answer."""
        sections = [sections_of(document) for document in documents]
        units = [list(sentence_units(d, s)) for d, s in zip(documents, sections, strict=True)]
        every = self._annotated_units(unit for one in units for unit in one)
        answers = []
        for document, headed, own in zip(documents, sections, units, strict=True):
            entities: list[Entity] = []
            assertions: list[Assertion | None] = []
            cues: list[Cue] = []
            sentences: list[Sentence] = []
            for read, judged in islice(every, len(own)):
                entities += read.entities
                assertions += judged
                cues += read.cues
                sentences.append(self._sentence(read.unit.span, read.reading))
            answers.append(
                AnnotatedDocument(
                    document=document,
                    entities=tuple(entities),
                    assertions=tuple(assertions),
                    cues=_distinct(cues),
                    sentences=tuple(sentences),
                    sections=tuple(headed),
                    engine=self.card.name,
                    version=self.card.version,
                )
            )
        return answers

    def assess(self, document: Document, targets: Sequence[Span]) -> list[Assertion]:
        """Return one assertion per target, in the order of ``targets``.

        Raises:
            InvalidSpan: a target ends after the text does.
        """
        return self._assessed(list(sentence_units(document, sections_of(document))), document, targets)

    def assess_many(self, documents: Sequence[Document], targets: Sequence[Sequence[Span]]) -> list[list[Assertion]]:
        """Return the assertions of each document, in order; each document is one sentence, given as such."""
        units = [whole_unit(document) for document in documents]
        answers: list[list[Assertion]] = []
        for start in range(0, len(units), _CHUNK):
            chunk = [self._opened(*pair) for pair in self._readings(units[start : start + _CHUNK])]
            asked = targets[start : start + _CHUNK]
            for document, own in zip(documents[start:], asked, strict=False):
                _check(document, own)
            answers += self._judged(chunk, asked)
        return answers

    def extract(self, document: Document) -> list[Entity]:
        """Return the clinical entities of ``document`` in the order of the text."""
        units = sentence_units(document, sections_of(document))
        return [entity for read in self._opened_units(units) for entity in read.entities]

    def extract_with(self, document: Document, label_set: str) -> list[Entity]:
        """Return the entities of ``document`` in the words of ``label_set``.

        Raises:
            InvalidInput: the engine does not know the label set.
        """
        if label_set == "clinical":
            return self.extract(document)
        return self.extract_many([document], label_set)[0]

    def extract_many(self, documents: Sequence[Document], label_set: str) -> list[list[Entity]]:
        """Return the entities of each document, in order; each is one sentence or abstract, read as it stands.

        The label sets of the literature read a document as one: a short form is what its long form is.
        """
        if label_set not in self.label_sets:
            raise InvalidInput(f"There is no label set '{label_set}'; try one of {list(self.label_sets)}.")
        units = [whole_unit(document) for document in documents]
        found = [self._entities(unit, reading, label_set) for unit, reading in self._readings(units)]
        if label_set == "clinical":
            return found
        return [consistent(document.text, own) for document, own in zip(documents, found, strict=True)]

    def cues(self, document: Document) -> list[Cue]:
        """Return the cues of ``document`` in the order of the text."""
        units = sentence_units(document, sections_of(document))
        return list(_distinct(cue for read in self._opened_units(units) for cue in read.cues))

    def cues_many(self, documents: Sequence[Document]) -> list[list[Cue]]:
        """Return the cues of each document, in order; each document is one sentence, given as such."""
        return [self._cues(*pair) for pair in self._readings([whole_unit(document) for document in documents])]

    def sentence_labels(self, texts: Sequence[str]) -> list[Sentence]:
        """Return one labelled sentence per text, in order; each text is one sentence."""
        units = [whole_unit(Document(id=str(number), text=text)) for number, text in enumerate(texts)]
        return [self._sentence(unit.span, reading) for unit, reading in self._readings(units)]

    def _assessed(self, units: list[Unit], document: Document, targets: Sequence[Span]) -> list[Assertion]:
        _check(document, targets)
        waiting: dict[int, list[int]] = defaultdict(list)
        starts = [unit.span.start for unit in units]
        for number, target in enumerate(targets):
            waiting[_home(units, starts, target)].append(number)
        answers: dict[int, Assertion] = {}
        homes = iter(sorted(waiting))
        while chunk := list(islice(homes, _CHUNK)):
            opened = [self._opened(*pair) for pair in self._readings([units[home] for home in chunk])]
            numbers = [waiting[home] for home in chunk]
            judged = self._judged(opened, [[targets[number] for number in own] for own in numbers])
            answers |= zip(chain(*numbers), chain(*judged), strict=True)
        return [answers[number] for number in range(len(targets))]

    def _annotated_units(self, units: Iterator[Unit]) -> Iterator[tuple[ReadUnit, list[Assertion | None]]]:
        while chunk := list(islice(units, _CHUNK)):
            opened = [self._opened(*pair) for pair in self._readings(chunk)]
            concepts = [[e.span for e in read.entities if EntityLabel(e.label).is_concept] for read in opened]
            for read, judged in zip(opened, self._judged(opened, concepts), strict=True):
                waiting = iter(judged)
                yield read, [next(waiting) if EntityLabel(e.label).is_concept else None for e in read.entities]

    def _opened_units(self, units: Iterator[Unit]) -> Iterator[ReadUnit]:
        while chunk := list(islice(units, _CHUNK)):
            for pair in self._readings(chunk):
                yield self._opened(*pair)

    def _readings(self, units: Sequence[Unit]) -> list[tuple[Unit, Reading]]:
        return list(zip(units, self._encoder.read([unit.text for unit in units]), strict=True))

    def _opened(self, unit: Unit, reading: Reading) -> ReadUnit:
        return ReadUnit(unit, reading, self._entities(unit, reading, "clinical"), self._cues(unit, reading))

    def _entities(self, unit: Unit, reading: Reading, head: str) -> list[Entity]:
        return [Entity(span, label, score) for span, label, score in self._tagged(unit, reading, head)]

    def _cues(self, unit: Unit, reading: Reading) -> list[Cue]:
        tagged_cues = list(self._marked(reading, "cues"))
        # A heading is read before every sentence under it, and a cue in it is a cue of the note where it stands.
        above = [(unit.to_heading(span), CueKind(label), score) for span, label, score in tagged_cues]
        heading = [Cue(span, kind, unit.span, score) for span, kind, score in above if span is not None]
        placed = [(unit.to_document(span), CueKind(label), score) for span, label, score in tagged_cues]
        found = [(span, kind, score) for span, kind, score in placed if span is not None]
        scopes = {
            kind: [span for span, _, _ in self._tagged(unit, reading, head)]
            for kind, head in ((CueKind.NEGATION, "scope_neg"), (CueKind.UNCERTAINTY, "scope_unc"))
            if any(cue[1] is kind for cue in found)
        }
        return heading + [Cue(span, kind, _scope(span, scopes.get(kind, ())), score) for span, kind, score in found]

    def _tagged(self, unit: Unit, reading: Reading, head: str) -> Iterator[tuple[Span, str, float]]:
        for span, label, score in self._marked(reading, head):
            placed = unit.to_document(span)
            if placed is not None:
                yield placed, label, score

    def _marked(self, reading: Reading, head: str) -> Iterator[Tagged]:
        loaded = self._loaded
        return tagged(
            reading,
            self._encoder.heads[head],
            loaded.labels.tags[head],
            temperature=loaded.temperature(head),
            threshold=loaded.threshold(head),
        )

    def _judged(self, read: Sequence[ReadUnit], targets: Sequence[Sequence[Span]]) -> list[list[Assertion]]:
        asked = [(r.reading, r.unit.to_unit(t)) for r, own in zip(read, targets, strict=True) for t in own]
        judgements = iter(self._encoder.judge(asked))
        return [
            [assertion_of(target, next(judgements), r.reading, r.unit, r.cues, self._loaded) for target in own]
            for r, own in zip(read, targets, strict=True)
        ]

    def _sentence(self, span: Span, reading: Reading) -> Sentence:
        if not reading.sentence.size:
            return Sentence(span, SentenceLabel.NONE, {SentenceLabel.NONE: 1.0})
        shares = probabilities(reading.sentence, self._loaded.temperature("sentence"))
        labels = self._loaded.labels.sentences
        scores = {label: round(float(share), 4) for label, share in zip(labels, shares, strict=True)}
        return Sentence(span, labels[int(np.argmax(shares))], scores)


def build() -> ModelReader:
    """Build the English model reader from the weights inside the package."""
    return ModelReader(load_encoder(shipped("english")))


def _check(document: Document, targets: Sequence[Span]) -> None:
    for target in targets:
        if target.end > len(document.text):
            raise InvalidSpan(
                f"Span({target.start}, {target.end}) ends after the text, which has {len(document.text)} characters."
            )


def _home(units: Sequence[Unit], starts: Sequence[int], target: Span) -> int:
    """Return the unit that holds most of ``target``, the one before it where it lies between units."""
    first = last = max(bisect_right(starts, target.start) - 1, 0)
    while last + 1 < len(units) and starts[last + 1] < target.end:
        last += 1

    def shared(number: int) -> int:
        span = units[number].span
        return min(span.end, target.end) - max(span.start, target.start)

    return max(range(first, last + 1), key=shared)


def _distinct(cues: Iterable[Cue]) -> tuple[Cue, ...]:
    """Return one cue per place and kind: a heading is read once for every sentence under it."""
    first: dict[tuple[Span, CueKind], Cue] = {}
    for cue in cues:
        first.setdefault((cue.span, cue.kind), cue)
    return in_text_order(first.values())


def _scope(cue: Span, scopes: Sequence[Span]) -> Span | None:
    """Return the scope that holds the cue, or else the first one that begins right after it."""
    holding = next((scope for scope in scopes if scope.overlaps(cue)), None)
    return holding or next((scope for scope in scopes if 0 <= scope.start - cue.end <= 2), None)
