"""What a model writes where nobody speaks, told from what was said.

Trained on subtitles, Whisper ends a film where there is silence: about one recording in a hundred has sentences nobody
said (Koenecke et al. 2024, "Careless Whisper", FAccT), noise alone draws them almost always, and most are the same few
(Baranski et al. 2025, ICASSP). In a note an invented sentence is worse than a missing one, so these are left out:

- what the list of the language says is never dictated, and what hardly ever stands alone where little was heard;
- what it was told beforehand and says after us;
- what lies where the voice activity detector hears nobody, or has more letters than anybody says in the time;
- what the model itself doubts and takes for silence (Radford et al. 2022, 4.5);
- the second and further turns of a loop.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp

from epicrisis.engines.speech.hearing import DOUBTED_BELOW, LOOPS_FROM, Reading, packing
from epicrisis.engines.speech.timestamps import Part
from epicrisis.engines.speech.windows import Window
from epicrisis.engines.speech.words import SpokenWords, plain

_NO_SPEECH = 0.6
# Where less than this was heard, in seconds, nobody said a sentence; and a word on the list below that confidence.
_NOTHING, _LITTLE, _UNSURE = 0.1, 0.6, 0.6
# Fast readers reach 25 letters a second; the time of a short part is not that exact.
_LETTERS_A_SECOND, _LETTERS_MORE = 35, 20
_TURNS, _LONGEST_TURN = 3, 20
_ECHO = 5  # words in the order in which they were told


@dataclass(frozen=True, slots=True)
class Said:
    """What was said from ``start`` to ``end`` seconds of the recording, and how sure the model was, 0 to 1."""

    start: float
    end: float
    text: str
    confidence: float


def sifted(reading: Reading, window: Window, words: SpokenWords) -> tuple[list[Said], int]:
    """Return what of ``reading`` was said in ``window``, and how many parts were left out or cut short."""
    said: list[Said] = []
    once = list(_once_each(reading.parts))
    dropped = len(reading.parts) - len(once)
    confidence = min(1.0, exp(reading.logprob))
    for part in once:
        heard = sum(each.shared(window.start + part.start, window.start + part.end) for each in window.speech)
        text = without_loop(part.text)
        if _invented(text, heard, confidence, words) or _doubted(reading):
            dropped += 1
            continue
        dropped += text != part.text
        said.append(Said(window.start + part.start, window.start + part.end, text, confidence))
    return said, dropped


def without_loop(text: str) -> str:
    """Return ``text`` up to the end of the first turn, where it ends in one sentence said over and over."""
    if packing(text) <= LOOPS_FROM:
        return text
    words = text.split()
    for length in range(1, min(_LONGEST_TURN, len(words) // _TURNS) + 1):
        begins = len(words)
        while begins >= length and words[begins - length : begins] == words[-length:]:
            begins -= length
        if len(words) - begins >= _TURNS * length:
            return " ".join(words[: begins + length])
    return text


def _once_each(parts: Sequence[Part]) -> Iterator[Part]:
    """Yield ``parts`` but for those that say what the two before them said: a third time is a loop."""
    for at, part in enumerate(parts):
        if at < 2 or not parts[at - 2].text == parts[at - 1].text == part.text:
            yield part


def _invented(text: str, heard: float, confidence: float, words: SpokenWords) -> bool:
    told = plain(text)
    if not told or told in words.invented or heard < _NOTHING:
        return True
    if len(told.split()) >= _ECHO and told in plain(" ".join(words.told)):
        return True
    if len(text) > _LETTERS_A_SECOND * heard + _LETTERS_MORE:
        return True
    return told in words.unlikely and (heard < _LITTLE or confidence < _UNSURE)


def _doubted(reading: Reading) -> bool:
    return reading.no_speech > _NO_SPEECH and reading.logprob < DOUBTED_BELOW
