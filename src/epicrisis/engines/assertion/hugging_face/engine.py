"""A foreign assertion model behind our contract: ``EPICRISIS_ASSERTION__MODEL`` names it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from tokenizers import Tokenizer

from epicrisis.domain.annotations import Sentence
from epicrisis.domain.assertions import Assertion, Status
from epicrisis.domain.documents import Document
from epicrisis.domain.spans import Span
from epicrisis.engines.assertion.hugging_face.card import card_of
from epicrisis.engines.assertion.hugging_face.classes import Classes
from epicrisis.engines.assertion.hugging_face.classifiers import Classifier, OnnxClassifier, Scores
from epicrisis.engines.assertion.hugging_face.files import TOKENIZER, ModelFiles, find_model
from epicrisis.engines.assertion.hugging_face.reasons import Reasons
from epicrisis.engines.assertion.hugging_face.rows import Asked, RowTokenizer
from epicrisis.engines.contracts import EngineCard, Make
from epicrisis.engines.counting import count
from epicrisis.engines.encoder.tagging import probabilities
from epicrisis.engines.stages import Stage, at, timed
from epicrisis.engines.units import Unit, by_home, sentence_units, whole_unit
from epicrisis.errors import CorruptArtifact, MissingArtifact, TextTooLong, UnknownLanguage
from epicrisis.text.characters import plain

# What BERT-like models were trained on at most, whatever their tables would hold.
_LIMIT = 512


class Placed(NamedTuple):
    """A target of a document, and the sentence it is judged in."""

    target: Span
    unit: Unit

    @property
    def asked(self) -> Asked | None:
        """Return what the model is asked; ``None`` where the target shows nothing."""
        inside = self.unit.to_unit(self.target)
        return Asked(self.unit.text, inside) if self.unit.text[inside.start : inside.end].strip() else None


class HuggingFaceAssertionEngine:
    """Judges each finding in the sentence around it, marked as the model's card asks."""

    def __init__(
        self, classifier: Classifier, rows: RowTokenizer, classes: Classes, card: EngineCard, *, size_bytes: int = 0
    ) -> None:
        self._classifier = classifier
        self._rows = rows
        self._classes = classes
        self._reasons = Reasons(self._shares, classes)
        self.card = card
        self.make = Make(classifier.framework, rows.kind, size_bytes=size_bytes, longest=rows.limit)

    def assess(self, document: Document, targets: Sequence[Span]) -> list[Assertion]:
        """Return one assertion per target, in the order of ``targets``.

        Raises:
            InvalidSpan: a target ends after the text does.
            UnknownLanguage: the document is in a language the model does not read.
        """
        [assertions] = self.assess_each([document], [targets])
        return assertions

    def assess_each(self, documents: Sequence[Document], targets: Sequence[Sequence[Span]]) -> list[list[Assertion]]:
        """Return the assertions of each document, in order, judged in one batch; raises as ``assess`` does."""
        return self._placed_and_judged(documents, targets, lambda document: list(sentence_units(document, ())))

    def assess_many(self, documents: Sequence[Document], targets: Sequence[Sequence[Span]]) -> list[list[Assertion]]:
        """Return the assertions of each document, in order; each document is one sentence, given as such.

        Raises:
            InvalidSpan: a target ends after its text does.
            UnknownLanguage: a document is in a language the model does not read.
        """
        return self._placed_and_judged(documents, targets, lambda document: [whole_unit(document)])

    def sentence_labels(self, texts: Sequence[str], *, language: str | None = None) -> list[Sentence]:
        """Return one labelled sentence per text, in order, read as it stands: without a mark.

        Raises:
            TextTooLong: a sentence has more pieces than the model reads.
            UnknownLanguage: the model does not read ``language``.
        """
        self._require_language(language or self.card.languages[0])
        asked = [Asked(plain(text)) for text in texts]
        for text in texts:
            if (pieces := self.pieces(text)) > self._rows.limit:
                raise TextTooLong(f"The sentence has {pieces} pieces; {self.card.name!r} reads {self._rows.limit}.")
        shares = self._shares(asked)
        return [self._classes.sentence(Span(0, len(text)), own) for text, own in zip(texts, shares, strict=True)]

    def pieces(self, text: str) -> int:
        """Return how many pieces ``text`` has, the special ones around it counted."""
        return self._rows.pieces(plain(text))

    def prove(self) -> None:
        """Read one sentence and see that the model answers with one finite score per class.

        Raises:
            CorruptArtifact: it does not.
        """
        [row] = self._rows.rows([Asked("fever", Span(0, 5))])
        [scores] = self._classifier.scores(list(self._rows.batches([row])))
        if scores.shape != (1, len(self._classes)) or not np.isfinite(scores).all():
            raise CorruptArtifact(
                f"The model {self.card.name!r} answers with {scores.shape[-1]} scores, its config.json names "
                f"{len(self._classes)} labels; they do not belong together."
            )

    def _placed_and_judged(
        self,
        documents: Sequence[Document],
        targets: Sequence[Sequence[Span]],
        units_of: Callable[[Document], list[Unit]],
    ) -> list[list[Assertion]]:
        placed = []
        for document, own in zip(documents, targets, strict=True):
            self._check(document, own)
            # A text of invisible characters alone has no sentence, and is read as one.
            units = (units_of(document) if own else []) or [whole_unit(document)]
            homes = {place: units[number] for number, places in by_home(units, own).items() for place in places}
            placed += [Placed(target, homes[place]) for place, target in enumerate(own)]
        judged = iter(self._judged(placed))
        return [[next(judged) for _ in own] for own in targets]

    def _check(self, document: Document, targets: Sequence[Span]) -> None:
        self._require_language(document.language)
        for target in targets:
            document.quote(target)  # refuses what ends after the text

    def _require_language(self, language: str) -> None:
        if language.partition("-")[0].lower() not in self.card.languages:
            raise UnknownLanguage(
                f"The engine {self.card.name!r} does not read {language!r}, only {list(self.card.languages)}."
            )

    def _judged(self, placed: Sequence[Placed]) -> list[Assertion]:
        asked = [one.asked for one in placed]
        shares = iter(self._shares([one for one in asked if one is not None]))
        judged = [
            _nothing(place.target) if one is None else self._classes.assertion(place.target, next(shares))
            for place, one in zip(placed, asked, strict=True)
        ]
        return self._reasons.added(judged, [place.unit for place in placed])

    @timed(Stage.ENCODE)
    def _shares(self, asked: Sequence[Asked]) -> Scores:
        """Return a probability per class of each question (asked, classes); equal questions are asked once."""
        with at(Stage.TOKENIZE):
            rows = self._rows.rows(asked)
        distinct = list(dict.fromkeys(rows))
        scores = np.zeros((len(distinct), len(self._classes)), dtype=np.float32)
        batches = list(self._rows.batches(distinct))
        for batch, answer in zip(batches, self._classifier.scores(batches), strict=True):
            scores[list(batch.rows)] = answer
        count("classifier", (batch.mask for batch in batches))
        numbers = {row: number for number, row in enumerate(distinct)}
        return probabilities(scores[[numbers[row] for row in rows]], 1.0)


