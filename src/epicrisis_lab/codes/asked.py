"""What a linker was asked, what it answered, and what a baseline that only compares names would have said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from epicrisis.domain.records import Code
from epicrisis.engines.codes.hpo.linker import build as build_hpo
from epicrisis.engines.codes.icd10cm.linker import build as build_icd10cm
from epicrisis_lab.codes.hpo import ontology, phenotypes
from epicrisis_lab.codes.icd10cm import entries
from epicrisis_lab.codes.phenotypes import exactly, read_phenotypes
from epicrisis_lab.codes.scoring import Coding, linked, nearest, read_codings

Answers = Sequence[tuple[Code, ...]]


@dataclass(frozen=True, slots=True)
class Asked:
    """The names with the codes that are right, our answers, and those of the baseline.

    The codes of some systems begin with their category.
    """

    codings: Sequence[Coding]
    ours: Answers
    theirs: Answers
    baseline: str
    categories: bool


def problems_of_notes(path: Path) -> Asked:
    """Ask the ICD-10-CM linker for the names in ``path``, a table; beside it stands the nearest description."""
    codings = read_codings(path)
    ours, theirs = linked(build_icd10cm(), codings), nearest(entries(), codings)
    return Asked(codings, ours, theirs, "nearest description", categories=True)


def phenotypes_of_text(path: Path) -> Asked:
    """Ask the HPO linker for what is marked in ``path``, texts; beside it stands the term of exactly that name."""
    listed = phenotypes(ontology())
    codings = read_phenotypes(path, listed)
    return Asked(codings, linked(build_hpo(), codings), exactly(listed, codings), "exact name", categories=False)
