"""epicrisis: the Spanish entities of a note, all label sets from one pass. `python spanish.py LABEL_SET...`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from worker import Note, serve

from epicrisis.domain.documents import Document
from epicrisis.engines import registry
from epicrisis.engines.contracts import NamesEntities


def load() -> tuple[Callable[[Note], object], Callable[[Sequence[Note]], object]]:
    """Return how epicrisis names the entities of one note and of many."""
    reader = registry.entity_engine("spanish", "es")
    if not isinstance(reader, NamesEntities):
        raise TypeError("The engine 'spanish' does not name entities by label set.")

    def many(notes: Sequence[Note]) -> object:
        documents = [Document(id=str(n), text=note.text, language="es") for n, note in enumerate(notes)]
        return reader.named(documents, sys.argv[1:])

    return lambda note: many([note]), many


if __name__ == "__main__":
    serve(load)
