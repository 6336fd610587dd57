"""epicrisis: the identifiers of a note, or the note without them. `python identities.py find|redact`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from worker import Note, serve

from epicrisis.assembly import Services
from epicrisis.assembly import load as load_pipeline
from epicrisis.services.outcomes import Failure


def load() -> tuple[Callable[[Note], object], Callable[[Sequence[Note]], object]]:
    """Return how epicrisis reads one note and many."""
    pipeline = load_pipeline()
    deidentify = Services(pipeline=pipeline).deidentify()

    def find(notes: Sequence[Note]) -> object:
        return _good(pipeline.identifiers([note.text for note in notes], language="en"))

    def redact(notes: Sequence[Note]) -> object:
        documents = [pipeline.intake(note.text, id="1", language="en") for note in notes]
        return _good(deidentify.many(documents, policy="safe-harbor"))

    many = find if sys.argv[1] == "find" else redact
    return lambda note: many([note]), many


def _good(answers: Sequence[object]) -> Sequence[object]:
    failed = [answer.code for answer in answers if isinstance(answer, Failure)]
    if failed:
        raise RuntimeError(f"epicrisis did not read a note: {failed[0]}")
    return answers


if __name__ == "__main__":
    serve(load)
