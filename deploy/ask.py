"""Asks a server that just started whether it is ready, and for one sentence; the standard library is all it needs.

Usage: [EPICRISIS_KEY=…] python ask.py http://127.0.0.1:8080 [seconds to wait]
"""

from __future__ import annotations

import json
import os
import sys
import time
import urllib.error
import urllib.request
from typing import Any

SENTENCE, LABEL = "The patient denies chest pain.", "ABSENT"


def main(base: str, seconds: float = 30.0) -> int:
    """Return 0 once the server is ready and has read the sentence right, 1 where it has not in ``seconds``."""
    started = time.monotonic()
    while not ready(base):
        if time.monotonic() - started > seconds:
            print(f"Not ready after {seconds:.0f} s.", file=sys.stderr)
            return 1
        time.sleep(0.05)
    print(f"/ready says yes after {time.monotonic() - started:.1f} s")
    answer = asked(f"{base}/predict", {"sentence": SENTENCE})
    print(f"/predict says {answer['label']} ({answer['score']:.4f})")
    return 0 if answer["label"] == LABEL else 1


def ready(base: str) -> bool:
    """Return whether ``/ready`` answers 200."""
    try:
        with urllib.request.urlopen(f"{base}/ready", timeout=2) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def asked(address: str, body: dict[str, str]) -> Any:
    """Return the JSON that ``address`` answers to ``body``."""
    headers = {"Content-Type": "application/json"}
    if key := os.environ.get("EPICRISIS_KEY"):
        headers["Authorization"] = f"Bearer {key}"
    with urllib.request.urlopen(urllib.request.Request(address, json.dumps(body).encode(), headers)) as answer:
        return json.load(answer)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], *(float(seconds) for seconds in sys.argv[2:])))
