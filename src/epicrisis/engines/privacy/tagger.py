"""The learnt finder of identifiers: a thin network that reads the pieces and the look of words, and tags each word.

It asks no encoder: six layers cost a note ten times what a name is worth (docs/decisions/0023-a-thin-tagger.md says
what that saves and loses; training/identifiers of the lab, how it was taught).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from epicrisis.domain.documents import Document
from epicrisis.domain.identifiers import OVER_89, Identifier, IdentifierKind
from epicrisis.domain.spans import Span
from epicrisis.engines.contracts import EngineCard
from epicrisis.engines.encoder.batching import groups
from epicrisis.engines.encoder.decoding import decode_each, runs
from epicrisis.engines.encoder.pieces import PieceTokenizer
from epicrisis.engines.encoder.session import Answers, Arrays, Session
from epicrisis.engines.encoder.tagging import probabilities
from epicrisis.engines.privacy.blocks import Block, Words, blocks
from epicrisis.engines.privacy.vectors import Vectors
from epicrisis.engines.privacy.vocabulary import Vocabulary
from epicrisis.errors import UnknownLanguage

Floats = NDArray[np.float32]

NAME = "model"
# Blocks read in one go: enough to fill batches, few enough that a million characters never lie in memory at once.
_CHUNK = 128
_BUDGET = 512
_WHY = "the word, its shape and what stands around it read like "
_LIKE = {
    IdentifierKind.NAME: "a name",
    IdentifierKind.DATE: "a date",
    IdentifierKind.AGE: "an age",
    IdentifierKind.LOCATION: "a place",
    IdentifierKind.ORGANIZATION: "an organisation",
    IdentifierKind.PROFESSION: "a profession",
}


class _Home(NamedTuple):
    """A block and the number of the document it comes from."""

    document: int
    block: Block


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Blocks that have words and are read in one go, their words, and what the context reads: of which blocks, what."""

    homes: Sequence[_Home]
    read: Sequence[Words]
    numbers: Sequence[Sequence[int]]
    batches: Sequence[Arrays]

    @property
    def lengths(self) -> list[int]:
        """Return how many words each block has."""
        return [len(words) for words in self.read]

    def scores(self, answers: Sequence[Arrays]) -> Floats:
        """Return the (words, tags) scores of all blocks, one behind the other, from the ``answers`` to the batches."""
        own = {
            number: given[: len(self.read[number])]
            for numbers, answer in zip(self.numbers, answers, strict=True)
            for number, given in zip(numbers, answer["tags"], strict=True)
        }
        return np.concatenate([own[number] for number in range(len(self.read))])

    def places(self) -> list[tuple[int, int, int]]:
        """Return of each word the number of its document and where it stands there."""
        numbers = np.repeat([home.document for home in self.homes], self.lengths)
        begins = np.repeat([home.block.start for home in self.homes], self.lengths)
        starts, ends = (np.concatenate([getattr(words, name) for words in self.read]) for name in ("starts", "ends"))
        return list(zip(numbers.tolist(), (starts + begins).tolist(), (ends + begins).tolist(), strict=True))


