"""The model reader: one pass of the shared encoder answers entities, assertions, cues and sentence labels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import NamedTuple

from epicrisis.domain.annotations import AnnotatedDocument, Sentence
from epicrisis.domain.assertions import Assertion, Cue
from epicrisis.domain.documents import Document
from epicrisis.domain.findings import Entity, EntityLabel
from epicrisis.domain.sections import Section
from epicrisis.domain.spans import Span
from epicrisis.engines.artifacts import Artifact
from epicrisis.engines.assertion.rulings import Told, settled
from epicrisis.engines.contracts import EngineCard, Make
from epicrisis.engines.encoder.encoder import Reading
from epicrisis.engines.encoder.load import LoadedEncoder, load_encoder
from epicrisis.engines.entities.abbreviations import consistent
from epicrisis.engines.judging import assertion_of, distinct
from epicrisis.engines.sentence_head import SentenceHead
from epicrisis.engines.shipped import shipped
from epicrisis.engines.stages import Stage, timed
from epicrisis.engines.tag_heads import CLINICAL, TagHeads
from epicrisis.engines.unit_reader import UnitReader
from epicrisis.engines.units import Unit, by_home, sections_of


class ReadUnit(NamedTuple):
    """A unit with its reading, entities and cues; spans are of the document."""

    unit: Unit
    reading: Reading
    entities: list[Entity]
    cues: list[Cue]

    @property
    def told(self) -> Told:
        """Return what a ruling looks at."""
        return Told(self.unit.document, self.unit.span, self.entities, self.cues, self.unit.section)


class ModelReader:
    """Reads notes with one encoder: a note reader, an entity engine and an assertion engine at once."""

    def __init__(self, loaded: LoadedEncoder) -> None:
        self._loaded = loaded
        self._encoder = loaded.encoder
        self._units = UnitReader(loaded.encoder, loaded.card)
        self._tags = TagHeads(loaded)
        self._sentence = SentenceHead(loaded)

    @property
    def card(self) -> EngineCard:
        """Describe the engine."""
        return self._loaded.card

    @property
    def loaded(self) -> LoadedEncoder:
        """Return the encoder with its calibration, for a head of its own over the same vectors."""
        return self._loaded

    @property
    def make(self) -> Make:
        """Say what the engine is made of."""
        return self._loaded.make

    def pieces(self, text: str) -> int:
        """Return how many tokens ``text`` has for this engine."""
        return self._encoder.tokenizer.count(text)

    @property
    def label_sets(self) -> tuple[str, ...]:
        """Return the entity label sets this engine knows."""
        return self._tags.label_sets

    def read(self, documents: Sequence[Document]) -> list[AnnotatedDocument]:
        """Return one annotated document per document, in order; neighbours never change an answer."""
        return [annotated for annotated, _ in self.read_about(documents, [()] * len(documents))]

    def read_about(
        self, documents: Sequence[Document], targets: Sequence[Sequence[Span]]
    ) -> list[tuple[AnnotatedDocument, list[Assertion]]]:
        """Return what ``read`` returns, each with the assertions of its targets in their order: all from one pass.

        Raises:
            InvalidSpan: a target ends after its text does.
        """
        for document, asked in zip(documents, targets, strict=True):
            _check(document, asked)
        sections = [sections_of(document) for document in documents]
        units = [self._units.of_note(d, s) for d, s in zip(documents, sections, strict=True)]
        homes = [by_home(own, asked) for own, asked in zip(units, targets, strict=True)]
        every = self._annotated_units(
            chain.from_iterable(units),
            (
                [asked[place] for place in at.get(number, ())]
                for own, at, asked in zip(units, homes, targets, strict=True)
                for number in range(len(own))
            ),
        )
        return [
            self._gathered(document, headed, islice(every, len(own)), at)
            for document, headed, own, at in zip(documents, sections, units, homes, strict=True)
        ]

    def assess(self, document: Document, targets: Sequence[Span]) -> list[Assertion]:
        """Return one assertion per target, in the order of ``targets``.

        Raises:
            InvalidSpan: a target ends after the text does.
        """
        return self._assessed(self._units.of_note(document, sections_of(document)), document, targets)

    def assess_many(self, documents: Sequence[Document], targets: Sequence[Sequence[Span]]) -> list[list[Assertion]]:
        """Return the assertions of each document, in order; each document is one sentence, given as such.

        Raises:
            InvalidSpan: a target ends after its text does.
        """
        for document, own in zip(documents, targets, strict=True):
            _check(document, own)
        waiting = iter(targets)
        return [
            judged
            for chunk in self._units.chunks(self._units.of_wholes(documents))
            for judged in self._judged(
                [self._opened(*pair) for pair in chunk], [next(waiting) for _ in range(len(chunk))]
            )
        ]

    def extract(self, document: Document) -> list[Entity]:
        """Return the clinical entities of ``document`` in the order of the text."""
        chunks = self._units.chunks(self._units.of_note(document, sections_of(document)))
        return [entity for chunk in chunks for pair in chunk for entity in self._tags.entities(*pair, CLINICAL)]

    def extract_many(self, documents: Sequence[Document], label_set: str) -> list[list[Entity]]:
        """Return the entities of each document, in order; each is one sentence or abstract, read as it stands.

        The label sets of the literature read a document as one: a short form is what its long form is.
        """
        self._tags.require((label_set,))
        chunks = self._units.chunks(self._units.of_wholes(documents))
        found = [self._tags.entities(unit, reading, label_set) for chunk in chunks for unit, reading in chunk]
        if label_set == CLINICAL:
            return found
        return [consistent(document.text, own) for document, own in zip(documents, found, strict=True)]

    def named(self, documents: Sequence[Document], label_sets: Sequence[str]) -> list[dict[str, list[Entity]]]:
        """Return the entities of each document by label set, in the order of the text: all from one pass.

        Raises:
            InvalidInput: the engine does not know a label set.
            UnknownLanguage: it does not read the language of a document.
        """
        self._tags.require(label_sets)
        units = [self._units.of_note(document, sections_of(document)) for document in documents]
        read = chain.from_iterable(self._units.chunks(chain.from_iterable(units)))
        found: list[dict[str, list[Entity]]] = []
        for own in units:
            here = list(islice(read, len(own)))
            by_unit = [self._tags.named(*pair, label_sets) for pair in here]
            found.append({name: [entity for own in by_unit for entity in own[name]] for name in label_sets})
        return found

    def cues(self, document: Document) -> list[Cue]:
        """Return the cues of ``document`` in the order of the text."""
        chunks = self._units.chunks(self._units.of_note(document, sections_of(document)))
        return list(distinct(cue for chunk in chunks for pair in chunk for cue in self._tags.cues(*pair)))

    def cues_many(self, documents: Sequence[Document]) -> list[list[Cue]]:
        """Return the cues of each document, in order; each document is one sentence, given as such."""
        return [
            self._tags.cues(*pair) for chunk in self._units.chunks(self._units.of_wholes(documents)) for pair in chunk
        ]

    def sentence_labels(self, texts: Sequence[str], *, language: str | None = None) -> list[Sentence]:
        """Return one labelled sentence per text, in order; each text is one sentence."""
        return self._labelled_units(self._units.of_sentences(texts, language))

    def quick_labels(self, texts: Sequence[str], *, language: str | None = None) -> list[Sentence]:
        """Return what ``sentence_labels`` does, from the labeller where it is sure and from the encoder elsewhere."""
        labeller = self._loaded.labeller
        if labeller is None:
            return self.sentence_labels(texts, language=language)
        units = list(self._units.of_sentences(texts, language))
        quick = labeller.label([unit.text for unit in units])
        unsure = [unit for unit, shares in zip(units, quick, strict=True) if shares is None]
        read = iter(self._labelled_units(unsure))
        return [
            next(read) if shares is None else self._sentence.labelled(unit.span, shares)
            for unit, shares in zip(units, quick, strict=True)
        ]

    def _labelled_units(self, units: Iterable[Unit]) -> list[Sentence]:
        return [self._sentence.of(unit.span, reading) for chunk in self._units.chunks(units) for unit, reading in chunk]

    def _assessed(self, units: list[Unit], document: Document, targets: Sequence[Span]) -> list[Assertion]:
        _check(document, targets)
        waiting = by_home(units, targets)
        answers: dict[int, Assertion] = {}
        homes = sorted(waiting)
        numbers = iter([waiting[home] for home in homes])
        for chunk in self._units.chunks(units[home] for home in homes):
            asked = [next(numbers) for _ in chunk]
            opened = [self._opened(*pair) for pair in chunk]
            judged = self._judged(opened, [[targets[number] for number in own] for own in asked])
            answers |= zip(chain(*asked), chain(*judged), strict=True)
        return [answers[number] for number in range(len(targets))]

    def _gathered(
        self,
        document: Document,
        sections: Sequence[Section],
        units: Iterable[tuple[ReadUnit, list[Assertion | None], list[Assertion]]],
        homes: Mapping[int, Sequence[int]],
    ) -> tuple[AnnotatedDocument, list[Assertion]]:
        entities: list[Entity] = []
        assertions: list[Assertion | None] = []
        cues: list[Cue] = []
        sentences: list[Sentence] = []
        named: dict[int, Assertion] = {}
        for number, (read, judged, about) in enumerate(units):
            entities += read.entities
            assertions += judged
            cues += read.cues
            sentences.append(self._sentence.of(read.unit.span, read.reading))
            named |= zip(homes.get(number, ()), about, strict=True)
        annotated = AnnotatedDocument(
            document=document,
            entities=tuple(entities),
            assertions=tuple(assertions),
            cues=distinct(cues),
            sentences=tuple(sentences),
            sections=tuple(sections),
            engine=self.card.name,
            version=self.card.version,
        )
        return annotated, [named[place] for place in range(len(named))]

    def _annotated_units(
        self, units: Iterable[Unit], targets: Iterable[Sequence[Span]]
    ) -> Iterator[tuple[ReadUnit, list[Assertion | None], list[Assertion]]]:
        """Yield each unit with the assertions of its entities and, after those, of the targets named there."""
        naming = iter(targets)
        for chunk in self._units.chunks(units):
            opened = [self._opened(*pair) for pair in chunk]
            concepts = [[e.span for e in read.entities if EntityLabel(e.label).is_concept] for read in opened]
            asked = [[*found, *next(naming)] for found in concepts]
            for read, found, judged in zip(opened, concepts, self._judged(opened, asked), strict=True):
                waiting = iter(judged[: len(found)])
                own = [next(waiting) if EntityLabel(e.label).is_concept else None for e in read.entities]
                yield read, own, judged[len(found) :]

    def _opened(self, unit: Unit, reading: Reading) -> ReadUnit:
        return ReadUnit(unit, reading, self._tags.entities(unit, reading, CLINICAL), self._tags.cues(unit, reading))

    @timed(Stage.HEADS)
    def _judged(self, read: Sequence[ReadUnit], targets: Sequence[Sequence[Span]]) -> list[list[Assertion]]:
        asked = [(r.reading, r.unit.to_unit(t)) for r, own in zip(read, targets, strict=True) for t in own]
        judgements = iter(self._encoder.judge(asked))
        return [
            [
                settled(assertion_of(target, next(judgements), r.reading, r.unit, r.cues, self._loaded), r.told)
                for target in own
            ]
            for r, own in zip(read, targets, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Shipped:
    """What an entry point names: the reader of the weights in ``folder`` inside the package, built when called."""

    folder: str

    @property
    def card(self) -> EngineCard:
        """Describe the engine, without its weights.

        Raises:
            ArtifactError: the card is missing or cannot be read.
        """
        return Artifact(shipped(self.folder)).card

    def __call__(self) -> ModelReader:
        """Build the reader.

        Raises:
            ArtifactError: a file is missing or not what the card says.
        """
        return ModelReader(load_encoder(shipped(self.folder)))


build = Shipped("english")
build_spanish = Shipped("spanish")


def _check(document: Document, targets: Sequence[Span]) -> None:
    for target in targets:
        document.quote(target)  # refuses what ends after the text
