"""What holds of an invented patient, put together by hand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from epicrisis.domain.patients import Identity, Missing, Sex, Source
from epicrisis.domain.records import Flag, ReferenceRange
from epicrisis.domain.summaries import Baseline, Current, Delta, Heading, Latest, Statement, Trend
from epicrisis.engines.summary.rules.plan import sections
from tests.golden.patient_summaries.charts import result, when

SOMEBODY = Identity(Source("Patient/p1"), family="Prueba", born=when("1950-02-28"), sex=Sex.FEMALE)
AT = when("2021-06-01")
_THINGS = ("problems", "past_problems", "medications", "allergies")


def holding(**parts: Any) -> Baseline:
    """Return a baseline of ``parts`` as of ``AT``; entries stand for themselves, each a thing of its own."""
    at, identity = parts.pop("at", AT), parts.pop("identity", SOMEBODY)
    return Baseline(at, identity, **{name: _all(name, some) for name, some in parts.items()})


def told(
    baseline: Baseline,
    heading: Heading,
    *,
    delta: Delta | None = None,
    missing: tuple[Missing, ...] = (),
    language: str = "en",
) -> list[str]:
    """Return the sentences of one part."""
    return [each.text for each in said(baseline, heading, delta=delta, missing=missing, language=language)]


def said(
    baseline: Baseline,
    heading: Heading,
    *,
    delta: Delta | None = None,
    missing: tuple[Missing, ...] = (),
    language: str = "en",
) -> tuple[Statement, ...]:
    """Return one part with its sources."""
    parts = sections(baseline, delta or Delta(None, baseline.at), missing=missing, language=language)
    return next(part.statements for part in parts if part.heading is heading)


def latest(
    value: float,
    flag: Flag | None = None,
    *,
    name: str = "Potassium",
    code: str = "2823-3",
    unit: str = "mmol/L",
    at: str = "2021-06-01",
    id_: str = "o1",
    reference: ReferenceRange | None = None,
    is_usual: bool = False,
    trend: Trend | None = None,
    previous: float | None = None,
) -> Latest:
    """Return the last result of a test."""
    before = result("before", name, code, previous, unit, "2020-06-01") if previous is not None else None
    observation = result(id_, name, code, value, unit, at)
    return Latest(observation, flag, reference, is_usual, before, trend)


def _all(name: str, some: Iterable[Any]) -> tuple[Any, ...]:
    if name not in _THINGS:
        return tuple(some)
    return tuple(each if isinstance(each, Current) else Current((each,)) for each in some)
