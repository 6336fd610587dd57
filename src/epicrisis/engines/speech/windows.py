"""From stretches of speech to what is heard at once: neighbours together, up to thirty seconds, cut where it is quiet.

"VAD cut and merge", Bain et al. 2023 (WhisperX, arXiv:2303.00747): a window that begins and ends in silence has no half
words at its ends, and what was said elsewhere cannot lead it astray.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from epicrisis.engines.media_contracts import SAMPLE_RATE
from epicrisis.engines.speech.vad import STEP, Probabilities, Stretch


@dataclass(frozen=True, slots=True)
class Window:
    """What is heard at once, from ``start`` to ``end`` in seconds, and the stretches of speech in it."""

    start: float
    end: float
    speech: tuple[Stretch, ...]

    def after(self, time: float) -> Window:
        """Return what is left of it after ``time``."""
        rest = tuple(Stretch(max(each.start, time), each.end) for each in self.speech if each.end > time)
        return Window(time, self.end, rest)

    @property
    def speech_seconds(self) -> float:
        """Return how long somebody speaks in it."""
        return sum(each.seconds for each in self.speech)


@dataclass(frozen=True, slots=True)
class Cut:
    """How windows are cut: at most ``longest`` seconds each, with no pause over ``pause`` seconds inside.

    A stretch that is longer than a window is cut at its quietest moment after ``soonest`` seconds.
    """

    longest: float = 29.0
    pause: float = 3.0
    soonest: float = 15.0


def windows(speech: Sequence[Stretch], probabilities: Probabilities, cut: Cut) -> Iterator[Window]:
    """Yield the windows over ``speech``, in order."""
    together: list[Stretch] = []
    for stretch in _short(speech, probabilities, cut):
        if together and (stretch.end - together[0].start > cut.longest or stretch.start - together[-1].end > cut.pause):
            yield _window(together)
            together = []
        together.append(stretch)
    if together:
        yield _window(together)


def _window(together: Sequence[Stretch]) -> Window:
    return Window(together[0].start, together[-1].end, tuple(together))


def _short(speech: Sequence[Stretch], probabilities: Probabilities, cut: Cut) -> Iterator[Stretch]:
    """Yield ``speech`` with whatever is longer than a window in parts."""
    a_second = SAMPLE_RATE / STEP
    for stretch in speech:
        start = stretch.start
        while stretch.end - start > cut.longest:
            first = int((start + cut.soonest) * a_second)
            last = int((start + cut.longest) * a_second)
            quietest = first + int(probabilities[first:last].argmin())
            yield Stretch(start, quietest / a_second)
            start = quietest / a_second
        yield Stretch(start, stretch.end)
