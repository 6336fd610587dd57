"""A request as a value: what is sent, under which key, and how its answer is read."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode
from uuid import uuid4

from epicrisis.client.refusals import faults_of
from epicrisis.client.results import Heard, Refusal
from epicrisis.errors import InvalidInput

Answer = TypeVar("Answer")
Plain = Mapping[str, Any]

FILE = {b"Content-Type": b"application/octet-stream"}

_MOST_OF_A_KEY = 255


@dataclass(frozen=True, slots=True)
class Told:
    """What came back."""

    content: bytes
    headers: Mapping[str, str]

    @property
    def plain(self) -> Any:
        """Return what it says in JSON."""
        return json.loads(self.content)

    @property
    def request_id(self) -> str:
        """Return the id of the request."""
        return self.headers.get("x-request-id", "")


def seconds_heard(plain: Plain) -> Heard | None:
    """Return how much of a recording has been heard; nothing before it is known how long it is."""
    return Heard(plain["seconds"], plain["of"]) if plain["of"] else None


@dataclass(frozen=True, slots=True)
class Ask(Generic[Answer]):
    """A request, and ``read``, which makes a value of what came back.

    Statuses in ``answers`` are answers though they are no success. What is done once however often it is sent has a
    ``key``, the same for every try: it belongs to the request and not to the try. Where there is ``progress``, the
    server is asked to tell how far it is, and ``progress`` hears that, as ``hears`` makes it of what an event says;
    ``None`` is not worth hearing. With a key too, a stream that breaks off goes on where it was.
    """

    method: str
    path: str
    read: Callable[[Told], Answer]
    body: bytes | None = field(default=None, repr=False)
    key: str = ""
    headers: Mapping[bytes, bytes] = field(default_factory=dict, repr=False)
    answers: frozenset[int] = frozenset()
    progress: Callable[[Any], object] | None = None
    hears: Callable[[Plain], object | None] = seconds_heard

    @property
    def own_headers(self) -> dict[bytes, bytes]:
        """Return the headers of this request alone."""
        return {**self.headers, b"Idempotency-Key": self.key.encode()} if self.key else dict(self.headers)

    def headers_after(self, event: str) -> dict[bytes, bytes]:
        """Return the headers of a try after the ``event`` of that id was heard; none was where it is empty."""
        own = self.own_headers
        return {**own, b"Last-Event-ID": event.encode()} if event and self.key else own


def with_query(path: str, **query: str | bool | None) -> str:
    """Return ``path`` with what of ``query`` is given."""
    told = {name: str(value).lower() if isinstance(value, bool) else value for name, value in query.items()}
    given = urlencode({name: value for name, value in told.items() if value is not None})
    return f"{path}?{given}" if given else path


def in_json(**fields: Any) -> bytes:
    """Return the ``fields`` that are given as JSON.

    It is in ASCII, which carries even what no text may hold: the server says what is wrong.
    """
    return json.dumps({name: value for name, value in fields.items() if value is not None}).encode()


def key_from(chosen: str | None) -> str:
    """Return the key of a request: the one ``chosen``, or a new one; none where that is empty.

    Raises:
        InvalidInput: it is none a server takes.
    """
    if chosen is None:
        return str(uuid4())
    if len(chosen) > _MOST_OF_A_KEY or not all("#" <= character <= "~" or character == "!" for character in chosen):
        raise InvalidInput(
            f"An idempotency key is up to {_MOST_OF_A_KEY} ASCII characters without spaces and quotes; a UUID will do."
        )
    return chosen


def refusal(plain: Plain) -> Refusal:
    """Return why one item of a batch has no answer, as a problem document or contract B's body tells it."""
    return Refusal(plain.get("code") or plain["error"], plain.get("detail") or plain["message"], faults_of(plain))
