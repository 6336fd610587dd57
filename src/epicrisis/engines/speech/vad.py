"""Where somebody speaks: the Silero network over 32 milliseconds at a time, and the stretches its answers make.

Silero VAD 6 (Silero Team 2021, github.com/snakers4/silero-vad, MIT); from its answers to stretches as its own
`get_speech_timestamps` does: speech begins above one threshold and ends below a lower one for long enough.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from epicrisis.engines.encoder.session import Session
from epicrisis.engines.media_contracts import SAMPLE_RATE, Samples

STEP = 512
"""Samples to an answer."""

Probabilities = NDArray[np.float32]
"""How probable speech is in each step of a recording, 0 to 1."""

_BEFORE = 64  # samples of the step before that the network sees as well
_AT_ONCE = 1_875  # a minute
_STATE = (1, 1, 128)


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """From when to when somebody speaks, in seconds."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        """Return how long that is."""
        return self.end - self.start

    def shared(self, start: float, end: float) -> float:
        """Return how many seconds of it lie between ``start`` and ``end``."""
        return max(0.0, min(self.end, end) - max(self.start, start))


@dataclass(frozen=True, slots=True)
class Ear:
    """What counts as speech: the thresholds are Silero's own, the seconds were chosen on dictated notes.

    A pause shorter than ``pause`` seconds belongs to the stretch it is in, one shorter than ``shortest`` is none, and
    each gets ``margin`` seconds on both sides, for the soft beginnings of words.
    """

    begins: float = 0.5
    ends: float = 0.35
    pause: float = 0.5
    shortest: float = 0.1
    margin: float = 0.3


class VoiceActivity:
    """Hears where somebody speaks; may be asked from many threads."""

    def __init__(self, session: Session) -> None:
        """Ask the network in ``session``."""
        self._session = session

    def probabilities(self, samples: Samples, *, tick: Callable[[], object] | None = None) -> Probabilities:
        """Return how probable speech is in each step of ``samples``; ``tick`` is called after each minute."""
        memory = carried = np.zeros(_STATE, np.float32)
        tail = np.zeros(_BEFORE, np.float32)
        answers: list[Probabilities] = []
        for start in range(0, len(samples), _AT_ONCE * STEP):
            block = samples[start : start + _AT_ONCE * STEP]
            if len(block) % STEP:
                block = np.pad(block, (0, -len(block) % STEP))
            steps = block.reshape(-1, STEP)
            before = np.concatenate([tail[None], steps[:-1, -_BEFORE:]])
            [answer] = self._session.run([{"input": np.hstack([before, steps]), "h": memory, "c": carried}])
            memory, carried, tail = answer["hn"], answer["cn"], steps[-1, -_BEFORE:]
            answers.append(answer["speech_probs"].astype(np.float32))
            if tick is not None:
                tick()
        return np.concatenate(answers) if answers else np.zeros(0, np.float32)


def stretches(probabilities: Probabilities, ear: Ear, *, seconds: float) -> list[Stretch]:
    """Return the stretches of speech in a recording of ``seconds``, in order, none touching another."""
    found: list[Stretch] = []
    for start, end in _spoken(probabilities, ear):
        if end - start < ear.shortest:
            continue
        start, end = max(0.0, start - ear.margin), min(seconds, end + ear.margin)
        if found and start <= found[-1].end:
            start = found.pop().start
        found.append(Stretch(start, end))
    return found


def _spoken(probabilities: Probabilities, ear: Ear) -> list[tuple[float, float]]:
    """Return from when to when each stretch lasts, in seconds."""
    found: list[tuple[float, float]] = []
    step = STEP / SAMPLE_RATE
    start = silent_since = None
    for at, probability in enumerate(probabilities.tolist()):
        if probability >= ear.begins:
            start, silent_since = at if start is None else start, None
        elif start is not None and probability < ear.ends:
            silent_since = at if silent_since is None else silent_since
            if (at - silent_since) * step >= ear.pause:
                found.append((start * step, silent_since * step))
                start = silent_since = None
    if start is not None:
        found.append((start * step, (len(probabilities) if silent_since is None else silent_since) * step))
    return found
