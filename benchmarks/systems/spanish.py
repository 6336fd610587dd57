"""epicrisis: the Spanish entities of a note, all label sets from one pass. `spanish.py [--model DIR] LABEL_SET...`."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from worker import Note, serve

from epicrisis.domain.documents import Document
from epicrisis.engines import registry
from epicrisis.engines.contracts import NamesEntities
from epicrisis.engines.encoder.load import load_encoder
from epicrisis.engines.reader import ModelReader


def load() -> tuple[Callable[[Note], object], Callable[[Sequence[Note]], object]]:
    """Return how epicrisis names the entities of one note and of many."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=Path, help="the folder of a reader that is not the one that ships")
    parser.add_argument("label_sets", nargs="+")
    options = parser.parse_args()
    reader = ModelReader(load_encoder(options.model)) if options.model else registry.entity_engine("spanish", "es")
    if not isinstance(reader, NamesEntities):
        raise TypeError("The engine 'spanish' does not name entities by label set.")
    named = reader.named

    def many(notes: Sequence[Note]) -> object:
        documents = [Document(id=str(n), text=note.text, language="es") for n, note in enumerate(notes)]
        return named(documents, options.label_sets)

    return lambda note: many([note]), many


if __name__ == "__main__":
    serve(load)
