"""Which verbs of a sentence speak of which drugs: "continue aspirin; Plavix was held", "avoid NSAIDs and lithium"."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace

from epicrisis.domain.assertions import Assertion, Status
from epicrisis.domain.findings import EntityLabel
from epicrisis.domain.records import MedicationState
from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.lists import phrases, primary
from epicrisis.engines.extraction.medications.drugs import Drug
from epicrisis.engines.extraction.medications.verbs import Fate, Said, Verb, verbs_of
from epicrisis.engines.extraction.note import Note

_BREAK = re.compile(";")
_WORD = re.compile(r"[^\W\d_]+")
_JOINT = re.compile(r"\s*(?:,|and|or|y|e|o|with|plus|&|/|,\s*and)\s*")
_SIDE = re.compile(r"\b(?:on|to|with|from|for|of|using|con|de|a)$")
_ENDS = re.compile(
    r"(?<!\s)\s*+(?:[,.;:)]|$|\b(?:and|for|until|in|due|because|on|at|prior|y|con|por|hasta|desde|el|secondary|today|yesterday|about|ago|hace|per|by|after|pending|while|since|tras)\b)"
)
_ENDS_OR_TO = re.compile(rf"{_ENDS.pattern}|\s(?:to|a|hasta)\s(?:\d|half|one|two|un)")
_FROM = re.compile(r"\b(?:from|de)$")
_TO = re.compile(r"\b(?:to|a)\b")
_BARE = re.compile(r"[\s,-]*(?:\b(?:but|then|now|just|pero|que|luego|\w{2,12}ly|\w{2,12}mente)\b[\s,]*){0,2}")
# "Start: 3/2/2020, stop: 4/2/2020": the columns of a table.
_DATED = re.compile(r":\s{0,3}\d{1,4}[/-]")
# What joins drugs that are avoided together: "NSAIDs (ibuprofen, naproxen)"; "with" joins what is not.
_LISTED = re.compile(
    r"[,/(&]?\s?(?:and|or|nor|y|e|o|u|ni|such as|including|like|como)?\s?(?:the|all|any|other|el|la|los|las)?\s?"
)
_OTHERS = (EntityLabel.PROBLEM, EntityLabel.PROCEDURE)
# "Metformin contraindicated given eGFR 20": such words speak of what is before them, whatever follows.
_PASSIVE = ("ed", "do", "da", "dos", "das")
# What may stand between a drug and the verb that follows it, besides "was": "heparin drip was also stopped".
_MOST_BETWEEN = 5


class Clauses:
    """Reads the verbs of a note, sentence by sentence."""

    def __init__(self, note: Note, low: str, drugs: Sequence[Drug], attributes: Sequence[Span]) -> None:
        """Read ``note``, ``low`` being its text as ``phrases.folded`` returns it, with its drugs and what is theirs."""
        self._note, self._low, self._language = note, low, primary(note)
        self._drugs = drugs
        self._ends = [drug.names[-1].end for drug in drugs]
        self._starts = [drug.span.start for drug in drugs]
        self._attributes = sorted(attributes)
        self._attribute_starts = [span.start for span in self._attributes]
        self._read: dict[int, tuple[Verb, ...]] = {}

    def governing(self, number: int, begin: int = 0) -> list[Verb]:
        """Return the verbs that speak of a drug, those behind it first, then the nearest before it.

        Of those before it only what stands behind ``begin`` counts.
        """
        drug = self._drugs[number]
        sentence = self._note.sentence(drug.span)
        verbs = self._verbs(sentence)
        behind = self.behind(number)
        start = max(
            [
                begin,
                self._opening(sentence, drug),
                *(m.end() for m in _BREAK.finditer(self._low, sentence.start, drug.span.start)),
            ]
        )
        before = [
            verb
            for verb in verbs
            if verb.subject is None and start <= verb.span.start < drug.span.start and self._reaches(verb, number)
        ]
        nearest = [replace(verb, state=self._state(verb, drug)) for verb in reversed(before)]
        is_own = self._is_last_before(number, behind) or not nearest or _is(drug.found.assertion, Status.ABSENT)
        return behind + nearest if is_own else nearest

    def _state(self, verb: Verb, drug: Drug) -> Fate:
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

    def _reaches(self, verb: Verb, number: int) -> bool:
        """Return whether a drug is what a verb before it speaks of: not in "bleeding stopped after epinephrine"."""
        drug = self._drugs[number]
        bracket = self._low.find(")", verb.span.end, drug.span.start)
        if bracket >= 0 and self._low.find("(", verb.span.end, bracket) < 0:
            # "Lisinopril 10 mg (increased), metoprolol 25 mg": what is in brackets is said of what is before them.
            return False
        if verb.state is Said.AVOIDED:
            return self._is_avoided(verb, number)
        if verb.state in (MedicationState.TAKEN, MedicationState.PLANNED, MedicationState.GIVEN):
            return True
        between = self._low[verb.span.end : drug.span.start]
        far = phrases("medications", self._language, "far")
        # "Hold p.o. medications, GI consult, Zofran p.r.n.": what is held is told, and the drug is another item.
        objects = phrases("medications", self._language, "objects")
        is_told = any("," in between[own.end :] and ":" not in between[own.end :] for own in objects.find(between))
        return not is_told and not any(word in far for word in _WORD.findall(between))

    def last_of_list(self, number: int) -> int:
        """Return the number of the last drug of the list that a drug stands in: "aspirin and Plavix"."""
        last = number
        while last + 1 < len(self._drugs) and last - number < _MOST_BETWEEN and self._shares(number, last + 1):
            last += 1
        return last

    def following(self, number: int) -> int:
        """Return where the drug behind a drug begins, or the end of the note."""
        return self._starts[number + 1] if number + 1 < len(self._drugs) else len(self._low)

    def attributes_behind(self, number: int) -> Sequence[Span]:
        """Return what is told of drugs and stands next behind a drug."""
        first = bisect_left(self._attribute_starts, self._ends[number])
        return self._attributes[first : first + 2 * _MOST_BETWEEN]

    def _is_avoided(self, verb: Verb, number: int) -> bool:
        """Return whether a drug is what is avoided: not in "avoid alcohol with metronidazole"."""
        first = bisect_left(self._starts, verb.span.end)
        lead = self._low[verb.span.end : self._starts[first]]
        words = _WORD.findall(lead)
        aside = phrases("medications", self._language, "aside", "far")
        is_of_other = next(self._note.within(Span(verb.span.start, self._starts[first]), *_OTHERS), None) is not None
        if is_of_other or "," in lead or len(words) > _MOST_BETWEEN or any(word in aside for word in words):
            return False
        return all(self._is_listed_with(each) for each in range(first, number))

    def _is_listed_with(self, number: int) -> bool:
        """Return whether a drug and the next one are of one list: "NSAIDs such as ibuprofen"."""
        following = self._drugs[number + 1]
        if not _LISTED.fullmatch(" ".join(self._low[self._ends[number] : following.span.start].split())):
            return False
        place = bisect_left(self._attribute_starts, self._ends[number + 1])
        near = self._attribute_starts[place] if place < len(self._attributes) else len(self._low) + _MOST_BETWEEN
        return near - self._ends[number + 1] > 1

    def behind(self, number: int) -> list[Verb]:
        """Return the verbs behind a drug that speak of it, alone or with those of its list."""
        return [
            verb
            for verb in self._verbs(self._note.sentence(self._drugs[number].span))
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
            if _DATED.match(self._low, span.end):
                continue
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
        if isinstance(verbs_of(self._language)[0][words], Said) and words.endswith(_PASSIVE):
            return number if _BARE.fullmatch(between) else None
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


def _is(assertion: Assertion | None, status: Status) -> bool:
    return assertion is not None and assertion.status is status
