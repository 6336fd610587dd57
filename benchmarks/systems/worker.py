"""The loop of every worker: read the notes once per request and say how long each took.

Standard library only: it runs in environments that have none of our packages.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence


def serve(load: Callable[[], tuple[Callable[[str], object], Callable[[Sequence[str]], object]]]) -> None:
    """Answer requests on stdin: ``{"notes": […], "batched": bool}`` -> ``{"seconds": […]}``, one number per note.

    ``load`` returns how to read one note and how to read many; a batched request is timed as a whole.
    """
    began = time.perf_counter()
    one, many = load()
    print(json.dumps({"loaded": time.perf_counter() - began}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        notes: list[str] = request["notes"]
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
