"""The third part of a summary: what the record plans, and what follows from its facts by rule, worded "Consider"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from epicrisis.domain.patients import ClinicalStatus, PlannedCare, SocialFact, UseStatus
from epicrisis.domain.records import SocialKind, Use
from epicrisis.domain.summaries import Baseline, Current, Statement
from epicrisis.engines.summary.rules.allergies import speaks_of_drugs
from epicrisis.engines.summary.rules.medications import names_of_conditions, uses_of
from epicrisis.engines.summary.rules.monitoring import due
from epicrisis.engines.summary.rules.opening import has_died
from epicrisis.engines.summary.rules.problems import conditions_of
from epicrisis.engines.summary.rules.relevance import relevance
from epicrisis.engines.summary.rules.results import Reading, bare_value, is_out, reading_name, readings, sources_of
from epicrisis.engines.summary.rules.telling import Told, listed, statement
from epicrisis.engines.summary.rules.unread import ALLERGIES, PLANS, RESULTS, Unread
from epicrisis.engines.summary.rules.values import name_of, plain_words
from epicrisis.engines.summary.rules.wording import Words

_KINDS = ("Appointment", "ServiceRequest", "Procedure", "FollowUp", "CarePlan", "Goal")
_LONG_AGO = timedelta(days=365)
_A_WHILE = timedelta(days=30)
# Interventions for tobacco cessation in adults: grade A for asking, advising and helping.
_TOBACCO = "USPSTF 2021"


def planning(baseline: Baseline, unread: Unread, words: Words) -> Iterator[Statement]:
    """Yield open plans, goals, orders and appointments, then things to consider; for the dead, only that they are."""
    plans = list(_plans(baseline, words))
    yield from plans
    if has_died(baseline):
        yield statement(words.say("plan.dead"), baseline.identity.source)
        return
    if not plans:
        key = "plan.unread" if unread.has(PLANS) else "plan.nothing"
        yield statement(words.say(key), baseline.identity.source)
    suggestions = list(_considered(baseline, unread, words))
    yield from suggestions
    if not suggestions:
        yield statement(words.say("consider.nothing"), baseline.identity.source)


def _plans(baseline: Baseline, words: Words) -> Iterator[Statement]:
    names = names_of_conditions(baseline, words)
    open_ = [plan for plan in baseline.plans if plan.is_open]
    for kind in _KINDS:
        yield from listed(words, f"plan.{kind}", [_plan(p, names, words) for p in open_ if p.kind == kind])
    yield from listed(words, "plan.other", [_plan(p, names, words) for p in open_ if p.kind not in _KINDS])


def _plan(plan: PlannedCare, names: Mapping[str, Told], words: Words) -> Told:
    name = name_of(plan.concept, words)
    activities = [activity for each in plan.activities if (activity := plain_words(each)) and activity != name]
    text = words.say("plan.activities", name=name, activities=", ".join(activities)) if activities else name
    parts = [text]
    if plan.period.start is not None:
        key = "plan.since" if plan.kind in ("CarePlan", "Goal") else "plan.at"
        parts.append(words.say(key, since=plan.period.start, at=plan.period.start))
    elif plan.authored is not None:
        parts.append(words.say("plan.authored", authored=plan.authored))
    reasons = [names[each] for each in plan.addresses if each in names]
    if reasons:
        told = words.joined(list(dict.fromkeys(each.text for each in reasons)))
        parts.append(words.say("plan.address", reasons=told))
    return Told(", ".join(parts), (plan.source, *(source for each in reasons for source in each.sources)))


def _considered(baseline: Baseline, unread: Unread, words: Words) -> Iterator[Statement]:
    yield from _repeat(baseline, words)
    if not unread.has(RESULTS):
        yield from _measure(baseline, words)
    yield from _confirm(baseline, words)
    yield from _reason_over(baseline, words)
    yield from _still_taken(baseline, words)
    yield from _tobacco(baseline, words)
    if not (speaks_of_drugs(baseline) or unread.has(ALLERGIES)):
        yield statement(words.say("consider.allergies"), baseline.identity.source)


def _repeat(baseline: Baseline, words: Words) -> Iterator[Statement]:
    """Suggest to repeat what was out of range; not height or weight, and not the fever of years ago."""
    vitals = [each for each in readings(baseline.vitals) if not _is_size(each) and not _is_over(each, baseline)]
    others = readings(baseline.examinations)
    out = [each for each in [*readings(baseline.labs), *vitals, *others] if is_out(each)]
    if out:
        names = words.joined([reading_name(each, words) for each in out])
        told = [Told("", sources_of(each)) for each in out]
        yield statement(words.say("consider.repeat_one" if len(out) == 1 else "consider.repeat", names=names), *told)


def _measure(baseline: Baseline, words: Words) -> Iterator[Statement]:
    for each in due(baseline):
        name = name_of(each.reason.entries[0].concept, words)
        is_problem = each.reason in baseline.problems
        why = words.say("consider.has" if is_problem else "consider.takes", name=name)
        fields = {"test": each.rule.names[words.language], "why": why, "basis": each.rule.basis[words.language]}
        if each.last is None:
            yield statement(words.say("consider.measure_none", **fields), *each.reason.sources)
            continue
        last = next(r for r in readings([*baseline.labs, *baseline.vitals]) if any(each.last is part for part in r))
        text = words.say("consider.measure_old", last=each.last.observation.at, value=bare_value(last), **fields)
        yield statement(text, *sources_of(last), *each.reason.sources)


def _confirm(baseline: Baseline, words: Words) -> Iterator[Statement]:
    for problem in baseline.problems:
        first = conditions_of(problem)[0]
        if not first.verification.is_sure:
            verification = words.say(f"problems.{first.verification.value}")
            text = words.say("consider.confirm", name=name_of(first.concept, words), verification=verification)
            yield statement(text, *problem.sources)


def _reason_over(baseline: Baseline, words: Words) -> Iterator[Statement]:
    """Suggest to review a medication all whose reasons are among the past problems and not among the active ones."""
    past, active = _by_key(baseline.past_problems), _by_key(baseline.problems)
    for medication in baseline.medications:
        keys = {key for use in uses_of(medication) for key in _reason_keys(use.reason_references, use.reasons)}
        over = {id(past[key]): past[key] for key in sorted(keys) if key in past and key not in active}
        if not over or any(key in active for key in keys):
            continue
        names = dict.fromkeys(name_of(conditions_of(each)[0].concept, words) for each in over.values())
        name = name_of(uses_of(medication)[0].concept, words)
        text = words.say("consider.reason_over", name=name, reason=words.joined(list(names)))
        yield statement(text, *medication.sources, *(source for each in over.values() for source in each.sources))


def _still_taken(baseline: Baseline, words: Words) -> Iterator[Statement]:
    old = [each for each in baseline.medications if _is_long_ago(each, baseline)]
    if old:
        names = words.joined([name_of(uses_of(each)[0].concept, words) for each in old])
        told = [Told("", each.sources) for each in old]
        yield statement(words.say("consider.still_taken", count=len(old), names=names), *told)


def _is_long_ago(medication: Current, baseline: Baseline) -> bool:
    uses = uses_of(medication)
    told = [m for use in uses for m in (use.authored, use.period.start, use.period.end) if m is not None]
    is_order = uses[0].status is UseStatus.ACTIVE and bool(told)
    return is_order and max(told).first + _LONG_AGO < baseline.at.first


def _tobacco(baseline: Baseline, words: Words) -> Iterator[Statement]:
    smokes = next((fact for fact in baseline.social if _is_smoking(fact)), None)
    if smokes is not None:
        text = words.say("consider.tobacco", words=plain_words(smokes.words), basis=_TOBACCO)
        yield statement(text, smokes.source)


def _is_smoking(fact: SocialFact) -> bool:
    return fact.kind is SocialKind.TOBACCO and fact.use is Use.CURRENT


def _is_size(reading: Reading) -> bool:
    return relevance().is_in("size", reading[0].observation.concept)


def _is_over(reading: Reading, baseline: Baseline) -> bool:
    """Return whether a vital sign is of another day and says nothing of this one; a blood pressure lasts."""
    at = reading[0].observation.at
    lasts = relevance().is_in("pressure", reading[0].observation.concept)
    return not lasts and at is not None and at.first + _A_WHILE < baseline.at.first


def _by_key(problems: tuple[Current, ...]) -> dict[str, Current]:
    """Return problems by the references and by the names of their entries."""
    found: dict[str, Current] = {}
    for problem in problems:
        for entry in conditions_of(problem):
            if entry.clinical is not ClinicalStatus.UNKNOWN:
                found[entry.source.reference] = problem
                found[entry.concept.text.casefold()] = problem
    return found


def _reason_keys(references: tuple[str, ...], reasons: tuple[str, ...]) -> set[str]:
    return {*references, *(reason.casefold() for reason in reasons)}
