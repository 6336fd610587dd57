"""The learnt finder of identifiers: a thin network that reads the pieces and the look of words, and tags each word.

It asks no encoder: six layers cost a note ten times what a name is worth (docs/decisions/0023-a-thin-tagger.md says
what that saves and loses; training/identifiers of the lab, how it was taught).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from epicrisis.domain.documents import Document
from epicrisis.domain.identifiers import OVER_89, Identifier, IdentifierKind
from epicrisis.engines.contracts import EngineCard
from epicrisis.engines.encoder.batching import groups
from epicrisis.engines.encoder.decoding import decode, runs
from epicrisis.engines.encoder.pieces import PieceTokenizer
from epicrisis.engines.encoder.session import Session
from epicrisis.engines.encoder.tagging import probabilities
from epicrisis.engines.privacy.blocks import PIECES, Block, Words, blocks, span_of
from epicrisis.engines.privacy.shapes import FIRST, LAST
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


class Tagger:
    """Finds identifiers by the words around them."""

    def __init__(
        self,
        tokenizer: PieceTokenizer,
        session: Session,
        card: EngineCard,
        kinds: Sequence[IdentifierKind],
        *,
        temperature: float = 1.0,
        lean: float = 0.0,
    ) -> None:
        """Tag with the graph ``session``, whose labels are ``kinds``.

        ``temperature`` makes its probabilities honest; ``lean`` is taken from the score of "no identifier", since one
        that is missed costs more than a word that is hidden in vain.
        """
        self._vocabulary, self._session, self._kinds = Vocabulary(tokenizer), session, tuple(kinds)
        self._temperature, self._lean = temperature, lean
        self.card = card

    def find(self, documents: Sequence[Document]) -> list[list[Identifier]]:
        """Return the identifiers of each document, in order: in the order of the text, none overlapping another.

        Raises:
            UnknownLanguage: a document is in a language it was not taught.
        """
        for document in documents:
            if document.language.partition("-")[0] not in self.card.languages:
                raise UnknownLanguage(
                    f"The engine {self.card.name!r} does not read {document.language!r}, only "
                    f"{list(self.card.languages)}."
                )
        found: list[list[Identifier]] = [[] for _ in documents]
        homes = (_Home(number, block) for number, document in enumerate(documents) for block in blocks(document))
        while chunk := list(islice(homes, _CHUNK)):
            read = self._vocabulary.cut([home.block for home in chunk])
            for home, words, scores in zip(chunk, read, self._scores(read), strict=True):
                found[home.document].extend(self._identifiers(home.block, words, scores))
        return found

    def _scores(self, read: Sequence[Words]) -> list[Floats]:
        """Return the (words, tags) scores of each block, each padded to a width of its own, whatever its neighbours."""
        scores: list[Floats] = [np.zeros((0, 1), np.float32) for _ in read]
        full = [number for number, words in enumerate(read) if len(words)]
        grouped = list(groups([len(read[number]) for number in full], budget=_BUDGET))
        batches = [stacked([read[full[row]] for row in group.rows], group.width) for group in grouped]
        for group, answer in zip(grouped, self._session.run(batches), strict=True):
            for row, given in zip(group.rows, answer["tags"], strict=True):
                scores[full[row]] = given[: len(read[full[row]])]
        return scores

    def _identifiers(self, block: Block, words: Words, scores: Floats) -> Iterator[Identifier]:
        if not len(scores):
            return
        leaning = scores.copy()
        leaning[:, 0] -= self._lean
        tags = decode(leaning)
        for first, last, label in runs(tags):
            shares = probabilities(scores[first:last], self._temperature)
            score = float(1.0 - shares[:, 0].max())
            kind, span = self._kinds[label], span_of(block, words, first, last)
            old = kind is IdentifierKind.AGE and _is_old(block.text[span.start - block.start : span.end - block.start])
            why = _WHY + _LIKE.get(kind, f"a number of the kind {kind.value}")
            yield Identifier(span, kind, round(score, 4), NAME, why, OVER_89 if old else None)


def _is_old(words: str) -> bool:
    figures = re.search(r"\d+", words)
    return figures is not None and int(figures[0][:4]) > 89


def stacked(read: Iterable[Words], width: int) -> dict[str, NDArray[Any]]:
    """Return what the graph reads: the words of each block, padded to ``width``."""
    rows = list(read)
    inputs: dict[str, NDArray[Any]] = {
        "pieces": np.zeros((len(rows), width, PIECES), np.int64),
        "mask": np.zeros((len(rows), width), np.int64),
        "characters": np.zeros((len(rows), width, FIRST + LAST), np.int64),
        "before": np.zeros((len(rows), width), np.int64),
    }
    for row, words in enumerate(rows):
        size = len(words)
        inputs["pieces"][row, :size], inputs["mask"][row, :size] = words.pieces, 1
        inputs["characters"][row, :size], inputs["before"][row, :size] = words.characters, words.before
    return inputs
