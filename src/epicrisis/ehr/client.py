"""Fetches patients from the EHRs of an installation, each known by its alias: the port ``services.patient_records``."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping

import anyio

from epicrisis.ehr.addresses import ID, Base
from epicrisis.ehr.asking import Asker, Caller
from epicrisis.ehr.belonging import Belonging
from epicrisis.ehr.breaker import Breaker
from epicrisis.ehr.ehrs import Ehr
from epicrisis.ehr.fetching import Fetching
from epicrisis.ehr.gathering import Gathering
from epicrisis.ehr.line import Line
from epicrisis.ehr.replies import Unknown
from epicrisis.ehr.tokens import BackendTokens, Credentials, Standing, is_sendable
from epicrisis.ehr.troubles import Refused, Trouble, Why, not_in_time
from epicrisis.errors import (
    EhrRefused,
    EhrUnavailable,
    EpicrisisError,
    InvalidInput,
    PatientNotFound,
    UnknownEhr,
)
from epicrisis.services.patient_records import Fetched


class FhirPatients:
    """Fetches patients over FHIR; ``default`` is the alias that is meant where none is named, else that of the only."""

    def __init__(
        self,
        ehrs: Iterable[Ehr],
        *,
        default: str = "",
        breaker: Callable[[], Breaker] = Breaker,
    ) -> None:
        self._ehrs = {ehr.alias: _Way(ehr, breaker()) for ehr in ehrs}
        self._default = default or (next(iter(self._ehrs)) if len(self._ehrs) == 1 else "")

    @property
    def aliases(self) -> tuple[str, ...]:
        """Return the aliases there are."""
        return tuple(self._ehrs)

    async def close(self) -> None:
        """Give all connections back."""
        for way in self._ehrs.values():
            await way.close()

    async def fetch(self, patient: str, *, ehr: str = "", token: str = "", key: str = "", seconds: float) -> Fetched:
        """Return what came of the record of ``patient`` in ``seconds``, and what did not.

        ``token`` is sent as a bearer token and ``key`` in the header that the EHR is set up with; with either, the
        configured credentials stay at home.

        Raises:
            InvalidInput: ``patient``, ``token`` or ``key`` cannot be sent.
            UnknownEhr: there is none of that alias, or several and none was named.
            EhrUnavailable: it does not answer, and nothing was had.
            EhrRefused: it does not let us in.
            PatientNotFound: it knows no such patient.
            WrongPatient: it answers with somebody else.
            MissingDependency: httpx2 is not installed, or joserfc where tokens are asked for.
            InvalidSettings: a file that the EHR is set up with cannot be used.
        """
        way = self._way(ehr)
        if not ID.fullmatch(patient):
            raise InvalidInput("The id of a patient is what FHIR allows: 1 to 64 letters, digits, dashes and dots.")
        begun = time.monotonic()
        caller = Caller(way.credentials, seconds, _headers(way.ehr, token, key))
        gathering = Gathering(Belonging(patient, way.ehr.base), way.ehr.limits)
        fetching = Fetching(patient, way.asker, way.ehr.base, caller, gathering, way.ehr.limits)
        try:
            with anyio.move_on_after(seconds):
                await fetching()
        except Unknown:
            raise PatientNotFound from None
        except Refused:
            raise EhrRefused from None
        except ExceptionGroup as group:
            raise _first(group) from None
        if gathering.patient is None:
            raise EhrUnavailable(
                f"{_why(fetching.trouble, seconds)}; try again in a moment, or send the record itself."
            )
        return Fetched(gathering.resources, gathering.missing(seconds), time.monotonic() - begun)

    def _way(self, alias: str) -> _Way:
        named = alias or self._default
        if named not in self._ehrs:
            there = ", ".join(sorted(self._ehrs)) or "none is configured"
            raise UnknownEhr(
                f"Say which EHR: {there}." if not alias and self._ehrs else f"There is no EHR of that name: {there}."
            )
        return self._ehrs[named]


class _Way:
    """The way to one EHR: made when it is first asked, so that a server starts without the library it takes."""

    def __init__(self, ehr: Ehr, breaker: Breaker) -> None:
        self.ehr = ehr
        self._breaker = breaker
        self._lines: dict[str, Line] = {}
        self._made: tuple[Asker, Credentials] | None = None

    @property
    def asker(self) -> Asker:
        """Return what asks it."""
        return self._parts()[0]

    @property
    def credentials(self) -> Credentials:
        """Return what we say of ourselves."""
        return self._parts()[1]

    async def close(self) -> None:
        """Give the connections back."""
        for line in self._lines.values():
            await line.close()

    def _parts(self) -> tuple[Asker, Credentials]:
        if self._made is None:
            backend = self.ehr.backend
            credentials: Credentials = (
                Standing(self.ehr.bearer) if backend is None else BackendTokens(backend, self.ehr.base, self._line)
            )
            self._made = Asker(self.ehr.alias, self._line(self.ehr.base), self._breaker), credentials
        return self._made

    def _line(self, base: Base) -> Line:
        # One for each server: an EHR may have its tokens from another.
        if base.origin not in self._lines:
            self._lines[base.origin] = Line(base, self.ehr.networks, ca_file=self.ehr.ca_file)
        return self._lines[base.origin]


def _headers(ehr: Ehr, token: str, key: str) -> Mapping[str, str]:
    for each in (token, key):
        if each and not is_sendable(each):
            raise InvalidInput("A token or key for an EHR is up to 8,192 visible ASCII characters without spaces.")
    found = {"Authorization": f"Bearer {token}"} if token else {}
    return {**found, ehr.key_header: key} if key else found


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return what tasks have failed with, ours first: one that can be told is told."""
    found = list(_leaves(group))
    return next((each for each in found if isinstance(each, EpicrisisError)), found[0])


def _leaves(group: BaseExceptionGroup[BaseException]) -> Iterable[BaseException]:
    for each in group.exceptions:
        if isinstance(each, BaseExceptionGroup):
            yield from _leaves(each)
        else:
            yield each


def _why(trouble: Trouble | None, seconds: float) -> str:
    if trouble is not None and trouble.why is Why.DOWN:
        return "The EHR does not answer"
    return f"The record is not here: {trouble.why.value if trouble else not_in_time(seconds)}"
