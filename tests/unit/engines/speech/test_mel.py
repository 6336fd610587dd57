from __future__ import annotations

import numpy as np
import pytest

from epicrisis.engines.media_contracts import SAMPLE_RATE, Samples
from epicrisis.engines.speech.mel import log_mel


def tone(pitch: float, seconds: float = 1.0) -> Samples:
    return np.sin(2 * np.pi * pitch * np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE).astype(np.float32)


@pytest.mark.parametrize("bands", [80, 128])
def test_half_a_minute_has_three_thousand_moments_however_long_the_sound(bands: int) -> None:
    for seconds in (0.01, 1.0, 31.0):
        assert log_mel(tone(440, seconds), bands).shape == (bands, 3_000)


# On Slaney's scale a band of 80 is 0.559 wide, 1,000 Hz are at 15 and 8,000 Hz at 45.2.
@pytest.mark.parametrize(("pitch", "band"), [(440, 11), (1_000, 26), (4_000, 62)])
def test_a_tone_is_loudest_in_the_band_of_its_pitch(pitch: float, band: int) -> None:
    features = log_mel(tone(pitch), 80)

    assert abs(int(features[:, 50].argmax()) - band) <= 1


def test_twice_as_loud_sounds_the_same_within_what_is_heard() -> None:
    loud, quiet = log_mel(tone(440), 80), log_mel(tone(440) / 2, 80)

    assert (loud - quiet)[11, 50] == pytest.approx(2 * np.log10(2) / 4, abs=1e-3)


def test_nothing_is_heard_that_is_eighty_decibels_below_the_loudest() -> None:
    features = log_mel(tone(440), 80)

    assert float(features.max() - features.min()) <= 2.0 + 1e-5


def test_silence_has_features_that_are_numbers() -> None:
    features = log_mel(np.zeros(SAMPLE_RATE, np.float32), 80)

    assert np.isfinite(features).all()
    assert float(features.max()) == float(features.min())
