"""What would hold up everybody else's request is done in a thread, and what is short at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec
from anyio import to_thread
from starlette.responses import Response

from epicrisis.services.timings import WRITING, spending

Result = TypeVar("Result")

# Intake, or the writing down of findings, takes about half a microsecond a character; a thread costs a tenth of a
# millisecond whatever it does, and under load one more place in the line for the interpreter.
SHORT = 1_000


async def aside(work: Callable[[], Result], *, characters: int) -> Result:
    """Return what ``work`` returns, which is about a text of so many ``characters``."""
    return work() if characters <= SHORT else await to_thread.run_sync(work)


async def written(write: Callable[[], Response], *, characters: int) -> Response:
    """Return the answer that ``write`` puts into JSON, about a text of so many ``characters``."""
    with spending(WRITING):
        return await aside(write, characters=characters)


def json_answer(body: Mapping[str, Any]) -> Response:
    """Return ``body`` as an answer, written here and now.

    A route that returns a mapping has FastAPI validate and write it in the event loop, which for the findings of a long
    note takes twenty times as long; that answers fit their schema is for tests to say.
    """
    return Response(msgspec.json.encode(body), media_type="application/json")
