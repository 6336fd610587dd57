"""``epicrisis-lab train summaries``: what makes a sentence worth telling, from notes whose authors concluded something.

The target of a sentence is how much of it the conclusion says too; ridge regression (Hoerl and Kennard 1970,
Technometrics 12:55) turns that into one weight per feature. Nothing is drawn: a run gives the same file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import numpy as np

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.engines.summary.notes.features import Floats, counted, names
from epicrisis.engines.summary.notes.units import Unit, units_of
from epicrisis.engines.summary.notes.weights import FILE
from epicrisis_lab.corpora.catalogue import trainable
from epicrisis_lab.corpora.reading import load_rows
from epicrisis_lab.errors import MissingData, NothingToScore
from epicrisis_lab.evaluation.records.engines import read
from epicrisis_lab.evaluation.summaries.cases import Case, Side, cases, of_side
from epicrisis_lab.evaluation.summaries.concepts import concepts, shared
from epicrisis_lab.evaluation.summaries.rouge import words_of

SUMMARIES = "summaries"
CORPUS = "mtsamples_notes"
# The strength of the Gaussian prior on each weight, and how much shared concepts count beside shared words: both chosen
# by five-fold cross-validation over the same notes.
_PRIOR = 10.0
_CONCEPTS = 0.5
# What physicians look for in a note though a conclusion does not say it again: never held against a sentence, and what
# the conclusion itself would be under, where a note still has it.
_AT_LEAST = {
    "changes": 0.02,
    "plan": 0.02,
    "section.assessment": 0.1,
    "section.discharge": 0.0,
    "section.hospital-course": 0.02,
    "section.plan": 0.02,
}

# And what they do not look for there, though a conclusion now and then says it.
_AT_MOST = {
    "boilerplate": -0.03,
    "only-denied": -0.02,
    "problems.family": -0.02,
    "section.family-history": -0.03,
    "section.social-history": -0.02,
}


@dataclass(frozen=True, slots=True)
class Example:
    """The sentences of one note: their features, and how much of each its author concluded."""

    features: Floats
    targets: Floats


def summaries_file() -> Path:
    """Return the file that ships, beside the code that reads it."""
    return Path(str(files("epicrisis.engines.summary.notes"))) / FILE


def train_summaries(root: Path | None, out: Path) -> int:
    """Learn from the notes under ``root`` that no figure is told of, write ``out``, and return how many there were.

    Raises:
        MissingData: there is no folder of corpora.
        NothingToScore: the notes are not there, or none of them concludes anything.
    """
    if root is None:
        raise MissingData
    rows = load_rows(trainable(CORPUS).files(root)).rows
    found = of_side(list(cases(row.document for row in rows)), Side.TRAIN)
    if not found:
        raise NothingToScore(f"No note under {root} has a conclusion to learn from.")
    learnt = learn(examples(found))
    lines = [f'"{name}" = {round(float(weight), 4)}' for name, weight in zip(names(), learnt, strict=True)]
    head = (
        "# How much each feature of a sentence speaks for telling it; features.py says what each is.\n"
        "# Written by `epicrisis-lab train summaries`.\n"
        f'source = "fitted by epicrisis on {len(found)} notes of MTSamples (CC0)"\n\n[weights]\n'
    )
    out.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
    return len(found)


def examples(found: Sequence[Case]) -> list[Example]:
    """Return what there is to learn from each of ``found``."""
    notes, references = read([case.note for case in found]), read([case.reference for case in found])
    return [_example(note, reference) for note, reference in zip(notes, references, strict=True)]


def _example(note: AnnotatedDocument, reference: AnnotatedDocument) -> Example:
    units = units_of(note)
    return Example(counted(note, units).features, targets(note, units, reference))


def targets(note: AnnotatedDocument, units: Sequence[Unit], reference: AnnotatedDocument) -> Floats:
    """Return how much of each of ``units`` the ``reference`` says too: of its words, pairs of words and concepts."""
    theirs, told = words_of(reference.document.text), concepts(reference)
    ones, twos = Counter(theirs), Counter(pairwise(theirs))

    def target(unit: Unit) -> float:
        words = words_of(note.document.quote(unit.span))
        pairs = Counter(pairwise(words))
        both = (Counter(words) & ones).total() + (pairs & twos).total()
        return both / (2 * max(len(words), 1)) + _CONCEPTS * shared(concepts(note, [unit.span]), told).f1

    return np.array([target(unit) for unit in units])


def learn(examples: Sequence[Example]) -> Floats:
    """Return the weight of each feature, within what is known of it; a long note counts as the root of its length."""
    features = np.vstack([each.features for each in examples])
    wanted = np.concatenate([each.targets for each in examples])
    shares = np.concatenate([np.full(len(each.targets), len(each.targets) ** -0.5) for each in examples])
    roots = np.sqrt(shares)
    centred = (features - np.average(features, axis=0, weights=shares)) * roots[:, np.newaxis]
    aims = (wanted - np.average(wanted, weights=shares)) * roots
    learnt: Floats = np.linalg.solve(centred.T @ centred + _PRIOR * np.eye(features.shape[1]), centred.T @ aims)
    least = [_AT_LEAST.get(name, -np.inf) for name in names()]
    most = [_AT_MOST.get(name, np.inf) for name in names()]
    return np.clip(learnt, least, most)
