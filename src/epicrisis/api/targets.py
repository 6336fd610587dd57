"""Findings as a client names them, by offsets in its own unit, as spans of the text it sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from epicrisis.api.problems import Problem, Refused, problem_of
from epicrisis.api.schemas.assertions import Target
from epicrisis.domain.spans import Span
from epicrisis.errors import InvalidSpan
from epicrisis.text.alignment import OffsetUnit, misplaced, to_code_points

# A finding is a few words. Each is quoted in the answer, so a thousand of a page each would be a book.
LONGEST = 1_000
_ENDS = ("start", "end")


def spans_of(targets: Sequence[Target], text: str, unit: OffsetUnit, *, within: str = "#") -> tuple[Span, ...]:
    """Return ``targets`` as spans of ``text``; ``within`` is the pointer of what holds them.

    Raises:
        Refused: some of them mark no stretch of the text, or too long a one; the problem points at each.
    """
    places = [place for target in targets for place in (target.start, target.end)]
    try:
        points = to_code_points(text, places, unit)
    except InvalidSpan:
        faults = {f"{place // 2}/{_ENDS[place % 2]}": reason for place, reason in misplaced(text, places, unit).items()}
        raise Refused(_problem(faults, within)) from None
    pairs = list(zip(points[::2], points[1::2], strict=True))
    faults = {f"{number}/end": reason for number, pair in enumerate(pairs) if (reason := _reason(*pair))}
    if faults:
        raise Refused(_problem(faults, within))
    return tuple(Span(*pair) for pair in pairs)


def _reason(start: int, end: int) -> str | None:
    if start >= end:
        return "does not lie after the start"
    if end - start > LONGEST:
        return f"lies more than {LONGEST:,} characters after the start; a finding is a few words"
    return None


def _problem(faults: Mapping[str, str], within: str) -> Problem:
    told = tuple(
        {"pointer": f"{within}/targets/{place}", "detail": f"The offset {reason}."} for place, reason in faults.items()
    )
    detail = "Some targets mark no finding of the text; `errors` points at each."
    return replace(problem_of(InvalidSpan(detail)), faults=told)
