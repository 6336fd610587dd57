"""What becomes of a drug: started, stopped, changed, held, planned, given, not taken; taken where nothing is said."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from epicrisis.domain.assertions import Assertion, Status, Temporality
from epicrisis.domain.records import MedicationState
from epicrisis.domain.sections import SectionCategory
from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.lists import phrases, primary
from epicrisis.engines.extraction.medications.drugs import Drug
from epicrisis.engines.extraction.medications.verbs import Verb, verbs_of
from epicrisis.engines.extraction.note import Note
from epicrisis.text.phrases import folded

# A drug that is not taken is told only where the note says what became of it; one that is merely denied never is.
_ENDED = frozenset({MedicationState.STOPPED, MedicationState.HELD, MedicationState.NOT_TAKEN, MedicationState.CHANGED})
_TO_COME = frozenset({MedicationState.STARTED, MedicationState.GIVEN, MedicationState.PLANNED})

_BREAK = re.compile(";")
_WORD = re.compile(r"[^\W\d_]+")
_JOINT = re.compile(r"\s*(?:,|and|or|y|e|o|with|plus|&|/|,\s*and)\s*")
_SIDE = re.compile(r"\b(?:on|to|with|from|for|of|using|con|de|a)$")
_ENDS = re.compile(
    r"(?<!\s)\s*+(?:[,.;:)]|$|\b(?:and|for|until|in|due|because|on|at|prior|y|por|hasta|desde|el|secondary|today|yesterday|about|ago|hace)\b)"
)
_ENDS_OR_TO = re.compile(rf"{_ENDS.pattern}|\s(?:to|a|hasta)\s(?:\d|half|one|two|un)")
_FROM = re.compile(r"\b(?:from|de)$")
_TO = re.compile(r"\b(?:to|a)\b")
_BARE = re.compile(r"[\s,-]*(?:\b(?:but|then|now|just|pero|que|luego|\w{2,12}ly|\w{2,12}mente)\b[\s,]*){0,2}")
# What may stand between a drug and the verb that follows it, besides "was": "heparin drip was also stopped".
_MOST_BETWEEN = 5


class States:
    """Reads what becomes of each drug of a note, sentence by sentence."""

    def __init__(self, note: Note, drugs: Sequence[Drug], attributes: Sequence[Span]) -> None:
        self._note = note
        self._low = folded(note.text)
        self._language = primary(note)
        self._drugs = drugs
        self._ends = [drug.names[-1].end for drug in drugs]
        self._starts = [drug.span.start for drug in drugs]
        self._attributes = sorted(attributes)
        self._attribute_starts = [span.start for span in self._attributes]
        self._read: dict[int, tuple[Verb, ...]] = {}

    def of(self, number: int) -> MedicationState | None:
        """Return what becomes of the drug ``number``, or ``None`` where it is only denied."""
        drug = self._drugs[number]
        verbs = self._governing(number)
        state = next((verb for verb in verbs if verb is not MedicationState.PLANNED), None)
        # "Will start": a plan stands right before its verb; one further off speaks of another drug.
        is_planned = MedicationState.PLANNED in verbs[:2]
        return self._weighed(drug, state, is_planned=is_planned)

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
        if is_planned and state in _ENDED and self._is_under_condition(drug):
            return MedicationState.TAKEN
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

    def _is_under_condition(self, drug: Drug) -> bool:
        """Return whether the sentence sets a condition: "if it stays the same, I would discontinue the prednisone"."""
        sentence = self._note.sentence(drug.span)
        return (
            phrases("medications", self._language, "conditions").first(self._low, sentence.start, drug.span.start)
            is not None
        )

    def _governing(self, number: int) -> list[MedicationState]:
        """Return the states of the verbs that speak of a drug, those behind it first, then the nearest before it."""
        drug = self._drugs[number]
        sentence = self._note.sentence(drug.span)
        verbs = self._verbs(sentence)
        behind = self._behind(number, verbs)
        start = max(
            [
                self._opening(sentence, drug),
                *(m.end() for m in _BREAK.finditer(self._low, sentence.start, drug.span.start)),
            ]
        )
        before = [
            verb
            for verb in verbs
            if verb.subject is None and start <= verb.span.start < drug.span.start and self._reaches(verb, drug)
        ]
        states = [self._state(verb, drug) for verb in reversed(before)]
        own = [verb.state for verb in behind]
        is_own = self._is_last_before(number, behind) or not states or _is(drug.found.assertion, Status.ABSENT)
        return own + states if own and is_own else states

    def _state(self, verb: Verb, drug: Drug) -> MedicationState:
        """Return what a verb before a drug says of it: "switched from Zoloft to Effexor" stops one and starts one."""
        if verb.state is not MedicationState.STOPPED or not _FROM.search(self._low, verb.span.start, verb.span.end):
            return verb.state
        is_new = _TO.search(self._low, verb.span.end, drug.span.start) is not None
        return MedicationState.STARTED if is_new else verb.state

    def _opening(self, sentence: Span, drug: Drug) -> int:
        """Return where a sentence begins behind its heading: "PLAN: Ceftin" plans nothing."""
        section = self._note.annotated.section_of(drug.span)
        heading = None if section is None else section.heading
        return sentence.start if heading is None else max(sentence.start, min(heading.end, drug.span.start))

    def _reaches(self, verb: Verb, drug: Drug) -> bool:
        """Return whether a drug is what a verb before it speaks of: not in "bleeding stopped after epinephrine"."""
        if verb.state in (MedicationState.TAKEN, MedicationState.PLANNED, MedicationState.GIVEN):
            return True
        between = self._low[verb.span.end : drug.span.start]
        far = phrases("medications", self._language, "far")
        # "Hold p.o. medications, GI consult, Zofran p.r.n.": what is held is told, and the drug is another item.
        objects = phrases("medications", self._language, "objects")
        is_told = any("," in between[own.end :] and ":" not in between[own.end :] for own in objects.find(between))
        return not is_told and not any(word in far for word in _WORD.findall(between))

    def _behind(self, number: int, verbs: Sequence[Verb]) -> list[Verb]:
        return [
            verb
            for verb in verbs
            if verb.subject is not None
            and self._shares(number, verb.subject)
            and (number == verb.subject or not verb.is_of_one or not self._is_told_apart(number, verb.subject))
        ]

    def _is_last_before(self, number: int, behind: Sequence[Verb]) -> bool:
        return any(verb.subject == number for verb in behind)

    def _shares(self, number: int, subject: int) -> bool:
        """Return whether drugs from ``number`` to ``subject`` stand in one list: "aspirin and Plavix were held"."""
        if number > subject or subject - number > _MOST_BETWEEN:
            return False
        return all(
            _JOINT.fullmatch(self._bare(self._ends[each], self._starts[each + 1])) for each in range(number, subject)
        )

    def _is_told_apart(self, number: int, subject: int) -> bool:
        """Return whether a drug from ``number`` to ``subject`` has a dose or the like of its own."""
        first = bisect_left(self._attribute_starts, self._ends[number])
        return first < bisect_left(self._attribute_starts, self._starts[subject])

    def _verbs(self, sentence: Span) -> tuple[Verb, ...]:
        if sentence.start not in self._read:
            self._read[sentence.start] = tuple(self._found(sentence))
        return self._read[sentence.start]

    def _found(self, sentence: Span) -> Iterator[Verb]:
        states, verbs = verbs_of(self._language)
        for span in verbs.find(self._low, sentence.start, sentence.end):
            words = " ".join(self._low[span.start : span.end].replace("-", " ").split())
            subject = self._subject(span, words, sentence)
            many = phrases("medications", self._language, "many")
            is_of_one = subject is None or many.first(self._low, self._ends[subject], span.start) is None
            yield Verb(span, states[words], subject, is_of_one)

    def _subject(self, verb: Span, words: str, sentence: Span) -> int | None:
        """Return the drug right before a verb that speaks of it: "heparin was stopped", "Plavix held"."""
        number = bisect_right(self._ends, verb.start) - 1
        if number < 0 or self._starts[number] < sentence.start or _SIDE.search(words):
            return None
        if verb.start - self._ends[number] > 120:
            return None
        between = self._bare(self._ends[number], verb.start)
        said = _WORD.findall(between)
        pronouns = phrases("medications", self._language, "pronouns").forms
        # "Cymbalta; however, this was discontinued", "an anticonvulsant, which she refused".
        goes_on = any(word in pronouns for word in said)
        if any(mark in between for mark in (":.(" if goes_on else ";:.(")):
            return None
        if goes_on and verbs_of(self._language)[0][words] is MedicationState.NOT_TAKEN and pronouns.issuperset(said):
            return number
        being = phrases("medications", self._language, "being").forms
        if len(said) <= _MOST_BETWEEN and being & {*said, " ".join(said[-2:])}:
            return number
        # "Aspirin reduced to 81 mg", "Lorcet 10/650-given".
        is_changed = verbs_of(self._language)[0][words] is MedicationState.CHANGED
        ends = _ENDS_OR_TO if is_changed else _ENDS
        is_bare = _BARE.fullmatch(between) is not None and ends.match(self._low, verb.end, sentence.end) is not None
        return number if is_bare else None

    def _bare(self, start: int, end: int) -> str:
        """Return the text between two places without the attributes of drugs that stand in it."""
        pieces, at = [], start
        first = bisect_left(self._attribute_starts, start)
        for span in self._attributes[first : bisect_left(self._attribute_starts, end)]:
            pieces.append(self._low[at : max(at, span.start)])
            at = max(at, span.end)
        pieces.append(self._low[at : max(at, end)])
        return " ".join(piece.strip() for piece in pieces if piece.strip())


def _usual(*, is_given: bool) -> MedicationState:
    return MedicationState.GIVEN if is_given else MedicationState.TAKEN


def _is(assertion: Assertion | None, status: Status) -> bool:
    return assertion is not None and assertion.status is status


def status_of(drug: Drug, state: MedicationState) -> Status:
    """Return whether the drug is taken: what was stopped is not, whatever the words around it say."""
    assertion = drug.found.assertion
    status = Status.PRESENT if assertion is None else assertion.status
    ended = state in (MedicationState.STOPPED, MedicationState.HELD, MedicationState.NOT_TAKEN)
    return Status.ABSENT if ended and status in (Status.PRESENT, Status.POSSIBLE) else status


def temporality_of(drug: Drug) -> Temporality:
    """Return when the drug is taken."""
    return Temporality.CURRENT if drug.found.assertion is None else drug.found.assertion.temporality
