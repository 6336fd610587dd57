"""What both clients offer about patients and what may explain their case; all but what became of that only reads."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeVar

from epicrisis.client import differential_asks
from epicrisis.client import patient_asks as asks
from epicrisis.client.asking import Ask
from epicrisis.client.differential_asks import Case, LabResult
from epicrisis.client.patient_asks import How, Record
from epicrisis.client.results import Progress, RankedCase, SummarizedPatient, VerdictKept
from epicrisis.domain.differentials import Observed, Severity
from epicrisis.domain.patients import Sex

Answer = TypeVar("Answer")


class Patients(ABC):
    """The methods about patients of a client that waits."""

    @abstractmethod
    def _ask(self, ask: Ask[Answer]) -> Answer: ...

    def summarize_patient(
        self,
        record: Record | None = None,
        *,
        patient: str = "",
        ehr: str = "",
        token: str = "",
        key: str = "",
        mode: str | None = None,
        language: str | None = None,
        since: date | None = None,
        timeout: str | None = None,
        model: str | None = None,
        model_type: str | None = None,
        read_notes: bool | None = None,
        progress: Callable[[Progress], object] | None = None,
    ) -> SummarizedPatient:
        """Return the summary of a ``record``, or of a ``patient`` in the EHR with that alias.

        A record is a FHIR Bundle, as an object or as bytes, a C-CDA document or HL7 v2 messages. ``mode`` is ``rule``,
        ``fast`` or ``hq``. ``progress`` hears how far the server is; with it, ``total_seconds`` is what may pass from
        one word of the server to the next, and where the line breaks, it goes on where it was.
        """
        of = asks.given(record, patient, ehr, token, key)
        how = How(mode, language, since, timeout, model, model_type, read_notes)
        return self._ask(asks.summarize_patient(of, how, progress=progress))

    def patient_ips(
        self,
        record: Record | None = None,
        *,
        patient: str = "",
        ehr: str = "",
        token: str = "",
        key: str = "",
        language: str | None = None,
        timeout: str | None = None,
        read_notes: bool | None = None,
    ) -> dict[str, Any]:
        """Return the International Patient Summary, a FHIR R4 document Bundle, of what ``summarize_patient`` takes."""
        of = asks.given(record, patient, ehr, token, key)
        return self._ask(asks.patient_ips(of, How(language=language, timeout=timeout, read_notes=read_notes)))

    def differentials(
        self,
        symptoms: Sequence[str] = (),
        *,
        text: str | None = None,
        conditions: Sequence[str] = (),
        results: Sequence[LabResult] = (),
        findings: Sequence[Observed] = (),
        age: float | None = None,
        sex: Sex | str | None = None,
        severity: Severity | str | None = None,
        language: str | None = None,
        most: int | None = None,
    ) -> RankedCase:
        """Return what may explain a case, the likeliest first: ``symptoms``, a note as ``text``, or whatever is known.

        ``age`` is in years, ``conditions`` are those the patient has, ``findings`` have the ids of the knowledge base.
        It supports a clinician, and is no diagnosis.
        """
        case = Case(symptoms, text, conditions, results, findings, age, sex, severity)
        return self._ask(differential_asks.differentials(case, language=language, most=most))

    def differential_feedback(
        self,
        request_id: str,
        *,
        condition: str,
        verdict: str,
        final: str | None = None,
        idempotency_key: str | None = None,
    ) -> VerdictKept:
        """Say what became of a ``condition`` of the answer to ``request_id``, and return what was kept.

        ``verdict`` is ``CONFIRMED``, ``RULED_OUT``, or ``MISSED`` of one the patient has and the answer did not name.
        ``condition``, and ``final``, what the patient has, are codes of ICD-10-CM.
        """
        asked = differential_asks.differential_feedback(
            request_id, condition=condition, verdict=verdict, final=final, idempotency_key=idempotency_key
        )
        return self._ask(asked)


class AsyncPatients(ABC):
    """The same methods, for a client that does something else meanwhile."""

    @abstractmethod
    async def _ask(self, ask: Ask[Answer]) -> Answer: ...

    async def summarize_patient(
        self,
        record: Record | None = None,
        *,
        patient: str = "",
        ehr: str = "",
        token: str = "",
        key: str = "",
        mode: str | None = None,
        language: str | None = None,
        since: date | None = None,
        timeout: str | None = None,
        model: str | None = None,
        model_type: str | None = None,
        read_notes: bool | None = None,
        progress: Callable[[Progress], object] | None = None,
    ) -> SummarizedPatient:
        """Return the summary of a ``record``, or of a ``patient`` in the EHR with that alias.

        A record is a FHIR Bundle, as an object or as bytes, a C-CDA document or HL7 v2 messages. ``mode`` is ``rule``,
        ``fast`` or ``hq``. ``progress`` hears how far the server is; with it, ``total_seconds`` is what may pass from
        one word of the server to the next, and where the line breaks, it goes on where it was.
        """
        of = asks.given(record, patient, ehr, token, key)
        how = How(mode, language, since, timeout, model, model_type, read_notes)
        return await self._ask(asks.summarize_patient(of, how, progress=progress))

    async def patient_ips(
        self,
        record: Record | None = None,
        *,
        patient: str = "",
        ehr: str = "",
        token: str = "",
        key: str = "",
        language: str | None = None,
        timeout: str | None = None,
        read_notes: bool | None = None,
    ) -> dict[str, Any]:
        """Return the International Patient Summary, a FHIR R4 document Bundle, of what ``summarize_patient`` takes."""
        of = asks.given(record, patient, ehr, token, key)
        return await self._ask(asks.patient_ips(of, How(language=language, timeout=timeout, read_notes=read_notes)))

    async def differentials(
        self,
        symptoms: Sequence[str] = (),
        *,
        text: str | None = None,
        conditions: Sequence[str] = (),
        results: Sequence[LabResult] = (),
        findings: Sequence[Observed] = (),
        age: float | None = None,
        sex: Sex | str | None = None,
        severity: Severity | str | None = None,
        language: str | None = None,
        most: int | None = None,
    ) -> RankedCase:
        """Return what may explain a case, the likeliest first: ``symptoms``, a note as ``text``, or whatever is known.

        ``age`` is in years, ``conditions`` are those the patient has, ``findings`` have the ids of the knowledge base.
        It supports a clinician, and is no diagnosis.
        """
        case = Case(symptoms, text, conditions, results, findings, age, sex, severity)
        return await self._ask(differential_asks.differentials(case, language=language, most=most))

    async def differential_feedback(
        self,
        request_id: str,
        *,
        condition: str,
        verdict: str,
        final: str | None = None,
        idempotency_key: str | None = None,
    ) -> VerdictKept:
        """Say what became of a ``condition`` of the answer to ``request_id``, and return what was kept.

        ``verdict`` is ``CONFIRMED``, ``RULED_OUT``, or ``MISSED`` of one the patient has and the answer did not name.
        ``condition``, and ``final``, what the patient has, are codes of ICD-10-CM.
        """
        asked = differential_asks.differential_feedback(
            request_id, condition=condition, verdict=verdict, final=final, idempotency_key=idempotency_key
        )
        return await self._ask(asked)
