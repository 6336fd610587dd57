"""Identifiers: is everything marked that says whose note it is, to its last character, and nothing else?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from epicrisis.domain.findings import EntityLabel
from epicrisis.domain.identifiers import Identifier, IdentifierKind
from epicrisis.domain.spans import Span
from epicrisis.engines.contracts import IdentifierEngine
from epicrisis_lab.corpora.catalogue import corpus
from epicrisis_lab.corpora.rows import LabRow
from epicrisis_lab.evaluation.mistakes import Mistake
from epicrisis_lab.evaluation.scored import Scored
from epicrisis_lab.evaluation.spans import Mark, match_strict, span_tally
from epicrisis_lab.evaluation.tally import Floats, Measures, Tally, joined, ratio

_KINDS = frozenset(kind.value for kind in IdentifierKind)
# What clinical text is read for; the attributes of a drug or a test go with it.
_MENTIONS = frozenset(
    {*(label.value for label in EntityLabel if label.is_concept), "ENFERMEDAD", "FARMACO", "PROCEDIMIENTO", "SINTOMA"}
)
# "54", "54-year-old", "54 y/o male", "54 años": the Safe Harbor rule lets ages up to 89 stand.
_YOUNG = re.compile(
    r"(?:aged?\s+|edad:?\s+)?[1-8]?\d(?:\W{0,2}(?:years?|yrs?|months?|weeks?|days?|y/?o?|años?|meses|días))?"
    r"(?:\W?old)?(?:\W{0,2}(?:male|female|man|woman|m|f))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Judged:
    """One row: its identifiers, the marks that are counted, which of those touch one, and the clinical mentions."""

    row: LabRow
    gold: tuple[Mark, ...]
    marks: tuple[Mark, ...]
    right: frozenset[Mark]
    mentions: tuple[Span, ...]

    def touched(self, start: int, end: int) -> bool:
        """Return whether a mark shares a character with the stretch."""
        return any(mark.start < end and start < mark.end for mark in self.marks)

    def covered(self, gold: Mark) -> bool:
        """Return whether the marks together hold every character of ``gold`` that is not white space."""
        held = {at for mark in self.marks for at in range(max(mark.start, gold.start), min(mark.end, gold.end))}
        return all(at in held or self.row.text[at].isspace() for at in range(gold.start, gold.end))


def score_identifiers(
    engine: IdentifierEngine, rows: Sequence[LabRow], mentions: Sequence[Sequence[Span]] | None = None
) -> Scored:
    """Score ``engine`` on ``rows``; one in which nothing is marked holds no identifier.

    ``mentions`` are the clinical mentions of each row, which a redaction should leave alone; without them, those the
    rows mark themselves.
    """
    answers = engine.find([row.document for row in rows])
    labels = {entity.label for row in rows for entity in row.entities if _is_identifier(entity.label)}
    given = mentions if mentions is not None else [_marked_mentions(row) for row in rows]
    judged = [_judged(row, found, about, labels) for row, found, about in zip(rows, answers, given, strict=True)]
    tallies = [_recall(judged, sorted(labels)), _precision(judged), _clean(judged)]
    if labels:
        # What a corpus never marks is not counted here: in a file without ages, an age is neither right nor wrong.
        strict = [match_strict(each.gold, [mark for mark in each.marks if mark.label in labels]) for each in judged]
        own = {f"identifiers.strict.{label}": {label} for label in sorted(labels)}
        tallies.insert(2, span_tally(strict, {"identifiers.strict": labels, **own}))
    mistakes = tuple(mistake for each in judged for mistake in _mistakes(each))
    return Scored(rows=len(rows), tally=joined(*tallies), mistakes=mistakes)


def is_mention(label: str) -> bool:
    """Return whether ``label`` is that of a clinical mention: a problem, a test, a procedure or a drug."""
    return label in _MENTIONS


def _is_identifier(label: str) -> bool:
    return label in _KINDS or label in corpus("meddocan").labels


def _marked_mentions(row: LabRow) -> list[Span]:
    return [entity.span for entity in row.entities if is_mention(entity.label)]


def _judged(row: LabRow, found: Iterable[Identifier], mentions: Iterable[Span], labels: set[str]) -> _Judged:
    gold = tuple(Mark(e.span.start, e.span.end, e.label) for e in row.entities if _is_identifier(e.label))
    # Titles and nationalities in the Presidio sets: no identifiers of ours, and no harm where they are marked.
    neither = [e.span for e in row.entities if not _is_identifier(e.label) and not is_mention(e.label)]
    marks = [Mark(each.span.start, each.span.end, _label(each, labels)) for each in found]
    right = frozenset(mark for mark in marks if _touches(mark, gold))
    return _Judged(
        row=row,
        gold=gold,
        marks=tuple(m for m in marks if m in right or not (_is_young(row.text, m) or _touches_span(m, neither))),
        right=right,
        mentions=tuple(span for span in mentions if not _touches(Mark(span.start, span.end, ""), gold)),
    )


def _label(found: Identifier, labels: set[str]) -> str:
    """Return what the file would call ``found``: its finer label where the file has that one, else its kind."""
    if found.sub in labels:
        return str(found.sub)
    if found.kind is IdentifierKind.ORGANIZATION and found.kind not in labels and IdentifierKind.LOCATION in labels:
        return IdentifierKind.LOCATION.value
    return found.kind.value


def _is_young(text: str, mark: Mark) -> bool:
    return _YOUNG.fullmatch(text[mark.start : mark.end].strip()) is not None and mark.label in ("AGE", "DATE")


def _touches(mark: Mark, others: Iterable[Mark]) -> bool:
    return any(mark.start < other.end and other.start < mark.end for other in others)


def _touches_span(mark: Mark, others: Iterable[Span]) -> bool:
    return any(mark.start < other.end and other.start < mark.end for other in others)


def _recall(judged: Sequence[_Judged], labels: Sequence[str]) -> Tally:
    """Return how many identifiers are touched by a mark of any kind, and how many are covered, by label."""
    size = len(labels)
    place = {label: i for i, label in enumerate(labels)}
    counts = np.zeros((len(judged), 3 * size))
    for row, each in zip(counts, judged, strict=True):
        for mark in each.gold:
            column = place[mark.label]
            row[column] += 1
            row[size + column] += each.touched(mark.start, mark.end)
            row[2 * size + column] += each.covered(mark)

    def measure(totals: Floats) -> Measures:
        figures: dict[str, Floats] = {}
        wanted, touched, covered = (totals[..., part * size : (part + 1) * size] for part in range(3))
        for name, held in (("overlap", touched), ("cover", covered)):
            stem = f"identifiers.{name}_recall"
            figures[stem] = ratio(held.sum(axis=-1), wanted.sum(axis=-1))
            figures[f"{stem}.support"] = wanted.sum(axis=-1)
            for i, label in enumerate(labels):
                figures[f"{stem}.{label}"] = ratio(held[..., i], wanted[..., i])
                figures[f"{stem}.{label}.support"] = wanted[..., i]
        return figures

    return Tally(counts, measure)


def _precision(judged: Sequence[_Judged]) -> Tally:
    """Return the share of marks that touch an identifier, and how many of the others there are among the words."""
    labels = sorted({mark.label for each in judged for mark in each.marks})
    size = len(labels)
    counts = np.zeros((len(judged), 2 * size + 1))
    for row, each in zip(counts, judged, strict=True):
        given, right = Counter(m.label for m in each.marks), Counter(m.label for m in each.marks if m in each.right)
        row[:-1] = [given[label] for label in labels] + [right[label] for label in labels]
        row[-1] = len(each.row.text.split())

    def measure(totals: Floats) -> Measures:
        given, right, words = totals[..., :size], totals[..., size : 2 * size], totals[..., -1]
        false = given.sum(axis=-1) - right.sum(axis=-1)
        figures = {"identifiers.precision_of_marks": ratio(right.sum(axis=-1), given.sum(axis=-1))}
        figures["identifiers.precision_of_marks.support"] = given.sum(axis=-1)
        for i, label in enumerate(labels):
            figures[f"identifiers.precision_of_marks.{label}"] = ratio(right[..., i], given[..., i])
            figures[f"identifiers.precision_of_marks.{label}.support"] = given[..., i]
        figures["false_marks.per_1000_words"] = ratio(1000 * false, words)
        return figures

    return Tally(counts, measure)


def _clean(judged: Sequence[_Judged]) -> Tally:
    """Return the share of rows without identifiers that carry a mark, and of clinical mentions a mark touches."""
    counts = np.array(
        [
            [
                not each.gold,
                not each.gold and bool(each.marks),
                len(each.mentions),
                sum(each.touched(span.start, span.end) for span in each.mentions),
            ]
            for each in judged
        ],
        dtype=np.float64,
    )

    def measure(totals: Floats) -> Measures:
        return {
            "clean_rows.marked": ratio(totals[..., 1], totals[..., 0]),
            "clean_rows.marked.support": totals[..., 0],
            "mentions.touched": ratio(totals[..., 3], totals[..., 2]),
            "mentions.touched.support": totals[..., 2],
        }

    return Tally(counts, measure)


def _mistakes(each: _Judged) -> Iterator[Mistake]:
    row = each.row
    for gold in each.gold:
        if not each.covered(gold):
            near = next((m for m in each.marks if _touches(m, [gold])), None)
            yield Mistake(f"{'partly' if near else 'missed'} {gold.label}", row.id, row.source, row.text, gold, near)
    for mark in each.marks:
        if mark not in each.right:
            yield Mistake(f"false positive {mark.label}", row.id, row.source, row.text, predicted=mark)
    for span in each.mentions:
        near = next((m for m in each.marks if m.start < span.end and span.start < m.end), None)
        if near is not None:
            lost = Mark(span.start, span.end, "MENTION")
            yield Mistake("mention touched", row.id, row.source, row.text, lost, near)
