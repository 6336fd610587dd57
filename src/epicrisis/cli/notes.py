"""Notes as a verb is given them, batch by batch: files, standard input, texts, and rows of JSON Lines."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from epicrisis.cli.rows import BadRow, batches
from epicrisis.errors import EpicrisisError
from epicrisis.services.outcomes import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from epicrisis.cli.inputs import Source
    from epicrisis.domain.documents import Document
    from epicrisis.services.intake import Intake

_NOTES_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Batch:
    """Some notes in the order given, and the line each stood on where it came as a row."""

    documents: Sequence[Document | Failure]
    lines: Sequence[int | None]


class Notes:
    """Takes sources in, so that memory stays small and an engine has enough to sort."""

    def __init__(self, intake: Intake, *, max_chars: int, language: str | None) -> None:
        self._intake = intake
        self._max_chars = max_chars
        self._language = language

    def batches(self, given: Sequence[Source], *, rows: bool) -> Iterator[Batch]:
        """Yield the notes in the order of ``given``; with ``rows``, a source that can holds a note a line."""
        for holds_rows, group in groupby(given, key=lambda source: rows and source.holds_rows):
            if holds_rows:
                for source in group:
                    yield from self._of_rows(source)
            else:
                yield from self._of_notes(list(group))

    def _of_notes(self, given: Sequence[Source]) -> Iterator[Batch]:
        for start in range(0, len(given), _NOTES_AT_ONCE):
            documents = [self._document(source) for source in given[start : start + _NOTES_AT_ONCE]]
            yield Batch(documents, [None] * len(documents))

    def _of_rows(self, source: Source) -> Iterator[Batch]:
        try:
            stream = source.open()
        except EpicrisisError as error:
            yield Batch([Failure.of(source.id, error)], [None])
            return
        with stream:
            for batch in batches(stream, self._max_chars):
                documents = [
                    row.failure
                    if isinstance(row, BadRow)
                    else self._intake.attempt(row.text, id=row.id, language=row.language or self._language)
                    for row in batch
                ]
                yield Batch(documents, [row.line for row in batch])

    def _document(self, source: Source) -> Document | Failure:
        try:
            return self._intake(source.read(self._max_chars), id=source.id, language=self._language)
        except EpicrisisError as error:
            return Failure.of(source.id, error)
