"""What we can truthfully say of a model we did not train."""

from __future__ import annotations

from epicrisis.domain.assertions import Status
from epicrisis.engines.assertion.hugging_face.classes import SOMEONE_ELSE, Classes
from epicrisis.engines.assertion.hugging_face.files import ModelFiles
from epicrisis.engines.assertion.hugging_face.rows import MARK
from epicrisis.engines.contracts import EngineCard


def card_of(files: ModelFiles, classes: Classes, *, limit: int, marks: bool) -> EngineCard:
    """Return the card of the model in ``files``, which reads ``limit`` pieces at most and may know the mark."""
    return EngineCard(
        name=files.name,
        version=files.version,
        summary=f"A Hugging Face assertion model ({_kind(files)}) with the labels {', '.join(classes.names)}.",
        languages=("en",),
        licence="see the model's own card",
        limits=tuple(_limits(classes, limit=limit, marks=marks)),
        sha256=files.sha256,
    )


def _kind(files: ModelFiles) -> str:
    architectures = files.config.get("architectures") or ["text classifier"]
    return f"{architectures[0]}, {'ONNX' if files.graph else 'safetensors'}"


def _limits(classes: Classes, *, limit: int, marks: bool) -> list[str]:
    never = [status.value for status in Status if status not in classes.statuses]
    limits = [
        "Calibration unknown: its scores are a softmax nobody here has measured.",
        f"Reads the sentence around a finding, cut to {limit} pieces around it where it is longer; of a finding that "
        "is longer still, the beginning.",
        "Its cues are words of the rules' list without which it is less sure; words the list lacks are never named.",
    ]
    if never:
        limits.append(f"Never says {', '.join(never)}.")
    if SOMEONE_ELSE not in classes.names:
        limits.append("Takes every finding for the patient's.")
    limits.append("Takes every finding for current.")
    if not marks:
        limits.append(f"Its vocabulary has no {MARK}, so every finding of a sentence is judged as the sentence is.")
    return limits
