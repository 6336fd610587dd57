"""What holds, one fact at a time: what it is called, what may be said of it, and what must be said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from epicrisis.domain.assertions import Status
from epicrisis.domain.patients import (
    AllergyIntolerance,
    ClinicalStatus,
    Condition,
    Dosage,
    Encounter,
    FamilyMember,
    Immunization,
    MedicationUse,
    PlannedCare,
    Procedure,
    SocialFact,
    Source,
    UseStatus,
)
from epicrisis.domain.records import Use
from epicrisis.domain.summaries import Baseline, Current
from epicrisis.engines.summary.verifying.fact import Fact, Number, days, unit_of, words_of
from epicrisis.engines.summary.verifying.lexicon import Cue
from epicrisis.engines.summary.verifying.naming import allergen_names_of, beside, drug_names_of, names_of, strengths_of
from epicrisis.engines.summary.verifying.tokens import stems

_RECURRED = frozenset((ClinicalStatus.RECURRENCE, ClinicalStatus.RELAPSE))
OVER = frozenset((Cue.STOPPED, Cue.PAST))
_USES = {
    UseStatus.ON_HOLD: (frozenset((Cue.HELD,)),),
    UseStatus.INTENDED: (frozenset((Cue.PLANNED,)),),
    UseStatus.NOT_TAKEN: (frozenset((Cue.NEGATION,)),),
    UseStatus.COMPLETED: (OVER,),
    UseStatus.STOPPED: (OVER,),
}
# Which words a frequency may be said with; of any other, the numbers are what is checked.
_RATES = {(1.0, 1.0): "daily", (2.0, 1.0): "twice", (1.0, 7.0): "weekly"}


def problem_facts(current: Current) -> Iterator[Fact]:
    """Yield what somebody has, once for each entry that says it."""
    for entry in current.entries:
        if isinstance(entry, Condition):
            unsure = () if entry.verification.is_sure else (frozenset((Cue.POSSIBLE,)),)
            recurred = {Cue.RECURRED} if entry.clinical in _RECURRED else set()
            yield condition_of(entry, required=unsure, allowed={Cue.ACTIVE, *recurred}, sources=current.sources)


def past_facts(current: Current) -> Iterator[Fact]:
    """Yield what somebody had, each time by itself."""
    for entry in current.entries:
        if isinstance(entry, Condition):
            yield condition_of(entry, required=(frozenset((Cue.PAST,)),), sources=(entry.source,))


def condition_of(
    entry: Condition,
    *,
    required: tuple[frozenset[Cue], ...] = (),
    allowed: Iterable[Cue] = (),
    sources: tuple[Source, ...] = (),
) -> Fact:
    """Return a condition, with what must and what may be said of it."""
    return Fact(
        names=names_of(entry.concept),
        sources=sources or (entry.source,),
        required=required,
        allowed=frozenset((Cue.PROBLEM, *allowed)),
        starts=days(entry.onset),
        ends=days(entry.ended),
        dates=days(entry.recorded),
        words=words_of(entry.severity, entry.body_site),
    )


def medication_facts(current: Current, baseline: Baseline) -> Iterator[Fact]:
    """Yield what somebody takes, with the reasons their record gives."""
    problems = {
        entry.source.reference: names_of(entry.concept)
        for each in (*baseline.problems, *baseline.past_problems)
        for entry in each.entries
        if isinstance(entry, Condition)
    }
    for entry in current.entries:
        if isinstance(entry, MedicationUse):
            reasons = [stems(reason) for reason in entry.reasons]
            reasons += [name for each in entry.reason_references for name in problems.get(each, ())]
            fact = use_of(entry)
            yield replace(fact, sources=current.sources, reasons=frozenset(reasons))


def use_of(entry: MedicationUse) -> Fact:
    """Return the use of a medication."""
    numbers = [number for dosage in entry.dosages for number in _dosage_numbers(dosage)]
    for told in (entry.concept.text, *(code.display for code in entry.concept.codes)):
        numbers += strengths_of(told)
    required = _USES.get(entry.status, ())
    return Fact(
        names=drug_names_of(entry.concept),
        sources=(entry.source,),
        required=required,
        allowed=frozenset((Cue.DRUG,)) | (frozenset() if required else frozenset((Cue.ACTIVE,))),
        numbers=tuple(numbers),
        starts=days(entry.authored, entry.period.start),
        ends=days(entry.period.end),
        words=words_of(entry.concept.text).union(*(_dosage_words(dosage) for dosage in entry.dosages)),
    )


def _dosage_numbers(dosage: Dosage) -> Iterator[Number]:
    if dosage.dose is not None:
        yield dosage.dose.value, unit_of(dosage.dose)
    yield from strengths_of(dosage.text)
    if dosage.frequency and dosage.period_days:
        yield dosage.frequency, "time"
        yield dosage.period_days, "day"
        yield 24 * dosage.period_days / dosage.frequency, "hour"


def _dosage_words(dosage: Dosage) -> frozenset[str]:
    words = words_of(dosage.text, dosage.route)
    if dosage.as_needed:
        words |= beside("as_needed")
    if dosage.frequency and dosage.period_days:
        words |= beside(_RATES.get((float(dosage.frequency), float(dosage.period_days)), "often"))
    return words


def allergy_facts(current: Current) -> Iterator[Fact]:
    """Yield what somebody does not bear."""
    for entry in current.entries:
        if isinstance(entry, AllergyIntolerance):
            yield replace(intolerance_of(entry), sources=current.sources)


def intolerance_of(entry: AllergyIntolerance) -> Fact:
    """Return an allergy, by its name and by what it is to."""
    unsure = () if entry.verification.is_sure else (frozenset((Cue.POSSIBLE,)),)
    told = [entry.criticality, *entry.categories]
    for reaction in entry.reactions:
        told += [*reaction.manifestations, reaction.severity]
    return Fact(
        names=allergen_names_of(entry.concept),
        sources=(entry.source,),
        required=(*unsure, frozenset((Cue.ALLERGY,))),
        allowed=frozenset((Cue.ACTIVE, Cue.ALLERGY)),
        starts=days(entry.onset),
        ends=days(entry.ended),
        dates=days(entry.recorded),
        words=words_of(*told) | beside("allergy"),
    )


def procedure_of(entry: Procedure) -> Fact:
    """Return what was done, was not, or is to be."""
    required: tuple[frozenset[Cue], ...] = {
        Status.PRESENT: (),
        Status.ABSENT: (frozenset((Cue.NEGATION,)),),
        Status.HYPOTHETICAL: (frozenset((Cue.PLANNED,)),),
    }.get(entry.status, (frozenset((Cue.POSSIBLE,)),))
    return Fact(
        names=names_of(entry.concept),
        sources=(entry.source,),
        required=required,
        allowed=frozenset((Cue.PROCEDURE,)) | (frozenset() if required else frozenset((Cue.PAST,))),
        starts=days(entry.period.start),
        ends=days(entry.period.end),
        words=words_of(entry.body_site, entry.outcome) | beside("procedure"),
    )


def vaccine_of(entry: Immunization) -> Fact:
    """Return a vaccine that was given, or was not."""
    return Fact(
        names=names_of(entry.concept),
        sources=(entry.source,),
        required=() if entry.is_given else (frozenset((Cue.NEGATION,)),),
        allowed=frozenset((Cue.VACCINE, Cue.PAST)),
        dates=days(entry.at),
    )


def relative_facts(member: FamilyMember) -> Iterator[Fact]:
    """Yield what a relative has or had."""
    for concept in member.conditions:
        yield Fact(
            names=names_of(concept),
            sources=(member.source,),
            required=(frozenset((Cue.FAMILY,)),),
            allowed=frozenset((Cue.PROBLEM, Cue.PAST)) | (frozenset((Cue.DEAD,)) if member.is_dead else frozenset()),
            dates=days(member.recorded),
            words=words_of(member.relative),
            kin=frozenset(stems(member.relative)),
        )


def habit_of(entry: SocialFact) -> Fact:
    """Return what is told of how somebody lives."""
    required = {Use.FORMER: (frozenset((Cue.PAST, Cue.STOPPED)),), Use.NEVER: (frozenset((Cue.NEGATION,)),)}
    whole = stems(entry.words)
    bare = tuple(word for word in whole if word not in ("never", "former", "ex", "current", "every", "day"))
    return Fact(
        names=frozenset(name for name in (bare, stems(entry.kind.value)) if name),
        sources=(entry.source,),
        required=required.get(entry.use, ()) if entry.use else (),
        allowed=frozenset((Cue.SOCIAL, *((Cue.ACTIVE,) if entry.use is Use.CURRENT else ()))),
        dates=days(entry.at),
        words=frozenset(whole),
    )


def plan_of(entry: PlannedCare) -> Fact:
    """Return what is planned."""
    is_plan = entry.kind in ("CarePlan", "Goal")
    return Fact(
        names=names_of(entry.concept),
        sources=(entry.source,),
        required=() if is_plan else (frozenset((Cue.PLANNED,)),),
        allowed=frozenset((Cue.PLANNED, Cue.ACTIVE)) if entry.is_open else frozenset((Cue.PLANNED, Cue.PAST)),
        starts=days(entry.period.start),
        ends=days(entry.period.end),
        words=words_of(*entry.activities) | beside("plan"),
    )


def visit_of(entry: Encounter) -> Fact:
    """Return a visit or a stay."""
    return Fact(
        names=names_of(entry.concept),
        sources=(entry.source,),
        allowed=frozenset((Cue.VISIT,)) | (frozenset((Cue.PAST,)) if entry.is_over else frozenset((Cue.ACTIVE,))),
        starts=days(entry.period.start),
        ends=days(entry.period.end),
        words=words_of(*entry.reasons),
        reasons=frozenset(stems(reason) for reason in entry.reasons),
    )
