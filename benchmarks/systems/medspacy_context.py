"""medspaCy: its sentence splitter, target rules from our entity lexicon, its ConText and its section splitter."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

import medspacy
from lexicon import terms
from loguru import logger
from medspacy.ner import TargetRule
from worker import Note, serve


def load() -> tuple[Callable[[Note], object], Callable[[Sequence[Note]], object]]:
    """Return how medspaCy reads one note and many."""
    # Its splitter tells stderr of every token, which costs it time and us the view.
    logger.remove()
    logger.add(sys.stderr, level="WARNING")
    pipeline = medspacy.load(
        medspacy_enable=["medspacy_pyrush", "medspacy_target_matcher", "medspacy_context", "medspacy_sectionizer"]
    )
    pipeline.get_pipe("medspacy_target_matcher").add([TargetRule(term, label) for term, label in terms()])
    return lambda note: pipeline(note.text), lambda notes: list(pipeline.pipe(note.text for note in notes))


if __name__ == "__main__":
    serve(load)
