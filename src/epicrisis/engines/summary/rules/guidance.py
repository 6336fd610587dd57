"""The last part of a summary: what wants the physician's eye, what is not known, and what this page is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from epicrisis.domain.summaries import Baseline, Current, Statement
from epicrisis.engines.summary.rules.allergies import allergies_of, allergy_told
from epicrisis.engines.summary.rules.checks import (
    AllergyConflict,
    Conflict,
    Repeated,
    allergy_conflicts,
    critical_results,
    denied_allergies,
    denied_yet_active,
    ended_yet_active,
    noted_otherwise,
    refuted_allergies,
    same_twice,
    sources,
    without_dosage,
)
from epicrisis.engines.summary.rules.medications import dosage_told, uses_of
from epicrisis.engines.summary.rules.problems import conditions_of
from epicrisis.engines.summary.rules.results import judged_told
from epicrisis.engines.summary.rules.telling import statement
from epicrisis.engines.summary.rules.timeline import last_entry
from epicrisis.engines.summary.rules.unread import Unread
from epicrisis.engines.summary.rules.values import name_of
from epicrisis.engines.summary.rules.wording import Words

# More names than this are no help in a sentence that says something is not known.
_NAMED = 6


def guidance(baseline: Baseline, unread: Unread, cited: Sequence[Statement], words: Words) -> Iterator[Statement]:
    """Yield what may harm first, then contradictions, what is not known, and who wrote this from how much.

    ``cited`` are the sentences of the other parts: the closing one counts the entries that all of them rest on.
    """
    own = [
        *_safety(baseline, words),
        *_contradictions(baseline, words),
        *_gaps(baseline, words),
        *_unread(baseline, unread, words),
        _last_entry(baseline, words),
    ]
    yield from own
    yield _closing(baseline, [*cited, *own], words)


def _safety(baseline: Baseline, words: Words) -> Iterator[Statement]:
    for conflict in allergy_conflicts(baseline):
        yield _conflict(conflict, words)
    for repeated in same_twice(baseline, words):
        yield _repeated(repeated, words)
    for reading in critical_results(baseline):
        told = judged_told(reading, words)
        yield statement(words.say("guidance.critical", result=told.text), told)


def _repeated(repeated: Repeated, words: Words) -> Statement:
    names = [name_of(order[0].concept, words) for order in repeated.orders]
    if len(set(names)) < len(names):
        # Two orders of one name differ in how it is taken.
        dosages = [dosage_told(order[0].dosages, words) or words.say("dosage.untold") for order in repeated.orders]
        names = [f"{name} ({dosage})" for name, dosage in zip(names, dosages, strict=True)]
    several = len(names) > 2
    if repeated.drug_class is None:
        key = "guidance.twice" if several else "guidance.twice_two"
        text = words.say(key, names=words.joined(names), ingredient=repeated.ingredient)
    else:
        key = "guidance.class_several" if several else "guidance.class_twice"
        text = words.say(key, names=words.joined(names), **{"class": repeated.drug_class.names[words.language]})
    return statement(text, *(use.source for order in repeated.orders for use in order))


def _conflict(conflict: AllergyConflict, words: Words) -> Statement:
    fields = {
        "medications": words.joined([_medication_name(each, words) for each in conflict.medications]),
        "allergy": allergy_told(conflict.allergy, words).text,
        "ingredient": conflict.ingredient,
    }
    if conflict.drug_class is not None:
        fields["class"] = conflict.drug_class.names[words.language]
    if conflict.kind is Conflict.CROSS and conflict.allergen_class is not None:
        fields["note"] = (conflict.allergen_class.notes or {}).get(words.language, "")
    text = words.say(f"guidance.conflict_{conflict.kind.value}", count=len(conflict.medications), **fields)
    return statement(text, *sources(conflict.allergy, *conflict.medications))


def _contradictions(baseline: Baseline, words: Words) -> Iterator[Statement]:
    for denial, against in denied_allergies(baseline):
        names = words.joined([name_of(allergies_of(each)[0].concept, words) for each in against])
        text = words.say("guidance.allergies_and_none", names=names, words=name_of(denial.concept, words))
        yield statement(text, *sources(*against), denial.source)
    for found in denied_yet_active(baseline):
        text = words.say("guidance.denied_yet_active", name=_problem_name(found.problem, words))
        yield statement(text, *sources(found.problem, *found.denied))
    for allergy in refuted_allergies(baseline):
        name = name_of(allergies_of(allergy)[0].concept, words)
        yield statement(words.say("guidance.refuted_allergy", name=name), *allergy.sources)
    for medication in noted_otherwise(baseline):
        name = _medication_name(medication, words)
        yield statement(words.say("guidance.noted_otherwise", name=name), *medication.sources)
    for problem in ended_yet_active(baseline):
        name, ended = _problem_name(problem, words), conditions_of(problem)[0].ended
        yield statement(words.say("guidance.active_yet_ended", name=name, ended=ended), *problem.sources)


def _gaps(baseline: Baseline, words: Words) -> Iterator[Statement]:
    undosed = without_dosage(baseline)
    total = len(baseline.medications)
    names = words.joined([_medication_name(each, words) for each in undosed])
    if undosed and len(undosed) == total and total > 1:
        yield statement(words.say("guidance.no_dosage_all", count=total), *sources(*undosed))
    elif undosed:
        text = words.say("guidance.no_dosage", count=len(undosed), total=total, names=names)
        yield statement(text, *sources(*undosed))
    undated = [each for each in baseline.problems if not any(e.onset or e.recorded for e in conditions_of(each))]
    if undated and len(undated) <= _NAMED:
        names = words.joined([_problem_name(each, words) for each in undated])
        yield statement(words.say("guidance.undated", count=len(undated), names=names), *sources(*undated))


def _unread(baseline: Baseline, unread: Unread, words: Words) -> Iterator[Statement]:
    if not unread:
        return
    if unread.has_all:
        text = words.say("guidance.unread_all")
    else:
        names = dict.fromkeys(_section(each.section, words) for each in unread.missing)
        text = words.say("guidance.unread", sections=words.joined(list(names)))
    yield statement(text, baseline.identity.source)


def _section(section: str, words: Words) -> str:
    return words.say(f"sections.{section}" if words.has(f"sections.{section}") else "sections.other", name=section)


def _last_entry(baseline: Baseline, words: Words) -> Statement:
    last = last_entry(baseline)
    if last is None:
        return statement(words.say("guidance.undated_record"), baseline.identity.source)
    return statement(words.say("guidance.last_entry", at=last[0]), last[1])


def _closing(baseline: Baseline, cited: Sequence[Statement], words: Words) -> Statement:
    own = baseline.identity.source
    entries = {source.reference for each in cited for source in each.sources} - {own.reference}
    if not entries:
        return statement(words.say("guidance.closing_none"), own)
    return statement(words.say("guidance.closing", count=len(entries)), own)


def _medication_name(medication: Current, words: Words) -> str:
    return name_of(uses_of(medication)[0].concept, words)


def _problem_name(problem: Current, words: Words) -> str:
    return name_of(conditions_of(problem)[0].concept, words)
