"""The same drug said twice is one medication, the same substance one allergy: with the details of both."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from epicrisis.domain.assertions import Status
from epicrisis.domain.records import Allergy, Medication, MedicationState, Stated
from epicrisis.domain.sections import SectionCategory
from epicrisis.domain.spans import Span
from epicrisis.text.phrases import folded

_WORD = re.compile(r"[^\W_]+")
_ENDED = frozenset({MedicationState.STOPPED, MedicationState.HELD, MedicationState.NOT_TAKEN})
_LISTS = frozenset({SectionCategory.MEDICATIONS, SectionCategory.DISCHARGE})
_DETAILS = ("strength", "dose", "frequency")
# A drug with more ways of taking it than this is no drug of one patient; only the latest are looked at.
_LATEST = 20
_ALL = (*_DETAILS, "form", "route", "duration", "reason")


def merged(items: Iterable[tuple[Sequence[str], Medication]]) -> tuple[Medication, ...]:
    """Return the medications of ``items`` with those that tell the same of a drug made one, where the first stood.

    Beside each stand the names its mention gives it: a generic name and a brand are the same drug from there on.
    """
    kept: list[Medication] = []
    mentions: list[set[Span]] = []
    by_name: dict[str, list[int]] = {}
    for names, item in items:
        keys = [_key(name) for name in names]
        places = next((by_name[key] for key in keys if key in by_name), [])
        by_name.update({key: places for key in keys if key not in by_name})
        same = next((place for place in places[: -_LATEST - 1 : -1] if _agree(kept[place], item)), None)
        if same is None:
            places.append(len(kept))
            kept.append(item)
            mentions.append({*item.mentions})
        else:
            kept[same] = _one(kept[same], item)
            mentions[same].update(item.mentions)
    return tuple(replace(one, mentions=tuple(sorted(own))) for one, own in zip(kept, mentions, strict=True))


def _key(name: str) -> str:
    words = _WORD.findall(folded(name))
    return " ".join(word[:-1] if len(word) > 3 and word.endswith("s") else word for word in words)


def _agree(one: Medication, other: Medication) -> bool:
    if (one.state in _ENDED) != (other.state in _ENDED):
        return False
    if (one.state is MedicationState.PLANNED) != (other.state is MedicationState.PLANNED):
        return False
    return all(_same(getattr(one, detail), getattr(other, detail)) for detail in _DETAILS)


def _same(one: Stated | None, other: Stated | None) -> bool:
    return one is None or other is None or _key(one.text) == _key(other.text)


def _one(first: Medication, other: Medication) -> Medication:
    details = {name: getattr(first, name) or getattr(other, name) for name in _ALL}
    # What a list at the end says counts: started on the ward, taken at discharge.
    is_plain = first.state is MedicationState.TAKEN or other.section in _LISTS
    # "Got some nitroglycerin", and in the list "nitroglycerin p.r.n.": the mention that tells how says whether, too.
    tells = [each for each in (first, other) if each.frequency is not None or each.dose is not None]
    status = (tells[0] if tells else first).status
    return replace(
        first,
        state=other.state if is_plain else first.state,
        status=status,
        confidence=max(first.confidence, other.confidence),
        **details,
    )


def merged_allergies(items: Iterable[Allergy]) -> tuple[Allergy, ...]:
    """Return ``items`` with the same substance once, with the reactions of all its mentions."""
    kept: dict[tuple[str, bool], list[Allergy]] = {}
    for item in items:
        key = folded(item.substance.text).rstrip("s"), item.status is Status.ABSENT
        kept.setdefault(key, []).append(item)
    return tuple(_one_allergy(own) for own in kept.values())


def _one_allergy(same: Sequence[Allergy]) -> Allergy:
    reactions = {folded(each.text): each for item in reversed(same) for each in item.reactions}
    return replace(
        same[0],
        reactions=tuple(sorted(reactions.values())),
        severity=next((item.severity for item in same if item.severity is not None), None),
        mentions=tuple(span for item in same for span in item.mentions),
    )
