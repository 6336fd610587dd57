"""From a reading to what its sentence says as a whole."""

from __future__ import annotations

import numpy as np

from epicrisis.domain.annotations import Sentence
from epicrisis.domain.assertions import SentenceLabel
from epicrisis.domain.spans import Span
from epicrisis.engines.encoder.encoder import Floats, Reading
from epicrisis.engines.encoder.load import LoadedEncoder
from epicrisis.engines.encoder.tagging import probabilities
from epicrisis.engines.stages import Stage, timed


class SentenceHead:
    """Turns scores into a sentence label with its calibrated probabilities."""

    def __init__(self, loaded: LoadedEncoder) -> None:
        self._loaded = loaded

    @timed(Stage.HEADS)
    def of(self, span: Span, reading: Reading) -> Sentence:
        """Return the sentence at ``span``; one in which nothing could be read says nothing."""
        if not reading.sentence.size:
            return Sentence(span, SentenceLabel.NONE, {SentenceLabel.NONE: 1.0})
        return self.labelled(span, probabilities(reading.sentence, self._loaded.temperature("sentence")))

    @timed(Stage.HEADS)
    def labelled(self, span: Span, shares: Floats) -> Sentence:
        """Return the sentence at ``span`` from a probability per label."""
        labels = self._loaded.labels.sentences
        scores = {label: round(float(share), 4) for label, share in zip(labels, shares, strict=True)}
        return Sentence(span, labels[int(np.argmax(shares))], scores)
