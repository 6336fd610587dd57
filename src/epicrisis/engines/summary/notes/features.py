"""What can be counted in a sentence that makes it worth telling, or not; each number is small and means one thing."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.assertions import Assertion, Experiencer, Status, Temporality
from epicrisis.domain.findings import Entity, EntityLabel
from epicrisis.domain.sections import SectionCategory
from epicrisis.engines.summary.notes.lists import phrases, primary
from epicrisis.engines.summary.notes.units import Unit
from epicrisis.text.phrases import folded

Floats: TypeAlias = NDArray[np.float64]
Vector: TypeAlias = Mapping[str, float]

LISTS = ("abnormal", "boilerplate", "changes", "complaints", "conclusions", "plan")
_WORD = re.compile(r"[^\W_]+")
_MOST = 3


@dataclass(frozen=True, slots=True)
class Counted:
    """The sentences of a note as numbers: a row of features each, and the words of each, as a vector of length 1."""

    features: Floats
    vectors: Sequence[Vector]


def names() -> tuple[str, ...]:
    """Return what each column of the features is called."""
    return (*_SECTIONS, *_FINDINGS, *LISTS, *_PLACES, *_LIKENESS)


def counted(note: AnnotatedDocument, units: Sequence[Unit]) -> Counted:
    """Return ``units``, which are those of ``note``, as numbers; the time it takes grows as the note does."""
    low = folded(note.document.text)
    language = primary(note)
    vectors = _vectors([low[unit.span.start : unit.span.end] for unit in units], language)
    rows = [
        [*_section(unit), *_found(unit), *_told(unit, low, language), *_place(unit, units, low), *alike]
        for unit, alike in zip(units, _likenesses(units, vectors, low), strict=True)
    ]
    return Counted(
        np.array(rows, dtype=np.float64).reshape(len(units), len(names())), list(map(_of_length_one, vectors))
    )


_SECTIONS = tuple(f"section.{category.value}" for category in SectionCategory)


def _section(unit: Unit) -> list[float]:
    return [float(unit.category is category) for category in SectionCategory]


_FINDINGS = (
    "problems", "problems.possible", "problems.denied", "problems.past", "problems.family", "problems.conditional",
    "tests", "tests.normal", "procedures", "medications", "values", "nothing-found", "only-denied",
)  # fmt: skip


def _found(unit: Unit) -> list[float]:
    counts = Counter[str]()
    for entity, assertion in unit.found:
        counts[_kind(entity, assertion)] += 1
    concepts = sum(number for kind, number in counts.items() if kind not in ("values", "attributes"))
    denied = counts["problems.denied"] + counts["tests.normal"]
    told = [float(min(counts[kind], _MOST)) for kind in _FINDINGS[:-2]]
    return [*told, float(not concepts), float(concepts > 0 and denied == concepts)]


def _kind(entity: Entity, assertion: Assertion | None) -> str:
    match entity.label:
        case EntityLabel.PROBLEM:
            return _problem(assertion)
        case EntityLabel.TEST:
            normal = assertion is not None and assertion.status in (Status.NORMAL, Status.ABSENT)
            return "tests.normal" if normal else "tests"
        case EntityLabel.PROCEDURE:
            return "procedures"
        case EntityLabel.MEDICATION:
            return "medications"
        case EntityLabel.VALUE:
            return "values"
        case _:
            return "attributes"


def _problem(assertion: Assertion | None) -> str:
    if assertion is None:
        return "problems"
    if assertion.experiencer is not Experiencer.PATIENT:
        return "problems.family"
    match assertion.status:
        case Status.ABSENT | Status.NORMAL:
            return "problems.denied"
        case Status.POSSIBLE:
            return "problems.possible"
        case Status.CONDITIONAL | Status.HYPOTHETICAL:
            return "problems.conditional"
        case _:
            return "problems.past" if assertion.temporality is Temporality.PAST else "problems"


def _told(unit: Unit, low: str, language: str) -> list[float]:
    start, end = unit.span.start, unit.span.end
    return [float(min(sum(1 for _ in phrases(language, key).find(low, start, end)), _MOST)) for key in LISTS]


_PLACES = ("first", "early", "last", "opens-section", "short", "long", "item")


def _place(unit: Unit, units: Sequence[Unit], low: str) -> list[float]:
    words = len(low[unit.span.start : unit.span.end].split())
    return [
        float(unit.index == 0),
        1.0 / (1.0 + unit.index),
        float(unit.index >= len(units) - 2),
        float(unit.opens_section),
        float(words < 4),
        max(0.0, math.log(max(words, 1) / 15.0)),
        float(unit.is_item),
    ]


_LIKENESS = ("central", "repeated", "like-beginning")


def _likenesses(units: Sequence[Unit], vectors: Sequence[Vector], low: str) -> list[tuple[float, float, float]]:
    """Return how like all of the note each sentence is, how often its findings stand elsewhere, how like its beginning.

    The middle of a note is the sum of its sentences (Radev et al. 2004, Information Processing & Management 40:919),
    which unlike a graph of all pairs is found in linear time.
    """
    middle, beginning = _sum(vectors), _sum(vectors[:2])
    problems = [_problem_words(unit, low) for unit in units]
    held = Counter(word for words in problems for word in words)
    return [
        (
            cosine(vector, middle),
            math.log1p(sum(held[word] - 1 for word in words) / len(words)) if words else 0.0,
            cosine(vector, beginning) if unit.index > 1 else 0.0,
        )
        for unit, vector, words in zip(units, vectors, problems, strict=True)
    ]


def _sum(vectors: Iterable[Vector]) -> Vector:
    whole: defaultdict[str, float] = defaultdict(float)
    for vector in vectors:
        for word, weight in vector.items():
            whole[word] += weight
    return whole


def _problem_words(unit: Unit, low: str) -> set[str]:
    return {
        word
        for entity, assertion in unit.found
        if entity.label == EntityLabel.PROBLEM and _problem(assertion) in ("problems", "problems.possible")
        for word in _WORD.findall(low[entity.span.start : entity.span.end])
        if len(word) > _MOST
    }


def cosine(one: Vector, other: Vector) -> float:
    """Return how alike two weightings of words are, from 0 to 1."""
    product = likeness(one, other)
    return product / (_length(one) * _length(other)) if product else 0.0


def likeness(one: Vector, other: Vector) -> float:
    """Return the product of two weightings of words: the cosine, where both have length 1."""
    if len(one) > len(other):
        one, other = other, one
    return sum(weight * other[word] for word, weight in one.items() if word in other)


def _of_length_one(vector: Vector) -> Vector:
    length = _length(vector)
    return {word: weight / length for word, weight in vector.items()} if length else vector


def _length(vector: Vector) -> float:
    return math.sqrt(sum(weight * weight for weight in vector.values()))


def _vectors(sentences: Iterable[str], language: str) -> list[dict[str, float]]:
    """Return the words of each sentence, weighted by how few others have them; the commonest are left out."""
    common = phrases(language, "common").forms
    bags = [Counter(word for word in _WORD.findall(each) if word not in common and len(word) > 1) for each in sentences]
    held = Counter(word for bag in bags for word in bag)
    most = len(bags) + 1
    return [{word: count * math.log(most / held[word]) for word, count in bag.items()} for bag in bags]
