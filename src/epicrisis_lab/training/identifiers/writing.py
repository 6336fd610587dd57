"""Invented notes and questions with their identifiers: templates, filled and put together as notes are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from epicrisis.domain.identifiers import IdentifierKind
from epicrisis_lab.training.identifiers.dice import Dice
from epicrisis_lab.training.identifiers.names import Names, data
from epicrisis_lab.training.identifiers.slots import fill

_LABELLED = 0.5
_SEPARATORS = (": ", ": ", ": ", ":", " ", " - ", ":  ", "\t", " = ", ":\n", " # ", " (", "| ")
_SLOT = re.compile(r"\{(\w+)\}")
Mark = tuple[int, int, IdentifierKind]


@dataclass(frozen=True, slots=True)
class Written:
    """A text and its identifiers, in order and apart from each other."""

    text: str
    marks: tuple[Mark, ...]


def filled(template: str, dice: Dice) -> Written:
    """Return ``template`` with its slots filled, and where the identifiers came to stand."""
    text, marks, at = "", [], 0
    for slot in _SLOT.finditer(template):
        text += template[at : slot.start()]
        words, kind = fill(slot[1], dice)
        if kind is not None:
            marks.append((len(text), len(text) + len(words), kind))
        text += words
        at = slot.end()
    return Written(text + template[at:], tuple(marks))


def joined(parts: Iterable[Written], between: str) -> Written:
    """Return ``parts`` as one text with ``between`` them."""
    text, marks = "", list[Mark]()
    for part in parts:
        if text:
            text += between
        marks += [(start + len(text), end + len(text), kind) for start, end, kind in part.marks]
        text += part.text
    return Written(text, tuple(marks))


class Writer:
    """Writes notes and questions; ``plain`` are sentences of real notes that hold no identifiers."""

    def __init__(self, seed: int, names: Names, plain: Sequence[str] = ()) -> None:
        """Write what ``seed`` says, with people from ``names``."""
        self._random = Random(seed)
        self._dice = Dice(self._random, names)
        self._templates = data("en")
        self._plain = plain or ("The patient tolerated this well.", "Lungs are clear.")

    def notes(self, count: int) -> Iterator[Written]:
        """Yield notes: a header, a body in which identifiers are rare, most often a signature."""
        for _ in range(count):
            parts = [
                self._block(
                    "headers", self._random.randint(1, 6), self._random.choice(("\n", "\n", "\n", "   ", " | "))
                )
            ]
            parts += [self._paragraph() for _ in range(self._random.randint(1, 3))]
            if self._random.random() < 0.8:
                parts.append(self._block("signatures", self._random.randint(1, 2), "\n"))
            if self._random.random() < 0.15:
                self._random.shuffle(parts)
            yield self._cased(joined(parts, self._random.choice(("\n\n", "\n"))))

    def questions(self, count: int) -> Iterator[Written]:
        """Yield questions as clinicians ask them, one in three without an identifier."""
        for _ in range(count):
            kind = "questions" if self._random.random() < 0.67 else "clean_questions"
            yield self._cased(self._one(kind))

    def lines(self, count: int) -> Iterator[Written]:
        """Yield single lines: a header, a sentence, a look-alike."""
        for _ in range(count):
            kind = self._random.choice(("headers", "narrative", "narrative", "clean_lines", "signatures"))
            yield self._cased(self._block(kind, 1, ""))

    def _paragraph(self) -> Written:
        sentences = [self._sentence() for _ in range(self._random.randint(2, 7))]
        return joined(sentences, self._random.choice((" ", " ", " ", "\n")))

    def _sentence(self) -> Written:
        dice = self._random.random()
        if dice < 0.45:
            return Written(self._random.choice(self._plain), ())
        return self._one("narrative" if dice < 0.75 else "clean_lines")

    def _block(self, kind: str, lines: int, between: str) -> Written:
        return joined((self._labelled() if self._drawn(kind) else self._one(kind) for _ in range(lines)), between)

    def _drawn(self, kind: str) -> bool:
        return kind == "headers" and self._random.random() < _LABELLED

    def _labelled(self) -> Written:
        """Return a label of a form and its value, as any form may write them."""
        labels = self._templates["labels"]
        slot = self._random.choice(list(labels))
        label = self._random.choice(labels[slot])
        label = self._random.choice((label, label, label.upper(), label.lower(), label.title()))
        return filled(f"{label}{self._random.choice(_SEPARATORS)}{{{slot}}}", self._dice)

    def _one(self, kind: str) -> Written:
        return filled(self._random.choice(self._templates[kind]), self._dice)

    def _cased(self, written: Written) -> Written:
        """Return ``written`` as it stands, or all in capitals or small letters, as some wards type."""
        dice = self._random.random()
        cased = written.text.upper() if dice < 0.05 else written.text.lower() if dice < 0.09 else written.text
        # A letter may become two ("ß"): then the marks would lie.
        return Written(cased, written.marks) if len(cased) == len(written.text) else written
