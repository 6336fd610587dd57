"""Work that tests hold: it notes what it is asked, and answers when told to."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from threading import Event, Lock

from epicrisis.domain.documents import Document
from epicrisis.services.queueing import Work

SECONDS = 20


def note(text: str, *, id: str = "") -> Document:  # noqa: A002
    return Document(id=id or text[:8], text=text)


class Held:
    """Answers each text in capitals, a batch at a time, once ``free`` is set; ``hold`` holds it again."""

    def __init__(self, name: str = "held", *, free: bool = False) -> None:
        self.batches: list[list[str]] = []
        self.free = Event()
        if free:
            self.free.set()
        self._lock = Lock()
        self.work: Work[Document, str] = Work(name, self._many, document=lambda document: document)

    @property
    def read(self) -> list[str]:
        """Return every text read so far."""
        return [text for batch in self.batches for text in batch]

    async def reading(self, *texts: str) -> None:
        """Wait until a worker has begun to read each of ``texts``."""
        async with asyncio.timeout(SECONDS):
            while not set(texts) <= set(self.read):
                await asyncio.sleep(0.001)

    def _many(self, documents: Sequence[Document]) -> list[str]:
        with self._lock:
            self.batches.append([document.text for document in documents])
        assert self.free.wait(SECONDS)
        return [document.text.upper() for document in documents]


async def settled() -> None:
    """Let every task that can go on go on."""
    for _ in range(5):
        await asyncio.sleep(0)
