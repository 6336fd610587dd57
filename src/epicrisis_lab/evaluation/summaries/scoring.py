"""One evaluation of summaries: notes without their conclusion in, how much of it each engine tells out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.note_summaries import Bounds
from epicrisis.domain.spans import Span
from epicrisis.engines.registry import Group, installed, summary_engine
from epicrisis_lab.corpora.catalogue import corpus_of
from epicrisis_lab.corpora.rows import LabRow
from epicrisis_lab.errors import NothingToScore
from epicrisis_lab.evaluation.bootstrap import intervals
from epicrisis_lab.evaluation.mistakes import Mistake
from epicrisis_lab.evaluation.records.engines import read
from epicrisis_lab.evaluation.run import Evaluation, Task
from epicrisis_lab.evaluation.summaries.baselines import baseline, fitting
from epicrisis_lab.evaluation.summaries.cases import Case, Side, cases, of_side
from epicrisis_lab.evaluation.summaries.concepts import concepts, shared
from epicrisis_lab.evaluation.summaries.rouge import Overlap, rouge_l, rouge_n, words_of
from epicrisis_lab.evaluation.summaries.teaching import CORPUS
from epicrisis_lab.evaluation.tally import Floats, Measures, Tally, ratio

USUAL = "salience"
FIGURES = ("rouge-1", "rouge-2", "rouge-l", "entities")
_POOR = 0.1

Told: TypeAlias = tuple[str, Sequence[Span]]
"""A summary, and the stretches of the note it quotes."""


class Summaries:
    """Notes of one language and their conclusions, read once for however many engines."""

    def __init__(self, files: Sequence[Path], rows: Sequence[LabRow]) -> None:
        self.files = tuple(map(str, files))
        self.cases = measured(rows)
        self.language = self.cases[0].note.language
        self.notes = read([case.note for case in self.cases])
        self.references = read([case.reference for case in self.cases])

    def evaluate(self, engine: str, *, samples: int = 1000, seed: int = 0) -> Evaluation:
        """Score the engine or baseline called ``engine``; ``samples`` 0 leaves the intervals out.

        Raises:
            MissingCapability: there is none of that name, or what it needs is not installed.
            UnknownLanguage: it does not read the language of the notes.
        """
        tell = _teller(engine, self.language)
        counts: list[list[float]] = []
        mistakes: list[Mistake] = []
        for case, note, reference in zip(self.cases, self.notes, self.references, strict=True):
            overlaps = _overlaps(tell(note, case.words), note, reference)
            counts.append([number for each in overlaps for number in (each.f1, float(each.is_defined))])
            if overlaps[0].f1 < _POOR:
                mistakes.append(Mistake("tells little of what was concluded", case.note.id, CORPUS, case.note.text))
        tally = Tally(np.array(counts, dtype=np.float64), _measures)
        return Evaluation(
            task=Task.SUMMARIES.value,
            files=self.files,
            rows=len(self.cases),
            engine=engine,
            language=self.language,
            metrics=tally.figures(),
            intervals=intervals(tally, samples=samples, seed=seed),
            skipped=0,
            mistakes=tuple(mistakes),
        )


def measured(rows: Sequence[LabRow]) -> list[Case]:
    """Return the notes of ``rows`` that are measured on: those of a corpus that teaches weights only where they do not.

    Raises:
        NothingToScore: none of them concludes anything.
    """
    taught = [row.document for row in rows if _teaches(row)]
    others = [row.document for row in rows if not _teaches(row)]
    found = [*of_side(list(cases(taught)), Side.DEV), *cases(others)]
    if not found:
        raise NothingToScore("None of these notes has a conclusion of ten words; name notes, not sentences.")
    return found


def _teaches(row: LabRow) -> bool:
    known = corpus_of(row.source)
    return known is not None and known.name == CORPUS


def _teller(engine: str, language: str) -> Callable[[AnnotatedDocument, int], Told]:
    if engine not in installed(Group.SUMMARIES):
        rank = baseline(engine, language)

        def ranked(note: AnnotatedDocument, words: int) -> Told:
            spans = fitting(note.document.text, rank(note), words)
            return " ".join(note.document.quote(span) for span in spans), spans

        return ranked
    teller = summary_engine(engine, language)

    def told(note: AnnotatedDocument, words: int) -> Told:
        summary = teller.summarize(note, bounds=Bounds(words, words))
        return summary.text, [span for statement in summary.statements for span in statement.spans]

    return told


def _overlaps(told: Told, note: AnnotatedDocument, reference: AnnotatedDocument) -> list[Overlap]:
    text, spans = told
    ours, theirs = words_of(text), words_of(reference.document.text)
    return [
        rouge_n(ours, theirs, 1),
        rouge_n(ours, theirs, 2),
        rouge_l(ours, theirs),
        shared(concepts(note, spans), concepts(reference)),
    ]


def _measures(totals: Floats) -> Measures:
    """Return the mean over notes of each figure; a note without concepts on either side has none of those."""
    return {
        f"summaries.{name}": ratio(totals[..., 2 * place], totals[..., 2 * place + 1])
        for place, name in enumerate(FIGURES)
    }
