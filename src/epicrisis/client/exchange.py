"""What both clients do with an exchange: its headers, its timeouts, and what comes of its answer or its failure."""

from __future__ import annotations

import os
from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

from epicrisis import __version__
from epicrisis.client.asking import Ask, Plain, Told
from epicrisis.client.refusals import refusal_of
from epicrisis.client.retrying import AGAIN, LASTING, RUNNING, Patience, Tries
from epicrisis.errors import DeadlineExceeded, EpicrisisError, InvalidInput, MissingDependency, Unreachable

if TYPE_CHECKING:
    from httpx2 import Response, Timeout

Answer = TypeVar("Answer")


def http_library() -> ModuleType:
    """Return httpx2.

    Raises:
        MissingDependency: it is not installed.
    """
    try:
        import httpx2
    except ImportError as error:
        raise MissingDependency("The client needs httpx2; run: pip install 'epicrisis[client]'") from error
    return httpx2


class Exchange:
    """One server, as a client of it sees it."""

    def __init__(self, url: str, *, api_key: str | None, profile: str | None, patience: Patience) -> None:
        self.url = url.rstrip("/")
        self._patient: Mapping[bytes, bytes] = {}
        self.patience = patience
        self.headers = {
            "Accept": "application/json",
            "Content-Type": "application/json",
            "User-Agent": f"epicrisis-client/{__version__}",
        }
        key = os.environ.get("EPICRISIS_API_KEY", "") if api_key is None else api_key
        if key:
            self.headers["Authorization"] = f"Bearer {key}"
        if profile:
            self.headers["X-Contract"] = profile

    def for_patient(self, patient: str) -> Exchange:
        """Return the same server, asked about one ``patient``.

        Raises:
            InvalidInput: no header carries that id.
        """
        if not patient.isprintable() or patient.strip() != patient or not patient:
            raise InvalidInput("The id of a patient goes as a header, which is one line of printable text.")
        same = copy(self)
        same._patient = {b"X-Patient": patient.encode()}
        return same

    def asked(self, ask: Ask[Answer]) -> Ask[Answer]:
        """Return ``ask`` with the patient it is about, unless it names one itself."""
        return replace(ask, headers={**self._patient, **ask.headers}) if self._patient else ask

    def timeout(self, ask: Ask[Any], tries: Tries) -> Timeout:
        """Return what the next try may take of the time that is left, and each read of a stream as long as a call."""
        import httpx2

        left = max(tries.left, 0.001)
        read = left if ask.progress is None else self.patience.total_seconds
        return httpx2.Timeout(left, connect=min(self.patience.connect_seconds, left), read=read)

    def answer(self, ask: Ask[Answer], response: Response) -> Answer:
        """Return what ``response`` says.

        Raises:
            EpicrisisError: it is a refusal, or nothing a server of epicrisis would say.
        """
        told = Told(response.content, response.headers)
        if not response.is_success and response.status_code not in ask.answers:
            raise refusal_of(response.status_code, _problem_in(told), told.request_id)
        try:
            return ask.read(told)
        except (KeyError, TypeError, AttributeError, ValueError, InvalidInput):
            error = EpicrisisError(f"{self.url} did not answer as a server of epicrisis does; see that it is one.")
            error.request_id = told.request_id or None
            raise error from None

    def failure(self, error: Exception) -> EpicrisisError:
        """Return what became of a request without an answer."""
        import httpx2

        if isinstance(error, httpx2.ConnectTimeout | httpx2.ConnectError):
            return Unreachable(f"{self.url} does not answer; see that the server runs, and that its address is right.")
        if isinstance(error, httpx2.TimeoutException | TimeoutError):
            return DeadlineExceeded(
                f"{self.url} did not answer within {self.patience.total_seconds:g} s; send less at once, or give the "
                "client more time by `total_seconds`."
            )
        return Unreachable(f"{self.url} broke off before it answered; try again in a moment.")


def pause_after(ask: Ask[Answer], response: Response, tries: Tries) -> float | None:
    """Return the seconds to wait before the next try, or ``None`` where ``response`` is what there is to know."""
    status: int = response.status_code
    asked_for: str = response.headers.get("retry-after", "")
    if status == RUNNING and ask.key:
        # An earlier try is being done: its answer is worth waiting for, however often that takes.
        return tries.wait(asked_for)
    if status not in AGAIN or status in ask.answers or _problem_in(Told(response.content, {})).get("code") in LASTING:
        return None
    return tries.pause(asked_for)


def _problem_in(told: Told) -> Plain:
    try:
        plain = told.plain
    except ValueError:
        return {}
    return plain if isinstance(plain, dict) else {}
