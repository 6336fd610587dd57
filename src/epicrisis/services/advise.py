"""Advises whoever looks at a patient, or orders something for one, by the record as it is now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from epicrisis.domain.advice import (
    Advice,
    Advised,
    Allergic,
    AskedFor,
    Closeness,
    Level,
    MayHave,
    Measured,
    Suggested,
)
from epicrisis.domain.differentials import Differential, Hypothesis, Urgency
from epicrisis.domain.documents import Document
from epicrisis.domain.moments import Moment
from epicrisis.domain.patients import MedicationUse, Observation, PatientRecord, PlannedCare
from epicrisis.domain.records import CodeSystem
from epicrisis.domain.summaries import Baseline, Current
from epicrisis.engines.differential.coded import is_code
from epicrisis.engines.differential.knowledge.reading import LANGUAGES
from epicrisis.engines.differential.measuring import laboratory
from epicrisis.engines.differential.ordering import is_asked_for, loinc_of, orders_of
from epicrisis.engines.patients.baseline import baseline
from epicrisis.engines.patients.sameness import allergen_of
from epicrisis.engines.summary.rules.checks import AllergyConflict, Conflict, allergy_conflicts
from epicrisis.errors import InvalidInput, PatientNotFound, WrongPatient
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.patients.fhir.reading import record_of
from epicrisis.services.charts import presentation_of
from epicrisis.services.diagnose import Diagnose, Presentation
from epicrisis.services.hands import Hands
from epicrisis.services.outcomes import Failure

# A condition that is less likely is for whoever asks for the whole differential; one that kills today is named
# earlier.
LEAST_CONFIDENCE, LEAST_OF_EMERGENCIES = 0.2, 0.05
MOST_LEADING, MOST_TESTS, MOST_SUGGESTED = 5, 3, 6
# A test of the last week is worth a look before it is done again.
LATELY = timedelta(days=7)
# What moves a condition by less says nothing a reader wants to hear: odds times 1.1.
_LEAST_WEIGHT = 0.1
_SOMEBODY_ELSE = "The prefetch is about another patient than `context.patientId`; send that of the patient."

Resource = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent of a patient: the resources of their record, and the names of its parts that were not sent.

    ``drafts`` are orders that are not signed yet, of which those that ``selected`` names are looked at.
    """

    patient: str
    resources: Sequence[Resource]
    missing: tuple[str, ...] = ()
    drafts: Sequence[Resource] = ()
    selected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Read:
    told: Presentation
    holds: Baseline
    medications: tuple[MedicationUse, ...]
    plans: tuple[PlannedCare, ...]


