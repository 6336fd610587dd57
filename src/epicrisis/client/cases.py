"""What both clients offer about cases that are kept without who they were of. A search only reads.

``keep_case`` sends an ``Idempotency-Key``, one for the call and all its tries. To say an outcome twice is to say it
once; where the answer to ``remove_case`` is lost, the next try finds nothing there, and raises ``UnknownRecord``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TypeVar

from epicrisis.client import case_asks as asks
from epicrisis.client.asking import Ask
from epicrisis.client.case_asks import EVERY_CASE, Among
from epicrisis.client.differential_asks import Case, LabResult
from epicrisis.client.kept import FoundCases, KeptCase, RemovedCase
from epicrisis.domain.differentials import Observed, Severity
from epicrisis.domain.patients import Sex

Answer = TypeVar("Answer")


class Cases(ABC):
    """The methods about kept cases of a client that waits."""

    @abstractmethod
    def _ask(self, ask: Ask[Answer]) -> Answer: ...

    def keep_case(
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
        outcome: str | None = None,
        language: str | None = None,
        idempotency_key: str | None = None,
    ) -> KeptCase:
        """Keep what ``differentials`` is told of a patient, redacted and encrypted, for its like to be found.

        ``outcome`` is what it turned out to be, as a code of ICD-10-CM, where that is known.
        """
        case = Case(symptoms, text, conditions, results, findings, age, sex, severity)
        asked = asks.keep(case, outcome=outcome, language=language, idempotency_key=idempotency_key)
        return self._ask(asked)

    def search_cases(
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
        like: str | None = None,
        among: Among = EVERY_CASE,
        language: str | None = None,
        most: int | None = None,
    ) -> FoundCases:
        """Return the kept cases that are most similar to what is told, or to the kept one whose id is ``like``.

        They are searched ``among`` those you say. What one turned out to be is no diagnosis of another.
        """
        case = Case(symptoms, text, conditions, results, findings, age, sex, severity)
        return self._ask(asks.search(case, like=like, among=among, language=language, most=most))

    def read_case(self, id: str) -> KeptCase:  # noqa: A002
        """Return the case of that ``id``; another tenant's is not there."""
        return self._ask(asks.read(id))

    def conclude_case(self, id: str, outcome: str | None) -> KeptCase:  # noqa: A002
        """Say what the case of that ``id`` turned out to be, in the place of what was said; ``None`` takes it back.

        It takes whoever kept the case, or the scope ``admin``.
        """
        return self._ask(asks.conclude(id, outcome))

    def remove_case(self, id: str) -> RemovedCase:  # noqa: A002
        """Forget the case of that ``id``, with all that was told of it; it takes whoever kept it, or ``admin``."""
        return self._ask(asks.remove(id))


class AsyncCases(ABC):
    """The same methods, for a client that does something else meanwhile."""

    @abstractmethod
    async def _ask(self, ask: Ask[Answer]) -> Answer: ...

    async def keep_case(
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
        outcome: str | None = None,
        language: str | None = None,
        idempotency_key: str | None = None,
    ) -> KeptCase:
        """Keep what ``differentials`` is told of a patient, redacted and encrypted, for its like to be found.

        ``outcome`` is what it turned out to be, as a code of ICD-10-CM, where that is known.
        """
        case = Case(symptoms, text, conditions, results, findings, age, sex, severity)
        asked = asks.keep(case, outcome=outcome, language=language, idempotency_key=idempotency_key)
        return await self._ask(asked)

    async def search_cases(
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
        like: str | None = None,
        among: Among = EVERY_CASE,
        language: str | None = None,
        most: int | None = None,
    ) -> FoundCases:
        """Return the kept cases that are most similar to what is told, or to the kept one whose id is ``like``.

        They are searched ``among`` those you say. What one turned out to be is no diagnosis of another.
        """
        case = Case(symptoms, text, conditions, results, findings, age, sex, severity)
        return await self._ask(asks.search(case, like=like, among=among, language=language, most=most))

    async def read_case(self, id: str) -> KeptCase:  # noqa: A002
        """Return the case of that ``id``; another tenant's is not there."""
        return await self._ask(asks.read(id))

    async def conclude_case(self, id: str, outcome: str | None) -> KeptCase:  # noqa: A002
        """Say what the case of that ``id`` turned out to be, in the place of what was said; ``None`` takes it back.

        It takes whoever kept the case, or the scope ``admin``.
        """
        return await self._ask(asks.conclude(id, outcome))

    async def remove_case(self, id: str) -> RemovedCase:  # noqa: A002
        """Forget the case of that ``id``, with all that was told of it; it takes whoever kept it, or ``admin``."""
        return await self._ask(asks.remove(id))