class Tagger:
    """Finds identifiers by the words around them."""

    def __init__(
        self,
        tokenizer: PieceTokenizer,
        words: Session,
        context: Session,
        card: EngineCard,
        kinds: Sequence[IdentifierKind],
        *,
        temperature: float = 1.0,
        lean: float = 0.0,
    ) -> None:
        """Tag with the graph ``words``, which reads each word alone, and ``context``, whose labels are ``kinds``.

        ``temperature`` makes its probabilities honest; ``lean`` is taken from the score of "no identifier", since one
        that is missed costs more than a word that is hidden in vain.
        """
        self._vocabulary, self._context, self._kinds = Vocabulary(tokenizer), context, tuple(kinds)
        self._vectors = Vectors(words, words=self._vocabulary.most)
        self._temperature, self._lean = temperature, lean
        self.card = card

    def find(self, documents: Sequence[Document]) -> list[list[Identifier]]:
        """Return the identifiers of each document, in order: in the order of the text, none overlapping another.

        Raises:
            UnknownLanguage: a document is in a language it was not taught.
        """
        with self.begun(documents) as answer:
            return answer()

    @contextmanager
    def begun(self, documents: Sequence[Document]) -> Iterator[Callable[[], list[list[Identifier]]]]:
        """Begin to read ``documents``; within it, what is given returns what ``find`` does, and raises as it does.

        The first blocks are read by threads of the graph: whoever has other work does it meanwhile.
        """
        for document in documents:
            if document.language.partition("-")[0] not in self.card.languages:
                raise UnknownLanguage(
                    f"The engine {self.card.name!r} does not read {document.language!r}, only "
                    f"{list(self.card.languages)}."
                )
        homes = (_Home(number, block) for number, document in enumerate(documents) for block in blocks(document))
        chunk = self._next(homes)
        with self._context.begun(chunk.batches if chunk else ()) as answers:
            yield lambda: self._found(documents, chunk, answers, homes)

    def _next(self, homes: Iterator[_Home]) -> _Chunk | None:
        taken = list(islice(homes, _CHUNK))
        if not taken:
            return None
        cut = zip(taken, self._vocabulary.cut([home.block for home in taken]), strict=True)
        full = [(home, words) for home, words in cut if len(words)]
        read = [words for _, words in full]
        vectors = self._vectors.of(read)
        # Each block is padded to a width of its own, whatever its neighbours.
        grouped = list(groups([len(words) for words in read], budget=_BUDGET))
        batches = [stacked([vectors[number] for number in group.rows], group.width) for group in grouped]
        return _Chunk([home for home, _ in full], read, [group.rows for group in grouped], batches)

    def _found(
        self, documents: Sequence[Document], chunk: _Chunk | None, answers: Answers, homes: Iterator[_Home]
    ) -> list[list[Identifier]]:
        found: list[list[Identifier]] = [[] for _ in documents]
        while chunk is not None:
            if chunk.read:
                for number, identifier in self._identifiers(documents, chunk, chunk.scores(answers())):
                    found[number].append(identifier)
            chunk = self._next(homes)
            answers = partial(self._context.run, chunk.batches if chunk else ())
        return found

    def _identifiers(
        self, documents: Sequence[Document], chunk: _Chunk, scores: Floats
    ) -> Iterator[tuple[int, Identifier]]:
        """Yield the identifiers of ``chunk``, each with the number of its document."""
        leaning = scores.copy()
        leaning[:, 0] -= self._lean
        tags = decode_each(leaning, chunk.lengths)
        # How surely each marked word is an identifier of some kind.
        sure = (1.0 - probabilities(scores[tags > 0], self._temperature)[:, 0]).tolist()
        places, at = chunk.places(), 0
        for first, last, label in runs(tags):
            kind, (number, start, _), (_, _, end) = self._kinds[label], places[first], places[last - 1]
            score = round(min(sure[at : (at := at + last - first)]), 4)
            old = kind is IdentifierKind.AGE and _is_old(documents[number].text[start:end])
            why = _WHY + _LIKE.get(kind, f"a number of the kind {kind.value}")
            yield number, Identifier(Span(start, end), kind, score, NAME, why, OVER_89 if old else None)


def _is_old(words: str) -> bool:
    figures = re.search(r"\d+", words)
    return figures is not None and int(figures[0][:4]) > 89


def stacked(vectors: Sequence[Floats], width: int) -> dict[str, NDArray[Any]]:
    """Return what the context is read from: the vectors of each block, padded to ``width``."""
    inputs: dict[str, NDArray[Any]] = {
        "vectors": np.zeros((len(vectors), width, vectors[0].shape[1]), np.float32),
        "mask": np.zeros((len(vectors), width), np.int64),
    }
    for row, own in enumerate(vectors):
        inputs["vectors"][row, : len(own)], inputs["mask"][row, : len(own)] = own, 1
    return inputs
