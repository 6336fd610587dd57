"""At which two times a record is cut: ends of visits, chosen by a rule and not by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from epicrisis_lab.evaluation.patients.changes import events
from epicrisis_lab.evaluation.patients.raw import Raw, moment

PAIRS = 40
_BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two times of one record, as it writes them."""

    raw: Raw
    since: str
    until: str


def pairs(raws: Sequence[Raw], count: int = PAIRS) -> list[Pair]:
    """Return ``count`` pairs between which something must have changed.

    Of each record first the last visit, then the middle third of its visits, then its second half and its first: all
    records give one before any gives another.
    """
    found: list[Pair] = []
    for chosen in zip(*(_candidates(raw) for raw in raws), strict=True):
        found += [pair for pair in chosen if pair is not None and _changes(pair)]
    return found[:count]


def _candidates(raw: Raw) -> Iterator[Pair | None]:
    told = {each["period"]["end"] for each in raw.of("Encounter") if each.get("period", {}).get("end")}
    ends = sorted(told, key=lambda text: (moment(text), text))
    last, count = max(raw.ends, key=lambda text: moment(text) or _BEGINNING), len(ends)
    if count < 4:
        yield from [None] * 4
        return
    yield Pair(raw, ends[-2], last)
    yield Pair(raw, ends[count // 3], ends[2 * count // 3])
    yield Pair(raw, ends[count // 2], last)
    yield Pair(raw, ends[0], ends[count // 2])


def _changes(pair: Pair) -> bool:
    since, until = moment(pair.since), moment(pair.until)
    if since is None or until is None or since >= until:
        return False
    return any(each.must for each in events(pair.raw, since, until))
