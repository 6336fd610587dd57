"""epicrisis: entities, assertions, cues, sentence labels and sections, by the model reader alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from worker import serve

from epicrisis.domain.documents import Document
from epicrisis.engines.reader import build


def load() -> tuple[Callable[[str], object], Callable[[Sequence[str]], object]]:
    """Return how epicrisis reads one note and many."""
    reader = build()

    def many(notes: Sequence[str]) -> object:
        return reader.read([Document(id=str(number), text=note) for number, note in enumerate(notes)])

    return lambda note: many([note]), many


if __name__ == "__main__":
    serve(load)
