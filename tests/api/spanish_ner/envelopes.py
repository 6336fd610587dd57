"""The two answers of contract N, held against what came back."""

from __future__ import annotations

from typing import Any

from epicrisis.api.contracts.spanish_ner.answers import MESSAGE
from epicrisis.api.contracts.spanish_ner.models import CLASSES
from tests.serving import CANARY

TEXT = "Varón de 17 años con cefalea. Se pauta paracetamol."


def found(response: Any, text: str, *, message: str = MESSAGE) -> list[tuple[str, str]]:
    """Return class and words of each entity, once the answer is the contract's and true to ``text``."""
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/json"
    body = response.json()
    assert list(body) == ["data", "message", "success"]
    assert (body["message"], body["success"]) == (message, True)
    data = body["data"]
    assert list(data) == ["brat", "original_text", "processing_time"]
    assert data["original_text"] == text
    assert isinstance(data["processing_time"], str)
    assert float(data["processing_time"]) >= 0
    entities = data["brat"]
    for entity in entities:
        assert list(entity) == ["id", "class", "start", "end", "entity"]
        assert entity["class"] in CLASSES.values()
        assert text[entity["start"] : entity["end"]] == entity["entity"]
    assert [entity["id"] for entity in entities] == [f"T{number}" for number in range(1, len(entities) + 1)]
    places = [(entity["start"], entity["end"]) for entity in entities]
    assert places == sorted(places)
    return [(entity["class"], entity["entity"]) for entity in entities]


def refused(response: Any, status: int) -> str:
    """Return the message of a refusal, once it is the contract's and repeats nothing of what was sent."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    body = response.json()
    assert list(body) == ["data", "message", "success"]
    assert (body["data"], body["success"]) == ({}, False)
    assert CANARY not in response.text
    assert response.headers["x-request-id"]
    message: str = body["message"]
    assert message
    return message
