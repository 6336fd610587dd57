"""The port behind which the records of patients are: an EHR, or whatever else has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from epicrisis.domain.patients import Missing


class Patience(StrEnum):
    """How long an EHR is waited for, as contract H calls it."""

    FAST = "fast"
    EXTENDED = "extended"


@dataclass(frozen=True, slots=True)
class Fetched:
    """The resources of one patient as they were had, what could not be had, and how long that took."""

    resources: Sequence[Mapping[str, Any]] = field(repr=False)
    missing: tuple[Missing, ...] = ()
    seconds: float = 0.0


class PatientRecords(Protocol):
    """Fetches what is recorded of a patient."""

    async def fetch(self, patient: str, *, ehr: str = "", token: str = "", key: str = "", seconds: float) -> Fetched:
        """Return what is recorded of ``patient`` in the EHR of that alias, or in the configured one, in ``seconds``.

        A part that cannot be had in time is named in ``missing``. ``token`` and ``key`` are handed on to the EHR.

        Raises:
            UnknownEhr: no EHR has that alias, or none is configured.
            EhrUnavailable: it does not answer, and nothing was had.
            EhrRefused: it does not let us in.
            PatientNotFound: it knows no such patient.
            WrongPatient: it answers with somebody else.
        """
        ...

    async def close(self) -> None:
        """Give all connections back."""
        ...
