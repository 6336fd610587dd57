"""What an answer of contract D cannot say in its body, whose fields are fixed: headers, in ASCII."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from epicrisis.domain.differentials import Differential
from epicrisis.engines.differential.telling import BOTH_WAYS, ELSEWHERE, MISFIT, NOTHING_THERE
from epicrisis.services.diagnose import Presentation

DISCLAIMER = "Supports a clinician and is no diagnosis; confidences are estimates. POST /v1/differentials tells why."
# Servers in between refuse a head that is too long.
_MOST_CHARACTERS = 1_500
# A result is named by its code alone; what is told of findings, by its kind and how often.
_OF_A_RESULT = re.compile(r"\d{1,7}-\d\b")
_KINDS = {BOTH_WAYS: "Findings that contradict each other", MISFIT: "Findings that do not fit the age or the sex"}
_OTHER = "Other warnings, which POST /v1/differentials tells"


def notices(told: Presentation, found: Differential, threshold: float) -> Mapping[str, str]:
    """Return the headers: that it is no diagnosis, and what of ``told`` was not understood or does not fit."""
    warnings = "; ".join(_warnings(told, found, threshold)).encode("ascii", "replace").decode()
    short = warnings if len(warnings) <= _MOST_CHARACTERS else f"{warnings[: _MOST_CHARACTERS - 3]}..."
    return {"X-Disclaimer": DISCLAIMER, **({"X-Warnings": short} if short else {})}


def _warnings(told: Presentation, found: Differential, threshold: float) -> Iterator[str]:
    # Words that were sent are about a patient, and heads are logged by servers in between: their number is told.
    unmatched = found.case.unmatched
    yield from _not_understood("symptoms", told.symptoms, unmatched)
    yield from _not_understood("preexisting_conditions", told.conditions, unmatched)
    yield from _kinds(found.warnings)
    if all(each.confidence < threshold for each in found.hypotheses):
        yield f"No condition reaches the threshold of {threshold:g}; POST /v1/differentials tells what is below it."


def _kinds(warnings: Sequence[str]) -> Iterator[str]:
    general = [each for each in warnings if each in (ELSEWHERE, NOTHING_THERE) or _OF_A_RESULT.match(each)]
    yield from general
    told = Counter(_kind(each) for each in warnings if each not in general)
    yield from (f"{kind}: {count}." for kind, count in told.items())


def _kind(warning: str) -> str:
    return next((kind for phrase, kind in _KINDS.items() if phrase in warning), _OTHER)


def _not_understood(field: str, words: Sequence[str], unmatched: Sequence[str]) -> Iterator[str]:
    numbers = [str(number) for number, each in enumerate(words, 1) if each in unmatched]
    if numbers:
        yield f"Not understood, and counted for nothing: {field} {', '.join(numbers)}."
