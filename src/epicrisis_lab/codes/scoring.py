"""How often the codes of a linker are among those a coder would accept, beside the nearest description."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from epicrisis.domain.records import Code
from epicrisis.engines.codes.words.terms import split
from epicrisis.engines.record_contracts import Coded, CodeLinker, Mention
from epicrisis_lab.codes.icd10cm import Entry
from epicrisis_lab.errors import UnreadableFile

# What a name has that no code fits.
NONE = "-"
# The seventh character says which encounter it was, which no problem list tells (ICD-10-CM guidelines, I.A.5).
_ENCOUNTER = re.compile(r"([MOSTV-Y]\d[\dA-Z]\..{3,4}?)X*[A-Z]$")
_COLUMNS = 4


@dataclass(frozen=True, slots=True)
class Coding:
    """A problem as a note names it, in its sentence, and the codes that are right; none where no code fits."""

    name: str
    sentence: str
    accepted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """The share of names whose first code, one of the first five, or category is right, and that have any code.

    ``precision`` is the share of right first codes among the names that have one; ``none_right_coded`` are the names
    that no code fits and that have one all the same, which the shares leave aside.
    """

    names: int
    top_1: float
    top_5: float
    category: float
    coverage: float
    precision: float
    none_right_coded: int = 0


def read_codings(path: Path) -> list[Coding]:
    """Return the rows of ``path``: tab-separated, with the name, its sentence, its section and the accepted codes.

    Raises:
        UnreadableFile: there is no such file, or a row has fewer columns.
    """
    try:
        _, *lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as cause:
        raise UnreadableFile(f"The codings '{path.name}' cannot be opened: {cause.strerror}.") from cause
    rows = [line.split("\t") for line in lines if line.strip()]
    if any(len(row) < _COLUMNS for row in rows):
        raise UnreadableFile(f"A row of '{path.name}' has fewer than {_COLUMNS} columns; see the README beside it.")
    return [Coding(name, sentence, _accepted(codes)) for name, sentence, _, codes, *_ in rows]


def _accepted(codes: str) -> tuple[str, ...]:
    return () if codes.strip() == NONE else tuple(map(stem, codes.split("|")))


def stem(code: str) -> str:
    """Return ``code`` without the character that says which encounter it was."""
    found = _ENCOUNTER.match(code.strip())
    return found[1] if found else code.strip()


def linked(linker: CodeLinker, codings: Sequence[Coding]) -> list[tuple[Code, ...]]:
    """Return what ``linker`` says of each name."""
    return list(linker.link([Mention(each.name, Coded.PROBLEM, sentence=each.sentence) for each in codings]))


def nearest(listed: Sequence[Entry], codings: Sequence[Coding]) -> list[tuple[Code, ...]]:
    """Return, for each name, the five codes whose description shares the most words with it: the baseline."""
    described = [(entry, frozenset(split(entry.display))) for entry in listed]
    return [tuple(_nearest(frozenset(split(each.name)), described)) for each in codings]


def _nearest(said: frozenset[str], described: Sequence[tuple[Entry, frozenset[str]]]) -> Iterator[Code]:
    shares = ((len(said & words) / len(said | words), entry) for entry, words in described)
    best = sorted((each for each in shares if each[0] > 0), key=lambda each: (-each[0], each[1].code))[:5]
    return (Code("", entry.code, entry.display, share) for share, entry in best)


def figures(codings: Sequence[Coding], answers: Sequence[Sequence[Code]]) -> Figures:
    """Return how good ``answers`` are, over the names that some code fits."""
    told = [
        ([stem(code.code) for code in answer], each.accepted)
        for each, answer in zip(codings, answers, strict=True)
        if each.accepted
    ]
    first = sum(bool(codes) and codes[0] in accepted for codes, accepted in told)
    answered = sum(bool(codes) for codes, _ in told)
    return Figures(
        names=len(told),
        top_1=first / len(told),
        top_5=sum(not set(codes[:5]).isdisjoint(accepted) for codes, accepted in told) / len(told),
        category=sum(bool(codes) and codes[0][:3] in {code[:3] for code in accepted} for codes, accepted in told)
        / len(told),
        coverage=answered / len(told),
        precision=first / answered if answered else 0.0,
        none_right_coded=sum(bool(answer) and not each.accepted for each, answer in zip(codings, answers, strict=True)),
    )
