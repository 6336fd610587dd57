"""One BiLSTM-CRF per type, one after the other, as five containers would answer: `python bilstm_crf.py WORK CORPUS...`.

With weights below WORK (`epicrisis-lab baseline bilstm-crf`) it reads with those; a corpus without gets random ones of
the same size, so that what it finds means nothing there and the time it takes is the same. The note is cut into words
once for all five, which five containers would not do.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from worker import Note, serve

from epicrisis_lab.baselines.bilstm_crf import Tagger, load
from epicrisis_lab.baselines.entities import weights
from epicrisis_lab.baselines.words import Words, marks_of, words_of

VOCABULARY = [f"word{number}" for number in range(24_000)]
CHARACTERS = "abcdefghijklmnopqrstuvwxyzáéíóúñü0123456789.,-/()%"


def tagger(corpus: str, work: Path) -> Tagger:
    """Return the tagger of ``corpus``: trained where it is there, of random weights elsewhere."""
    path = weights("bilstm-crf", corpus, work)
    if path.exists():
        return load(path)[0]
    print(f"{corpus}: no weights at {path}; random ones take as long.", file=sys.stderr)
    return Tagger(["O", "B-X", "I-X"], VOCABULARY, CHARACTERS).eval()


def ready() -> tuple[Callable[[Note], object], Callable[[Sequence[Note]], object]]:
    """Return how the taggers read one note and many, 32 sentences of like length at a time."""
    torch.set_num_threads(2)
    taggers = [tagger(corpus, Path(sys.argv[1])) for corpus in sys.argv[2:]]

    def many(notes: Sequence[Note]) -> object:
        sentences = [words for note in notes for words in words_of(note.text, "es")]
        return [_found(each, sentences) for each in taggers]

    return lambda note: many([note]), many


def _found(each: Tagger, sentences: Sequence[Words]) -> list[object]:
    tagged = each.tag([words.texts for words in sentences])
    pairs = zip(sentences, tagged, strict=True)
    return [(words.span_of(mark), mark[2]) for words, tags in pairs for mark in marks_of(tags)]


if __name__ == "__main__":
    serve(ready)
