"""The loop of every worker: read the notes once per request and say how long each took.

Standard library only: it runs in environments that have none of our packages.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple


class Note(NamedTuple):
    """A note, whole and cut into sentences: a system reads the one or the other."""

    text: str
    sentences: list[str]


def serve(load: Callable[[], tuple[Callable[[Note], object], Callable[[Sequence[Note]], object]]]) -> None:
    """Answer requests on stdin: ``{"notes": [{"text", "sentences"}…], "batched": bool}`` -> ``{"seconds": […]}``.

    There is one number per note. ``load`` returns how to read one note and how to read many; a batched request is timed
    as a whole.
    """
    began = time.perf_counter()
    one, many = load()
    print(json.dumps({"loaded": time.perf_counter() - began}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        notes = [Note(**note) for note in request["notes"]]
        if request["batched"]:
            began = time.perf_counter()
            many(notes)
            seconds = [(time.perf_counter() - began) / len(notes)] * len(notes)
        else:
            seconds = []
            for note in notes:
                began = time.perf_counter()
                one(note)
                seconds.append(time.perf_counter() - began)
        print(json.dumps({"seconds": seconds}), flush=True)
