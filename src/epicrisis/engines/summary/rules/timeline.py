"""When the entries of a record were, so that its age can be told."""

from __future__ import annotations

from collections.abc import Iterator

from epicrisis.domain.moments import Moment
from epicrisis.domain.patients import Source
from epicrisis.domain.summaries import Baseline
from epicrisis.engines.summary.rules.medications import uses_of
from epicrisis.engines.summary.rules.problems import conditions_of


def last_entry(baseline: Baseline) -> tuple[Moment, Source] | None:
    """Return when the last dated entry was, and which; ``None`` where none carries a date."""
    return max((pair for pair in _dated(baseline) if pair[0] <= baseline.at), default=None)


def _dated(baseline: Baseline) -> Iterator[tuple[Moment, Source]]:
    for latest in (*baseline.labs, *baseline.vitals, *baseline.examinations):
        if latest.observation.at is not None:
            yield latest.observation.at, latest.observation.source
    stretches = [(visit.period, visit.source) for visit in baseline.encounters]
    stretches += [(done.period, done.source) for done in baseline.procedures]
    for period, source in stretches:
        for moment in (period.start, period.end):
            if moment is not None:
                yield moment, source
    for vaccine in baseline.immunizations:
        if vaccine.at is not None:
            yield vaccine.at, vaccine.source
    for problem in (*baseline.problems, *baseline.past_problems):
        for entry in conditions_of(problem):
            for moment in (entry.onset, entry.recorded):
                if moment is not None:
                    yield moment, entry.source
    for medication in baseline.medications:
        for use in uses_of(medication):
            for moment in (use.authored, use.period.start):
                if moment is not None:
                    yield moment, use.source
