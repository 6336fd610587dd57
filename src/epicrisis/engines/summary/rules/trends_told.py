"""The second part of a summary: each change once, and where the results go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from epicrisis.domain.moments import Moment
from epicrisis.domain.patients import Condition, MedicationUse, Observation, Source
from epicrisis.domain.summaries import Baseline, Change, ChangeKind, Delta, Direction, Latest, Statement, Trend
from epicrisis.engines.summary.rules.medications import dosage_told, regimen_told
from epicrisis.engines.summary.rules.opening import age_in_years
from epicrisis.engines.summary.rules.relevance import relevance
from epicrisis.engines.summary.rules.results import Reading, is_out, reading_name, readings
from epicrisis.engines.summary.rules.telling import Told, listed, statement
from epicrisis.engines.summary.rules.values import name_of, number, plain_words, result_told, test_name, unit_of
from epicrisis.engines.summary.rules.wording import Words

# Fewer results are no trend: two points lie on any line.
_FEWEST = 3
_GROWN_AT = 20
_MOVING = 6


def trends_and_changes(baseline: Baseline, delta: Delta, words: Words) -> Iterator[Statement]:
    """Yield what changed, by kind in the order of ``ChangeKind``, and then the trends."""
    yield _window(baseline, delta, words)
    for kind in ChangeKind:
        some = [change for change in delta.changes if change.kind is kind]
        yield from listed(words, f"changes.{kind.value}", _grouped(some, delta.since, words), count=len(some))
    yield from _trends(baseline, words)


def _window(baseline: Baseline, delta: Delta, words: Words) -> Statement:
    key = "window" if delta.changes else "nothing"
    if delta.since is None:
        key = "first" if delta.changes else "no_window"
    return statement(words.say(f"changes.{key}", since=delta.since, until=delta.until), baseline.identity.source)


def _grouped(changes: Iterable[Change], since: Moment | None, words: Words) -> list[Told]:
    """Return changes of one kind: those that say the same of one thing together, with all their days."""
    groups: dict[str, list[Change]] = {}
    for change in changes:
        groups.setdefault(_change(change, since, words), []).append(change)
    told = []
    for text, same in groups.items():
        days = ", ".join(str(change.at) for change in same if change.at is not None)
        rests_on = tuple(dict.fromkeys(source for change in same for source in change.sources))
        told.append(Told(f"{text} ({days})" if days else text, rests_on))
    return told


def _change(change: Change, since: Moment | None, words: Words) -> str:
    told = _told(change, words)
    began = _began(change)
    # A statement of today may be of a drug that somebody has taken for years.
    if since is None or began is None or began.first > since.first:
        return told
    return words.say("changes.recorded_late", told=told, began=began)


def _began(change: Change) -> Moment | None:
    """Return when what is new in the record began, where that is told beside when it was recorded."""
    match change.item:
        case MedicationUse() if change.kind is ChangeKind.MEDICATION_STARTED:
            return change.item.period.start
        case Condition() if change.kind is ChangeKind.NEW_PROBLEM:
            return change.item.onset
        case _:
            return None


def _told(change: Change, words: Words) -> str:
    item = change.item
    if isinstance(item, Observation):
        fields = {"before": _flag(change.before, words), "after": _flag(change.after, words)}
        name, value = test_name(item.concept, words), result_told(item, item.reference)
        return words.say("changes.crossed", name=name, value=value, **fields)
    name = name_of(item.concept, words)
    if change.kind is ChangeKind.DOSE_CHANGED:
        doses = {"before": regimen_told(change.before, words), "after": regimen_told(change.after, words)}
        return words.say("changes.from_to", name=name, **doses)
    if isinstance(item, MedicationUse) and change.kind is not ChangeKind.MEDICATION_STOPPED:
        dosage = dosage_told(item.dosages, words)
        return f"{name}, {dosage}" if dosage else name
    return name


def _flag(told: str, words: Words) -> str:
    return words.say(f"results.{told}") if words.has(f"results.{told}") else plain_words(told)


def _trends(baseline: Baseline, words: Words) -> Iterator[Statement]:
    """Yield the trend of each test out of range, and name the others that move; that children grow is no news."""
    age = age_in_years(baseline)
    grows = age is not None and age < _GROWN_AT
    trending = [
        reading
        for reading in readings([*baseline.labs, *baseline.vitals])
        if any(_is_trend(each) for each in reading)
        if not (grows and relevance().is_in("size", reading[0].observation.concept))
    ]
    out = [reading for reading in trending if is_out(reading)]
    for reading in out:
        for latest in reading:
            if latest.trend is not None and _moves(latest):
                yield statement(_moving(latest, latest.trend, words), *_sources(latest))
    steady = [_steady(reading, words) for reading in out if not any(map(_moves, reading))]
    yield from listed(words, "trends.STEADY", steady)
    moving = [each for reading in trending if not is_out(reading) for each in reading if _moves(each)]
    told = [_direction(latest, latest.trend, words) for latest in moving if latest.trend is not None]
    yield from listed(words, "trends.moving", told[:_MOVING], others=told[_MOVING:])


def _is_trend(latest: Latest) -> bool:
    return latest.trend is not None and latest.trend.count >= _FEWEST


def _moves(latest: Latest) -> bool:
    return _is_trend(latest) and latest.trend is not None and latest.trend.direction is not Direction.STEADY


def _sources(latest: Latest) -> tuple[Source, ...]:
    return (*(latest.trend.sources if latest.trend is not None else ()), latest.observation.source)


def _moving(latest: Latest, trend: Trend, words: Words) -> str:
    fields = {
        "name": test_name(latest.observation.concept, words),
        "latest": result_told(latest.observation, latest.reference),
        "last": trend.last,
        "first": trend.first,
        "count": trend.count,
        "slope": _slope(latest, trend),
    }
    previous = latest.previous
    if previous is None or previous.at is None:
        return words.say(f"trends.{trend.direction.value}_alone", **fields)
    told = result_told(previous, latest.reference)
    return words.say(f"trends.{trend.direction.value}", previous=told, before=previous.at, **fields)


def _slope(latest: Latest, trend: Trend) -> str:
    quantity = latest.observation.quantity
    return f"{number(abs(trend.slope))} {unit_of(quantity) if quantity is not None else ''}".rstrip()


def _steady(reading: Reading, words: Words) -> Told:
    trends = [each.trend for each in reading if each.trend is not None]
    results = words.say("trends.results", count=max(trend.count for trend in trends))
    text = words.say(
        "trends.steady", name=reading_name(reading, words), results=results, first=min(trend.first for trend in trends)
    )
    return Told(text, tuple(source for each in reading for source in _sources(each)))


def _direction(latest: Latest, trend: Trend, words: Words) -> Told:
    key = "trends.up" if trend.direction is Direction.RISING else "trends.down"
    name, value = test_name(latest.observation.concept, words), result_told(latest.observation, latest.reference)
    text = words.say(key, name=name, latest=value, slope=_slope(latest, trend))
    return Told(text, _sources(latest))
