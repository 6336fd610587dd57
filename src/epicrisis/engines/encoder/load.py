"""From a folder of verified weights to an encoder with its calibration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from pathlib import Path

from epicrisis.domain.assertions import Experiencer, SentenceLabel, Status, Temporality
from epicrisis.domain.spans import Span
from epicrisis.engines.artifacts import Artifact
from epicrisis.engines.contracts import EngineCard, Make
from epicrisis.engines.encoder.encoder import Encoder
from epicrisis.engines.encoder.labeller import Labeller
from epicrisis.engines.encoder.mentions import FILE as MENTIONS
from epicrisis.engines.encoder.mentions import Mentions
from epicrisis.engines.encoder.mentions import load as load_mentions
from epicrisis.engines.encoder.pieces import PieceTokenizer
from epicrisis.engines.encoder.session import Session, open_session
from epicrisis.errors import CorruptArtifact

LABELLER = "labeller.onnx"


@dataclass(frozen=True, slots=True)
class LabelSets:
    """What each number of the graph's outputs means, in order."""

    tags: Mapping[str, tuple[str, ...]]
    statuses: tuple[Status, ...]
    temporalities: tuple[Temporality, ...]
    experiencers: tuple[Experiencer, ...]
    sentences: tuple[SentenceLabel, ...]


@dataclass(frozen=True, slots=True)
class LoadedEncoder:
    """An encoder, what its numbers mean, and what was fitted on dev for each head.

    Scores are divided by a temperature before they become probabilities (Guo et al. 2017); a span whose least certain
    word is less probable than the threshold is not reported.
    """

    encoder: Encoder
    labels: LabelSets
    temperatures: Mapping[str, float]
    thresholds: Mapping[str, float]
    card: EngineCard
    make: Make
    labeller: Labeller | None = None
    mentions: Mentions | None = None

    def temperature(self, head: str) -> float:
        """Return what the scores of ``head`` are divided by before they become probabilities."""
        return self.temperatures.get(head, 1.0)

    def threshold(self, head: str) -> float:
        """Return the probability from which a span of ``head`` is reported."""
        return self.thresholds.get(head, 0.0)


def load_encoder(folder: Path, *, threads: int = 2, runtime: str = "auto") -> LoadedEncoder:
    """Load the encoder in ``folder`` once every file is what its card says.

    Raises:
        MissingArtifact: a file is not there.
        CorruptArtifact: a file, or the card itself, is not what it should be.
    """
    artifact = Artifact(folder)
    try:
        tags = {head: tuple(names) for head, names in artifact.labels["tags"].items()}
        labels = LabelSets(
            tags=tags,
            statuses=tuple(Status(s) for s in artifact.labels["statuses"]),
            temporalities=tuple(Temporality(t) for t in artifact.labels["temporalities"]),
            experiencers=tuple(Experiencer(e) for e in artifact.labels["experiencers"]),
            sentences=tuple(SentenceLabel(s) for s in artifact.labels["sentences"]),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as cause:
        raise CorruptArtifact(f"The card of '{folder.name}' does not say what its outputs mean: {cause}.") from cause
    if not all(isinstance(t, int | float) and 0 < t < inf for t in artifact.temperatures.values()):
        raise CorruptArtifact(f"A temperature of {folder.name!r} is no positive number; reinstall epicrisis.")
    tokenizer = PieceTokenizer(artifact.path("tokenizer.json"))

    def graph(file: str) -> Session:
        return open_session(artifact.path(file), threads=threads, runtime=runtime)

    graphs = ["encoder.onnx", "judge.onnx", *([LABELLER] if LABELLER in artifact.card.sha256 else [])]
    # One after the other: at the start of a server the second core is busy with its imports.
    reading, judging, *small = map(graph, graphs)
    encoder = Encoder(tokenizer, reading, judging, heads=_slices(tags))
    labeller = None
    if small:
        sure = artifact.temperatures["labeller"], artifact.thresholds["labeller"]
        labeller = Labeller(tokenizer, small[0], *sure)
    size = sum((folder / file).stat().st_size for file in artifact.card.sha256)
    make = Make(framework=reading.runtime, tokenizer=tokenizer.kind, size_bytes=size)
    mentions = load_mentions(artifact.path(MENTIONS)) if MENTIONS in artifact.card.sha256 else None
    loaded = LoadedEncoder(
        encoder, labels, artifact.temperatures, artifact.thresholds, artifact.card, make, labeller, mentions
    )
    _check_outputs(loaded, folder)
    return loaded


def _check_outputs(loaded: LoadedEncoder, folder: Path) -> None:
    """Read one word and see that the graphs answer with as many numbers as the card has names."""
    [reading] = loaded.encoder.read(["fever"])
    [judgement] = loaded.encoder.judge([(reading, Span(0, 5))])
    labels = loaded.labels
    named = (max(place.stop for place in _slices(labels.tags).values()), len(labels.sentences), len(labels.statuses))
    answered = (reading.tags.shape[-1], reading.sentence.shape[-1], judgement.status.shape[-1] if judgement else 0)
    if named != answered:
        raise CorruptArtifact(f"The card of '{folder.name}' names {named} outputs, its graphs have {answered}.")


def _slices(tags: Mapping[str, tuple[str, ...]]) -> dict[str, slice]:
    """Return where the scores of each head stand among all tags: O and two per label."""
    slices: dict[str, slice] = {}
    at = 0
    for head, labels in tags.items():
        slices[head] = slice(at, at := at + 1 + 2 * len(labels))
    return slices
