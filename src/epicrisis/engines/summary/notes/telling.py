"""How chosen sentences are put into one text: in the order of the note, a heading over those that need one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from epicrisis.domain.note_summaries import NoteStatement

# Where a sentence has no stop of its own, the next one must not read as its end: "No fever" and "Chest pain".
_STOPPED = re.compile(r"[.!?…:;][\"'”’)\]]*\Z")


def told(statements: Iterable[NoteStatement]) -> str:
    """Return ``statements`` as one text: wrapped lines made whole, and a stop between two sentences."""
    return " ".join(_sentences(statements))


def _sentences(statements: Iterable[NoteStatement]) -> Iterator[str]:
    heading: object = None
    for statement in statements:
        words = " ".join(statement.text.split())
        if statement.heading is not None and statement.heading != heading:
            words = f"{' '.join(statement.heading.text.split())}: {words}"
            heading = statement.heading
        yield words if _STOPPED.search(words) else f"{words}."
