"""The first part of a summary: who it is and what holds."""

from __future__ import annotations

from collections.abc import Iterator

from epicrisis.domain.summaries import Baseline, Statement
from epicrisis.engines.summary.rules.allergies import known_allergies
from epicrisis.engines.summary.rules.history import history
from epicrisis.engines.summary.rules.medications import current_medications
from epicrisis.engines.summary.rules.opening import opening
from epicrisis.engines.summary.rules.problems import active_problems, denied_problems, past_problems
from epicrisis.engines.summary.rules.results import latest_results
from epicrisis.engines.summary.rules.telling import statement
from epicrisis.engines.summary.rules.unread import Unread
from epicrisis.engines.summary.rules.wording import Words


def assessment(baseline: Baseline, unread: Unread, words: Words) -> Iterator[Statement]:
    """Yield what holds, that which decides first: problems, medications, allergies, results, and then the history."""
    yield from opening(baseline, unread, words)
    if says_nothing(baseline):
        key = "opening.unread" if unread else "opening.nothing"
        yield statement(words.say(key), baseline.identity.source)
        return
    yield from active_problems(baseline, unread, words)
    yield from current_medications(baseline, unread, words)
    yield from known_allergies(baseline, unread, words)
    yield from latest_results(baseline, unread, words)
    yield from past_problems(baseline, words)
    yield from history(baseline, words)
    yield from denied_problems(baseline, words)


def says_nothing(baseline: Baseline) -> bool:
    """Return whether nothing is known of somebody's health."""
    return not (
        baseline.problems
        or baseline.past_problems
        or baseline.denied
        or baseline.medications
        or baseline.allergies
        or baseline.allergies_denied
        or baseline.labs
        or baseline.vitals
        or baseline.procedures
        or baseline.immunizations
        or baseline.family
        or baseline.social
        or baseline.examinations
        or baseline.plans
    )
