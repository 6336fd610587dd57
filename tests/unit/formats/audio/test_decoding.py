from __future__ import annotations

import struct
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from epicrisis.errors import UnreadableDocument
from epicrisis.formats.audio.decoding import decode, packed
from epicrisis.formats.audio.limits import RATE, AudioLimits
from tests.webm import webm

codecpod = pytest.importorskip("codecpod", reason="the decoder comes with epicrisis[speech]")

CODECS = {
    "wav": codecpod.Wav(),
    "mp3": codecpod.Mp3(),
    "m4a": codecpod.Aac(),
    "m4a, lossless": codecpod.Alac(),
    "ogg, opus": codecpod.Opus(),
    "ogg, vorbis": codecpod.Vorbis(),
    "flac": codecpod.Flac(),
}
Sound = NDArray[np.float32]


def tone(seconds: float = 1.0, *, rate: int = RATE, pitch: float = 440.0) -> Sound:
    return (0.5 * np.sin(2 * np.pi * pitch * np.arange(int(seconds * rate)) / rate)).astype(np.float32)


def encoded(sound: Sound, codec: Any = None, *, rate: int = RATE) -> bytes:
    content: bytes = codecpod.save_bytes(sound, rate, codec or codecpod.Wav())
    return content


def pitch_of(samples: Sound) -> float:
    return float(np.abs(np.fft.rfft(samples)).argmax() * RATE / len(samples))


@pytest.mark.parametrize("kind", CODECS)
def test_every_kind_of_recording_becomes_samples_at_sixteen_thousand_a_second(kind: str) -> None:
    samples = decode(encoded(tone(), CODECS[kind]))

    assert samples.dtype == np.float32
    assert len(samples) == pytest.approx(RATE, rel=0.05)
    assert pitch_of(samples) == pytest.approx(440, abs=5)
    assert float(np.abs(samples).max()) == pytest.approx(0.5, abs=0.1)


def test_a_recording_in_webm_is_read_as_browsers_write_it() -> None:
    samples = decode(webm(encoded(tone(), codecpod.Opus())))

    assert len(samples) == pytest.approx(RATE, rel=0.05)
    assert pitch_of(samples) == pytest.approx(440, abs=5)


@pytest.mark.parametrize("rate", [8_000, 44_100, 48_000])
def test_another_rate_keeps_the_pitch(rate: int) -> None:
    samples = decode(encoded(tone(rate=rate), rate=rate))

    assert pitch_of(samples) == pytest.approx(440, abs=5)


def test_two_channels_become_one_that_is_not_louder_than_full() -> None:
    both = np.stack([2 * tone(), 2 * tone()])

    samples = decode(encoded(both))

    assert samples.ndim == 1
    assert float(np.abs(samples).max()) <= 1.0
    assert pitch_of(samples) == pytest.approx(440, abs=5)


def test_silence_is_read_as_silence() -> None:
    samples = decode(encoded(np.zeros(RATE, np.float32)))

    assert len(samples) == RATE
    assert not samples.any()


def test_what_is_no_number_becomes_silence() -> None:
    sound = np.array([0.5, np.nan, np.inf, -np.inf], np.float32)

    assert struct.unpack("<4h", packed(sound)) == (16_384, 0, 0, 0)


def test_a_header_without_sound_is_refused_with_the_next_step() -> None:
    with pytest.raises(UnreadableDocument, match="microphone"):
        decode(encoded(tone())[:78])


@pytest.mark.parametrize("kind", ["wav", "flac", "m4a"])
def test_a_recording_cut_short_or_damaged_is_refused_without_its_content(kind: str) -> None:
    content = encoded(tone(), CODECS[kind])

    with pytest.raises(UnreadableDocument, match="cut short or damaged") as refused:
        decode(content[: len(content) // 2])

    assert str(content[:4]) not in str(refused.value)


def test_a_file_over_the_limit_is_refused_before_any_process_is_started() -> None:
    with pytest.raises(UnreadableDocument, match="up to 100 are read"):
        decode(encoded(tone()), limits=AudioLimits(file_bytes=100))


@pytest.mark.parametrize("kind", ["wav", "mp3", "ogg, opus"])
def test_a_recording_over_the_length_is_refused_with_the_setting(kind: str) -> None:
    with pytest.raises(UnreadableDocument, match="EPICRISIS_MAX_AUDIO_SECONDS"):
        decode(encoded(tone(4.0), CODECS[kind]), limits=AudioLimits(seconds=2.0))


def test_a_recording_that_unpacks_to_days_is_cut_off_at_the_limit() -> None:
    hour = encoded(np.zeros(3_600 * RATE, np.float32), codecpod.Flac())

    with pytest.raises(UnreadableDocument, match="up to 60 are read"):
        decode(hour, limits=AudioLimits(seconds=60.0))


def test_nothing_can_be_opened_while_a_recording_is_decoded() -> None:
    pytest.importorskip("resource", reason="this system has no such limits")
    script = """
import socket
from epicrisis.formats.audio.child import _open_nothing_more
_open_nothing_more()
for opening in (lambda: open("/dev/null"), socket.socket):
    try:
        opening()
    except OSError:
        continue
    raise SystemExit("something was opened")
"""

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 0, done.stderr
