"""Cues and scopes: does the engine find the words that change a status, and how far they reach?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from epicrisis.domain.assertions import Cue, CueKind
from epicrisis.domain.documents import Document
from epicrisis.domain.spans import Span
from epicrisis.engines.contracts import AssertionEngine
from epicrisis_lab.corpora.catalogue import corpus_of
from epicrisis_lab.corpora.rows import LabRow
from epicrisis_lab.errors import MissingCapability, NothingToScore
from epicrisis_lab.evaluation.mistakes import Mistake, span_mistakes
from epicrisis_lab.evaluation.ports import FindsCues, FindsCuesMany
from epicrisis_lab.evaluation.scored import Scored
from epicrisis_lab.evaluation.spans import Mark, Matching, match_overlap, match_strict, span_tally
from epicrisis_lab.evaluation.tally import Floats, Measures, Tally, joined, ratio
from epicrisis_lab.evaluation.units import merged_pairs

_WORD = re.compile(r"\w+")


def score_cues(engine: AssertionEngine, rows: Sequence[LabRow]) -> Scored:
    """Score ``engine`` on the cues of ``rows``, and on their scopes where a corpus marks them.

    A predicted cue of a kind that the corpus does not mark is left out: BioScope has no history, so "history of" is no
    mistake there.

    Raises:
        NothingToScore: no row has cues.
        MissingCapability: the engine does not name cues.
    """
    marked = [row for row in rows if "cues" in row.layers]
    units = merged_pairs(marked)
    kinds = _kinds(units)
    in_gold = sorted({cue.kind for unit in units for cue in unit.cues})
    if not in_gold:
        raise NothingToScore("No row of these files has a marked cue; try mtsamples_status, bioscope or nubes.")
    found = [
        [cue for cue in cues if cue.kind in kinds[unit.source]]
        for unit, cues in zip(units, _find_all(engine, [unit.document for unit in units]), strict=True)
    ]
    strict: list[Matching] = []
    overlap: list[Matching] = []
    mistakes: list[Mistake] = []
    for unit, cues in zip(units, found, strict=True):
        gold = [Mark(cue.span.start, cue.span.end, cue.kind) for cue in unit.cues]
        given = [Mark(cue.span.start, cue.span.end, cue.kind) for cue in cues]
        strict.append(match_strict(gold, given))
        overlap.append(match_overlap(gold, given))
        mistakes.extend(span_mistakes(unit.id, unit.source, unit.text, strict[-1]))
    every = tuple(CueKind)
    tallies = [
        span_tally(strict, {"cues.strict": every, **{f"cues.{kind}": {kind} for kind in in_gold}}),
        span_tally(overlap, {"cues.overlap": every}),
    ]
    if any(unit.scopes for unit in units):
        tallies.append(_scope_tally(units, found))
    return Scored(rows=len(marked), tally=joined(*tallies), mistakes=tuple(mistakes))


def _kinds(units: Iterable[LabRow]) -> Mapping[str, set[CueKind]]:
    kinds: dict[str, set[CueKind]] = {}
    for unit in units:
        known = corpus_of(unit.source)
        marked = known.cue_kinds if known is not None else {cue.kind for cue in unit.cues}
        kinds.setdefault(unit.source, set()).update(marked)
    return kinds


def _find_all(engine: AssertionEngine, documents: Sequence[Document]) -> Sequence[Sequence[Cue]]:
    if isinstance(engine, FindsCuesMany):
        return engine.cues_many(documents)
    if isinstance(engine, FindsCues):
        return [engine.cues(document) for document in documents]
    raise MissingCapability(f"The engine {engine.card.name!r} does not name cues; try rules or model.")


def _scope_tally(units: Sequence[LabRow], found: Sequence[Sequence[Cue]]) -> Tally:
    counts = np.zeros((len(units), 5))
    for row, unit, cues in zip(counts, units, found, strict=True):
        if "scopes" in unit.layers:
            row[:] = _scope_counts(unit, cues)

    def measure(totals: Floats) -> Measures:
        right, extra, lost, exact, scopes = (totals[..., i] for i in range(5))
        return {
            "scopes.token_precision": ratio(right, right + extra),
            "scopes.token_recall": ratio(right, right + lost),
            "scopes.token_f1": ratio(2 * right, 2 * right + extra + lost),
            "scopes.exact": ratio(exact, scopes),
            "scopes.exact.support": scopes,
        }

    return Tally(counts, measure)


def _scope_counts(unit: LabRow, cues: Sequence[Cue]) -> tuple[int, int, int, int, int]:
    """Return words right, words too many, words missed, scopes exact, scopes.

    A word is counted once per kind. The words of cues count nowhere: BioScope puts them into the scope, *SEM does not.
    """
    words = [Span(match.start(), match.end()) for match in _WORD.finditer(unit.text)]
    spoken = _inside(words, [cue.span for cue in cues], {cue.span for cue in unit.cues})
    right = extra = lost = 0
    for kind in CueKind:
        gold = _inside(words, *(scope.parts or (scope.span,) for scope in unit.scopes if scope.kind is kind)) - spoken
        given = _inside(words, [cue.scope for cue in cues if cue.kind is kind and cue.scope]) - spoken
        right, extra, lost = right + len(gold & given), extra + len(given - gold), lost + len(gold - given)
    exact = 0
    for scope in unit.scopes:
        wanted = _inside(words, scope.parts or (scope.span,)) - spoken
        exact += any(
            cue.kind is scope.kind
            and cue.span.overlaps(unit.cues[scope.cue].span)
            and _inside(words, [cue.scope] if cue.scope else []) - spoken == wanted
            for cue in cues
        )
    return right, extra, lost, exact, len(unit.scopes)


def _inside(words: Sequence[Span], *groups: Iterable[Span]) -> set[Span]:
    spans = [span for group in groups for span in group]
    return {word for word in words if any(span.contains(word) for span in spans)}
