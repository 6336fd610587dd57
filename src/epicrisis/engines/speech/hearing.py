"""Whisper itself: half a minute of sound in, word pieces with their times out; run by CTranslate2 in eight bits.

Radford et al. 2022, arXiv:2212.04356. Decoding is a beam search and never draws lots, so that the same recording gives
the same words: where the search runs into a loop, it is asked once more with repetitions forbidden.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tokenizers import Tokenizer

from epicrisis.engines.media_contracts import Samples
from epicrisis.engines.speech.mel import log_mel
from epicrisis.engines.speech.timestamps import Part, parted
from epicrisis.engines.speech.weights import CONFIG, FEATURES, MODEL, TOKENIZER, VOCABULARIES, Files
from epicrisis.errors import CorruptArtifact, MissingDependency

Heard = Any
"""What the encoder made of a stretch of sound: a tensor of CTranslate2, whose package has no types."""

# Radford et al. 2022, 4.5: text that packs better than this repeats itself, text less probable than this is doubted.
LOOPS_FROM, DOUBTED_BELOW = 2.4, -1.0
_NO_REPEATS = 5  # word pieces
_MOST_PROMPT = 200  # of the 224 the model can be told beforehand
_PACE = 150  # of its steps in time, 3 seconds, for each sentence it is told
_BEAM = 5


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read out of a stretch: its parts, up to where in seconds, and how sure the model was.

    ``logprob`` is the mean over the word pieces; ``no_speech`` is how probable it is that nobody speaks at all.
    """

    parts: tuple[Part, ...]
    reached: float
    logprob: float
    no_speech: float

    @property
    def text(self) -> str:
        """Return all of it."""
        return " ".join(part.text for part in self.parts)

    @property
    def loops(self) -> bool:
        """Return whether the text repeats itself."""
        return packing(self.text) > LOOPS_FROM


def packing(text: str) -> float:
    """Return how many times shorter ``text`` is once packed (zlib)."""
    letters = text.encode("utf-8")
    return len(letters) / len(zlib.compress(letters)) if letters else 0.0


class Whisper:
    """A Whisper model; may be asked from many threads."""

    def __init__(self, files: Files, *, threads: int = 0) -> None:
        """Load the model in ``files``; ``threads`` is how many it computes with, by default as many as it likes.

        Raises:
            MissingDependency: CTranslate2 is not installed.
            CorruptArtifact: the files are no Whisper model.
        """
        try:
            from ctranslate2.models import Whisper as Model
        except ImportError as error:
            raise MissingDependency("Speech needs CTranslate2; run: pip install 'epicrisis[speech]'") from error
        given = {name: files[name] for name in (MODEL, CONFIG, *VOCABULARIES) if name in files}
        try:
            # No device but the processor: where there is another, its numbers would be others.
            self._model = Model("whisper", device="cpu", compute_type="int8", intra_threads=threads, files=given)
            self._tokenizer = Tokenizer.from_str(files[TOKENIZER].decode("utf-8"))
            self._bands = int(json.loads(files.get(FEATURES, b"{}")).get("feature_size", self._model.n_mels))
            self._numbers = {name: self._number(name) for name in ("startoftranscript", "startofprev", "transcribe")}
            self._end, self._times = self._number("endoftext"), self._number("notimestamps") + 1
        # Tokenizers raises a bare Exception, and CTranslate2 a RuntimeError.
        except Exception as error:
            raise CorruptArtifact(
                f"The files are no Whisper model that CTranslate2 can load ({type(error).__name__}); see that the "
                "folder is one that ct2-transformers-converter wrote."
            ) from error

    @property
    def multilingual(self) -> bool:
        """Return whether it knows more than English."""
        return bool(self._model.is_multilingual)

    def heard(self, samples: Samples) -> Heard:
        """Return what the encoder makes of at most 30 seconds of ``samples``; it is what the other methods take."""
        from ctranslate2 import StorageView

        return self._model.encode(StorageView.from_array(log_mel(samples, self._bands)[None]))

    def languages(self, heard: Heard) -> Mapping[str, float]:
        """Return how probable each language is."""
        [found] = self._model.detect_language(heard)
        return {token.strip("<|>"): float(probability) for token, probability in found}

    def read(self, heard: Heard, *, language: str, lasts: float, told: Sequence[str] = ()) -> Reading:
        """Return what is said in ``heard``, which lasts ``lasts`` seconds, as if ``told`` had been said before."""
        reading = self._read(heard, language, lasts, told, 0)
        if not (reading.loops or reading.logprob < DOUBTED_BELOW):
            return reading
        again = self._read(heard, language, lasts, (), _NO_REPEATS)
        return min(reading, again, key=lambda each: (each.loops, -each.logprob))

    def _read(self, heard: Heard, language: str, lasts: float, told: Sequence[str], no_repeats: int) -> Reading:
        [result] = self._model.generate(
            heard,
            [self._prompt(language, told)],
            beam_size=_BEAM,
            no_repeat_ngram_size=no_repeats,
            return_scores=True,
            return_no_speech_prob=True,
        )
        tokens = [int(token) for token in result.sequences_ids[0] if token != self._end]
        parts, reached = parted(tokens, self._times, lasts, self._text)
        # The score is a mean over the pieces; the end of the text is one more (openai/whisper, decoding.py).
        logprob = float(result.scores[0]) * len(tokens) / (len(tokens) + 1)
        return Reading(parts, reached, logprob, float(result.no_speech_prob))

    def _prompt(self, language: str, told: Sequence[str]) -> list[int]:
        begins = [self._numbers["startoftranscript"]]
        if self.multilingual:
            begins += [self._number(language), self._numbers["transcribe"]]
        if not told:
            return begins
        # Told without times, it writes none either, and half a minute is one part.
        before: list[int] = []
        for at, sentence in enumerate(told):
            pieces = self._tokenizer.encode(f" {sentence}", add_special_tokens=False).ids
            before += [self._times + at * _PACE, *pieces, self._times + (at + 1) * _PACE]
        return [self._numbers["startofprev"], *before[-_MOST_PROMPT:], *begins]

    def _text(self, tokens: Sequence[int]) -> str:
        return str(self._tokenizer.decode(list(tokens))).strip()

    def _number(self, name: str) -> int:
        number = self._tokenizer.token_to_id(f"<|{name}|>")
        if number is None:
            raise KeyError(name)
        return int(number)
