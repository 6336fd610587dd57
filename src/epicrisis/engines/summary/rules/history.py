"""How the rest of a history is told: procedures, vaccines, how somebody lives, and the family."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from epicrisis.domain.moments import Moment
from epicrisis.domain.patients import FamilyMember, Immunization, Procedure, SocialFact
from epicrisis.domain.summaries import Baseline, Statement
from epicrisis.engines.summary.rules.relevance import relevance
from epicrisis.engines.summary.rules.telling import Told, listed
from epicrisis.engines.summary.rules.values import name_of, plain_words
from epicrisis.engines.summary.rules.wording import Words

_PROCEDURES, _IMMUNIZATIONS = 6, 6
_Done = TypeVar("_Done", Procedure, Immunization)


def history(baseline: Baseline, words: Words) -> Iterator[Statement]:
    """Yield procedures of note, vaccines, social and family history; what is done at many a visit is only counted."""
    yield from _procedures(baseline.procedures, words)
    given = _named(baseline.immunizations, _given, words)
    yield from listed(words, "history.immunizations", given[:_IMMUNIZATIONS], others=given[_IMMUNIZATIONS:])
    yield from listed(words, "history.social", [social_told(fact, words) for fact in baseline.social])
    yield from listed(words, "history.family", [_relative_told(member, words) for member in baseline.family])


def social_told(fact: SocialFact, words: Words) -> Told:
    """Return how somebody lives, with the use of tobacco, alcohol and drugs where it is told."""
    told = plain_words(fact.words)
    use = words.say(f"history.{fact.use.value}") if fact.use is not None else ""
    # "Never smoker" says it already.
    aside = [use] if use and use.partition(" ")[0] not in told.casefold() else []
    aside += [str(fact.at)] if fact.at is not None else []
    text = f"{words.say(f'history.{fact.kind.value}')}: {told}"
    return Told(f"{text} ({', '.join(aside)})" if aside else text, (fact.source,))


def _procedures(done: Iterable[Procedure], words: Words) -> Iterator[Statement]:
    notable: list[Procedure] = []
    routine: list[Procedure] = []
    for each in done:
        (routine if relevance().is_routine(name_of(each.concept, words)) else notable).append(each)
    told, counted = _named(notable, _performed, words), _named(routine, _performed, words)
    if told:
        yield from listed(words, "history.procedures", told[:_PROCEDURES], others=[*told[_PROCEDURES:], *counted])
    else:
        yield from listed(words, "history.procedures", counted[:2], others=counted[2:])


def _named(items: Iterable[_Done], when: Callable[[_Done], Moment | None], words: Words) -> list[Told]:
    """Return ``items`` by name, each once, the last first."""
    groups: dict[str, list[_Done]] = {}
    for item in items:
        groups.setdefault(name_of(item.concept, words).casefold(), []).append(item)
    dated = [
        (max((m for item in group if (m := when(item)) is not None), default=None), group) for group in groups.values()
    ]
    dated.sort(key=lambda each: each[0].first.timestamp() if each[0] is not None else float("-inf"), reverse=True)
    return [_group_told(group, last, words) for last, group in dated]


def _group_told(group: list[_Done], last: Moment | None, words: Words) -> Told:
    first = group[0]
    aside = []
    if len(group) > 1:
        times = words.say("list.times", count=len(group))
        aside.append(words.say("history.last", times=times, last=last) if last is not None else times)
    elif last is not None:
        aside.append(str(last))
    if isinstance(first, Procedure) and len(group) == 1:
        aside += [plain_words(first.body_site)] if first.body_site else []
        aside += [words.say("history.outcome", outcome=plain_words(first.outcome))] if first.outcome else []
    name = name_of(first.concept, words)
    return Told(f"{name} ({', '.join(aside)})" if aside else name, tuple(item.source for item in group))


def _relative_told(member: FamilyMember, words: Words) -> Told:
    conditions = words.joined([name_of(each, words) for each in member.conditions])
    key = f"history.relative{'' if conditions else '_only'}{'_died' if member.is_dead else ''}"
    # Fields that a template does not name are left aside.
    return Told(words.say(key, relative=plain_words(member.relative), conditions=conditions), (member.source,))


def _performed(procedure: Procedure) -> Moment | None:
    return procedure.period.end or procedure.period.start


def _given(vaccine: Immunization) -> Moment | None:
    return vaccine.at
