"""The notes that are dictated: sentences of MTSamples and of Spanish case reports that a voice reads as they stand."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from epicrisis.text.sentences import sentence_spans

NOTES, SENTENCES = 20, 4
CORPORA = {
    "en": ("assertion/mtsamples_status/dev.sentences.jsonl.gz",),
    "es": ("assertion/es_status/dev.sentences.jsonl.gz", "assertion/es_status/train.jsonl.gz"),
}
_ENGLISH = """
aren't can't cannot denied denies deny denying didn't doesn't don't isn't negative neither never no none nor not nothing
wasn't without
"""
_SPANISH = """
ausencia jamás nada negaba negativa negativas negativo negativos negó ni niega ningún ninguna ninguno no nunca sin
tampoco
"""
NEGATIONS = {"en": frozenset(_ENGLISH.split()), "es": frozenset(_SPANISH.split())}
# Letters alone: figures and abbreviations are read in many ways, and all of them would count as errors.
_PLAIN = re.compile(r"[A-ZÁÉÍÓÚÑ][a-záéíóúüñ ,;:'-]{30,160}\.")
_WORD = re.compile(r"[\w']+")


@dataclass(frozen=True, slots=True)
class Note:
    """A note to be dictated; half of its sentences deny something."""

    name: str
    language: str
    sentences: tuple[str, ...]

    @property
    def text(self) -> str:
        """Return all of it."""
        return " ".join(self.sentences)


def notes(corpora: Path, language: str) -> list[Note]:
    """Return the notes of ``language``, always the same ones."""
    sentences = sorted(set(_sentences(corpora, language)), key=lambda each: sha256(each.encode()).hexdigest())
    denying = iter([each for each in sentences if negations(each, language)])
    others = iter([each for each in sentences if not negations(each, language)])
    half = SENTENCES // 2
    return [
        Note(f"{language}{number}", language, tuple(next(source) for _ in range(half) for source in (others, denying)))
        for number in range(NOTES)
    ]


def negations(text: str, language: str) -> list[str]:
    """Return the words of ``text`` that deny something."""
    return [word for word in _WORD.findall(text.lower()) if word in NEGATIONS[language]]


def _sentences(corpora: Path, language: str) -> Iterator[str]:
    for name in CORPORA[language]:
        with gzip.open(corpora / name, "rt", encoding="utf-8") as stream:
            for line in stream:
                text = json.loads(line)["text"]
                for span in sentence_spans(text, language):
                    sentence = text[span.start : span.end]
                    if _PLAIN.fullmatch(sentence):
                        yield sentence
