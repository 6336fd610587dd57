"""The tables of the knowledge base, read; ``tables/README.md`` says what each column holds."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from epicrisis.domain.differentials import FindingKind, Urgency
from epicrisis.engines.differential.knowledge.base import KnowledgeBase
from epicrisis.engines.differential.knowledge.entries import (
    Chance,
    Condition,
    Course,
    Finding,
    Measure,
    Shows,
    Specialty,
)
from epicrisis.errors import InvalidWordList

LANGUAGES = ("en", "es")


def tables() -> Traversable:
    """Return the folder of the tables we ship."""
    return files(__package__) / "tables"


@cache
def knowledge_base() -> KnowledgeBase:
    """Return what the shipped tables say, read once.

    Raises:
        InvalidWordList: a table cannot be read; the message names the file.
    """
    return knowledge_in(tables())


def knowledge_in(folder: Traversable) -> KnowledgeBase:
    """Return what the tables in ``folder`` say; raises as ``knowledge_base`` does."""
    return KnowledgeBase(
        [_finding(file, row) for file, row in _rows(folder / "findings")],
        [_condition(file, name, row) for file, name, row in _entries(folder / "conditions")],
        [_chance(file, row) for file, row in _rows(folder / "chances")],
        [_measure(file, row) for file, row in _rows(folder / "measures")],
    )


def words_in(folder: Traversable, language: str) -> Iterator[tuple[str, str]]:
    """Yield what each finding is called in ``language`` beside its name, by the tables in ``folder``."""
    for _, row in _rows(folder / "words", f".{language}.csv"):
        yield from ((row["finding"], phrase) for phrase in row["phrases"].split("; "))


def _finding(file: str, row: Mapping[str, str]) -> Finding:
    with _told(file, row):
        return Finding(
            id=row["id"],
            kind=FindingKind(row["kind"].upper()),
            names={language: row[language] for language in LANGUAGES},
            parents=tuple(row["parents"].split()),
            note=row["note"],
            chance=float(row["chance"]),
        )


def _chance(file: str, row: Mapping[str, str]) -> Chance:
    with _told(file, row):
        return Chance(row["condition"], row["finding"], float(row["chance"]), tuple(row["sources"].split()))


def _measure(file: str, row: Mapping[str, str]) -> Measure:
    with _told(file, row):
        threshold = float(row["threshold"]) if row["threshold"] else None
        first, last = float(row.get("from") or 0), float(row.get("to") or "inf")
        return Measure(row["finding"], row["loinc"], Shows(row["shows"]), row["unit"], threshold, first, last)


def _condition(file: str, name: str, row: Mapping[str, Any]) -> Condition:
    with _told(file, {"id": name}):
        return Condition(
            id=name,
            specialty=Specialty(file.removesuffix(".toml")),
            names={language: row[language] for language in LANGUAGES},
            synonyms={language: tuple(row[f"names_{language}"]) for language in LANGUAGES},
            icd10cm=row["icd10cm"],
            incidence=float(row["incidence"]),
            ages=tuple(map(float, row["ages"])),
            female=float(row["female"]),
            urgency=Urgency(row["urgency"].upper()),
            severity=int(row["severity"]),
            tests={language: tuple(row[f"tests_{language}"]) for language in LANGUAGES},
            red_flags=tuple(row["red_flags"]),
            questions=tuple(row["questions"]),
            rivals=tuple(row["rivals"]),
            accompanies=tuple(row["accompanies"]),
            course=Course(row["course"]),
            past=row.get("past", ""),
            family=row.get("family", ""),
        )


def _rows(folder: Traversable, suffix: str = ".csv") -> Iterator[tuple[str, Mapping[str, str]]]:
    for file in _files(folder, suffix):
        for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines()):
            yield file.name, row


def _entries(folder: Traversable) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for file in _files(folder, ".toml"):
        try:
            table = tomllib.loads(file.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise InvalidWordList(f"{file.name}: {error}") from error
        for name, row in table.items():
            yield file.name, name, row


def _files(folder: Traversable, suffix: str) -> list[Traversable]:
    return sorted((each for each in folder.iterdir() if each.name.endswith(suffix)), key=lambda each: each.name)


class _told:  # noqa: N801
    """Says which row of which file could not be read."""

    def __init__(self, file: str, row: Mapping[str, str]) -> None:
        self._where = f"{file}: {next(iter(row.values()), '')}"

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, KeyError | ValueError | TypeError):
            raise InvalidWordList(f"{self._where}: {error!r}") from error
