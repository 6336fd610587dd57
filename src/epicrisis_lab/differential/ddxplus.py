"""DDXPlus (Fansi Tchango et al. 2022), synthetic patients of 49 pathologies: ``diagnosis/ddxplus`` of the corpora.

A patient has evidences (``E_91``, or ``E_55_@_V_89`` where a question has several answers), a list of pathologies that
a physician would think of, and the one it is. Of some only the list is known: a pathology of it that all evidences go
with is a candidate, and where there is just one, it is the label.
"""

from __future__ import annotations

import csv
import gzip
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from epicrisis.engines.differential.additive import FEMALE, MALE, Flags, Numbers
from epicrisis.engines.differential.knowledge.base import Floats
from epicrisis.engines.differential.knowledge.entries import BANDS
from epicrisis_lab.differential.words import Words
from epicrisis_lab.errors import MissingData, UnreadableFile

FOLDER, PATIENTS = Path("diagnosis/ddxplus"), "patients_train.csv.gz"
OPEN = -1
_GIVEN = "file"
_SEXES = {"F": FEMALE, "M": MALE}


class Side(Enum):
    """What a row is for."""

    DEV = 0
    CALIBRATION = 1
    TRAIN = 2


def side_of(row: int) -> Side:
    """Return what a row is for, by the hash of its number: one in ten for dev, one for calibration."""
    return Side(min(zlib.crc32(str(row).encode()) % 10, Side.TRAIN.value))


@dataclass(frozen=True, slots=True)
class Patients:
    """Patients, a row each; ``labels`` are numbers of pathologies, or ``OPEN``; ``given`` says whether it was told.

    ``listed`` are the pathologies of the list, ``candidates`` those that all evidences go with.
    """

    rows: Numbers
    ages: Floats
    sexes: Numbers
    present: Flags
    labels: Numbers
    given: Flags
    listed: Flags
    candidates: Flags

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def bands(self) -> Numbers:
        """Return the band of age of each."""
        return np.asarray(np.searchsorted(BANDS, self.ages, side="right"), dtype=np.intp)

    @property
    def labelled(self) -> Patients:
        """Return those whose pathology is known."""
        return self.taken(self.labels != OPEN)

    def taken(self, chosen: NDArray[Any]) -> Patients:
        """Return those that ``chosen`` names, by flags or by places."""
        return Patients(*(getattr(self, each.name)[chosen] for each in fields(self)))

    def of(self, side: Side) -> Patients:
        """Return those of that side."""
        return self.taken(np.array([side_of(int(row)) is side for row in self.rows], dtype=bool))


def folder_in(root: Path | None) -> Path:
    """Return where the corpus lies under the data folder ``root``.

    Raises:
        MissingData: it is not there.
    """
    if root is None or not (root / FOLDER / PATIENTS).is_file():
        raise MissingData(f"{FOLDER / PATIENTS} is not under the folder of the corpora; set EPICRISIS_CORPORA to it.")
    return root / FOLDER


def patients_of(folder: Path, words: Words) -> Patients:
    """Return all patients of the corpus in ``folder``.

    Raises:
        UnreadableFile: a line holds no patient.
    """
    return _patients(_lines(folder / PATIENTS, _of_corpus), words)


def patients_in(file: Path, words: Words) -> Patients:
    """Return the patients of a JSON Lines file: ``age``, ``sex``, ``pathology``, ``evidences``, ``differential``.

    Evidences are codes; the differential is of pairs of a pathology and its probability, or is left out.

    Raises:
        UnreadableFile: it is missing, or a line holds no patient.
    """
    return _patients(_lines(file, _OfJson(words)), words)


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    age: float
    sex: int
    label: int
    given: bool
    evidences: Sequence[int]
    listed: Sequence[int]


class _OfJson:
    """Reads a patient from a line of JSON; its number is that of the line."""

    def __init__(self, words: Words) -> None:
        self._evidences = {each: place for place, each in enumerate(words.evidences)}
        self._pathologies = {each: place for place, each in enumerate(words.pathologies)}

    def __call__(self, lines: Iterable[str]) -> Iterator[_Row]:
        for number, line in enumerate(lines, start=1):
            row = json.loads(line)
            yield _Row(
                number,
                float(row["age"]),
                _SEXES[row["sex"]],
                self._pathologies[row["pathology"]],
                True,
                [self._evidences[each] for each in row["evidences"]],
                [self._pathologies[name] for name, *_ in row.get("differential", ())],
            )


def _of_corpus(lines: Iterable[str]) -> Iterator[_Row]:
    for row in csv.DictReader(lines):
        yield _Row(
            int(row["row"]),
            float(row["age"]),
            _SEXES[row["sex"]],
            int(row["label"]) if row["label"] else OPEN,
            row["label_source"] == _GIVEN,
            [int(each) for each in row["evidences"].split()],
            [int(each) for each in row["ddx"].split()],
        )


def _lines(file: Path, read: Callable[[Iterable[str]], Iterator[_Row]]) -> list[_Row]:
    rows = list[_Row]()
    try:
        with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
            for row in read(lines):
                rows.append(row)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableFile(f"{file.name} cannot be read ({type(error).__name__}).") from error
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise UnreadableFile(f"{file.name}: patient {len(rows) + 1} is none of DDXPlus.") from error
    return rows


def _patients(rows: Sequence[_Row], words: Words) -> Patients:
    present = _flags([each.evidences for each in rows], len(words.evidences))
    listed = _flags([each.listed for each in rows], len(words.pathologies))
    strangers = present.astype(np.float32) @ (~words.admitted).astype(np.float32)
    return Patients(
        rows=np.array([each.number for each in rows], dtype=np.intp),
        ages=np.array([each.age for each in rows], dtype=np.float64),
        sexes=np.array([each.sex for each in rows], dtype=np.intp),
        present=present,
        labels=np.array([each.label for each in rows], dtype=np.intp),
        given=np.array([each.given for each in rows], dtype=bool),
        listed=listed,
        candidates=listed & (strangers == 0),
    )


def _flags(places: Sequence[Sequence[int]], columns: int) -> Flags:
    flags = np.zeros((len(places), columns), dtype=bool)
    for row, own in enumerate(places):
        flags[row, list(own)] = True
    return flags
