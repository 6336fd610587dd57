"""What a sentence says as a whole, from two thin layers: a fraction of the encoder's work for most sentences.

The labeller was taught by the encoder (training/labeller.py of the lab) and answers where it is sure; where it is not,
it says nothing and the encoder is asked. docs/explanation/labeller.md says what that costs and saves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from epicrisis.engines.counting import count
from epicrisis.engines.encoder.batching import groups, padded
from epicrisis.engines.encoder.pieces import PieceTokenizer
from epicrisis.engines.encoder.session import Session
from epicrisis.engines.encoder.tagging import probabilities
from epicrisis.engines.stages import Stage, at, timed

Floats = NDArray[np.float32]

# A sentence of more pieces is rare and often several; the encoder reads it.
LONGEST = 128
_BUDGET = 512


@dataclass(frozen=True, slots=True)
class Labeller:
    """The small graph, and how sure it must be (``threshold``, a probability after ``temperature``) to be believed."""

    tokenizer: PieceTokenizer
    session: Session
    temperature: float
    threshold: float

    @timed(Stage.ENCODE)
    def label(self, texts: Sequence[str]) -> list[Floats | None]:
        """Return the probability of each label per text, ``None`` where the labeller is not sure enough to say."""
        cut = [pieces.ids for pieces in self.tokenizer.cut(texts)]
        fit = [place for place, ids in enumerate(cut) if 0 < len(ids) <= LONGEST - 2]
        answers: list[Floats | None] = [None] * len(texts)
        grouped = list(groups([len(cut[place]) + 2 for place in fit], budget=_BUDGET))
        batches = [padded([cut[fit[row]] for row in group.rows], group.width, self.tokenizer) for group in grouped]
        found = self.session.run(batches)
        count("labeller", (inputs["mask"] for inputs in batches))
        with at(Stage.HEADS):
            for group, answer in zip(grouped, found, strict=True):
                for row, scores in zip(group.rows, answer["sentence"], strict=True):
                    shares = probabilities(scores, self.temperature)
                    if shares.max() >= self.threshold:
                        answers[fit[row]] = shares
        return answers
