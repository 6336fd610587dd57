"""Reads whole notes by word lists alone: the baseline, and the reader that can say why of everything."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from epicrisis.domain.annotations import AnnotatedDocument, Sentence
from epicrisis.domain.assertions import Assertion, SentenceLabel, in_text_order, to_four_labels
from epicrisis.domain.documents import Document
from epicrisis.domain.findings import EntityLabel
from epicrisis.domain.spans import Span
from epicrisis.engines import registry
from epicrisis.engines.assertion.sentence_labels import sentence_label
from epicrisis.engines.contracts import AssertionEngine, EngineCard, EntityEngine, Make
from epicrisis.text.sections import section_spans
from epicrisis.text.sentences import sentence_spans
from epicrisis.text.tokens import token_spans

_CONCEPTS = frozenset(label.value for label in EntityLabel if label.is_concept)


class RuleReader:
    """Terms of the lexicon, judged by the cue rules, sentence by sentence."""

    def __init__(self, entities: EntityEngine, assertions: AssertionEngine) -> None:
        self._entities = entities
        self._assertions = assertions
        self.make = Make(framework="word lists", tokenizer="words")
        self.card = EngineCard(
            name="rules",
            version=f"{entities.card.version}+{assertions.card.version}",
            summary=f"Reads notes without a model: {entities.card.name} terms, judged by cue {assertions.card.name}.",
            languages=tuple(language for language in entities.card.languages if language in assertions.card.languages),
            trained_on=(*entities.card.trained_on, *assertions.card.trained_on),
            limits=(
                *entities.card.limits,
                *assertions.card.limits,
                "Labels a sentence by the statuses of the terms it found, and by nothing else.",
            ),
        )

    def read(self, documents: Sequence[Document]) -> Sequence[AnnotatedDocument]:
        """Return one annotated document per document, in order.

        Raises:
            UnknownLanguage: there is no word list for the language of a document.
        """
        return [self._read_one(document) for document in documents]

    def sentence_labels(self, texts: Sequence[str], *, language: str | None = None) -> Sequence[Sentence]:
        """Return one labelled sentence per text, in order; each text is one sentence."""
        return [self._label(text, language or self.card.languages[0]) for text in texts]

    def pieces(self, text: str) -> int:
        """Return how many words, numbers and marks ``text`` has."""
        return len(token_spans(text))

    def _label(self, text: str, language: str) -> Sentence:
        reading = self._read_one(Document("sentence", text, language))
        assertions = [assertion for assertion in reading.assertions if assertion is not None]
        label = sentence_label(assertions)
        return Sentence(Span(0, len(text)), label, _scores(label, assertions))

    def _read_one(self, document: Document) -> AnnotatedDocument:
        entities = tuple(self._entities.extract(document))
        judged = iter(
            self._assertions.assess(document, [entity.span for entity in entities if entity.label in _CONCEPTS])
        )
        assertions = tuple(next(judged) if entity.label in _CONCEPTS else None for entity in entities)
        cues = {cue for assertion in assertions if assertion is not None for cue in assertion.cues}
        return AnnotatedDocument(
            document=document,
            entities=entities,
            assertions=assertions,
            cues=in_text_order(cues),
            sentences=_labelled(sentence_spans(document.text, document.language), assertions),
            sections=tuple(section_spans(document.text, document.language)),
            engine=self.card.name,
            version=self.card.version,
        )


def build() -> RuleReader:
    """Build the reader from the lexicon and the assertion rules."""
    return RuleReader(registry.entity_engine("lexicon"), registry.assertion_engine("rules"))


def _scores(label: SentenceLabel, assertions: Sequence[Assertion]) -> dict[SentenceLabel, float]:
    """Return the scores of the first finding that is what the sentence is; nothing says how sure the rest is."""
    for assertion in assertions:
        if to_four_labels(assertion.status) == label:
            scores: dict[SentenceLabel, float] = {}
            for status, score in assertion.scores.items():
                folded = SentenceLabel(to_four_labels(status))
                scores[folded] = scores.get(folded, 0.0) + score
            return scores
    return {label: 1.0}


def _labelled(spans: Sequence[Span], assertions: Iterable[Assertion | None]) -> tuple[Sentence, ...]:
    starts = [span.start for span in spans]
    held: list[list[Assertion]] = [[] for _ in spans]
    for assertion in assertions:
        if assertion is not None:
            held[max(bisect_right(starts, assertion.target.start) - 1, 0)].append(assertion)
    return tuple(Sentence(span, sentence_label(inside)) for span, inside in zip(spans, held, strict=True))
