"""The drugs of a note: what each is called, how it is taken, and what becomes of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from epicrisis.domain.assertions import Status, Temporality
from epicrisis.domain.findings import EntityLabel
from epicrisis.domain.records import Medication, MedicationState, Stated
from epicrisis.domain.spans import Span
from epicrisis.engines.entities.sig import Grammar, Part, grammar
from epicrisis.engines.extraction.lists import phrases, primary
from epicrisis.engines.extraction.medications.drugs import drugs
from epicrisis.engines.extraction.medications.prescriptions import Prescription, prescriptions
from epicrisis.engines.extraction.medications.reasons import reason
from epicrisis.engines.extraction.medications.states import States, status_of, temporality_of
from epicrisis.engines.extraction.medications.verbs import Fate
from epicrisis.engines.extraction.merging import merged
from epicrisis.engines.extraction.note import Found, Note
from epicrisis.engines.extraction.relations.pairs import AND
from epicrisis.text.phrases import folded

# "from 5 mg to 10 mg": what the drug was taken at before.
_FROM = frozenset({"from", "desde", "de"})
_WORD = re.compile(r"[^\W\d_]{2,}")
# How many words of a prescription may be none of it: "500 mg capsules for her cough, one p.o. daily".
_MOST_BETWEEN = 2
_TO = frozenset({"to", "a", "hasta"})
_MOST_TO = 4
_TIMES = re.compile(r"(?:x|times)\s?(?:\d{1,2}|one|two|three|once|twice)")
# The number of the next item of a list, and a name in capitals behind a comma.
_ITEM = re.compile(r"(?:^|\s)\d{1,2}[.)]\s")
_NAMED = re.compile(r"\s*+[,;]\s*+(?:and\s)?[A-Z][a-z]{2,}+(?![^\s,;])")


def medications(note: Note) -> tuple[Medication, ...]:
    """Return the drugs of the patient in the order of the text, the same drug with the same details once.

    A drug that is denied, of a relative, or not borne is none of them; one that was stopped, held or is not taken is,
    with that state. Drugs that differ in dose or frequency stay apart; the doses of one day are one.
    """
    return _Reading(note).medications()


@dataclass(slots=True)
class _Regimen:
    """One way of taking a drug: at most one of everything but doses, of which one may be a strength."""

    doses: list[Found] = field(default_factory=list)
    others: dict[EntityLabel, Span] = field(default_factory=dict)


class _Reading:
    def __init__(self, note: Note) -> None:
        self._note = note
        self._low = folded(note.text)
        self._grammar: Grammar = grammar(primary(note))
        self._joins = phrases("medications", primary(note), "joins")

    def medications(self) -> tuple[Medication, ...]:
        found = drugs(self._note)
        told = prescriptions(self._note, self._low, found, self._grammar)
        states = States(self._note, found, [each.span for one in told for each in one.attributes])
        items: list[tuple[list[str], Medication]] = []
        for number, (one, said) in enumerate(zip(told, states.all(), strict=True)):
            if said.state is not None:
                limit = found[number + 1].span.start if number + 1 < len(found) else len(self._low)
                names = [self._words(span) for span in one.drug.names]
                for item in self._items(one, said.state, limit):
                    items.append((names, item if said.on_condition is None else _as_before(item, said.on_condition)))
        return merged(items)

    def _items(self, told: Prescription, state: MedicationState, limit: int) -> Iterator[Medication]:
        """Yield one medication per regimen: "40 mg daily for 3 days, then 20 mg daily" are two."""
        drug = Span(told.drug.span.start, told.drug.names[-1].end)
        for regimen in self._by_day(self._regimens(told.attributes, drug)):
            yield self._item(told, regimen, state, limit)

    def _item(self, told: Prescription, regimen: _Regimen, state: MedicationState, limit: int) -> Medication:
        strength, dose = self._amounts(regimen.doses, told.form)
        frequency = regimen.others.get(EntityLabel.FREQUENCY)
        is_as_needed = frequency is not None and self._grammar.is_as_needed(self._words(frequency))
        status, temporality = status_of(told.drug, state), temporality_of(told.drug)
        if state is MedicationState.TAKEN and status is Status.HYPOTHETICAL:
            # "Will continue lisinopril": it is taken, and goes on being so.
            status, temporality = Status.PRESENT, Temporality.CURRENT
        sentence = self._note.sentence(told.drug.span)
        if is_as_needed and status is Status.PRESENT:
            status = Status.CONDITIONAL
        elif frequency is not None and status is Status.CONDITIONAL and self._has_no_condition(told, sentence, limit):
            status = Status.PRESENT
        why = reason(
            self._note, self._low, told.end, min(limit, max(sentence.end, told.end)), is_as_needed=is_as_needed
        )
        if why is not None and frequency is not None and frequency.overlaps(why):
            # "Si dolor torácico": when it is taken is told by all the words of what it is taken for.
            frequency = Span(frequency.start, max(frequency.end, why.end))
        return Medication(
            name=self._note.stated(told.drug.span),
            state=state,
            status=status,
            temporality=temporality,
            confidence=told.drug.found.entity.score,
            strength=self._stated(strength),
            form=self._stated(told.form),
            dose=self._stated(dose),
            route=self._stated(regimen.others.get(EntityLabel.ROUTE)),
            frequency=self._stated(frequency),
            duration=self._stated(regimen.others.get(EntityLabel.DURATION)),
            reason=self._stated(why),
            section=self._note.category(told.drug.span),
            mentions=told.drug.names,
        )

    def _has_no_condition(self, told: Prescription, sentence: Span, limit: int) -> bool:
        """Return whether nothing is said of when a drug is called for: its neighbour in the list is the one p.r.n."""
        end = max(told.end, min(limit, sentence.end))
        conditions = phrases("medications", primary(self._note), "conditions")
        return conditions.first(self._low, sentence.start, end) is None and not self._grammar.is_as_needed(
            self._low[told.drug.span.start : end]
        )

    def _regimens(self, attributes: Sequence[Found], drug: Span) -> list[_Regimen]:
        """Return the ways of taking the drug at ``drug`` among what belongs to it."""
        regimens = [_Regimen()]
        ordered = sorted(attributes, key=lambda found: found.span)
        for place, each in enumerate(ordered):
            now = regimens[-1]
            before = ordered[place - 1].span.end if place else each.span.start
            if before <= drug.start < each.span.start:
                if self._is_elsewhere(before, drug.start, now):
                    # "High dose. 2. Rituxan weekly": what stands before the item is of another one.
                    regimens = [now := _Regimen()]
                before = min(drug.end, each.span.start)
            if self._is_elsewhere(before, each.span.start, now):
                break
            if each.label is EntityLabel.DOSE and now.doses and _TIMES.fullmatch(self._words(each.span)):
                # "30 mg IV x1": how often, behind how much.
                self._lengthen(now, each.span)
                continue
            if each.label is not EntityLabel.DOSE:
                now.others.setdefault(each.label, each.span)
            elif now.doses and self._replaces(now.doses[-1].span, each.span):
                regimens[-1] = _Regimen([each])
            elif now.doses and self._begins_another(now, ordered[place:]):
                regimens.append(_Regimen([each]))
            else:
                now.doses.append(each)
        return regimens

    def _by_day(self, regimens: Sequence[_Regimen]) -> list[_Regimen]:
        """Return ``regimens`` with the doses of one day as one: "44 units, at breakfast and 22 units at supper".

        What is taken next stays apart: it has a duration, or stands behind "then".
        """
        joined = [regimens[0]]
        for regimen in regimens[1:]:
            before, after = (each.others.get(EntityLabel.FREQUENCY) for each in (joined[-1], regimen))
            is_next = EntityLabel.DURATION in {*joined[-1].others, *regimen.others}
            if is_next or before is None or after is None or not regimen.doses or not joined[-1].doses:
                joined.append(regimen)
            elif all(word in AND for word in _WORD.findall(self._low, before.end, regimen.doses[0].span.start)):
                joined[-1].others[EntityLabel.FREQUENCY] = Span(before.start, max(before.end, after.end))
            else:
                joined.append(regimen)
        return joined

    def _lengthen(self, regimen: _Regimen, span: Span) -> None:
        """Add ``span`` to the frequency of ``regimen``: "every 5 minutes x3"."""
        own = regimen.others.get(EntityLabel.FREQUENCY)
        if own is None:
            regimen.others[EntityLabel.FREQUENCY] = span
        elif own.end < span.start and not self._words(Span(own.end, span.start)).strip(" ,"):
            regimen.others[EntityLabel.FREQUENCY] = Span(own.start, span.end)

    def _is_elsewhere(self, start: int, end: int, now: _Regimen) -> bool:
        """Return whether words stand between two places that name something else: a drug that nobody knew."""
        said = [word for word in _WORD.findall(self._low, start, end) if word not in self._joins]
        is_next = _ITEM.search(self._low, start, end) is not None
        # "Megace 400 mg b.i.d., Ensure 1 can": a name behind a comma, where all is told of the drug before.
        is_named = bool(said and now.doses) and _NAMED.match(self._note.text, start, end) is not None
        return is_next or is_named or len(said) > _MOST_BETWEEN

    def _replaces(self, before: Span, span: Span) -> bool:
        """Return whether the dose at ``span`` is what one before it was changed to: "from 5 mg to 10 mg"."""
        if span.start <= before.end:
            return False
        words = self._low[before.end : span.start]
        between = words.split()
        led = self._low[max(0, before.start - 8) : before.start].split()
        is_led = bool(led) and led[-1] in _FROM and any(word in _TO for word in between[:6])
        # "Aspirin 325 mg, reduced to 81 mg".
        changed = phrases("medications", primary(self._note), "changed")
        return is_led or (len(between) <= _MOST_TO and between[-1:] == ["to"] and changed.first(words) is not None)

    def _begins_another(self, now: _Regimen, rest: Sequence[Found]) -> bool:
        """Return whether a dose stands behind how often or how long another is taken, and has that of its own."""
        for label in (EntityLabel.FREQUENCY, EntityLabel.DURATION):
            own = now.others.get(label)
            has_own = any(each.label is label for each in rest)
            if own is not None and has_own and now.doses[0].span < own < rest[0].span:
                return True
        return False

    def _amounts(self, doses: Sequence[Found], form: Span | None) -> tuple[Span | None, Span | None]:
        """Return the strength and the dose among ``doses``: of two the amount of one unit is the strength."""
        parts = [(self._part(each.span), each.span) for each in doses]
        strengths = [span for part, span in parts if part is Part.STRENGTH]
        amounts = [span for part, span in parts if part is Part.AMOUNT]
        counts = [span for part, span in parts if part is Part.COUNT]
        if strengths:
            return strengths[0], next(iter([*amounts, *counts]), None)
        if counts and amounts:
            return amounts[0], counts[0]
        if len(counts) > 1:
            return counts[0], counts[1]
        dose = next(iter([*amounts, *counts]), None)
        return None, dose

    def _part(self, span: Span) -> Part:
        return self._grammar.part_of(self._words(span))

    def _words(self, span: Span) -> str:
        return self._low[span.start : span.end]

    def _stated(self, span: Span | None) -> Stated | None:
        return None if span is None else self._note.stated(span)


def _as_before(item: Medication, fate: Fate) -> Medication:
    """Return ``item`` without what would hold on a condition: "if it stays high, increase to 20 mg"."""
    if fate is MedicationState.CHANGED:
        return replace(item, reason=None, strength=None, dose=None, frequency=None)
    return replace(item, reason=None)
