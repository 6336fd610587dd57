"""From the shipped folder to the head that finds identifiers, over the encoder everybody shares."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from epicrisis.domain.identifiers import IdentifierKind
from epicrisis.engines import registry
from epicrisis.engines.artifacts import Artifact
from epicrisis.engines.contracts import EngineCard
from epicrisis.engines.encoder.load import LoadedEncoder, shipped
from epicrisis.engines.encoder.session import open_session
from epicrisis.engines.privacy.tagger import Tagger
from epicrisis.engines.reader import ModelReader
from epicrisis.errors import CorruptArtifact, UnknownEngine

GRAPH, HEAD = "phi.onnx", "identifiers"


@dataclass(frozen=True, slots=True)
class Headed:
    """What an entry point names: the head beside the shipped encoder of the reader ``name``, built when called."""

    name: str
    folder: str

    @property
    def card(self) -> EngineCard:
        """Describe the engine, without its weights; raises ``ArtifactError`` where the card cannot be read."""
        return Artifact(shipped(self.folder)).card

    def __call__(self) -> Tagger:
        """Build the engine over the encoder of the reader.

        Raises:
            ArtifactError: a file is missing or not what the card says.
        """
        artifact = Artifact(shipped(self.folder))
        built = registry.note_reader(self.name, artifact.card.languages[0])
        if not isinstance(built, ModelReader):
            raise UnknownEngine(f"The reader {self.name!r} shares no encoder; see engines/reader.py.")
        return headed(built.loaded, artifact)


def headed(loaded: LoadedEncoder, artifact: Artifact) -> Tagger:
    """Return the head in ``artifact`` over ``loaded``.

    Raises:
        ArtifactError: the graph is missing or not what the card says, or the card does not say what it answers.
    """
    session = open_session(artifact.path(GRAPH), threads=2)
    try:
        kinds = tuple(IdentifierKind(kind) for kind in artifact.labels[HEAD])
        temperature, lean = float(artifact.temperatures[HEAD]), float(artifact.thresholds[HEAD])
    except (KeyError, TypeError, ValueError) as cause:
        raise CorruptArtifact(
            f"The card of '{artifact.folder.name}' does not say what {GRAPH} answers: {cause}."
        ) from cause
    if not (isfinite(temperature) and temperature > 0 and isfinite(lean)):
        raise CorruptArtifact(
            f"A figure for {GRAPH} on the card of '{artifact.folder.name}' is none; reinstall epicrisis."
        )
    return Tagger(loaded.encoder, session, artifact.card, kinds, temperature=temperature, lean=lean)


build = Headed("model", "english")
