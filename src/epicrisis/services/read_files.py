"""Reads files into text: what they hold as text in a process of its own, and what they hold as pictures by OCR."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from threading import Event

import numpy as np

from epicrisis.domain.pages import ReadFile
from epicrisis.engines.media_contracts import Line, OcrEngine
from epicrisis.errors import DeadlineExceeded
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.documents.files import Reading
from epicrisis.formats.documents.merging import with_lines
from epicrisis.formats.documents.parsed import Parsed, Picture
from epicrisis.services.room import Room

FindOcr = Callable[[str], OcrEngine]
"""Returns the engine that reads pictures in a language, or raises ``MissingDependency`` where none is installed."""


@dataclass(frozen=True, slots=True)
class FileToRead:
    """A file as it was handed in: ``kind`` is a kind or a media type somebody says it is of, and must agree with it."""

    data: bytes = field(repr=False)
    name: str = ""
    kind: str | None = None
    language: str | None = None


class ReadFiles:
    """Reads files within ``limits``, one after the other in each thread of an installation's ``room``."""

    def __init__(self, *, ocr: FindOcr, limits: Limits, room: Room | None = None, language: str = "en") -> None:
        """Read pictures with what ``ocr`` finds, in ``language`` where nobody says which it is."""
        self.limits = limits
        self.room = room or Room()
        self._ocr = ocr
        self._language = language

    def one(self, given: FileToRead) -> list[ReadFile]:
        """Return the documents in ``given``: one, or as many as it holds.

        Raises:
            UnreadableDocument: it is damaged, protected, over the limits, of a kind that is not read, or not what it is
                said to be.
            InvalidInput: there is no such kind.
            MissingDependency: an optional package that this kind needs, or OCR for its pictures, is not installed.
        """
        return self._read(self._reading(given), given, Event())

    async def __call__(self, given: FileToRead) -> list[ReadFile]:
        """Return what ``one`` does; raises as it does, and ``DeadlineExceeded`` where it is not done in time."""
        async with self.room.turn(self.limits.seconds):
            reading, gone = self._reading(given), Event()
            try:
                return await asyncio.to_thread(self._read, reading, given, gone)
            finally:
                # The thread is still at it where whoever asked has left: no page more is read for nobody.
                gone.set()
                await asyncio.to_thread(reading.close)

    def _reading(self, given: FileToRead) -> Reading:
        return Reading(given.data, name=given.name, kind=given.kind, limits=self.limits)

    def _read(self, reading: Reading, given: FileToRead, gone: Event) -> list[ReadFile]:
        with closing(reading):
            parsed = reading.read()
        return [self._whole(each, given.language or self._language, gone) for each in parsed]

    def _whole(self, parsed: Parsed, language: str, gone: Event) -> ReadFile:
        if not parsed.pictures:
            return parsed.file
        engine = self._ocr(language)
        lines = self._lines(engine, parsed.pictures, language, gone)
        return with_lines(parsed, lines, engine=engine.card.name, version=engine.card.version)

    def _lines(
        self, engine: OcrEngine, pictures: Sequence[Picture], language: str, gone: Event
    ) -> Mapping[int, Sequence[Line]]:
        lines: dict[int, Sequence[Line]] = {}
        for picture in pictures:
            if gone.is_set():
                raise DeadlineExceeded
            pixels = np.frombuffer(picture.grey, np.uint8).reshape(picture.height, picture.width)
            lines[picture.page] = engine.read(pixels, language=language)
        return lines
