"""What eight-bit weights cost: the trained model and the graphs that ship, scored on the same dev examples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from epicrisis.domain.spans import Span
from epicrisis.engines.encoder.encoder import Encoder, Judgement, Reading
from epicrisis.engines.encoder.load import load_encoder
from epicrisis.engines.encoder.tagging import probabilities
from epicrisis_lab.errors import LostAccuracy, NothingToScore
from epicrisis_lab.training.batches import Soft
from epicrisis_lab.training.devscores import predict, score
from epicrisis_lab.training.encoding import Encoded, encode_whole
from epicrisis_lab.training.examples import Example
from epicrisis_lab.training.model import ClinicalModel

MOST_LOST = 0.01
MEASURES = {"entities": "dev.clinical.f1", "status": "dev.status.accuracy"}


def quantisation(model: ClinicalModel, folder: Path, dev: Sequence[Example], *, main: str) -> dict[str, list[float]]:
    """Return ``[before, after]`` of every measure: strict F1 of the clinical entities, and accuracy of the status.

    ``model`` is asked in full precision, the graphs in ``folder`` as the engine asks them, both about the examples of
    the ``main`` corpus (of all where it has none) that one window holds. Nothing fitted on dev takes part.

    Raises:
        NothingToScore: the examples have no entities, or no targets.
        LostAccuracy: a measure lost more than ``MOST_LOST``.
    """
    examples = [e for e in dev if e.source == main] or dev
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    encoded = encode_whole([replace(e, source="dev") for e in examples], tokenizer)
    before = score(encoded, predict([model], encoded, torch.device("cpu"), autocast=False))
    after = score(encoded, _answers(load_encoder(folder).encoder, encoded))
    missing = [name for name, measure in MEASURES.items() if measure not in before]
    if missing:
        raise NothingToScore(f"The dev examples cannot tell what eight-bit weights cost: nothing to score {missing}.")
    compared = {name: [before[measure], after[measure]] for name, measure in MEASURES.items()}
    lost = {name: f"{was:.4f} to {now:.4f}" for name, (was, now) in compared.items() if round(was - now, 4) > MOST_LOST}
    if lost:
        raise LostAccuracy(
            f"Eight-bit weights lose more than {MOST_LOST} on dev: {lost}; nothing was written. "
            "Raise SMALLEST in training/export.py so that fewer matrices are narrowed, or train longer."
        )
    return compared


def _answers(encoder: Encoder, encoded: Sequence[Encoded]) -> list[Soft]:
    readings = encoder.read([e.example.text for e in encoded])
    asked = [
        (reading, Span(target.start, target.end))
        for e, reading in zip(encoded, readings, strict=True)
        for target in e.kept_targets
    ]
    judged = (judgement for judgement in encoder.judge(asked) if judgement is not None)
    return [
        _soft(encoder, reading, list(islice(judged, len(e.kept_targets))))
        for e, reading in zip(encoded, readings, strict=True)
    ]


def _soft(encoder: Encoder, reading: Reading, judged: Sequence[Judgement]) -> Soft:
    """Return the answer in the form ``predict`` gives it: with a row for the special piece at each end."""
    edges = ((1, 1), (0, 0))
    return Soft(
        {
            head: np.pad(probabilities(reading.tags[:, encoder.heads[head]], 1.0), edges).astype(np.float16)
            for head in encoder.heads
        },
        np.array([probabilities(each.status, 1.0) for each in judged], dtype=np.float16),
        np.array([probabilities(each.temporality, 1.0) for each in judged], dtype=np.float16),
        np.array([probabilities(each.experiencer, 1.0) for each in judged], dtype=np.float16),
        probabilities(reading.sentence, 1.0).astype(np.float16),
    )
