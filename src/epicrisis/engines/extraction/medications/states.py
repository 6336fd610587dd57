"""What becomes of a drug: started, stopped, changed, held, planned, given, not taken; taken where nothing is said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from epicrisis.domain.assertions import Assertion, CueKind, Status, Temporality
from epicrisis.domain.records import MedicationState
from epicrisis.domain.sections import SectionCategory
from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.lists import phrases, primary, word_lists
from epicrisis.engines.extraction.medications.clauses import Clauses
from epicrisis.engines.extraction.medications.conditions import Conditions
from epicrisis.engines.extraction.medications.drugs import Drug
from epicrisis.engines.extraction.medications.labels import Labels
from epicrisis.engines.extraction.medications.verbs import Fate, Said, Verb
from epicrisis.engines.extraction.note import Note
from epicrisis.text.phrases import folded

# A drug that is not taken is told only where the note says what became of it; one that is merely denied never is.
_ENDED = frozenset({MedicationState.STOPPED, MedicationState.HELD, MedicationState.NOT_TAKEN, MedicationState.CHANGED})
_TAKEN = frozenset({MedicationState.TAKEN, MedicationState.CHANGED, MedicationState.STARTED})
_TO_COME = frozenset({MedicationState.STARTED, MedicationState.GIVEN, MedicationState.PLANNED})


_ENDS = re.compile(r"[.;]\s|\n")
_LONGEST_CHANGE = 80


@dataclass(frozen=True, slots=True)
class Told:
    """What becomes of a drug, and what would on a condition.

    ``state`` is ``None`` where the drug is not the patient's, is only denied, or must not be taken.
    """

    state: MedicationState | None
    on_condition: Fate | None = None


class States:
    """Reads what becomes of each drug of a note, sentence by sentence."""

    def __init__(self, note: Note, drugs: Sequence[Drug], attributes: Sequence[Span]) -> None:
        self._note = note
        self._low = folded(note.text)
        self._language = primary(note)
        self._drugs = drugs
        self._clauses = Clauses(note, self._low, drugs, attributes)
        self._labels = Labels(note, self._low)
        self._conditions = Conditions(note, self._low)

    def all(self) -> list[Told]:
        """Return what is told of each drug, in their order."""
        told: list[Told] = []
        # What each drug was before, by its name: one that would be stopped on a condition is that still.
        before: dict[str, MedicationState] = {}
        for number, drug in enumerate(self._drugs):
            name = self._low[drug.span.start : drug.span.end]
            told.append(self._of(number, before.get(name, MedicationState.TAKEN)) if drug.is_patients else Told(None))
            if told[-1].state is not None:
                before[name] = told[-1].state
        for number, (one, other) in enumerate(pairwise(self._drugs)):
            if told[number].state in _TAKEN and self._is_replaced(one, other, told[number + 1]):
                told[number] = Told(MedicationState.STOPPED)
        return told

    def _is_replaced(self, drug: Drug, other: Drug, told: Told) -> bool:
        """Return whether ``other``, of which that is ``told``, came in the place of a drug: "A was changed to B"."""
        # What will be or would be has not been.
        if told.state in (None, MedicationState.PLANNED) or told.on_condition is not None:
            return False
        start = drug.names[-1].end
        between = self._low[start : other.span.start]
        if len(between) > _LONGEST_CHANGE or _ENDS.search(between):
            return False
        replaced = phrases("medications", self._language, "replaced").last(between)
        if replaced is None or between[replaced.end :].strip():
            return False
        return phrases("medications", self._language, "not_yet").first(between, 0, replaced.start) is None

    def _of(self, number: int, before: MedicationState) -> Told:
        """Return what is told of the drug ``number``, which was ``before`` until now."""
        drug = self._drugs[number]
        verbs = self._clauses.governing(number, self._labels.end_over(drug.span))
        said = next((verb for verb in verbs if verb.state is not MedicationState.PLANNED), None)
        # "Will start": a plan stands right before its verb; one further off speaks of another drug.
        is_planned = any(verb.state is MedicationState.PLANNED for verb in verbs[:2])
        if said is None:
            said = self._labels.of(drug.span, self._clauses.following(number))
        if said is None:
            return Told(self._weighed(drug, None, is_planned=is_planned))
        if said.state is Said.AVOIDED:
            return Told(None)
        if said.state is Said.KEPT or self._is_misread(said, drug):
            return Told(MedicationState.TAKEN)
        if said.state in _ENDED and self._is_on_condition(number, said, is_planned=is_planned):
            return Told(before, said.state)
        return Told(self._weighed(drug, MedicationState(said.state), is_planned=is_planned))

    def _is_misread(self, verb: Verb, drug: Drug) -> bool:
        """Return whether a verb that only looks like a denial was read as one, and nothing else denies the drug."""
        lookalikes = word_lists("medications", self._language).get("no_denial", ())
        if self._low[verb.span.start : verb.span.end] not in lookalikes:
            return False
        cues = () if drug.found.assertion is None else drug.found.assertion.cues
        return all(cue.span.overlaps(verb.span) for cue in cues if cue.kind is CueKind.NEGATION)

    def _weighed(self, drug: Drug, state: MedicationState | None, *, is_planned: bool) -> MedicationState | None:
        assertion = drug.found.assertion
        if _is(assertion, Status.ABSENT):
            return state if state in _ENDED else None
        is_to_come = is_planned or _is(assertion, Status.HYPOTHETICAL)
        category = self._note.category(drug.span)
        is_listed = category is SectionCategory.MEDICATIONS or self._is_under(drug, "list_headings")
        if is_listed and state in (None, MedicationState.PLANNED):
            return MedicationState.TAKEN
        if state is None:
            is_given = category is SectionCategory.PROCEDURE or self._is_under(drug, "given_headings")
            return MedicationState.PLANNED if is_to_come else _usual(is_given=is_given)
        if is_to_come and state in _TO_COME:
            return MedicationState.PLANNED
        return state

    def _is_under(self, drug: Drug, key: str) -> bool:
        """Return whether a drug stands under a heading with words of the list ``key``, such as "ANESTHESIA"."""
        section = self._note.annotated.section_of(drug.span)
        if section is None or section.heading is None:
            return False
        headings = phrases("medications", self._language, key)
        return headings.first(self._low, section.heading.start, section.heading.end) is not None

    def _is_on_condition(self, number: int, said: Verb, *, is_planned: bool) -> bool:
        """Return whether a drug would be stopped or the like: "if it stays the same, I would stop the prednisone"."""
        drug = self._drugs[number]
        if self._conditions.is_done(said.span):
            return False
        if self._conditions.is_before(drug.span, "conditions" if is_planned else "only_if"):
            return True
        last = self._clauses.last_of_list(number)
        return self._conditions.is_behind(
            drug.span,
            self._drugs[last].names[-1].end,
            self._clauses.attributes_behind(last),
            self._clauses.behind(number),
        )


def _usual(*, is_given: bool) -> MedicationState:
    return MedicationState.GIVEN if is_given else MedicationState.TAKEN


def _is(assertion: Assertion | None, status: Status) -> bool:
    return assertion is not None and assertion.status is status


def status_of(drug: Drug, state: MedicationState) -> Status:
    """Return whether the drug is taken: what was stopped is not, whatever the words around it say."""
    assertion = drug.found.assertion
    status = Status.PRESENT if assertion is None else assertion.status
    if state in (MedicationState.STOPPED, MedicationState.HELD, MedicationState.NOT_TAKEN):
        return Status.ABSENT
    if status is Status.ABSENT:
        return Status.HYPOTHETICAL if state is MedicationState.PLANNED else Status.PRESENT
    return status


def temporality_of(drug: Drug) -> Temporality:
    """Return when the drug is taken."""
    return Temporality.CURRENT if drug.found.assertion is None else drug.found.assertion.temporality
