"""epicrisis: entities, assertions, cues, sentence labels and sections, by the model reader alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from worker import Note, serve

from epicrisis.domain.documents import Document
from epicrisis.engines.reader import build


def load() -> tuple[Callable[[Note], object], Callable[[Sequence[Note]], object]]:
    """Return how epicrisis reads one note and many."""
    reader = build()

    def many(notes: Sequence[Note]) -> object:
        return reader.read([Document(id=str(number), text=note.text) for number, note in enumerate(notes)])

    return lambda note: many([note]), many


if __name__ == "__main__":
    serve(load)
