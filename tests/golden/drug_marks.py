"""Reads golden sentences of drugs and of allergies, whose marks stand beside ``medications`` and ``allergies``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from epicrisis.domain.records import MedicationState

_MARK = re.compile(r"\[([^\[\]|]+)\|([^\[\]|]+)\]")
_PARTS = frozenset({"strength", "form", "dose", "route", "frequency", "duration", "reason"})
_STATES = {state.value.lower().replace("_", "-"): state for state in MedicationState}


@dataclass(slots=True)
class ToldDrug:
    """What a sentence says of one drug: its name, its state, and the words of each part of its prescription."""

    name: str
    state: MedicationState
    parts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ToldAllergy:
    """What a sentence says of one substance."""

    substance: str
    status: str
    reactions: tuple[str, ...] = ()


def read_drugs(sentence: str) -> tuple[str, list[ToldDrug]]:
    """Return ``sentence`` without its marks, and the drugs they tell of.

    Raises:
        ValueError: a mark is not well formed, or belongs to no drug.
    """
    told: list[ToldDrug] = []
    parts: list[tuple[str, str, list[int]]] = []
    for words, label in _MARK.findall(sentence):
        name, _, numbers = label.partition(" ")
        if label in _STATES:
            told.append(ToldDrug(words, _STATES[label]))
        elif name in _PARTS:
            own = [int(number) - 1 for number in numbers.split("+")] if numbers else [max(0, len(told) - 1)]
            parts.append((words, name, own))
        else:
            raise ValueError(f"{label!r} is neither a state nor a part, in {sentence!r}.")
    for words, name, own in parts:
        for number in own:
            told[number].parts[name] = words
    return _without_marks(sentence), told


def read_allergies(sentence: str) -> tuple[str, list[ToldAllergy], str | None]:
    """Return ``sentence`` without its marks, the allergies they tell of, and the words that say there are none.

    Raises:
        ValueError: a mark is not well formed.
    """
    told: list[ToldAllergy] = []
    none: str | None = None
    for words, label in _MARK.findall(sentence):
        status, _, reactions = label.partition(": ")
        if status == "none":
            none = words
        elif status in ("present", "absent", "possible"):
            told.append(ToldAllergy(words, status.upper(), tuple(reactions.split(", ")) if reactions else ()))
        else:
            raise ValueError(f"{label!r} says nothing of an allergy, in {sentence!r}.")
    return _without_marks(sentence), told, none


def _without_marks(sentence: str) -> str:
    text = _MARK.sub(lambda mark: mark[1], sentence)
    if set("[|]") & set(text):
        raise ValueError(f"{sentence!r} has a bracket or bar that belongs to no mark.")
    return text
