"""How the latest results are told: those out of range first, each with the range it was held against, and whose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from epicrisis.domain.patients import Source
from epicrisis.domain.records import Flag, ReferenceRange
from epicrisis.domain.summaries import Baseline, Latest, Statement
from epicrisis.engines.summary.rules.relevance import relevance
from epicrisis.engines.summary.rules.telling import Told, listed, statement
from epicrisis.engines.summary.rules.unread import RESULTS, Unread
from epicrisis.engines.summary.rules.values import number, range_told, result_told, test_name, unit_of
from epicrisis.engines.summary.rules.wording import Words

# One result, or the two of a blood pressure that were measured together.
Reading = tuple[Latest, ...]

_IN_RANGE, _UNJUDGED, _VITALS, _OTHERS = 8, 6, 10, 6
_OUT = (Flag.CRITICAL, Flag.HIGH, Flag.LOW, Flag.ABNORMAL)


def latest_results(baseline: Baseline, unread: Unread, words: Words) -> Iterator[Statement]:
    """Yield all latest results out of range, then the first ones in range, without a range, and the vital signs."""
    labs, vitals = readings(baseline.labs), readings(baseline.vitals)
    # What tells how somebody lives is told there.
    social = {fact.source.reference for fact in baseline.social}
    others = readings(each for each in baseline.examinations if each.observation.source.reference not in social)
    if not (labs or vitals or others):
        key = "results.unread" if unread.has(RESULTS) else "results.none"
        yield statement(words.say(key), baseline.identity.source)
    out = sorted(filter(is_out, [*labs, *vitals, *others]), key=lambda reading: min(map(_severity, reading)))
    yield from listed(words, "results.out", [judged_told(reading, words) for reading in out])
    inside = [reading for reading in labs if not is_out(reading)]
    judged = [reading for reading in inside if reading[0].flag is not None]
    yield from _by_day(words, "results.in", judged, _IN_RANGE)
    yield from _by_day(words, "results.unjudged", [each for each in inside if each[0].flag is None], _UNJUDGED)
    yield from _by_day(words, "results.vitals", [each for each in vitals if not is_out(each)], _VITALS)
    yield from _by_day(words, "results.examinations", [each for each in others if not is_out(each)], _OTHERS)


def readings(results: Iterable[Latest]) -> list[Reading]:
    """Return ``results`` as they are told, those looked for first in front, and a blood pressure as one."""
    found: list[Reading] = []
    for latest in sorted(results, key=lambda each: relevance().rank(each.observation.concept)):
        pressed = None
        if relevance().is_in("pressure", latest.observation.concept):
            pressed = next((place for place, (other, *_) in enumerate(found) if _one_pressure(other, latest)), None)
        if pressed is None:
            found.append((latest,))
        else:
            pair = (*found[pressed], latest)
            found[pressed] = tuple(sorted(pair, key=lambda each: not _is("systolic", each)))
    return found


def is_out(reading: Reading) -> bool:
    """Return whether any part of it is not as it usually is."""
    return any(each.flag in _OUT for each in reading)


def judged_told(reading: Reading, words: Words) -> Told:
    """Return a result with what it means, the range that says so, and its day."""
    parts = [value_told(reading, words)]
    parts += [_judgement(each, words, named=len(reading) > 1) for each in reading if each.flag in _OUT]
    if reading[0].observation.is_preliminary:
        parts.append(words.say("results.preliminary"))
    if reading[0].observation.at is not None:
        parts.append(str(reading[0].observation.at))
    return Told(", ".join(parts), sources_of(reading))


def value_told(reading: Reading, words: Words) -> str:
    """Return the name of a test and its result: "Creatinine 1.6 mg/dL", "Blood pressure 152/95 mmHg"."""
    # "Color of Urine: Reddish", and "Creatinine 1.6 mg/dL".
    between = " " if reading[0].observation.quantity is not None else ": "
    return f"{reading_name(reading, words)}{between}{bare_value(reading)}".rstrip(" :")


def reading_name(reading: Reading, words: Words) -> str:
    """Return the name of a test, or that of a blood pressure."""
    if len(reading) > 1:
        return words.say("results.blood_pressure")
    return test_name(reading[0].observation.concept, words)


def bare_value(reading: Reading) -> str:
    """Return a result without its name: "1.6 mg/dL", "152/95 mmHg"."""
    parts = [(each.observation.quantity, each.reference or ReferenceRange()) for each in reading]
    figures = [number(q.value, ends.low, ends.high, whole=True) for q, ends in parts if q is not None]
    unit = next((unit_of(quantity) for quantity, _ in parts if quantity is not None), "")
    if len(reading) > 1 and len(figures) == len(reading):
        return f"{'/'.join(figures)} {unit}".rstrip()
    return result_told(reading[0].observation, reading[0].reference)


def sources_of(reading: Reading) -> tuple[Source, ...]:
    """Return where the parts of a result stand."""
    return tuple(each.observation.source for each in reading)


def _by_day(words: Words, key: str, some: Sequence[Reading], most: int) -> Iterator[Statement]:
    """Yield the first ``most`` results, each day said once and the last one first; the others are counted."""
    dated = sorted(some[:most], key=_day, reverse=True)
    told = []
    for day, same in groupby(dated, key=_day):
        those = list(same)
        text = ", ".join(value_told(reading, words) for reading in those)
        told.append(Told(f"{text} ({day})" if day else text, tuple(s for each in those for s in sources_of(each))))
    others = [Told("", sources_of(reading)) for reading in some[most:]]
    yield from listed(words, key, told, others=others, count=len(some))


def _day(reading: Reading) -> str:
    return str(reading[0].observation.at or "")


def _severity(latest: Latest) -> int:
    return _OUT.index(latest.flag) > 0 if latest.flag in _OUT else len(_OUT)


def _judgement(latest: Latest, words: Words, *, named: bool) -> str:
    flag = words.say(f"results.{latest.flag.value}") if latest.flag is not None else ""
    if named:
        flag = f"{words.say('results.systolic' if _is('systolic', latest) else 'results.diastolic')} {flag}"
    if latest.reference is None:
        return f"{flag} ({words.say('results.flagged')})"
    key = "results.usual_range" if latest.is_usual else "results.record_range"
    quantity = latest.observation.quantity
    if not latest.is_usual and quantity is not None and _is_within(quantity.value, latest.reference):
        flag = f"{flag}, {words.say('results.flagged')}"
    # A guideline's "below 130" is passed by 130 itself.
    is_below = latest.flag is Flag.HIGH and quantity is not None and quantity.value == latest.reference.high
    return f"{flag} ({words.say(key, range=range_told(latest.reference, is_below=is_below))})"


def _is_within(value: float, reference: ReferenceRange) -> bool:
    is_low = reference.low is not None and value < reference.low
    return not is_low and not (reference.high is not None and value >= reference.high)


def _one_pressure(one: Latest, other: Latest) -> bool:
    same = one.observation.source.reference == other.observation.source.reference
    together = one.observation.at is not None and one.observation.at == other.observation.at
    return (same or together) and (
        (_is("systolic", one) and _is("diastolic", other)) or (_is("diastolic", one) and _is("systolic", other))
    )


def _is(group: str, latest: Latest) -> bool:
    return relevance().is_in(group, latest.observation.concept)
