"""When two engines read one finding so differently that a person should look."""

from __future__ import annotations

from dataclasses import dataclass, replace

from epicrisis.domain.assertions import Assertion, Conflict, CueKind, to_three_labels

# The cues that decide a status; "history of" and "mother" decide when and whose.
STATUS_CUES = frozenset(
    {CueKind.NEGATION, CueKind.UNCERTAINTY, CueKind.HYPOTHESIS, CueKind.CONDITION, CueKind.NORMALITY}
)

# Chosen on the development sentences of mtsamples_status (1,494 findings, coarse reading), with earlier weights and
# earlier cues than those that ship: few findings are marked, and of these several times as many are wrong as of all.
UNSURE_BELOW = 0.85
SURE_FROM = 0.95


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far two readings may differ: see ``with_conflict``."""

    unsure_below: float = UNSURE_BELOW
    sure_from: float = SURE_FROM


def with_conflict(assertion: Assertion, other: Assertion, *, engine: str, tolerance: Tolerance) -> Assertion:
    """Return ``assertion`` with the reading of ``engine``, ``other``, beside it where the two disagree strongly.

    They do when all three hold:

    1. the two statuses differ in the coarse reading (PRESENT, ABSENT, POSSIBLE), so it is not POSSIBLE against
       HYPOTHETICAL or ABSENT against NORMAL;
    2. the other reading rests on a cue that decides a status, so it is not the mere default of an engine that saw none;
    3. the first engine is unsure of itself (below ``unsure_below``), or the other is sure (from ``sure_from``).
    """
    differs = to_three_labels(assertion.status) != to_three_labels(other.status)
    cues = tuple(cue for cue in other.cues if cue.kind in STATUS_CUES)
    matters = assertion.confidence < tolerance.unsure_below or other.confidence >= tolerance.sure_from
    if not (differs and cues and matters):
        return assertion
    return replace(assertion, conflict=Conflict(engine=engine, status=other.status, cues=cues))
