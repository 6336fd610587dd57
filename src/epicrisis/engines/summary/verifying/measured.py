"""Results as facts: their numbers and days, where they lie and where they go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from epicrisis.domain.patients import Observation, Source
from epicrisis.domain.records import Flag, Quantity
from epicrisis.domain.summaries import Direction, Latest
from epicrisis.engines.summary.rules.relevance import relevance
from epicrisis.engines.summary.verifying.fact import Fact, Reading, days, number_of, unit_of, words_of
from epicrisis.engines.summary.verifying.lexicon import Cue
from epicrisis.engines.summary.verifying.naming import beside, names_of
from epicrisis.engines.summary.verifying.tokens import stems

_FLAGS = {
    Flag.HIGH: frozenset((Cue.HIGH, Cue.OUT)),
    Flag.LOW: frozenset((Cue.LOW, Cue.OUT)),
    Flag.NORMAL: frozenset((Cue.NORMAL,)),
    Flag.ABNORMAL: frozenset((Cue.OUT,)),
    Flag.CRITICAL: frozenset((Cue.OUT,)),
}
_TRENDS = {Direction.RISING: Cue.UP, Direction.FALLING: Cue.DOWN, Direction.STEADY: Cue.STEADY}
_PRESSURE_NAMES = frozenset(stems(name) for name in ("blood pressure", "bp", "presión arterial", "tensión arterial"))


def result_of(latest: Latest) -> Fact:
    """Return the last result of a test, with the one before and the trend."""
    observation, previous, trend = latest.observation, latest.previous, latest.trend
    numbers = [number_of(observation.quantity)] if observation.quantity else []
    unit = unit_of(observation.quantity) if observation.quantity else ""
    if latest.reference is not None:
        numbers += [(bound, unit) for bound in (latest.reference.low, latest.reference.high) if bound is not None]
    if previous is not None and previous.quantity is not None:
        numbers.append(number_of(previous.quantity))
    if trend is not None:
        numbers += [(abs(trend.slope), unit), (float(trend.count), "result")]
    allowed = {Cue.TEST, Cue.ACTIVE, *(_FLAGS[latest.flag] if latest.flag is not None else ())}
    moments = [observation.at, previous.at if previous else None]
    if trend is not None:
        allowed.add(_TRENDS[trend.direction])
        moments += [trend.first, trend.last]
    return Fact(
        names=names_of(observation.concept),
        sources=tuple(dict.fromkeys([observation.source, *(trend.sources if trend else ())])),
        allowed=frozenset(allowed),
        numbers=tuple(numbers),
        readings=tuple(_readings(observation, previous)),
        starts=days(trend.first if trend else None),
        dates=days(*moments),
        words=_comparator(observation.quantity) | words_of(observation.words) | beside("result"),
    )


def _comparator(quantity: Quantity | None) -> frozenset[str]:
    told = (quantity.comparator or "") if quantity is not None else ""
    return frozenset(told.replace("<=", "≤").replace(">=", "≥"))


def _readings(*observations: Observation | None) -> Iterator[Reading]:
    for each in observations:
        if each is not None and each.quantity is not None and each.at is not None:
            yield Reading(each.quantity.value, unit_of(each.quantity), str(each.at))


def pressures_in(vitals: tuple[Latest, ...]) -> Iterator[Fact]:
    """Yield each blood pressure as one fact: it is told as two numbers."""
    by_source: dict[Source, list[Latest]] = {}
    for latest in vitals:
        if relevance().is_in("pressure", latest.observation.concept):
            by_source.setdefault(latest.observation.source, []).append(latest)
    for source, both in by_source.items():
        facts = [result_of(latest) for latest in both]
        flags = [fact.allowed for fact in facts]
        yield replace(
            facts[0],
            names=_PRESSURE_NAMES,
            sources=(source,),
            # What is said of a pressure is said of both of its numbers.
            allowed=frozenset.intersection(*flags),
            numbers=tuple(number for fact in facts for number in fact.numbers),
            readings=tuple(reading for fact in facts for reading in fact.readings),
            dates=frozenset().union(*(fact.dates for fact in facts)),
            words=beside("pressure"),
        )
