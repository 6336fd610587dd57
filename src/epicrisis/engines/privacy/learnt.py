"""From the shipped folder to the tagger that finds identifiers."""

from __future__ import annotations

from math import isfinite
from pathlib import Path

from epicrisis.domain.identifiers import IdentifierKind
from epicrisis.engines.artifacts import Artifact
from epicrisis.engines.encoder.pieces import PieceTokenizer
from epicrisis.engines.encoder.session import open_session
from epicrisis.engines.privacy.tagger import Tagger
from epicrisis.engines.privacy.vectors import of_one_shape
from epicrisis.engines.shipped import ShippedEngine
from epicrisis.errors import CorruptArtifact

WORDS, CONTEXT, TOKENIZER = "words.onnx", "context.onnx", "tokenizer.json"
TAGS = "identifiers"


def load_tagger(folder: Path, *, threads: int = 2, runtime: str = "auto") -> Tagger:
    """Load the tagger in ``folder`` once every file is what its card says.

    Raises:
        ArtifactError: a file is missing or not what the card says, or the card does not say what the graphs answer.
    """
    artifact = Artifact(folder)
    try:
        kinds = tuple(IdentifierKind(kind) for kind in artifact.labels[TAGS])
        temperature, lean = float(artifact.temperatures[TAGS]), float(artifact.thresholds[TAGS])
    except (KeyError, TypeError, ValueError) as cause:
        raise CorruptArtifact(f"The card of '{folder.name}' does not say what {CONTEXT} answers: {cause}.") from cause
    if not (isfinite(temperature) and temperature > 0 and isfinite(lean)):
        raise CorruptArtifact(f"A figure for {CONTEXT} on the card of '{folder.name}' is none; reinstall epicrisis.")
    # The words nobody kept are few, and read before another thread would have begun.
    words = open_session(artifact.path(WORDS), threads=0, runtime=runtime, narrow=of_one_shape)
    context = open_session(artifact.path(CONTEXT), threads=threads, runtime=runtime)
    tokenizer = PieceTokenizer(artifact.path(TOKENIZER))
    return Tagger(tokenizer, words, context, artifact.card, kinds, temperature=temperature, lean=lean)


build = ShippedEngine("identifiers", lambda artifact: load_tagger(artifact.folder))
