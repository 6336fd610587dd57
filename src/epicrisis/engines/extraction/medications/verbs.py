"""Words that say what becomes of a drug, and what each of them says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from epicrisis.domain.records import MedicationState
from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.lists import word_lists
from epicrisis.text.phrases import Phrases, folded


class Said(StrEnum):
    """What words say of a drug besides its states: it must not be taken, or it must not be stopped."""

    AVOIDED = "AVOIDED"
    KEPT = "KEPT"


Fate = MedicationState | Said

_LISTS: Mapping[str, Fate] = {
    "avoided": Said.AVOIDED,
    "changed": MedicationState.CHANGED,
    "given": MedicationState.GIVEN,
    "held": MedicationState.HELD,
    "kept": Said.KEPT,
    "not_taken": MedicationState.NOT_TAKEN,
    "planned": MedicationState.PLANNED,
    "started": MedicationState.STARTED,
    "stopped": MedicationState.STOPPED,
    "taken": MedicationState.TAKEN,
}


@dataclass(frozen=True, slots=True)
class Verb:
    """Words that say what becomes of a drug; ``subject`` is the drug before them that they speak of.

    ``is_of_one`` where they speak of one drug as they stand: "Plavix 75 mg held", "which was held".
    """

    span: Span
    state: Fate
    subject: int | None = None
    is_of_one: bool = True


def verbs_of(language: str) -> tuple[Mapping[str, Fate], Phrases]:
    """Return what each word of ``language`` says, and the words as they are found in a text."""
    return said_by("medications", language)


@cache
def said_by(story: str, language: str) -> tuple[Mapping[str, Fate], Phrases]:
    """Return what each word of the lists of ``story`` says of a drug, and the words as they are found in a text."""
    lists = word_lists(story, language)
    keys = [key for key in _LISTS if key in lists]
    states = {" ".join(folded(words).replace("-", " ").split()): _LISTS[key] for key in keys for words in lists[key]}
    return states, Phrases(words for key in keys for words in lists[key])
