"""The demonstration cases of ``epicrisis cases seed``: patients of DDXPlus, who never were, in our own findings.

Of what a patient says, those findings are taken that our reader finds in it and that our tables name with the condition
the patient has, or that were there before: what is read wrongly stays out. Nobody there tells what they do not have.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from epicrisis.assembly import Pipeline
from epicrisis.domain.differentials import FindingKind
from epicrisis.domain.documents import Document
from epicrisis.engines.differential.knowledge.base import KnowledgeBase
from epicrisis.engines.differential.knowledge.reading import knowledge_base
from epicrisis.services.diagnose import Presentation
from epicrisis_lab.differential.words import conditions_by_pathology
from epicrisis_lab.errors import MissingData

CASES = "diagnosis/cases/ddxplus_cases.jsonl.gz"
_SEXES = {"F": "FEMALE", "M": "MALE"}
# With fewer a case is like any other.
_FEWEST = 3


@dataclass(frozen=True, slots=True)
class Told:
    """A patient: the row, and which findings our reader found."""

    row: Mapping[str, Any]
    found: frozenset[str]


def patients_in(root: Path, each: int) -> list[Mapping[str, Any]]:
    """Return the first patients of each pathology, three times ``each``: not all of them will do.

    Raises:
        MissingData: the corpora have no such file.
    """
    file = root / CASES
    if not file.is_file():
        raise MissingData(f"There is no {CASES} below {root}.")
    seen, taken = Counter[str](), list[Mapping[str, Any]]()
    for line in gzip.decompress(file.read_bytes()).decode().splitlines():
        row = json.loads(line)
        seen[row["diagnosis"]] += 1
        if seen[row["diagnosis"]] <= 3 * each:
            taken.append(row)
    return taken


def told(rows: Sequence[Mapping[str, Any]], pipeline: Pipeline) -> Iterator[Told]:
    """Yield each patient with what our reader finds in what they say."""
    for row in rows:
        note = Document(id=row["id"], text=row["text"], language="en")
        presentation = Presentation(language="en", note=note)
        observed = pipeline.differentials.one(presentation, most=1).case.observed
        yield Told(row, frozenset(each.finding for each in observed if each.present))


def seeds(patients: Sequence[Told], each: int) -> Iterator[dict[str, Any]]:
    """Yield ``each`` cases of every pathology: those of whom most is known."""
    base, conditions = knowledge_base(), conditions_by_pathology()
    by_condition: dict[str, list[tuple[Told, list[str]]]] = {}
    for patient in patients:
        condition = conditions[patient.row["diagnosis"]]
        found = sorted(_right(patient.found, condition, base))
        if len(found) >= _FEWEST:
            by_condition.setdefault(condition, []).append((patient, found))
    for condition, own in sorted(by_condition.items()):
        own.sort(key=lambda pair: (-len(pair[1]), pair[0].row["id"]))
        for patient, found in own[:each]:
            yield {
                "id": patient.row["id"],
                "age": patient.row["age"],
                "sex": _SEXES[patient.row["sex"]],
                "outcome": base.conditions[condition].icd10cm,
                "findings": found,
            }


def _right(found: frozenset[str], condition: str, base: KnowledgeBase) -> Iterator[str]:
    named = base.named[base.row[condition]]
    for finding in found:
        if base.findings[finding].kind is FindingKind.HISTORY or named[base.column[finding]]:
            yield finding
