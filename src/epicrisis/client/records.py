"""What both clients offer about files, recordings, and what a note records. All of it only reads."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from epicrisis.client import record_asks as asks
from epicrisis.client import summary_asks
from epicrisis.client.asking import Ask
from epicrisis.client.many import OF_ONE
from epicrisis.client.results import Batch, ExtractedFile, Heard, Refusal
from epicrisis.domain.note_summaries import NoteSummary, Style
from epicrisis.domain.pages import ReadFile
from epicrisis.domain.records import NoteRecord
from epicrisis.domain.transcripts import Transcript

Answer = TypeVar("Answer")


class Records(ABC):
    """The methods about files, recordings and records of a client that waits."""

    @abstractmethod
    def _ask(self, ask: Ask[Answer]) -> Answer: ...

    def read(
        self, data: bytes, *, kind: str | None = None, language: str | None = None, boxes: bool = False
    ) -> list[ReadFile]:
        """Return the documents in the file ``data``: one, or as many as a ZIP holds.

        Without ``kind`` its bytes tell: ``pdf``, ``docx``, ``rtf``, ``html``, ``text``, ``png``, ``jpeg``, ``tiff``,
        ``cda``, ``hl7v2``, ``fhir`` or ``zip``. ``language`` is for scanned pages. With ``boxes``, every word or line
        has its place on its page. A file of many pages may need more ``total_seconds``.
        """
        return self._ask(asks.read(data, kind=kind, language=language, boxes=boxes))

    def extract(self, text: str, *, language: str | None = None, id: str | None = None) -> NoteRecord:  # noqa: A002
        """Return what the note ``text``, which may be named ``id``, records; its places count code points."""
        return self._ask(asks.extract(text, language=language, id=id))

    def extract_batch(self, texts: Sequence[str], *, language: str | None = None) -> Batch[NoteRecord]:
        """Return what each of up to 100 notes records; one that cannot be read fails alone."""
        return self._ask(asks.extract_batch(texts, language=language))

    def extract_fhir(self, text: str, *, language: str | None = None) -> dict[str, Any]:
        """Return what the note ``text`` records as a FHIR R4 document Bundle."""
        return self._ask(asks.extract_fhir(text, language=language))

    def extract_file(
        self, data: bytes, *, kind: str | None = None, language: str | None = None, boxes: bool = False
    ) -> list[ExtractedFile]:
        """Return the documents in the file ``data``, as ``read`` does, each with its record.

        The file is read in one call, and each text that was read goes back in another. A text without a record, such
        as that of an empty page, has a ``Refusal`` in its place.
        """
        read = self.read(data, kind=kind, language=language, boxes=boxes)
        return [ExtractedFile(file, self._record_of(file, number, language)) for number, file in enumerate(read, 1)]

    def summarize(
        self,
        text: str,
        *,
        language: str | None = None,
        id: str | None = None,  # noqa: A002
        max_words: int | None = None,
        min_words: int | None = None,
        style: Style | None = None,
    ) -> NoteSummary:
        """Return the note ``text``, which may be named ``id``, in short: 50 to 150 words where nothing else is asked.

        Its sentences are those of the note; with ``Style.ABSTRACTIVE`` a language model of the server rewords them.
        """
        return self._ask(
            summary_asks.summarize(
                text, language=language, id=id, max_words=max_words, min_words=min_words, style=style
            )
        )

    def summarize_batch(
        self,
        texts: Sequence[str],
        *,
        language: str | None = None,
        max_words: int | None = None,
        min_words: int | None = None,
        style: Style | None = None,
    ) -> Batch[NoteSummary]:
        """Return each of up to 100 notes in short; one that cannot be read fails alone."""
        return self._ask(
            summary_asks.summarize_batch(
                texts, language=language, max_words=max_words, min_words=min_words, style=style
            )
        )

    def transcribe(
        self, audio: bytes, *, language: str | None = None, progress: Callable[[Heard], object] | None = None
    ) -> Transcript:
        """Return what is said in a recording: WAV, MP3, M4A, OGG, FLAC or WebM.

        ``progress`` hears how far the server is. With it, ``total_seconds`` is what may pass from one word of the
        server to the next (it says something every ten seconds); without, it holds for the whole. What ``progress``
        raises ends the call. Where the line breaks, it goes on where it was; without ``progress``, it begins anew.
        """
        return self._ask(asks.transcribe(audio, language=language, progress=progress))

    def _record_of(self, file: ReadFile, number: int, language: str | None) -> NoteRecord | Refusal:
        try:
            return self.extract(file.text, language=language, id=file.name or str(number))
        except OF_ONE as error:
            return Refusal(error.code, str(error))


class AsyncRecords(ABC):
    """The same methods, for a client that does something else meanwhile."""

    @abstractmethod
    async def _ask(self, ask: Ask[Answer]) -> Answer: ...

    async def read(
        self, data: bytes, *, kind: str | None = None, language: str | None = None, boxes: bool = False
    ) -> list[ReadFile]:
        """Return the documents in the file ``data``: one, or as many as a ZIP holds.

        Without ``kind`` its bytes tell: ``pdf``, ``docx``, ``rtf``, ``html``, ``text``, ``png``, ``jpeg``, ``tiff``,
        ``cda``, ``hl7v2``, ``fhir`` or ``zip``. ``language`` is for scanned pages. With ``boxes``, every word or line
        has its place on its page. A file of many pages may need more ``total_seconds``.
        """
        return await self._ask(asks.read(data, kind=kind, language=language, boxes=boxes))

    async def extract(self, text: str, *, language: str | None = None, id: str | None = None) -> NoteRecord:  # noqa: A002
        """Return what the note ``text``, which may be named ``id``, records; its places count code points."""
        return await self._ask(asks.extract(text, language=language, id=id))

    async def extract_batch(self, texts: Sequence[str], *, language: str | None = None) -> Batch[NoteRecord]:
        """Return what each of up to 100 notes records; one that cannot be read fails alone."""
        return await self._ask(asks.extract_batch(texts, language=language))

    async def extract_fhir(self, text: str, *, language: str | None = None) -> dict[str, Any]:
        """Return what the note ``text`` records as a FHIR R4 document Bundle."""
        return await self._ask(asks.extract_fhir(text, language=language))

    async def extract_file(
        self, data: bytes, *, kind: str | None = None, language: str | None = None, boxes: bool = False
    ) -> list[ExtractedFile]:
        """Return the documents in the file ``data``, as ``read`` does, each with its record.

        The file is read in one call, and each text that was read goes back in another. A text without a record, such
        as that of an empty page, has a ``Refusal`` in its place.
        """
        read = await self.read(data, kind=kind, language=language, boxes=boxes)
        return [
            ExtractedFile(file, await self._record_of(file, number, language)) for number, file in enumerate(read, 1)
        ]

    async def summarize(
        self,
        text: str,
        *,
        language: str | None = None,
        id: str | None = None,  # noqa: A002
        max_words: int | None = None,
        min_words: int | None = None,
        style: Style | None = None,
    ) -> NoteSummary:
        """Return the note ``text``, which may be named ``id``, in short: 50 to 150 words where nothing else is asked.

        Its sentences are those of the note; with ``Style.ABSTRACTIVE`` a language model of the server rewords them.
        """
        return await self._ask(
            summary_asks.summarize(
                text, language=language, id=id, max_words=max_words, min_words=min_words, style=style
            )
        )

    async def summarize_batch(
        self,
        texts: Sequence[str],
        *,
        language: str | None = None,
        max_words: int | None = None,
        min_words: int | None = None,
        style: Style | None = None,
    ) -> Batch[NoteSummary]:
        """Return each of up to 100 notes in short; one that cannot be read fails alone."""
        return await self._ask(
            summary_asks.summarize_batch(
                texts, language=language, max_words=max_words, min_words=min_words, style=style
            )
        )

    async def transcribe(
        self, audio: bytes, *, language: str | None = None, progress: Callable[[Heard], object] | None = None
    ) -> Transcript:
        """Return what is said in a recording: WAV, MP3, M4A, OGG, FLAC or WebM.

        ``progress`` hears how far the server is. With it, ``total_seconds`` is what may pass from one word of the
        server to the next (it says something every ten seconds); without, it holds for the whole. What ``progress``
        raises ends the call. Where the line breaks, it goes on where it was; without ``progress``, it begins anew.
        """
        return await self._ask(asks.transcribe(audio, language=language, progress=progress))

    async def _record_of(self, file: ReadFile, number: int, language: str | None) -> NoteRecord | Refusal:
        try:
            return await self.extract(file.text, language=language, id=file.name or str(number))
        except OF_ONE as error:
            return Refusal(error.code, str(error))
