"""Word pieces of a text, with the offsets they came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from epicrisis.domain.spans import Span
from epicrisis.engines.stages import Stage, timed
from epicrisis.errors import CorruptArtifact
from epicrisis.text.characters import unaccented


@dataclass(frozen=True, slots=True)
class Pieces:
    """The n pieces of one text, without the two special ones around it.

    ``ids`` (n,); ``starts`` and ``ends`` (n,) in code points; ``words`` (m,) are the positions of the first piece of
    each word, where tags are read; ``word_ends`` (m,) is where each word ends in the text.
    """

    ids: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    words: NDArray[np.int64]
    word_ends: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.ids)

    def of(self, span: Span) -> tuple[int, int] | None:
        """Return the pieces ``span`` touches as ``(first, last + 1)``, or ``None`` where it touches none."""
        first = int(np.searchsorted(self.ends, span.start, side="right"))
        last = int(np.searchsorted(self.starts, span.end, side="left"))
        return (first, last) if first < last else None


class PieceTokenizer:
    """Cuts texts into word pieces (Wu et al. 2016) with the vocabulary the encoder was trained on."""

    def __init__(self, path: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(path))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self.begin, self.close, self.pad = (self._number(piece) for piece in ("[CLS]", "[SEP]", "[PAD]"))

    @timed(Stage.TOKENIZE)
    def cut(self, texts: Sequence[str]) -> list[Pieces]:
        """Return the pieces of each text, in order."""
        # SentencePiece cuts the first word of a text otherwise where a blank stands before it.
        begun = [text.lstrip() for text in texts]
        encodings = self._tokenizer.encode_batch(begun, add_special_tokens=False)
        return [
            _pieces(own, encoding, len(text) - len(own))
            for text, own, encoding in zip(texts, begun, encodings, strict=True)
        ]

    @timed(Stage.TOKENIZE)
    def pieces_of(self, words: Sequence[str]) -> list[list[int]]:
        """Return the pieces of each of ``words``, which the tokenizer cuts no further than into pieces.

        For vocabularies of small letters without accents, which is what it looks for.
        """
        tokenize = self._tokenizer.model.tokenize
        return [[piece.id for piece in tokenize(unaccented(word).lower())] for word in words]

    @property
    def kind(self) -> str:
        """Return the name of the method, such as ``WordPiece``."""
        return type(self._tokenizer.model).__name__

    def count(self, text: str) -> int:
        """Return how many pieces ``text`` has."""
        return len(self._tokenizer.encode(text, add_special_tokens=False))

    def _number(self, piece: str) -> int:
        number: int | None = self._tokenizer.token_to_id(piece)
        if number is None:
            raise CorruptArtifact(f"The tokenizer has no piece {piece}; reinstall epicrisis.")
        return number


def _pieces(text: str, encoding: Encoding, before: int) -> Pieces:
    starts, ends = (offsets + before for offsets in offsets_of(text, encoding))
    numbers = np.array(encoding.word_ids, dtype=np.int64)
    words = np.flatnonzero(np.diff(numbers, prepend=-1))
    last = np.append(words[1:], len(numbers))[: len(words)] - 1
    return Pieces(
        ids=np.array(encoding.ids, dtype=np.int64), starts=starts, ends=ends, words=words, word_ends=ends[last]
    )


def offsets_of(text: str, encoding: Encoding) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where the pieces of ``encoding`` start and end in ``text``, (n,) each, without white space before them.

    SentencePiece vocabularies (Kudo & Richardson 2018) make the space before a word part of its first piece.
    """
    starts = []
    for start, end in encoding.offsets:
        while start < end and text[start].isspace():
            start += 1
        starts.append(start)
    return np.array(starts, dtype=np.int64), np.array([end for _, end in encoding.offsets], dtype=np.int64)