class Advise:
    """Reads what was sent of a patient, has it ranked what may explain it, and says what is worth a thought."""

    def __init__(
        self,
        *,
        differentials: Diagnose,
        take_in: Callable[[str, str], Document | Failure],
        hands: Hands,
        limits: Limits | None = None,
        seconds: float = 30.0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Rank with ``differentials``; ``take_in`` makes a document of the text of a note and its id."""
        self.differentials = differentials
        self.take_in = take_in
        self.hands = hands
        self.limits = limits or Limits()
        self.seconds = seconds
        self.now = now

    async def on_view(self, sent: Sent) -> Advised:
        """Return what is advised to whoever looks at the patient; raises as ``on_order``."""
        read, found = await self._ranked(sent)
        return Advised(tuple(_may_have(read, found, self.now())), found, read.told.language, sent.missing)

    async def on_order(self, sent: Sent) -> Advised:
        """Return what is advised about the orders that were selected.

        Raises:
            InvalidInput: it is the record of somebody else, or cannot be read.
            Overloaded: too much work waits already.
            DeadlineExceeded: it could not be read in time.
            UnknownLanguage: nobody here reads its language.
        """
        read, found = await self._ranked(sent)
        advice = [*_allergic(read), *_about_tests(read, found, self.now())]
        order = {level: number for number, level in enumerate((Level.CRITICAL, Level.WARNING, Level.INFO))}
        advice.sort(key=lambda each: order[each.level])
        return Advised(tuple(advice), found, read.told.language, sent.missing)

    async def _ranked(self, sent: Sent) -> tuple[_Read, Differential]:
        now = Moment(self.now())
        try:
            read = await self.hands.do(lambda _: self._read(sent, now), seconds=self.seconds)
        except (WrongPatient, PatientNotFound):
            raise InvalidInput(_SOMEBODY_ELSE) from None
        return read, await self.differentials(read.told)

    def _read(self, sent: Sent, now: Moment) -> _Read:
        record = record_of(sent.resources, patient=sent.patient, limits=self.limits)
        told = _with_language(presentation_of(record, tells=_tells, at=now), record)
        if told.note is not None:
            # What the text says of its language, and not its record; one that cannot be read tells nothing.
            note = self.take_in(told.note.text, told.note.id)
            told = replace(told, note=None if isinstance(note, Failure) else note)
        drafts = self._drafts(sent)
        return _Read(
            told,
            baseline(record, at=now),
            tuple(each for each in drafts.medications if _is_selected(each.source.reference, sent.selected)),
            tuple(each for each in drafts.plans if _is_selected(each.source.reference, sent.selected)),
        )

    def _drafts(self, sent: Sent) -> PatientRecord:
        """Return the orders as if they were signed: whoever reads records passes over what is a draft."""
        whose = [each for each in sent.resources if each.get("resourceType") == "Patient"]
        signed = [{**each, "status": "active"} if "status" in each else dict(each) for each in sent.drafts]
        return record_of([*map(dict, whose), *signed], patient=sent.patient, limits=self.limits)


def _tells(loinc: str) -> bool:
    return loinc in laboratory()


def _with_language(told: Presentation, record: PatientRecord) -> Presentation:
    """Return ``told`` in the language the patient is spoken to in, where the words of the record tell none."""
    spoken = record.identity.language.partition("-")[0].lower()
    has_words = told.note is not None or not all(map(is_code, told.conditions))
    return replace(told, language=spoken) if not has_words and spoken in LANGUAGES else told


def _is_selected(reference: str, selected: Sequence[str]) -> bool:
    return any(each in (reference, reference.partition("/")[2]) for each in selected)


def _may_have(read: _Read, found: Differential, now: datetime) -> Iterator[MayHave]:
    leading = _leading(found)
    if leading or found.alarms:
        suggested = tuple(_suggested(leading, read, now))[:MOST_SUGGESTED]
        yield MayHave(_level(leading, found), leading, found, found.alarms, suggested)


def _leading(found: Differential) -> tuple[Hypothesis, ...]:
    """Return the conditions worth a thought: likely, not known yet, and with something told that speaks for them."""
    return tuple(
        each
        for each in found.hypotheses
        if each.confidence >= (LEAST_OF_EMERGENCIES if each.urgency is Urgency.EMERGENCY else LEAST_CONFIDENCE)
        and not each.is_known
        and any(weighed.weight >= _LEAST_WEIGHT and weighed.observed.source for weighed in each.supporting)
    )[:MOST_LEADING]


def _level(leading: Sequence[Hypothesis], found: Differential) -> Level:
    """Return how much it matters: an emergency with red flags; one without, or a finding that needs action; or less."""
    emergencies = [each for each in leading if each.urgency is Urgency.EMERGENCY]
    if any(each.red_flags and each.confidence >= LEAST_CONFIDENCE for each in emergencies):
        return Level.CRITICAL
    if emergencies or found.alarms or any(each.red_flags for each in leading):
        return Level.WARNING
    return Level.INFO


def _suggested(leading: Sequence[Hypothesis], read: _Read, now: datetime) -> Iterator[Suggested]:
    """Yield the first tests of the leading conditions, each once, without what was measured lately."""
    seen = set[str]()
    for hypothesis in leading:
        for test in hypothesis.tests[:MOST_TESTS]:
            orders = orders_of(test, read.told.language)
            new = [each for each in orders if (each.code.code if each.code else each.text) not in seen]
            new = [each for each in new if not (each.code and _lately(read, {each.code.code}, now))]
            seen |= {each.code.code if each.code else each.text for each in new}
            if new:
                yield Suggested(test, tuple(new), hypothesis)


def _about_tests(read: _Read, found: Differential, now: datetime) -> Iterator[Advice]:
    leading, language = _leading(found), read.told.language
    for plan in read.plans:
        if plan.kind != "ServiceRequest":
            continue
        result = _lately(read, loinc_of(plan.concept, language), now)
        if result is not None:
            yield Measured(plan.source.reference, plan.concept, result)
        asking = tuple(
            each for each in leading if any(is_asked_for(plan.concept, test, language) for test in each.tests)
        )
        if asking:
            yield AskedFor(plan.source.reference, plan.concept, asking)


def _lately(read: _Read, codes: frozenset[str] | set[str], now: datetime) -> Observation | None:
    """Return the last result of a test with one of ``codes``, where it is of the last days."""
    for latest in (*read.holds.labs, *read.holds.vitals, *read.holds.examinations):
        each = latest.observation
        if each.at is None or now - each.at.first > LATELY:
            continue
        if any(code.system == CodeSystem.LOINC and code.code in codes for code in each.concept.codes):
            return each
    return None


def _allergic(read: _Read) -> Iterator[Allergic]:
    for use in read.medications:
        ordered = replace(read.holds, medications=(Current((use,)),))
        for conflict in allergy_conflicts(ordered):
            yield Allergic(
                use.source.reference,
                use,
                conflict.allergy,
                allergen_of(conflict.allergy.entries[0].concept.text),
                Closeness(conflict.kind.value),
                _through(conflict, read.told.language),
                Level.WARNING if conflict.kind is Conflict.CROSS else Level.CRITICAL,
            )


def _through(conflict: AllergyConflict, language: str) -> str:
    if conflict.ingredient or conflict.drug_class is None:
        return conflict.ingredient
    return conflict.drug_class.names[language]
