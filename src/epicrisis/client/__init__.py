"""Asks a server of epicrisis; the answers are values, as those of the library are.

>>> from epicrisis.client import Client
>>> with Client("http://127.0.0.1:8080") as client:
...     client.predict("The patient denies chest pain.").label
'ABSENT'
"""

from __future__ import annotations

from epicrisis.client.asynchronous import AsyncClient
from epicrisis.client.case_asks import Among
from epicrisis.client.compared import ArmInfo, Experiment
from epicrisis.client.differential_asks import LabResult
from epicrisis.client.experiment_asks import Arm
from epicrisis.client.kept import CaseFinding, FoundCases, KeptCase, NamedFinding, RemovedCase, SimilarCase
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
    VerdictKept,
)
from epicrisis.client.synchronous import Client

__all__ = [
    "Among",
    "Annotation",
    "Arm",
    "ArmInfo",
    "AsyncClient",
    "Batch",
    "CaseFinding",
    "Client",
    "EngineInfo",
    "Experiment",
    "ExtractedFile",
    "FeedbackKept",
    "FoundCases",
    "Health",
    "Heard",
    "Hidden",
    "Judgement",
    "KeptCase",
    "LabResult",
    "ModelInfo",
    "NamedEntity",
    "NamedFinding",
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
    "RemovedCase",
    "SimilarCase",
    "SummarizedPatient",
    "Untouched",
    "VerdictKept",
]
