"""Sentences of 6 to 60 words, none twice: the words of the example notes, in runs as long as sentences of notes are."""

from __future__ import annotations

import random
from pathlib import Path

from epicrisis.text.sentences import sentence_spans

EXAMPLES = Path(__file__).parents[2] / "examples"
SHORTEST, LONGEST = 6, 60
# Of the words of a sentence of MTSamples notes: half have up to 13, one in twenty more than 38 (log-normal, fitted).
MIDDLE, SPREAD = 2.6, 0.65


def sentences(count: int, seed: int = 1) -> list[str]:
    """Return ``count`` different sentences, the same for the same ``seed``."""
    dice = random.Random(seed)
    words = [words for note in sorted(EXAMPLES.glob("*.txt")) for words in _sentences(note)]
    made: dict[str, None] = {}
    while len(made) < count:
        length = min(max(round(dice.lognormvariate(MIDDLE, SPREAD)), SHORTEST), LONGEST)
        run: list[str] = []
        while len(run) < length:
            run += dice.choice(words)
        made.setdefault(" ".join(run[:length]), None)
    return list(made)


def note(characters: int) -> str:
    """Return a note of ``characters``, cut from the example notes."""
    text = "\n\n".join(path.read_text(encoding="utf-8") for path in sorted(EXAMPLES.glob("*.txt")))
    return (text * (characters // len(text) + 1))[:characters]


def _sentences(path: Path) -> list[list[str]]:
    text = path.read_text(encoding="utf-8")
    return [text[span.start : span.end].split() for span in sentence_spans(text, "en")]
