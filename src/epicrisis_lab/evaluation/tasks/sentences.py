"""Sentences: what does a sentence say, as a whole, of the finding it is about?"""

from __future__ import annotations

from collections.abc import Sequence

from epicrisis.domain.annotations import Sentence
from epicrisis.domain.assertions import SentenceLabel
from epicrisis.domain.spans import Span
from epicrisis.engines.assertion.sentence_labels import sentence_label
from epicrisis.engines.contracts import AssertionEngine, LabelsQuickly
from epicrisis.services.label import LABELS, four_scores
from epicrisis_lab.corpora.rows import LabRow
from epicrisis_lab.errors import MissingCapability, NothingToScore
from epicrisis_lab.evaluation.calibration import Scored as Confident
from epicrisis_lab.evaluation.calibration import calibration_tally, reliability
from epicrisis_lab.evaluation.classification import classification_tally, confusion
from epicrisis_lab.evaluation.mistakes import Mistake
from epicrisis_lab.evaluation.ports import LabelsSentences
from epicrisis_lab.evaluation.scored import Scored
from epicrisis_lab.evaluation.spans import Mark
from epicrisis_lab.evaluation.tally import joined
from epicrisis_lab.evaluation.tasks.assertion import assess_all


def score_sentences(engine: AssertionEngine, rows: Sequence[LabRow]) -> Scored:
    """Score ``engine`` on the rows that carry a sentence label; each row is one sentence, given as such.

    Raises:
        NothingToScore: no row has a sentence label.
        MissingCapability: the engine answered without a label.
    """
    marked = [row for row in rows if row.sentence_label is not None and "sentence_label" in row.layers]
    if not marked:
        raise NothingToScore("No row of these files has a sentence label; try mtsamples_status or es_status.")
    answers = _label_all(engine, marked)
    pairs = [(str(row.sentence_label), str(answer.label)) for row, answer in zip(marked, answers, strict=True)]
    confident: list[list[Confident]] = [
        [(answer.scores[answer.label], gold == given)] if answer.label and answer.label in answer.scores else []
        for answer, (gold, given) in zip(answers, pairs, strict=True)
    ]
    tallies = [classification_tally([[pair] for pair in pairs], tuple(SentenceLabel), "sentence")]
    if any(confident):
        tallies.append(calibration_tally(confident, "sentence"))
    quick = answers
    if isinstance(engine, LabelsQuickly):
        quick = engine.quick_labels([row.text for row in marked], language=marked[0].language)
    tallies.append(classification_tally(_in_four(marked, quick), LABELS, "predict"))
    return Scored(
        rows=len(marked),
        tally=joined(*tallies),
        mistakes=tuple(
            Mistake(
                kind=f"{gold} -> {given}",
                row=row.id,
                source=row.source,
                text=row.text,
                gold=Mark(0, len(row.text), gold),
                predicted=Mark(0, len(row.text), given),
            )
            for row, (gold, given) in zip(marked, pairs, strict=True)
            if gold != given
        ),
        confusions={"sentence.confusion": confusion(pairs)},
        reliability={"sentence": tuple(reliability([answer for row in confident for answer in row]))}
        if any(confident)
        else {},
    )


def _in_four(rows: Sequence[LabRow], answers: Sequence[Sentence]) -> list[list[tuple[str, str]]]:
    """Return what `/predict` would say, beside the gold label of each row that has one of the four labels it knows."""
    scored = [four_scores(answer) for answer in answers]
    return [
        [(str(row.sentence_label), max(scores, key=lambda label: scores[label]).value)]
        if str(row.sentence_label) in LABELS
        else []
        for row, scores in zip(rows, scored, strict=True)
    ]


def _label_all(engine: AssertionEngine, rows: Sequence[LabRow]) -> Sequence[Sentence]:
    if isinstance(engine, LabelsSentences):
        answers = engine.sentence_labels([row.text for row in rows], language=rows[0].language)
    else:
        answers = _derived(engine, rows)
    if any(answer.label is None for answer in answers):
        raise MissingCapability(f"The engine {engine.card.name!r} left a sentence without a label.")
    return answers


def _derived(engine: AssertionEngine, rows: Sequence[LabRow]) -> list[Sentence]:
    """Return the label that follows from the engine's reading of the marked concepts of each sentence."""
    if not any(row.targets for row in rows):
        raise MissingCapability(
            f"The engine {engine.card.name!r} labels no sentences itself, and no concept is marked to derive them from."
        )
    return [
        Sentence(Span(0, len(row.text)), sentence_label(assertions))
        for row, assertions in zip(rows, assess_all(engine, rows), strict=True)
    ]
