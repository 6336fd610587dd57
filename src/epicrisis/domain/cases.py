"""Cases that are kept without who they were of, to be found again beside another: what was found, and what it was."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from epicrisis.domain.differentials import Observed
from epicrisis.domain.patients import Sex
from epicrisis.domain.records import Code

# An older age tells people apart, and is kept as this one.
OLDEST_KEPT = 90.0


@dataclass(frozen=True, slots=True)
class KeptCase:
    """A case somebody keeps: ``findings`` by their ids, there or not, and the ``outcome`` once it is known.

    ``text`` is redacted. ``owner`` is whoever kept it, of ``tenant``; an ``age`` is in years, and 90 stands for all
    above.
    """

    id: str
    tenant: str
    owner: str
    created_at: datetime
    language: str
    findings: Mapping[str, bool]
    age: float | None = None
    sex: Sex = Sex.UNKNOWN
    outcome: Code | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """What two cases say of their findings, by ids: alike, of one alone, or one that it is there, the other not."""

    shared: tuple[str, ...] = ()
    both_absent: tuple[str, ...] = ()
    opposed: tuple[str, ...] = ()
    only_asked: tuple[str, ...] = ()
    only_kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SimilarCase:
    """A kept case, how similar it is to what was asked about (1 is the same), and why."""

    case: KeptCase
    score: float
    compared: Compared


def found_once(observed: Iterable[Observed]) -> dict[str, bool]:
    """Return which findings are there and which are not; of one that is said both ways, that it is there."""
    found: dict[str, bool] = {}
    for each in observed:
        found[each.finding] = found.get(each.finding, False) or each.present
    return found


def compared(
    asked: Mapping[str, bool], kept: Mapping[str, bool], implied: Callable[[Mapping[str, bool]], Mapping[str, bool]]
) -> Compared:
    """Return what the findings of two cases have in common, and what not.

    ``implied`` adds what goes without saying: who has coughing fits has a cough.
    """
    of_asked, of_kept = implied(asked), implied(kept)
    both = [each for each in dict.fromkeys([*asked, *kept]) if each in of_asked and each in of_kept]
    return Compared(
        shared=tuple(each for each in both if of_asked[each] and of_kept[each]),
        both_absent=tuple(each for each in both if not of_asked[each] and not of_kept[each]),
        opposed=tuple(each for each in both if of_asked[each] != of_kept[each]),
        only_asked=tuple(each for each, present in asked.items() if present and each not in of_kept),
        only_kept=tuple(each for each, present in kept.items() if present and each not in of_asked),
    )


def age_kept(age: float | None) -> float | None:
    """Return the age that is kept of somebody: no older than Safe Harbor lets an age stand."""
    return None if age is None else min(age, OLDEST_KEPT)
