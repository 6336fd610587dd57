"""Asks a server of epicrisis; the answers are values, as those of the library are.

>>> from epicrisis.client import Client
>>> with Client("http://127.0.0.1:8080") as client:
...     client.predict("The patient denies chest pain.").label
'ABSENT'
"""

from __future__ import annotations

from epicrisis.client.asynchronous import AsyncClient
from epicrisis.client.differential_asks import LabResult
from epicrisis.client.redacted import Hidden, Redacted, RedactedFile, RedactedNote, Reidentified, Untouched
from epicrisis.client.results import (
    Annotation,
    Batch,
    EngineInfo,
    ExtractedFile,
    FeedbackKept,
    Health,
    Heard,
    Judgement,
    ModelInfo,
    NamedEntity,
    NamedNote,
    Naming,
    Prediction,
    Predictions,
    Progress,
    RankedCase,
    Refusal,
    SummarizedPatient,
)
from epicrisis.client.synchronous import Client

__all__ = [
    "Annotation",
    "AsyncClient",
    "Batch",
    "Client",
    "EngineInfo",
    "ExtractedFile",
    "FeedbackKept",
    "Health",
    "Heard",
    "Hidden",
    "Judgement",
    "LabResult",
    "ModelInfo",
    "NamedEntity",
    "NamedNote",
    "Naming",
    "Prediction",
    "Predictions",
    "Progress",
    "RankedCase",
    "Redacted",
    "RedactedFile",
    "RedactedNote",
    "Refusal",
    "Reidentified",
    "SummarizedPatient",
    "Untouched",
]
