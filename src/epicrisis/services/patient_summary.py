"""Summarises a patient: what holds, what changed, and what to look at, each sentence with what it rests on.

    record, or an EHR ─▶ PatientRecord ─ notes read ─▶ Baseline, Delta ─▶ plan ─ a model, checked ─▶ PatientSummary

What is late, down or missing costs that part and no more, and the answer names it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from threading import Event
from time import perf_counter
from typing import TypeAlias

from epicrisis.domain.moments import Moment
from epicrisis.domain.patients import PatientRecord
from epicrisis.domain.summaries import Mode, PatientSummary
from epicrisis.engines.patients.baseline import baseline
from epicrisis.engines.patients.delta import delta
from epicrisis.engines.patients.from_notes import with_note
from epicrisis.engines.patients.twins import Link, twins_of
from epicrisis.engines.summary.rules.plan import sections
from epicrisis.errors import Cancelled, EhrUnavailable, PatientNotFound, UnknownEhr, WrongPatient
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.patients.fhir.reading import record_of
from epicrisis.formats.patients.reading import read_record
from epicrisis.services.hands import Hands
from epicrisis.services.patient_records import Patience, PatientRecords
from epicrisis.services.reading_notes import NotesRead, ReadingNotes, with_missing
from epicrisis.services.summary_modes import Plan, Writing

NO_EHR = "No EHR is set up here: EPICRISIS_EHRS names those there are. Or send the record itself."
_OF_ANOTHER = "The record is of another patient than the one named; send theirs, or name nobody."


@dataclass(frozen=True, slots=True)
class GivenRecord:
    """A record as it was handed in, the bytes of a file; ``patient`` says whose, where it holds several."""

    content: bytes = field(repr=False)
    patient: str = ""


@dataclass(frozen=True, slots=True)
class GivenPatient:
    """A patient by the id that an EHR has for them."""

    patient: str = field(repr=False)
    ehr: str = ""
    token: str = field(default="", repr=False)
    key: str = field(default="", repr=False)
    patience: Patience = Patience.FAST


Given: TypeAlias = GivenRecord | GivenPatient


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a summary is to be: who writes it, in which language, from when on changes count."""

    mode: Mode = Mode.RULE
    language: str = "en"
    since: Moment | None = None
    model: str = ""
    model_type: str = ""
    read_notes: bool = True


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is: the part of the work that goes on, and how much of the whole is done."""

    stage: str
    percent: int


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds: of the EHR, of all that came after, and of the whole."""

    ehr_api: float
    generation: float
    total: float


@dataclass(frozen=True, slots=True)
class Summarized:
    """A summary, the record it is of, and how long it took."""

    summary: PatientSummary
    record: PatientRecord
    timing: Timing


Tell: TypeAlias = Callable[[Progress], None]

FETCHING = Progress("fetching", 2)
READING = Progress("reading", 25)
BASELINE = Progress("baseline", 55)
WRITING = Progress("writing", 65)
VERIFYING = Progress("verifying", 98)
_NOTES = ("notes", 30, 55)