def load(model: str, *, threads: int = 2, engines: Sequence[str] = ()) -> HuggingFaceAssertionEngine:
    """Load ``model``: a folder, an ONNX file, or the name of a model in the hub's local cache; takes no network.

    Raises:
        UnknownEngine: there is no such model here; the message lists what can be named, ``engines`` among it.
        ArtifactError: a file is missing, of a kind we never load, or not what the others say.
        MissingDependency: original weights need the extra ``hf``.
    """
    files = find_model(model, engines=engines)
    classes = Classes.of(files.config, model=files.name)
    rows = RowTokenizer(_tokenizer(files), limit=_limit(files), pad=int(files.config.get("pad_token_id") or 0))
    card = card_of(files, classes, limit=rows.limit, marks=rows.marks)
    engine = HuggingFaceAssertionEngine(_classifier(files, threads), rows, classes, card, size_bytes=files.size_bytes)
    engine.prove()
    return engine


def _classifier(files: ModelFiles, threads: int) -> Classifier:
    if files.graph is not None:
        return OnnxClassifier(files.graph, threads=threads)
    from epicrisis.engines.assertion.hugging_face.pytorch import TorchClassifier

    return TorchClassifier(files.folder, name=files.name, threads=threads)


def _tokenizer(files: ModelFiles) -> Tokenizer:
    path = files.folder / TOKENIZER
    if path.is_file():
        try:
            return Tokenizer.from_file(str(path))
        except Exception as cause:
            raise CorruptArtifact(f"The {TOKENIZER} of {files.name!r} cannot be read.") from cause
    if files.graph is not None:
        raise MissingArtifact(f"The model {files.name!r} has no {TOKENIZER}; put it beside its config.json.")
    from epicrisis.engines.assertion.hugging_face.pytorch import tokenizer_of

    return tokenizer_of(files.folder, name=files.name)


def _limit(files: ModelFiles) -> int:
    return min(_LIMIT, int(files.config.get("max_position_embeddings") or _LIMIT))


def _nothing(target: Span) -> Assertion:
    """Return what is said of a target that shows nothing: PRESENT, with no certainty."""
    return Assertion(target, Status.PRESENT, 1 / len(Status), scores=dict.fromkeys(Status, 1 / len(Status)))
