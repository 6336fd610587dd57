"""Words that say what becomes of a drug, and what each of them says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from epicrisis.domain.records import MedicationState
from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.lists import word_lists
from epicrisis.text.phrases import Phrases, folded

_LISTS: Mapping[str, MedicationState] = {
    "changed": MedicationState.CHANGED,
    "given": MedicationState.GIVEN,
    "held": MedicationState.HELD,
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
    state: MedicationState
    subject: int | None
    is_of_one: bool


@cache
def verbs_of(language: str) -> tuple[Mapping[str, MedicationState], Phrases]:
    """Return what each word of ``language`` says, and the words as they are found in a text."""
    lists = word_lists("medications", language)
    states = {
        " ".join(folded(words).replace("-", " ").split()): state
        for key, state in _LISTS.items()
        for words in lists[key]
    }
    return states, Phrases(words for key in _LISTS for words in lists[key])
