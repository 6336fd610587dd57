"""The first sentences: who it is, by age and sex and never by name, and when they were last seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from epicrisis.domain.moments import Moment, Precision
from epicrisis.domain.patients import Encounter, Sex
from epicrisis.domain.summaries import Baseline, Statement
from epicrisis.engines.summary.rules.telling import statement
from epicrisis.engines.summary.rules.timeline import last_entry
from epicrisis.engines.summary.rules.unread import Unread
from epicrisis.engines.summary.rules.values import name_of, plain_words
from epicrisis.engines.summary.rules.wording import Words

_LONG = 100
_CLAUSE_END = re.compile(r"[,.;:](?=\s|$)")
# Until that age somebody is called a girl or a boy, and until these their age is told in months and in days.
_CHILD_UNTIL, _MONTHS_UNTIL, _DAYS_UNTIL = 14, 24, 31
_GROWN = {Sex.FEMALE: "woman", Sex.MALE: "man"}
_YOUNG = {Sex.FEMALE: "girl", Sex.MALE: "boy"}


def opening(baseline: Baseline, unread: Unread, words: Words) -> Iterator[Statement]:
    """Yield who it is and whether they are alive, and the last visit."""
    yield statement(_person(baseline, unread, words), baseline.identity.source)
    visit = max((each for each in baseline.encounters if each.period.start), key=_began, default=None)
    if visit is not None:
        yield statement(_visit(visit, words), visit.source)


def has_died(baseline: Baseline) -> bool:
    """Return whether they had died by then."""
    died = baseline.identity.died
    return baseline.identity.is_dead if died is None else died <= baseline.at or baseline.identity.is_dead


def age_in_years(baseline: Baseline) -> int | None:
    """Return how old they are or became, where the record tells when they were born."""
    if baseline.identity.born is None:
        return None
    return months_between(baseline.identity.born.day, _until(baseline).day) // 12


def months_between(born: date, until: date) -> int:
    """Return how many months are over since ``born``, as ages are counted."""
    return (until.year - born.year) * 12 + until.month - born.month - (until.day < born.day)


def _person(baseline: Baseline, unread: Unread, words: Words) -> str:
    died = baseline.identity.died if has_died(baseline) else None
    born = baseline.identity.born
    is_dated = last_entry(baseline) is not None
    if not is_dated and died is None and born is not None:
        # No entry tells a day to count an age to, and today's would be another tomorrow.
        ended = "undated_dead" if has_died(baseline) else "undated"
        return words.say(f"opening.{ended}", who=words.say(f"opening.{_ageless(baseline, born_on=born)}", born=born))
    noun = _noun(baseline)
    age = _age(baseline, words, "" if died is None else "_at")
    if died is not None and age:
        return words.say(f"opening.died_{noun}", died=died, age=age)
    who = _who(baseline, noun, age, words)
    who = who[:1].upper() + who[1:]
    if died is not None:
        return words.say("opening.dead_on", who=who, died=died)
    if has_died(baseline):
        return words.say("opening.dead", who=who)
    # Of a record that tells nothing nobody can say when its patient was alive.
    is_known = not unread.has(("Patient",)) and is_dated
    return words.say("opening.alive" if is_known else "opening.as_of", who=who, at=baseline.at)


def _who(baseline: Baseline, noun: str, age: str, words: Words) -> str:
    if not age:
        return words.say(f"opening.{_ageless(baseline)}")
    born = baseline.identity.born
    if born is not None and born.precision >= Precision.DAY and born.day == _until(baseline).day:
        return words.say(f"opening.newborn_{noun}")
    return words.say(f"opening.{noun}", age=age)


def _noun(baseline: Baseline) -> str:
    years = age_in_years(baseline)
    nouns = _YOUNG if years is not None and years < _CHILD_UNTIL else _GROWN
    return nouns.get(baseline.identity.sex, "patient")


def _ageless(baseline: Baseline, *, born_on: Moment | None = None) -> str:
    sex, form = baseline.identity.sex, "ageless" if born_on is None else "born"
    if sex is Sex.UNKNOWN:
        return f"patient_{form}"
    return f"{_GROWN.get(sex, 'other')}_{form}"


def _age(baseline: Baseline, words: Words, form: str) -> str:
    born = baseline.identity.born
    if born is None or _until(baseline).day < born.day:
        return ""
    months, days = months_between(born.day, _until(baseline).day), (_until(baseline).day - born.day).days
    if born.precision is Precision.YEAR or months >= _MONTHS_UNTIL:
        told = words.say(f"opening.year{form}", count=months // 12)
    elif born.precision is Precision.MONTH or days >= _DAYS_UNTIL:
        told = words.say(f"opening.month{form}", count=months)
    else:
        told = words.say(f"opening.day{form}", count=days)
    return words.say("opening.about", age=told) if born.precision is Precision.YEAR else told


def _until(baseline: Baseline) -> Moment:
    died = baseline.identity.died
    return died if died is not None and has_died(baseline) else baseline.at


def _visit(visit: Encounter, words: Words) -> str:
    reasons = words.joined([plain_words(reason) for reason in visit.reasons])
    key = f"opening.visit{'' if visit.is_over else '_open'}{'_for' if reasons else ''}"
    return words.say(key, what=_kind(visit, words), at=visit.period.start, reasons=reasons)


def _kind(visit: Encounter, words: Words) -> str:
    """Return what kind of visit it was; of a description that fills a paragraph, as billing has it, its beginning."""
    name = name_of(visit.concept, words)
    return name if len(name) <= _LONG else (_CLAUSE_END.split(name, maxsplit=1)[0][:_LONG]).rstrip()


def _began(visit: Encounter) -> tuple[float, float]:
    start, end = visit.period.start, visit.period.end
    return (start.first.timestamp() if start else 0.0, end.first.timestamp() if end else 0.0)
