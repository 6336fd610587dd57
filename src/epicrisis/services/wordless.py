"""How answers are kept: without their document, so that what lies in a cache holds labels, offsets and no words."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import fields, replace
from hashlib import sha256
from types import GenericAlias
from typing import Any, Generic, TypeVar, get_type_hints

import msgspec

from epicrisis.domain.documents import Document
from epicrisis.engines.contracts import EngineCard
from epicrisis.services.readers import ByLanguage

Answer = TypeVar("Answer")

# Findings repeat themselves: those of a note of 3,000 characters take a tenth of the room when they are packed, and
# a label of a sentence next to nothing less.
_PACKED_FROM = 512
_PLAIN, _PACKED = b"\0", b"\1"


class Wordless(Generic[Answer]):
    """Writes down answers of one ``kind``, a dataclass, all but the ``document`` they are about; and reads them back.

    What is left holds no words: places, labels, scores, and the names of engines. A test walks every kind to see it.
    """

    def __init__(self, kind: type[Answer]) -> None:
        hints = get_type_hints(kind)
        names = [each.name for each in fields(kind)]  # type: ignore[arg-type]
        self.kind: Any = kind
        self.about_document = "document" in names
        self._names = [name for name in names if name != "document"]
        self._encode = msgspec.msgpack.Encoder().encode
        shape: Any = GenericAlias(tuple, tuple(hints[name] for name in self._names))
        self._decoder = msgspec.msgpack.Decoder(shape)

    def written(self, answer: Answer) -> bytes:
        """Return ``answer`` written down; empty where it holds what cannot be written."""
        try:
            plain = self._encode([getattr(answer, name) for name in self._names])
        except TypeError:
            # An engine of somebody else may give numbers of its own kind; whoever asks again has it read again.
            return b""
        return _PLAIN + plain if len(plain) < _PACKED_FROM else _PACKED + zlib.compress(plain, 1)

    def read(self, written: bytes, document: Document) -> Answer | None:
        """Return the answer that was ``written``, about ``document``; ``None`` where another kind was written."""
        plain = written[1:]
        try:
            values = self._decoder.decode(zlib.decompress(plain) if written[:1] == _PACKED else plain)
        except (msgspec.DecodeError, zlib.error):
            return None
        found = dict(zip(self._names, values, strict=True))
        found |= {"document": document} if self.about_document else {}
        answer: Answer = self.kind(**found)
        return answer

    def about(self, answer: Answer, document: Document) -> Answer:
        """Return ``answer``, which was given to somebody with the same text, about ``document``."""
        if not self.about_document or answer.document is document:  # type: ignore[attr-defined]
            return answer
        return replace(answer, document=document)  # type: ignore[type-var]


class Signature:
    """Which engines answer in a language, by name, version and the checksums of their files: a part of every key."""

    def __init__(self, *engines: ByLanguage[Any]) -> None:
        self._of = {
            language: _signed([each.card(language) if language in each.languages else None for each in engines])
            for language in {language for each in engines for language in each.languages}
        }

    def __call__(self, language: str) -> str:
        """Return what stands for the engines of ``language``; nothing where nobody reads it."""
        return self._of.get(language.partition("-")[0].lower(), "")


def _signed(cards: Sequence[EngineCard | None]) -> str:
    # In their order: the same engine may read in one place and be the second opinion in another.
    engines = [card and (card.name, card.version, sorted(card.sha256.items())) for card in cards]
    return sha256(msgspec.json.encode(engines)).hexdigest()
