"""When the results of a test left their range, and when they came back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import takewhile

from epicrisis.domain.patients import Identity
from epicrisis.domain.records import Flag
from epicrisis.domain.summaries import Change, ChangeKind
from epicrisis.engines.patients.ranges import meaning
from epicrisis.engines.patients.results import Series
from epicrisis.engines.patients.windows import Window


def crossing(series: Series, identity: Identity, window: Window) -> Iterator[tuple[datetime, Change]]:
    """Yield that a test left its range or came back, from its last result before the window to its last one in it.

    A test that went from one side of its range to the other has left it. What went out and came back within the window,
    or the other way, has not changed.
    """
    told = [(at.first, each) for each in series.results if (at := series.moment(each)) is not None]
    before = [pair for pair in told if pair[0] <= window.first][-1:]
    flagged = [
        (when, each, flag)
        for when, each in before + [pair for pair in told if window.holds(pair[0])]
        if (flag := meaning(each, identity).flag) is not None
    ]
    if not flagged or not window.holds(flagged[-1][0]):
        return
    (_, first, was), now = flagged[0], flagged[-1][2]
    is_out, was_out = now is not Flag.NORMAL, was is not Flag.NORMAL
    if is_out == was_out and {was, now} != {Flag.LOW, Flag.HIGH}:
        return
    # It crossed with the first result on this side since the last one that was not.
    here = {flag for flag in Flag if flag is not was and (flag is not Flag.NORMAL) == is_out}
    when, item, flag = list(takewhile(lambda step: step[2] in here, reversed(flagged)))[-1]
    kind = ChangeKind.LEFT_RANGE if is_out else ChangeKind.ENTERED_RANGE
    yield when, Change(kind, item, series.moment(item), (item.source, first.source), was.value, flag.value)
