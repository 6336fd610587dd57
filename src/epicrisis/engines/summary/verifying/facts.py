"""Every fact of a record: what holds, and what became different of it."""

from __future__ import annotations

from itertools import chain

from epicrisis.domain.summaries import Baseline, Delta
from epicrisis.engines.summary.verifying.changes import changed
from epicrisis.engines.summary.verifying.fact import Fact
from epicrisis.engines.summary.verifying.held import (
    allergy_facts,
    condition_of,
    habit_of,
    medication_facts,
    past_facts,
    plan_of,
    problem_facts,
    procedure_of,
    relative_facts,
    vaccine_of,
    visit_of,
)
from epicrisis.engines.summary.verifying.lexicon import Cue
from epicrisis.engines.summary.verifying.measured import pressures_in, result_of


def facts_in(baseline: Baseline, delta: Delta) -> tuple[Fact, ...]:
    """Return every fact of ``baseline``, with what ``delta`` says became different of it."""
    found = [
        *chain.from_iterable(problem_facts(each) for each in baseline.problems),
        *chain.from_iterable(past_facts(each) for each in baseline.past_problems),
        *(condition_of(each, required=(frozenset((Cue.NEGATION,)),)) for each in baseline.denied),
        *chain.from_iterable(medication_facts(each, baseline) for each in baseline.medications),
        *chain.from_iterable(allergy_facts(each) for each in baseline.allergies),
        *(result_of(each) for each in (*baseline.labs, *baseline.vitals)),
        *pressures_in(baseline.vitals),
        *(procedure_of(each) for each in baseline.procedures),
        *(vaccine_of(each) for each in baseline.immunizations),
        *chain.from_iterable(relative_facts(each) for each in baseline.family),
        *(habit_of(each) for each in baseline.social),
        *(plan_of(each) for each in baseline.plans),
        *(visit_of(each) for each in baseline.encounters),
    ]
    for change in delta.changes:
        found = changed(found, change)
    return tuple(found)
