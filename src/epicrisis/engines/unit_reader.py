"""Cuts texts into the units the encoder reads, and has it read them, a few hundred at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from epicrisis.domain.documents import Document
from epicrisis.domain.sections import Section
from epicrisis.engines.contracts import EngineCard
from epicrisis.engines.encoder.encoder import Encoder, Reading
from epicrisis.engines.units import Unit, sentence_units, whole_unit
from epicrisis.errors import UnknownLanguage

# Sentences read in one go: enough to fill batches, few enough that a million characters never lie in memory at once.
_CHUNK = 512


class UnitReader:
    """Reads documents in the languages of ``card``; every cut raises ``UnknownLanguage`` for one in another."""

    def __init__(self, encoder: Encoder, card: EngineCard) -> None:
        self._encoder = encoder
        self._card = card

    def of_note(self, document: Document, sections: Sequence[Section]) -> list[Unit]:
        """Return the sentences of ``document``, each under the heading of its section."""
        self._require_language(document)
        return list(sentence_units(document, sections))

    def of_wholes(self, documents: Iterable[Document]) -> Iterator[Unit]:
        """Yield each document as one unit, read as it stands."""
        for document in documents:
            self._require_language(document)
            yield whole_unit(document)

    def of_sentences(self, texts: Sequence[str], language: str | None) -> Iterator[Unit]:
        """Yield each text as one unit, in ``language`` or the first of the card."""
        spoken = language or self._card.languages[0]
        return self.of_wholes(Document(str(number), text, spoken) for number, text in enumerate(texts))

    def chunks(self, units: Iterable[Unit]) -> Iterator[list[tuple[Unit, Reading]]]:
        """Yield ``units`` with their readings, few enough at a time that a long document never lies in memory whole."""
        waiting = iter(units)
        while chunk := list(islice(waiting, _CHUNK)):
            yield list(zip(chunk, self._encoder.read([unit.text for unit in chunk]), strict=True))

    def _require_language(self, document: Document) -> None:
        if document.language.partition("-")[0] not in self._card.languages:
            raise UnknownLanguage(
                f"The engine {self._card.name!r} does not read {document.language!r}, only "
                f"{list(self._card.languages)}."
            )
