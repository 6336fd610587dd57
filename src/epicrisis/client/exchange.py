"""What both clients do with an exchange: its headers, its timeouts, and what comes of its answer or its failure."""

from __future__ import annotations

import os
from types import ModuleType
from typing import TYPE_CHECKING, TypeVar

from epicrisis import __version__
from epicrisis.client.asks import Ask
from epicrisis.client.refusals import refusal_of
from epicrisis.client.retrying import AGAIN, Patience, Tries
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

    def timeout(self, tries: Tries) -> Timeout:
        """Return what the next try may take of the time that is left."""
        import httpx2

        left = max(tries.left, 0.001)
        return httpx2.Timeout(left, connect=min(self.patience.connect_seconds, left))

    def answer(self, ask: Ask[Answer], response: Response) -> Answer:
        """Return what ``response`` says.

        Raises:
            EpicrisisError: it is a refusal, or nothing a server of epicrisis would say.
        """
        request_id = response.headers.get("x-request-id", "")
        try:
            plain = response.json()
        except ValueError:
            plain = None
        if not response.is_success and response.status_code not in ask.answers:
            raise refusal_of(response.status_code, plain if isinstance(plain, dict) else {}, request_id)
        try:
            return ask.read(plain, request_id)
        except (KeyError, TypeError, AttributeError, ValueError, InvalidInput):
            error = EpicrisisError(f"{self.url} did not answer as a server of epicrisis does; see that it is one.")
            error.request_id = request_id or None
            raise error from None

    def failure(self, error: Exception) -> EpicrisisError:
        """Return what became of a request without an answer."""
        import httpx2

        if isinstance(error, httpx2.ConnectTimeout | httpx2.ConnectError):
            return Unreachable(f"{self.url} does not answer; see that the server runs, and that its address is right.")
        if isinstance(error, httpx2.TimeoutException | TimeoutError):
            return DeadlineExceeded(
                f"{self.url} did not answer within {self.patience.total_seconds:g} s; send less text at once, or give "
                "the client more time by `total_seconds`."
            )
        return Unreachable(f"{self.url} broke off before it answered; try again in a moment.")


def asks_for_patience(ask: Ask[Answer], response: Response) -> bool:
    """Return whether ``response`` says: not now."""
    return response.status_code in AGAIN and response.status_code not in ask.answers


def retry_after(response: Response) -> str:
    """Return for how long, in the words of the server."""
    value: str = response.headers.get("retry-after", "")
    return value
