"""What the tagger learns from: four corpora, our own invented notes, and plain notes in which nothing is found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from epicrisis.domain.identifiers import IdentifierKind
from epicrisis.text.sentences import sentence_spans
from epicrisis_lab.corpora.catalogue import trainable
from epicrisis_lab.corpora.reading import load_rows
from epicrisis_lab.corpora.rows import GoldEntity, LabRow
from epicrisis_lab.errors import MissingData
from epicrisis_lab.training.identifiers.names import names
from epicrisis_lab.training.identifiers.writing import Mark, Writer, Written

CORPORA = ("mtsamples_phi", "clinical_queries", "presidio_v2", "presidio_large")
PLAIN, WRITTEN, HELD = "plain", "written", "held_names"

Unsure = tuple[int, int]

_KINDS = frozenset(kind.value for kind in IdentifierKind)
# The questions leave ages unmarked and plain notes are not marked at all: ages are told by how they are written.
_AGE = re.compile(
    r"\b(\d{1,3})(?=(?:\s*-\s*|\s+)(?:year|month|week|day)s?(?:\s*-\s*|\s+)old\b|\s*(?:y/o|yo|y\.o\.)\b)",
    re.IGNORECASE,
)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
# In a plain note these may be remnants of somebody: nothing is learnt from them.
_REMNANT = re.compile(
    r"\b(?:dr|mr|mrs|ms|miss)\b\.?\s+[\w'-]+(?:\s+[\w'-]+)?"
    r"|\b\d{1,2}[/-]\d{1,2}[/-]\d{2,4}\b|\b\d{1,2}/\d{2,4}\b|\b\d{3}[-.]\d{3,4}(?:[-.]\d{4})?\b"
    rf"|\b{_MONTH}\b\.?(?:\s+of)?,?\s+\d{{1,4}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?",
    re.IGNORECASE,
)
# Bare years are marked in the Presidio sets and left in the notes; the Safe Harbor rule lets a year stand.
_YEAR = re.compile(r"(?:19|20)\d\d")
_CARE = re.compile(
    r"(?i:hosp|clinic|cent(?:er|re)|medical|health|general|memorial|\bmed\b|institute|university|care|school)|[A-Z]{3,}"
)


@dataclass(frozen=True, slots=True)
class Lesson:
    """A text with its identifiers; where somebody is ``unsure``, nothing is learnt."""

    text: str
    marks: tuple[Mark, ...]
    unsure: tuple[Unsure, ...]
    source: str
    dev: bool


@dataclass(frozen=True, slots=True)
class Amounts:
    """How many invented notes, questions and lines are written for training, from which seed."""

    notes: int = 2000
    questions: int = 3000
    lines: int = 7000
    seed: int = 5


def gathered(root: Path, amounts: Amounts) -> Iterator[Lesson]:
    """Yield every lesson below the data folder ``root``, and those that are written here.

    Raises:
        MissingData: a corpus is not there.
    """
    phi_dev: set[str] = set()
    for name in CORPORA:
        for path in trainable(name).files(root) or _absent(name):
            dev = path.name.startswith("dev")
            for row in load_rows([path]).rows:
                if dev:
                    phi_dev.add(row.id.removesuffix("_phi"))
                yield _of_row(row, name, dev=dev)
    plain = [row for row in load_rows([root / "notes" / "mtsamples_dev.jsonl.gz"]).rows if not is_kept(row.id, phi_dev)]
    # Their sentences stand in the invented notes as well: half of the notes are enough as they are.
    yield from (_of_plain(row) for row in plain[::2])
    sentences = [sentence for row in plain for sentence in _without_remnants(row.text)]
    yield from _written(Writer(amounts.seed, names(), sentences), amounts, WRITTEN, dev=False)
    few = Amounts(100, 200, 300)
    yield from _written(Writer(amounts.seed + 1, names(held=True), sentences), few, HELD, dev=True)


def is_kept(row: str, dev: Iterable[str] = ()) -> bool:
    """Return whether the plain note ``row`` is kept from training, to count what is marked in it in vain."""
    return row in dev or crc32(row.encode()) % 4 == 0


def _absent(name: str) -> list[Path]:
    raise MissingData(f"The corpus {name} is not here; set EPICRISIS_CORPORA to the folder of the corpora.")


def _of_row(row: LabRow, source: str, *, dev: bool) -> Lesson:
    marks, unsure = list[Mark](), list[Unsure]()
    for entity in sorted(row.entities, key=lambda each: each.span):
        place = entity.span.start, entity.span.end
        if entity.label in _KINDS and not _YEAR.fullmatch(row.text[slice(*place)]):
            marks.append((*place, _kind(row, entity, source)))
        else:
            unsure.append(place)
    if source == "clinical_queries":
        marks += [age for age in _ages(row.text) if not _meets(age, marks)]
    return Lesson(row.text, tuple(sorted(marks)), tuple(unsure), source, dev)


def _kind(row: LabRow, entity: GoldEntity, source: str) -> IdentifierKind:
    """Return the kind of ``entity``; the questions call a hospital a place, the notes call it an organisation."""
    words = row.text[entity.span.start : entity.span.end]
    if source == "clinical_queries" and entity.label == IdentifierKind.LOCATION and _CARE.search(words):
        return IdentifierKind.LOCATION if any(figure.isdigit() for figure in words) else IdentifierKind.ORGANIZATION
    return IdentifierKind(entity.label)


def _of_plain(row: LabRow) -> Lesson:
    marks = _ages(row.text)
    remnants = [found.span() for found in _REMNANT.finditer(row.text)]
    return Lesson(
        row.text, tuple(marks), tuple(each for each in remnants if not _meets((*each, None), marks)), PLAIN, False
    )


def _ages(text: str) -> list[Mark]:
    return [(*found.span(1), IdentifierKind.AGE) for found in _AGE.finditer(text)]


def _meets(mark: tuple[int, int, object], others: Iterable[Mark]) -> bool:
    return any(mark[0] < end and start < mark[1] for start, end, _ in others)


def _without_remnants(text: str) -> Iterator[str]:
    """Yield the sentences of a plain note that name nobody and no age, to stand between invented ones."""
    for span in sentence_spans(text, "en"):
        sentence = text[span.start : span.end]
        if 20 < len(sentence) < 220 and "\n" not in sentence and not _REMNANT.search(sentence) and not _ages(sentence):
            yield sentence


def _written(writer: Writer, amounts: Amounts, source: str, *, dev: bool) -> Iterator[Lesson]:
    def lesson(written: Written) -> Lesson:
        marks = list(written.marks)
        marks += [age for age in _ages(written.text) if not _meets(age, marks)]
        return Lesson(written.text, tuple(sorted(marks)), (), source, dev)

    yield from map(lesson, writer.notes(amounts.notes))
    yield from map(lesson, writer.questions(amounts.questions))
    yield from map(lesson, writer.lines(amounts.lines))