class SummarizePatient:
    """Summarises patients from ``records``, the EHRs of an installation, or from what is handed in.

    ``hands`` do what keeps a processor busy. The notes of a record are read for ``note_seconds`` at most, and a model
    has ``model_seconds``; the rules always have an answer.
    """

    def __init__(
        self,
        *,
        records: PatientRecords | None,
        notes: ReadingNotes | None,
        writing: Writing,
        hands: Hands,
        limits: Limits | None = None,
        fast_seconds: float = 8.0,
        extended_seconds: float = 30.0,
        deadline_seconds: float = 120.0,
        note_seconds: float = 10.0,
        model_seconds: float = 60.0,
    ) -> None:
        self.records = records
        self.notes = notes
        self.writing = writing
        self.hands = hands
        self.limits = limits or Limits()
        self.ehr_seconds = {Patience.FAST: fast_seconds, Patience.EXTENDED: extended_seconds}
        self.deadline_seconds = deadline_seconds
        self.note_seconds = note_seconds
        self.model_seconds = model_seconds

    async def __call__(self, given: Given, wanted: Wanted | None = None, *, progress: Tell | None = None) -> Summarized:
        """Return the summary of ``given``; ``progress`` hears how far it is.

        Raises:
            UnreadableDocument: it is no record that is read, or damaged.
            PatientNotFound: it holds no such patient, or the EHR knows none.
            WrongPatient: the EHR answers with somebody else.
            UnknownEhr: no EHR has that alias.
            EhrUnavailable: nothing could be had from it.
            EhrRefused: it does not let us in.
            Overloaded: too much work waits already.
            DeadlineExceeded: it could not be read in time.
        """
        wanted, tell, began = wanted or Wanted(), progress or _nobody, perf_counter()
        record, seconds = await self._record(given, tell)
        fetched = perf_counter()
        summary, record = await self._summary(record, wanted, tell)
        tell(VERIFYING)
        now = perf_counter()
        # Reading what came belongs to the work here, and so does waiting for a turn at it.
        return Summarized(summary, record, Timing(seconds, now - fetched + (fetched - began - seconds), now - began))

    async def heard(self, given: Given, wanted: Wanted | None = None) -> AsyncGenerator[Progress | Summarized, None]:
        """Yield how far it is, and at last the summary; raises as calling does. Whoever stops asking stops the work."""
        told: asyncio.Queue[Progress | None] = asyncio.Queue()
        work = asyncio.create_task(self(given, wanted, progress=told.put_nowait))
        work.add_done_callback(lambda _: told.put_nowait(None))
        try:
            while (each := await told.get()) is not None:
                yield each
            yield work.result()
        finally:
            work.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await work

    async def close(self) -> None:
        """Let go of threads and connections."""
        self.hands.close()
        self.writing.hands.close()
        if self.records is not None:
            await self.records.close()

    async def _record(self, given: Given, tell: Tell) -> tuple[PatientRecord, float]:
        """Return the record of ``given``, and how long its EHR took."""
        if isinstance(given, GivenRecord):
            tell(READING)
            try:
                return await self._done(partial(read_record, given.content, patient=given.patient)), 0.0
            except WrongPatient:
                # No EHR has mixed anything up: whoever sent it named another.
                raise PatientNotFound(_OF_ANOTHER) from None
        if self.records is None:
            raise UnknownEhr(NO_EHR)
        tell(FETCHING)
        seconds = self.ehr_seconds[given.patience]
        fetched = await self.records.fetch(
            given.patient, ehr=given.ehr, token=given.token, key=given.key, seconds=seconds
        )
        if not fetched.resources:
            raise EhrUnavailable
        tell(READING)
        take = partial(record_of, fetched.resources, patient=given.patient, missing=fetched.missing)
        return await self._done(take), fetched.seconds

    async def _done(self, read: Callable[..., PatientRecord]) -> PatientRecord:
        return await self.hands.do(lambda _: read(limits=self.limits), seconds=self.deadline_seconds)

    async def _summary(self, record: PatientRecord, wanted: Wanted, tell: Tell) -> tuple[PatientSummary, PatientRecord]:
        notes = NotesRead()
        if wanted.read_notes and self.notes is not None and record.notes:
            notes = await self.notes(record, seconds=self.note_seconds, progress=_of_notes(tell))
        tell(BASELINE)
        link = None if self.notes is None else self.notes.extract.link
        record, plan = await self.hands.do(
            lambda unwanted: _planned(record, notes, link, wanted, unwanted), seconds=self.deadline_seconds
        )
        tell(WRITING)
        written = await self.writing(
            plan,
            asked=wanted.mode,
            model=wanted.model,
            model_type=wanted.model_type,
            seconds=self.model_seconds,
            progress=_of_writing(tell),
        )
        summary = PatientSummary(
            sections=written.sections,
            baseline=plan.baseline,
            delta=plan.delta,
            language=wanted.language,
            mode=written.mode,
            asked=wanted.mode,
            model=written.model,
            missing=record.missing,
            fallbacks=written.fallbacks,
            unsupported=written.unsupported,
        )
        return summary, record


def _planned(
    record: PatientRecord, notes: NotesRead, link: Link | None, wanted: Wanted, unwanted: Event
) -> tuple[PatientRecord, Plan]:
    """Return ``record`` with what its notes tell, and what a summary of it has to say."""
    twins = twins_of(record, link) if notes.read and link is not None else {}
    for note, read in notes.read:
        if unwanted.is_set():
            raise Cancelled
        record = with_note(record, note, read, twins=twins)
    record = with_missing(record, notes.missing)
    holds, changed = baseline(record), delta(record, since=wanted.since)
    planned = sections(holds, changed, missing=record.missing, language=wanted.language)
    return record, Plan(tuple(planned), holds, changed, wanted.language)


def _of_notes(tell: Tell) -> Callable[[int, int], None]:
    stage, first, last = _NOTES
    return lambda done, of: tell(Progress(stage, first + (last - first) * done // max(of, 1)))


def _of_writing(tell: Tell) -> Callable[[float], None]:
    span = VERIFYING.percent - WRITING.percent
    return lambda done: tell(replace(WRITING, percent=WRITING.percent + int(span * min(max(done, 0.0), 1.0))))


def _nobody(_: Progress) -> None:
    return
