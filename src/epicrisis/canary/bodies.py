"""The bodies that routes read: the examples their documentation shows, and what no example can know."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from epicrisis.canary.ehr import PATIENT, TROUBLE

JSON, FORM, PARTS = "application/json", "application/x-www-form-urlencoded", "multipart/form-data"

# What an example has of it is another installation's.
_REQUEST_ID = "request_id"
BOUNDARY = "epicrisis-selftest"
# Two segments of HL7 v2: who it is, and what is wrong.
_MESSAGE = "MSH|^~\\&|A|B|C|D|20310304||ADT^A01|1|P|2.5\rPID|1||7^^^A||Prueba^Ana\rDG1|1||J45^Bronchial asthma^I10\r"


@dataclass(frozen=True, slots=True)
class Known:
    """What a client of this server knows from earlier answers, and no example can.

    ``also`` has bodies by operation, in place of those we know of beside the examples, and ``steps`` what stands in its
    path.
    """

    request_id: str = ""
    client_id: str = ""
    client_secret: str = ""
    sealed: str = ""
    policies: tuple[str, ...] = ()
    also: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    steps: Mapping[str, str] = field(default_factory=dict)


def bodies(
    operation: str, told: Mapping[str, Any], document: Mapping[str, Any], known: Known
) -> Iterator[tuple[str, Any]]:
    """Yield the bodies ``operation`` should answer, each with its media type."""
    for kind, content in told.get("requestBody", {}).get("content", {}).items():
        schema = _resolved(content.get("schema", {}), document)
        shown = [each["value"] for each in content.get("examples", {}).values()]
        shown += [content["example"]] if "example" in content else []
        beside = known.also.get(operation) or _unshown(operation, known)
        for example in (*shown, *schema.get("examples", []), *beside):
            yield kind, example


def spoken(example: Any, words: str, known: Known, key: str = "") -> Any:
    """Return ``example`` with ``words`` in front of every text; a value without a space is a name or a number."""
    if isinstance(example, dict):
        return {name: spoken(below, words, known, name) for name, below in example.items()}
    if isinstance(example, list):
        return [spoken(below, words, known, key) for below in example]
    if key == _REQUEST_ID:
        return known.request_id
    return f"{words} {example}" if isinstance(example, str) and " " in example else example


def written(body: Any, kind: str) -> bytes:
    """Return ``body`` as its media type has it."""
    if kind == FORM:
        return urlencode({name: _field(value) for name, value in body.items()}).encode()
    if kind == PARTS:
        return b"".join(_part(name, _field(value)) for name, value in body.items()) + f"--{BOUNDARY}--\r\n".encode()
    return body.encode() if isinstance(body, str) and "json" not in kind else json.dumps(body).encode()


def header(kind: str) -> dict[str, str]:
    """Return the header that says what a body is."""
    return {"Content-Type": f"{kind}; boundary={BOUNDARY}" if kind == PARTS else kind}


def _unshown(operation: str, known: Known) -> list[Any]:
    """Return bodies of ``operation`` that no example shows: batches, and what earlier answers told."""
    batch = {"documents": [{"id": "visit 1", "text": "Denies fever. ", "language": "en"}, {"text": ""}]}
    grant = {
        "grant_type": "client_credentials",
        "client_id": known.client_id,
        "client_secret": known.client_secret,
    }
    unshown: dict[str, list[Any]] = {
        "POST /v1/annotations": [batch],
        "POST /v1/assertions": [batch],
        "POST /v1/entities": [batch, {"text": "Denies fever. ", "label_sets": ["a set of nobody"]}],
        "POST /v1/extractions": [batch, {"text": "Takes aspirin. ", "form": "fhir"}],
        "POST /v1/summaries": [batch, {"text": "Takes aspirin. ", "style": "abstractive"}],
        # Symptoms are short, so the words of somebody fit only in the note; in contract D they fit in the symptoms.
        "POST /v1/differentials": [
            {
                "text": "Denies fever. ",
                "symptoms": ["cough"],
                "conditions": ["asthma"],
                "findings": [{"finding": "fever", "present": False}],
                "results": [{"loinc": "2345-7", "value": 90, "unit": "mg/dL"}],
            },
        ],
        "POST /v1/cases/search": [{"text": "Denies fever. ", "symptoms": ["cough"], "among": {"outcome": "J"}}],
        "POST /v1/redactions": [
            batch,
            {"text": "Denies fever. ", "patient": "of room 3", "policy": "research", "explain": True},
            {"text": "Denies fever. ", "policy": "a policy of nobody"},
            *({"text": "Seen on March 3, 2031. ", "policy": policy} for policy in known.policies),
        ],
        "POST /v1/reidentifications": [{"text": known.sealed, "purpose": "recall-7"}],
        "POST /v1/patient-summaries": [
            {"patient": PATIENT},
            {"patient": PATIENT, "format": "ips"},
            {"patient": PATIENT, "stream": True},
            {"patient": TROUBLE, "stream": True},
            {"record": _MESSAGE, "mode": "hq", "language": "es"},
        ],
        "POST /oauth/token": [grant],
    }
    return unshown.get(operation, [])


def _field(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _part(name: str, value: str) -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
    return f"{head}{value}\r\n".encode()


def _resolved(schema: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    resolved: Mapping[str, Any] = document["components"]["schemas"][name] if name else schema
    return resolved
