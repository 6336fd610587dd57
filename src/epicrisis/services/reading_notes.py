"""Has our own engines read the notes inside a record, so that what only a note tells is known too."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import perf_counter
from typing import Protocol

from epicrisis.domain.documents import Document
from epicrisis.domain.patients import ClinicalNote, Missing, PatientRecord
from epicrisis.domain.records import Code, NoteRecord
from epicrisis.engines.record_contracts import Mention
from epicrisis.errors import DeadlineExceeded, Overloaded
from epicrisis.services.outcomes import Failure

MOST_NOTES = 20
MOST_CHARACTERS = 200_000
# Few enough that one batch takes a moment, and whoever has no more time loses little.
_AT_ONCE = 4
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class ReadsNotes(Protocol):
    """Writes the record of each note (``services/extract.py``)."""

    async def batch(self, documents: Sequence[Document | Failure]) -> list[NoteRecord | Failure]:
        """Return the record of each document, in order; raises ``Overloaded`` and ``DeadlineExceeded``."""
        ...

    def link(self, mentions: Sequence[Mention]) -> Sequence[Sequence[Code]]:
        """Return the codes of each mention, in order, as those of what the notes tell are found."""
        ...


TakesIn = Callable[[ClinicalNote], Document | Failure]


@dataclass(frozen=True, slots=True)
class NotesRead:
    """The notes that were read, each with its record, and what was not read, and why."""

    read: tuple[tuple[ClinicalNote, NoteRecord], ...] = ()
    missing: tuple[Missing, ...] = ()


class ReadingNotes:
    """Reads the newest notes of a record first, at most ``most`` of them, as long as there is time."""

    def __init__(
        self,
        *,
        extract: ReadsNotes,
        take_in: TakesIn,
        most: int = MOST_NOTES,
        most_characters: int = MOST_CHARACTERS,
    ) -> None:
        self.extract = extract
        self.take_in = take_in
        self.most = most
        self.most_characters = most_characters

    async def __call__(
        self, record: PatientRecord, *, seconds: float, progress: Callable[[int, int], None]
    ) -> NotesRead:
        """Return what the notes of ``record`` tell; what is not read in ``seconds`` is named, and why."""
        end = perf_counter() + seconds
        chosen, passed = self._chosen(record.notes)
        read = list[tuple[ClinicalNote, NoteRecord]]()
        unread: list[tuple[ClinicalNote, str]] = [(each, _TOO_MANY) for each in passed]
        for start in range(0, len(chosen), _AT_ONCE):
            progress(start, len(chosen))
            some = chosen[start : start + _AT_ONCE]
            outcomes, why = await self._some(some, end - perf_counter())
            for note, outcome in zip(some, outcomes, strict=True):
                if isinstance(outcome, NoteRecord):
                    read.append((note, outcome))
                else:
                    unread.append((note, why or _UNREADABLE))
            if why:
                unread += [(each, why) for each in chosen[start + _AT_ONCE :]]
                break
        return NotesRead(tuple(read), _named(unread))

    async def _some(
        self, notes: Sequence[ClinicalNote], seconds: float
    ) -> tuple[Sequence[NoteRecord | Failure | None], str]:
        """Return the record of each of ``notes``; or none of them, and why."""
        nothing = [None] * len(notes)
        if seconds <= 0:
            return nothing, _TOO_LATE
        try:
            async with asyncio.timeout(seconds):
                return await self.extract.batch([self.take_in(each) for each in notes]), ""
        except (TimeoutError, DeadlineExceeded):
            return nothing, _TOO_LATE
        except Overloaded:
            return nothing, _TOO_BUSY

    def _chosen(self, notes: Sequence[ClinicalNote]) -> tuple[list[ClinicalNote], list[ClinicalNote]]:
        """Return the newest notes, each text once, and those that are too many."""
        newest = sorted(notes, key=lambda each: each.at.first if each.at else _LONG_AGO, reverse=True)
        once = {each.document.text: each for each in reversed(newest)}
        chosen, passed, characters = list[ClinicalNote](), list[ClinicalNote](), 0
        for each in newest:
            if once[each.document.text] is not each:
                continue
            characters += len(each.document.text)
            fits = len(chosen) < self.most and characters <= self.most_characters
            (chosen if fits else passed).append(each)
        return chosen, passed


# As ``Missing`` has its reasons: a clause that a sentence can end with.
_TOO_MANY = "{count} older {notes} not read: for one summary the newest are"
_TOO_LATE = "{count} {notes} not read in the time there was; the newest were read first"
_TOO_BUSY = "{count} {notes} not read: the server had too much other work"
_UNREADABLE = "{count} {notes} not read: no engine here reads their language, or their text is damaged"


def _named(unread: Sequence[tuple[ClinicalNote, str]]) -> tuple[Missing, ...]:
    counted = Counter((note.source.reference.partition("/")[0], why) for note, why in unread)
    return tuple(
        Missing(kind, why.format(count=count, notes="note was" if count == 1 else "notes were"))
        for (kind, why), count in counted.items()
    )


def with_missing(record: PatientRecord, missing: Sequence[Missing]) -> PatientRecord:
    """Return ``record`` with ``missing`` named in it too."""
    return replace(record, missing=(*record.missing, *missing)) if missing else record
