"""Assertion: is the status of a given concept the one the annotators gave?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from epicrisis.domain.assertions import Assertion, Experiencer, Status, Temporality, to_three_labels
from epicrisis.domain.spans import Span
from epicrisis.engines.contracts import AssertionEngine
from epicrisis_lab.corpora.rows import GoldTarget, LabRow
from epicrisis_lab.errors import NothingToScore
from epicrisis_lab.evaluation.calibration import calibration_tally, reliability
from epicrisis_lab.evaluation.classification import Pair, classification_tally, confusion
from epicrisis_lab.evaluation.mistakes import Mistake
from epicrisis_lab.evaluation.ports import AssessesMany
from epicrisis_lab.evaluation.scored import Scored
from epicrisis_lab.evaluation.spans import Mark
from epicrisis_lab.evaluation.tally import Tally, joined
from epicrisis_lab.evaluation.units import merged_pairs

Judged = tuple[GoldTarget, Assertion]
THREE = ("PRESENT", "ABSENT", "POSSIBLE")


def score_assertion(engine: AssertionEngine, rows: Sequence[LabRow]) -> Scored:
    """Score ``engine`` on the given targets of ``rows``; when and whose are scored where a corpus tells them apart.

    Raises:
        NothingToScore: no row has a target with a status.
    """
    marked = [row for row in rows if "targets" in row.layers]
    units = [unit for unit in merged_pairs(marked) if unit.targets]
    if not units:
        raise NothingToScore("No row of these files has a concept with a status; try the task entities or cues.")
    answers = assess_all(engine, units)
    judged = [list(zip(unit.targets, given, strict=True)) for unit, given in zip(units, answers, strict=True)]
    axes: dict[str, list[list[Pair]]] = {
        "status": [[(target.status, given.status) for target, given in pairs] for pairs in judged],
        "temporality": _axis(units, judged, "temporality"),
        "experiencer": _axis(units, judged, "experiencer"),
    }
    confident = [[(given.confidence, given.status == target.status) for target, given in pairs] for pairs in judged]
    return Scored(
        rows=len(marked),
        tally=joined(
            *(_tally(name, pairs) for name, pairs in axes.items() if any(pairs)),
            _three(axes["status"], "status.three"),
            *_annotated(judged),
            calibration_tally(confident, "status"),
        ),
        mistakes=tuple(
            mistake for unit, pairs in zip(units, judged, strict=True) for mistake in _mistakes(unit, pairs)
        ),
        confusions={
            f"{name}.confusion": confusion([pair for row in pairs for pair in row])
            for name, pairs in axes.items()
            if any(pairs)
        },
        reliability={"status": tuple(reliability([answer for row in confident for answer in row]))},
    )


def assess_all(engine: AssertionEngine, units: Sequence[LabRow]) -> Sequence[Sequence[Assertion]]:
    """Return the assertions of the targets of each unit, in one go where the engine can."""
    documents = [unit.document for unit in units]
    targets: list[list[Span]] = [[target.span for target in unit.targets] for unit in units]
    if isinstance(engine, AssessesMany):
        return engine.assess_many(documents, targets)
    return [engine.assess(document, spans) for document, spans in zip(documents, targets, strict=True)]


_VALUES: dict[str, tuple[str, ...]] = {
    "status": tuple(Status),
    "temporality": tuple(Temporality),
    "experiencer": tuple(Experiencer),
}


def _tally(name: str, pairs: Sequence[Sequence[Pair]]) -> Tally:
    return classification_tally(pairs, _VALUES[name], name)


def _three(pairs: Sequence[Sequence[Pair]], name: str) -> Tally:
    folded = [[(to_three_labels(Status(gold)), to_three_labels(Status(given))) for gold, given in row] for row in pairs]
    return classification_tally(folded, THREE, name)


def _annotated(judged: Sequence[Sequence[Judged]]) -> Iterator[Tally]:
    """Yield the three labels over what an annotator judged, where a rule gave the status of the rest.

    NUBes marks what is negated or uncertain; what its rows call PRESENT is a disorder by name outside every scope.
    """
    own = [[(target.status, given.status) for target, given in pairs if not target.derived] for pairs in judged]
    if any(len(kept) < len(pairs) for kept, pairs in zip(own, judged, strict=True)):
        yield _three(own, "status.annotated")


def _axis(units: Sequence[LabRow], judged: Sequence[Sequence[Judged]], name: str) -> list[list[Pair]]:
    """Return the pairs of one axis, none for the rows of a corpus that gives every target the same value.

    NUBes does not say when or whose a finding is: its rows read as current and the patient's, and an engine that sees
    "hace dos años" would be called wrong for it.
    """
    values: dict[str, set[str]] = {}
    for unit in units:
        values.setdefault(unit.source, set()).update(getattr(target, name) for target in unit.targets)
    return [
        [(getattr(target, name), getattr(given, name)) for target, given in pairs]
        if len(values[unit.source]) > 1
        else []
        for unit, pairs in zip(units, judged, strict=True)
    ]


def _mistakes(unit: LabRow, judged: Sequence[Judged]) -> Iterator[Mistake]:
    for target, given in judged:
        if target.status != given.status:
            start, end = target.span.start, target.span.end
            yield Mistake(
                kind=f"{target.status} -> {given.status}",
                row=unit.id,
                source=unit.source,
                text=unit.text,
                gold=Mark(start, end, target.status),
                predicted=Mark(start, end, given.status),
            )
