"""A problem document (RFC 9457), held against an answer."""

from __future__ import annotations

from typing import Any

from epicrisis.api.problems import MEDIA_TYPE
from tests.serving import CANARY


def refused(response: Any, status: int, code: str) -> dict[str, Any]:
    """Return the document of a refusal once it is one of ``status`` and ``code``, and repeats nothing that was sent."""
    document: dict[str, Any] = response.json()
    assert (response.status_code, document["status"], document["code"]) == (status, status, code)
    assert response.headers["content-type"] == MEDIA_TYPE
    assert document["request_id"] == response.headers["x-request-id"]
    assert CANARY not in response.text
    return document
