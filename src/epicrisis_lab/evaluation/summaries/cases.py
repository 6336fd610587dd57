"""Notes whose conclusion is taken out: the rest is summarised, and the conclusion says what should have been told."""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from epicrisis.domain.documents import Document
from epicrisis.domain.sections import Section, SectionCategory
from epicrisis.text.headings import heading_key
from epicrisis.text.sections import section_spans
from epicrisis.text.sentences import sentence_spans

# What a note comes to: its impression, assessment, final diagnoses. Not what was thought before an operation or at
# admission, which stands at the top of a note and is known to who reads the rest.
_CONCLUDES = re.compile(r"impression|assessment|diagnos[ei]s|conclusion|impresión|juicio|conclusi[oó]n|diagnóstico")
_BEFOREHAND = re.compile(r"\b(?:pre|post|admi|initial|pain|ingreso|diferencial|differential|laboratory)")
# Shorter ones name a disease and nothing more; a summary of two words is no sentence of a note.
_SHORTEST = 10
_FEWEST_SENTENCES = 4
# Notes of the same author share long stretches; those that share a quarter of their eight-word sequences stay together.
_SEQUENCE = 8
_SHARED = 0.25
# Of ten groups of notes four measure.
_TENTHS, _DEV_TENTHS = 10, 4


class Side(StrEnum):
    """Which notes teach the weights, and which measure them."""

    TRAIN = "train"
    DEV = "dev"


@dataclass(frozen=True, slots=True)
class Case:
    """A note without its conclusion, and the conclusion."""

    note: Document
    reference: Document

    @property
    def words(self) -> int:
        """Return how many words the conclusion has, which is how many a summary may have."""
        return len(self.reference.text.split())


def cases(documents: Iterable[Document]) -> Iterator[Case]:
    """Yield a case for each document that has a conclusion long enough, and enough beside it to summarise."""
    for document in documents:
        case = _case(document)
        if case is not None:
            yield case


def of_side(found: Sequence[Case], side: Side) -> list[Case]:
    """Return the cases of ``side``: notes that share long stretches are on one, the same ones every time."""
    return [
        case
        for case, leader in zip(found, _leaders([case.note.text for case in found]), strict=True)
        if (zlib.crc32(found[leader].note.id.encode()) % _TENTHS < _DEV_TENTHS) is (side is Side.DEV)
    ]


def _case(document: Document) -> Case | None:
    text = document.text
    concluding = [each for each in section_spans(text, document.language) if _concludes(text, each)]
    reference = "\n".join(_body(text, each) for each in concluding).strip()
    rest = _without(text, concluding)
    if len(reference.split()) < _SHORTEST or len(rest.split()) < 2 * len(reference.split()):
        return None
    if len(sentence_spans(rest, document.language)) < _FEWEST_SENTENCES:
        return None
    return Case(
        note=Document(id=document.id, text=rest, language=document.language),
        reference=Document(id=document.id, text=reference, language=document.language),
    )


def _concludes(text: str, section: Section) -> bool:
    if section.heading is None or section.category is not SectionCategory.ASSESSMENT:
        return False
    key = heading_key(text[section.heading.start : section.heading.end])
    return _CONCLUDES.search(key) is not None and _BEFOREHAND.search(key) is None


def _body(text: str, section: Section) -> str:
    assert section.heading is not None
    return text[section.heading.end : section.span.end].lstrip(" \t\n:*#=_-")


def _without(text: str, sections: Sequence[Section]) -> str:
    kept, start = [], 0
    for section in sections:
        kept.append(text[start : section.span.start])
        start = section.span.end
    return "".join([*kept, text[start:]]).strip()


def _leaders(texts: Sequence[str]) -> list[int]:
    """Return for each text the first of those it belongs with."""
    leader = list(range(len(texts)))

    def find(index: int) -> int:
        while leader[index] != index:
            index = leader[index]
        return index

    sequences = [_sequences(text) for text in texts]
    for (first, second), shared in _shared(sequences).items():
        if shared >= _SHARED * min(len(sequences[first]), len(sequences[second])):
            low, high = sorted((find(first), find(second)))
            leader[high] = low
    return [find(index) for index in range(len(texts))]


def _sequences(text: str) -> set[int]:
    words = text.casefold().split()
    return {hash(tuple(words[at : at + _SEQUENCE])) for at in range(len(words) - _SEQUENCE + 1)}


def _shared(sequences: Sequence[set[int]]) -> Mapping[tuple[int, int], int]:
    """Return how many sequences each two texts share, where they share any."""
    holders: dict[int, list[int]] = defaultdict(list)
    for index, own in enumerate(sequences):
        for sequence in own:
            holders[sequence].append(index)
    counts: dict[tuple[int, int], int] = defaultdict(int)
    for those in holders.values():
        for place, second in enumerate(those):
            for first in those[:place]:
                counts[first, second] += 1
    return counts
