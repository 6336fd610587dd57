"""Writes one coded record of each note: what was found in it, item by item."""

from __future__ import annotations

from collections.abc import Sequence

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.documents import Document
from epicrisis.domain.records import NoteRecord
from epicrisis.engines.record_contracts import CodeLinker, ExtractionEngine
from epicrisis.services.annotate import Annotate
from epicrisis.services.coding import with_codes
from epicrisis.services.core import Core
from epicrisis.services.outcomes import Failure, answer_each, answered
from epicrisis.services.queueing import Work
from epicrisis.services.readers import ByLanguage, answer_by_language

# Codes of each system at one item: the likeliest, and what a coder would want to look at beside it.
MOST_CODES = 5


class Extract:
    """Reads notes as ``annotate`` does, has the engine of their language write the record, and finds its codes.

    Of all that, only what ``annotate`` found is kept for who asks the same again: places and labels, and no words. A
    record is words of the note all through, and is written anew.
    """

    def __init__(
        self,
        *,
        annotate: Annotate,
        engines: ByLanguage[ExtractionEngine],
        linkers: Sequence[CodeLinker] = (),
        core: Core,
        most_codes: int = MOST_CODES,
    ) -> None:
        self.annotate = annotate
        self.engines = engines
        self.linkers = tuple(linkers)
        self.core = core
        self.most_codes = most_codes
        self._work: Work[AnnotatedDocument, NoteRecord] = Work(
            "extract", self._write, document=lambda note: note.document
        )

    async def __call__(self, document: Document) -> NoteRecord:
        """Return the record of ``document``.

        Raises:
            Overloaded: too much work waits already.
            DeadlineExceeded: there was no answer in the time a request has.
            UnknownLanguage: nobody here reads its language, or writes records in it.
        """
        [outcome] = await self.batch([document])
        return answered(outcome)

    async def batch(self, documents: Sequence[Document | Failure]) -> list[NoteRecord | Failure]:
        """Return what ``many`` returns, read and written in batches with whatever else waits.

        Raises:
            Overloaded: too much work waits already.
            DeadlineExceeded: there was no answer in the time a request has.
        """
        read = await self.annotate.batch(documents)
        notes = [note for note in read if isinstance(note, AnnotatedDocument)]
        return _beside(read, await self.core.ask_all(self._work, notes))

    def one(self, document: Document) -> NoteRecord:
        """Return the record of ``document``, read and written here and now."""
        [record] = self._write_in(document.language, [self.annotate.one(document)])
        return record

    def many(self, documents: Sequence[Document | Failure]) -> list[NoteRecord | Failure]:
        """Return the record of each document, in order; what failed before it came here, or fails here, fails alone."""
        read = self.annotate.many(documents)
        notes = [note for note in read if isinstance(note, AnnotatedDocument)]
        return _beside(read, answer_each(self._write, notes, document=lambda note: note.document))

    def _write(self, notes: Sequence[AnnotatedDocument]) -> list[NoteRecord | Failure]:
        return answer_by_language(self._write_in, notes, document=lambda note: note.document)

    def _write_in(self, language: str, notes: Sequence[AnnotatedDocument]) -> list[NoteRecord]:
        engine = self.engines(language)
        records = [engine.extract(note) for note in notes]
        return with_codes(records, notes, self.linkers, most=self.most_codes)


def _beside(
    read: Sequence[AnnotatedDocument | Failure], written: Sequence[NoteRecord | Failure]
) -> list[NoteRecord | Failure]:
    """Return ``written`` in the places of the notes that were read, and the failures of the others in theirs."""
    records = iter(written)
    return [each if isinstance(each, Failure) else next(records) for each in read]
