"""A whole summary by rule: the four parts in their order, every sentence with what it rests on."""

from __future__ import annotations

from collections.abc import Iterable

from epicrisis.domain.patients import Missing
from epicrisis.domain.summaries import Baseline, Delta, Heading, SummarySection
from epicrisis.engines.summary.rules.assessment import assessment
from epicrisis.engines.summary.rules.guidance import guidance
from epicrisis.engines.summary.rules.planning import planning
from epicrisis.engines.summary.rules.trends_told import trends_and_changes
from epicrisis.engines.summary.rules.unread import Unread
from epicrisis.engines.summary.rules.wording import words_in


def sections(
    baseline: Baseline, delta: Delta, *, missing: Iterable[Missing] = (), language: str = "en"
) -> tuple[SummarySection, ...]:
    """Return the four parts of a summary in ``language``; ``missing`` names what of the record could not be had.

    Raises:
        UnknownLanguage: summaries are not written in that language.
    """
    words = words_in(language)
    unread = Unread(tuple(missing))
    told = {
        Heading.ASSESSMENT: tuple(assessment(baseline, unread, words)),
        Heading.TRENDS: tuple(trends_and_changes(baseline, delta, words)),
        Heading.PLAN: tuple(planning(baseline, unread, words)),
    }
    cited = [statement for statements in told.values() for statement in statements]
    told[Heading.GUIDANCE] = tuple(guidance(baseline, unread, cited, words))
    return tuple(SummarySection(heading, told[heading]) for heading in Heading)
