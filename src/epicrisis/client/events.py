"""What is told before an answer, as server-sent events (WHATWG HTML, 9.2); the last of them is the answer.

httpx2 reads events too, but none of over 1 MB, and the transcript of a long recording may be larger.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from epicrisis.client.asking import Ask

if TYPE_CHECKING:
    from httpx2 import Response

MEDIA_TYPE = "text/event-stream"
AS_EVENTS = {b"Accept": MEDIA_TYPE.encode()}
UNFINISHED = "The events ended without an answer."


class Interrupted(Exception):
    """Carries what the caller's own ``progress`` raised past all who look for a failure of the connection."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


@dataclass(frozen=True, slots=True)
class Event:
    """One event: what kind it is, its data, in JSON, and its id."""

    type: str
    data: bytes = field(repr=False)
    id: str = field(default="", compare=False)


class Events:
    """Reads events out of the pieces in which they arrive."""

    def __init__(self) -> None:
        self._line: list[bytes] = []
        self._after_return = False
        self._type = self._id = ""
        self._data: list[bytes] = []

    def of(self, piece: bytes) -> Iterator[Event]:
        """Yield the events that end in ``piece``."""
        for line in self._lines(piece):
            if not line:
                if self._data:
                    yield Event(self._type or "message", b"\n".join(self._data), self._id)
                self._type, self._data = "", []
            name, _, value = line.partition(b":")
            value = value.removeprefix(b" ")
            if name == b"event":
                self._type = value.decode(errors="replace")
            elif name == b"data":
                self._data.append(value)
            elif name == b"id" and value.isdigit():
                self._id = value.decode()

    def _lines(self, piece: bytes) -> Iterator[bytes]:
        if not piece:
            return
        # A line may end in CR, LF or both, and the two may come in different pieces.
        rest = piece.removeprefix(b"\n") if self._after_return else piece
        self._after_return = piece.endswith(b"\r")
        for part in rest.splitlines(keepends=True):
            self._line.append(part)
            if part.endswith((b"\r", b"\n")):
                yield b"".join(self._line).rstrip(b"\r\n")
                self._line = []


def is_stream(response: Response) -> bool:
    """Return whether ``response`` is a stream of events; what is refused at once is not."""
    kind: str = response.headers.get("content-type", "")
    return kind.partition(";")[0].strip().lower() == MEDIA_TYPE


def answer_in(event: Event, ask: Ask[Any], response: Response) -> Response | None:
    """Return the answer that ``event`` brings, or ``None`` where it goes on; ``ask.progress`` hears how far it is.

    The answer is what would have come without a stream: a success, or a refusal with its own status.

    Raises:
        Interrupted: ``ask.progress`` raised something.
    """
    if event.type not in ("progress", "complete", "error"):
        return None
    try:
        plain = json.loads(event.data)
        heard = ask.hears(plain) if event.type == "progress" else None
        status = int(plain["status"]) if event.type == "error" else 200
    except (ValueError, KeyError, TypeError):
        # No server of ours says this; whoever reads the answer will say so.
        return _answer(response, 200, event.data)
    if event.type != "progress":
        return _answer(response, status, event.data)
    if ask.progress is not None and heard is not None:
        try:
            ask.progress(heard)
        except Exception as error:
            raise Interrupted(error) from error
    return None


def _answer(response: Response, status: int, data: bytes) -> Response:
    request_id = response.headers.get("x-request-id", "")
    return type(response)(status, headers={"x-request-id": request_id}, content=data)
