"""What a note measures, by the names it gives it: "Hgb", "white count", "tensión arterial"."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from epicrisis.domain.records import MeasurementKind
from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.lists import LANGUAGES, word_lists
from epicrisis.engines.extraction.measurements.units import unit_tables
from epicrisis.errors import InvalidWordList
from epicrisis.text.phrases import folded

FILE = "measurements.toml"

# "Hct29" and "HR122" are names and their numbers, "P2" is not.
_GLUED_TO_NUMBER = 2
# One letter may stand for anything: it is measured only where a number follows at once.
_STRICT_LENGTH = 1

_TOKEN = re.compile(r"[^\W\d_]+|\d+|[^\w\s-]")
_BLANK = re.compile(r"[\s-]{1,2}")
# "3+ blood", and how far before the name its grade may begin.
_GRADE = re.compile(r"\d\s?\+\s?$")
_AROUND = 4

# What the units of a laboratory measure, for whatever has no line of its own in measurements.toml.
LABORATORY = frozenset(
    {
        "mass-concentration", "substance-concentration", "catalytic-concentration", "number-concentration", "field",
        "fraction", "ratio", "thousand", "titre",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Named:
    """A name where it stands, and what it may name: "PT" is a prothrombin time, and in Spanish a protein."""

    span: Span
    analytes: tuple[str, ...]
    strict: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one thing that is measured: its kind, its units, and which numbers it can be."""

    kind: MeasurementKind
    measures: frozenset[str]
    panel: bool = False
    thousands: bool = False
    behind: bool = False
    united: bool = False
    signed: bool = False
    unwritten: str | None = None
    plausible: tuple[float, float] | None = None
    scales: Mapping[str, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Part:
    """A word or mark of a name: how it is written, whether exactly so, and whether it touches the one before."""

    form: str
    exact: bool
    glued: bool


@dataclass(frozen=True, slots=True)
class _Name:
    parts: tuple[_Part, ...]
    words: str


def names_in(text: str, language: str) -> list[Named]:
    """Return the names of what is measured in ``text``, the longest at each place, in the order of the text."""
    low = folded(text)
    tokens = [match.span() for match in _TOKEN.finditer(low)]
    found: list[Named] = []
    at = 0
    while at < len(tokens):
        name = _longest_at(text, low, tokens, at, language)
        if name is None:
            at += 1
            continue
        span = Span(tokens[at][0], tokens[at + len(name.parts) - 1][1])
        if folded(name.words) in _listed("graded") and not _GRADE.search(low, max(0, span.start - _AROUND), span.start):
            at += 1
            continue
        analytes = _analytes(language)[name.words]
        found.append(Named(span, analytes, len(span) <= _STRICT_LENGTH or folded(name.words) in _listed("strict")))
        at += len(name.parts)
    return found


def named_by(words: str, language: str) -> tuple[str, ...]:
    """Return what ``words``, the name a note gives a test, may name: nothing where they name none, or two.

    What else stands there may only be such words as stand beside names: "repeat serum sodium level" is a sodium.
    """
    names = names_in(words, language)
    if len(names) != 1:
        return ()
    [name] = names
    low = folded(words)
    beside = _TOKEN.findall(low, 0, name.span.start) + _TOKEN.findall(low, name.span.end)
    return name.analytes if _beside(language).issuperset(beside) else ()


@cache
def facts_of(analyte: str) -> Facts:
    """Return what is known of ``analyte``."""
    content = facts_file()
    kind = MeasurementKind.LAB
    if analyte in content["vitals"]:
        kind = MeasurementKind.VITAL
    elif analyte in content["others"]:
        kind = MeasurementKind.OTHER
    plausible = content["plausible"].get(analyte)
    return Facts(
        kind=kind,
        measures=frozenset(content["measures"].get(analyte, LABORATORY)),
        panel=analyte in content["panels"],
        thousands=analyte in content["thousands"],
        behind=analyte in content["behind"],
        united=analyte in content["united"],
        signed=analyte in content["signed"],
        unwritten=content["unwritten"].get(analyte),
        plausible=None if plausible is None else (float(plausible[0]), float(plausible[1])),
        scales={ucum: (float(ends[0]), float(ends[1])) for ucum, ends in content["scales"].get(analyte, {}).items()},
    )


def _longest_at(text: str, low: str, tokens: Sequence[tuple[int, int]], at: int, language: str) -> _Name | None:
    start, end = tokens[at]
    if start and (low[start - 1].isalnum() or low[start - 1] == "_"):
        return None
    return next((n for n in _names(language).get(low[start:end], ()) if _stands(n, text, low, tokens, at)), None)


def _stands(name: _Name, text: str, low: str, tokens: Sequence[tuple[int, int]], at: int) -> bool:
    if at + len(name.parts) > len(tokens):
        return False
    before = None
    for part, (start, end) in zip(name.parts, tokens[at : at + len(name.parts)], strict=True):
        if low[start:end] != part.form if not part.exact else text[start:end] != part.form:
            return False
        if before is not None and not (start == before if part.glued else _BLANK.fullmatch(low, before, start)):
            return False
        before = end
    return before is not None and _ends(low, before, tokens[at][0])


def _ends(low: str, end: int, start: int) -> bool:
    """Return whether a name ends at ``end``: nothing goes on with it but a number, as in "Hct29%".

    The T4 of "T4-6 lipomatosis" is a vertebra.
    """
    if low[end - 1].isdigit() and low[end : end + 1] == "-" and low[end + 1 : end + 2].isdigit():
        return False
    if end == len(low) or not (low[end].isalnum() or low[end] == "_"):
        return True
    return low[end].isdigit() and low[end - 1].isalpha() and end - start >= _GLUED_TO_NUMBER


@cache
def _names(language: str) -> Mapping[str, tuple[_Name, ...]]:
    """Return all names of ``language`` by their first word, the longest first."""
    names: dict[str, list[_Name]] = {}
    for words in _analytes(language):
        name = _Name(tuple(_parts(words)), words)
        names.setdefault(folded(name.parts[0].form), []).append(name)
    return {
        first: tuple(sorted(each, key=lambda name: (-len(name.parts), name.words))) for first, each in names.items()
    }


def _parts(words: str) -> Iterator[_Part]:
    before = None
    for match in _TOKEN.finditer(words):
        exact = any(letter.isupper() for letter in match.group())
        form = match.group() if exact else folded(match.group())
        yield _Part(form, exact, glued=match.start() == before)
        before = match.end()


@cache
def _analytes(language: str) -> Mapping[str, tuple[str, ...]]:
    """Return what each name of ``language`` may name."""
    found: dict[str, tuple[str, ...]] = {}
    for analyte, names in word_lists("analytes", language).items():
        for name in names:
            found[name] = (*found.get(name, ()), analyte)
    return found


@cache
def _beside(language: str) -> frozenset[str]:
    lists = word_lists("measurements", language)
    words = (word for key in ("links", "degrees", "high", "low") for word in lists[key])
    return frozenset(map(folded, words)) | frozenset(".,()")


@cache
def _listed(key: str) -> frozenset[str]:
    """Return the names of one list of the file of facts."""
    return frozenset(map(folded, facts_file()[key]))


@cache
def facts_file() -> Mapping[str, Any]:
    """Return what is known of what is measured, as the file has it.

    Raises:
        InvalidWordList: it does not say its source, or tells of something that has no name or of a unit nobody writes.
    """
    content = tomllib.loads((files(__package__) / FILE).read_text(encoding="utf-8"))
    if not content.pop("source", ""):
        raise InvalidWordList(f"{FILE}: no `source`; say where the words come from.")
    named = {analyte for language in LANGUAGES for analyte in word_lists("analytes", language)}
    told = {analyte for key, entries in content.items() if key not in ("strict", "graded") for analyte in entries}
    if not told <= named:
        raise InvalidWordList(f"{FILE}: {sorted(told - named)} have no name; name them in words/analytes.en.toml.")
    measures = {each for entries in content["measures"].values() for each in entries}
    if not measures <= set(unit_tables()):
        raise InvalidWordList(f"{FILE}: {sorted(measures - set(unit_tables()))} are no tables of units.toml.")
    return content
