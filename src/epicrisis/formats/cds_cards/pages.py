"""What stands behind a card about a differential, as markdown: each condition with what speaks for and against it."""

from __future__ import annotations

from collections.abc import Iterator

from epicrisis.domain.advice import Advised, MayHave
from epicrisis.domain.differentials import Alarm, Hypothesis, Weighed
from epicrisis.formats.cds_cards.wording import Words, listed, literal
from epicrisis.formats.wording import percent

_MOST = 5
# What moves a condition by less says nothing a reader wants to hear: odds times 1.1.
_LEAST_WEIGHT = 0.1


def page_of(advice: MayHave, advised: Advised, words: Words) -> str:
    """Return the page behind the card of ``advice``."""
    return "\n\n".join(_parts(advice, advised, words))


def _parts(advice: MayHave, advised: Advised, words: Words) -> Iterator[str]:
    if advice.alarms:
        yield f"**{words('action')}:** {'; '.join(map(_alarm, advice.alarms))}"
    for number, each in enumerate(advice.hypotheses, 1):
        head = f"**{number}. {each.name}** ({each.code.code}), {percent(each.confidence)}, {words(each.urgency.value)}"
        yield "\n".join([head, *(f"- {line}" for line in _lines(each, words))])
    unmatched = advice.differential.case.unmatched
    if unmatched:
        yield words("unmatched", what=listed(map(literal, unmatched[:_MOST])))
    if advised.missing:
        yield words("not-sent", what=listed(advised.missing))


def _lines(hypothesis: Hypothesis, words: Words) -> Iterator[str]:
    for name, weighed in (("supporting", hypothesis.supporting), ("opposing", hypothesis.opposing)):
        told = [_told(each, words) for each in weighed if abs(each.weight) >= _LEAST_WEIGHT]
        if told:
            more = [words("and-more", count=len(told) - _MOST)] if len(told) > _MOST else []
            yield f"{words(name)}: {listed([*told[:_MOST], *more])}"
    if hypothesis.missing:
        yield f"{words('missing')}: {listed(each.name for each in hypothesis.missing[:_MOST])}"
    if hypothesis.tests:
        yield f"{words('tests')}: {'; '.join(hypothesis.tests[:_MOST])}"


def _told(weighed: Weighed, words: Words) -> str:
    """Return the name of a finding, or that it is not there, and what it was read from, where that says otherwise."""
    told = literal(weighed.observed.told)
    name = weighed.name if weighed.observed.present else words("not-there", what=weighed.name)
    return name if not told or told.casefold() in (name.casefold(), weighed.name.casefold()) else f"{name} ({told})"


def _alarm(alarm: Alarm) -> str:
    return f"{alarm.name} ({listed(alarm.conditions)})" if alarm.conditions else alarm.name
