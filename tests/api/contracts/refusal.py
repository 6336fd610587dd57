"""Contract B's way to say no, held against an answer."""

from __future__ import annotations

import re
import time
from typing import Any

from tests.serving import CANARY, UUID


def refused(response: Any, status: int, error: str = "ValidationError") -> dict[str, Any]:
    """Return the body of a refusal once it is one of ``status`` and kind, and repeats nothing of what was sent."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    body: dict[str, Any] = response.json()
    assert body["error"] == error
    assert body["message"]
    assert re.fullmatch(UUID, body["request_id"])
    assert body["request_id"] == response.headers["x-request-id"]
    assert abs(body["timestamp"] - time.time()) < 60
    assert CANARY not in response.text
    assert ("details" in body) == (error == "ValidationError")
    return body
