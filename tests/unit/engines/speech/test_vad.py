from __future__ import annotations

import numpy as np
import pytest

from epicrisis.engines.encoder.session import open_session
from epicrisis.engines.media_contracts import SAMPLE_RATE, Samples
from epicrisis.engines.shipped import shipped
from epicrisis.engines.speech.vad import STEP, Ear, Stretch, VoiceActivity, stretches

A_STEP = STEP / SAMPLE_RATE
NOISE = np.random.default_rng(7)


@pytest.fixture(scope="module")
def activity() -> VoiceActivity:
    return VoiceActivity(open_session(shipped("speech") / "silero_vad.onnx", threads=1))


def seconds(count: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.arange(int(count * SAMPLE_RATE)) / SAMPLE_RATE


@pytest.mark.parametrize(
    "sound",
    [
        np.zeros(8 * SAMPLE_RATE),
        NOISE.normal(0, 0.05, 8 * SAMPLE_RATE),
        0.3 * np.sin(2 * np.pi * 440 * seconds(8)),
        0.3 * np.sign(np.sin(2 * np.pi * 50 * seconds(8))),
    ],
    ids=["silence", "noise", "a tone", "mains hum"],
)
def test_nobody_is_heard_where_nobody_speaks(activity: VoiceActivity, sound: Samples) -> None:
    heard = activity.probabilities(sound.astype(np.float32))

    assert stretches(heard, Ear(), seconds=8.0) == []


def test_there_is_an_answer_for_each_step_and_one_for_what_is_left(activity: VoiceActivity) -> None:
    assert len(activity.probabilities(np.zeros(3 * STEP + 1, np.float32))) == 4
    assert len(activity.probabilities(np.zeros(0, np.float32))) == 0


def test_what_is_heard_does_not_depend_on_where_a_minute_ends(activity: VoiceActivity) -> None:
    # 90 seconds are heard in two parts; the network's memory goes from one to the next.
    sound = NOISE.normal(0, 0.2, 90 * SAMPLE_RATE).astype(np.float32) * (1 + np.sin(seconds(90) * 20)).astype(
        np.float32
    )

    whole = activity.probabilities(sound)
    from_the_middle = activity.probabilities(sound[59 * SAMPLE_RATE :])

    assert whole.shape == (2_813,)
    assert whole[-100:] == pytest.approx(from_the_middle[-100:], abs=0.05)


def test_whoever_waits_hears_of_every_minute_and_can_end_it(activity: VoiceActivity) -> None:
    ticks: list[int] = []

    activity.probabilities(np.zeros(150 * SAMPLE_RATE, np.float32), tick=lambda: ticks.append(1))

    assert len(ticks) == 3


def spoken(*runs: tuple[float, float]) -> list[Stretch]:
    """Return the stretches of a recording made of runs of (seconds, probability)."""
    answers = np.concatenate([np.full(round(lasts / A_STEP), probability) for lasts, probability in runs])
    return stretches(answers.astype(np.float32), Ear(margin=0.0), seconds=len(answers) * A_STEP)


def test_a_short_pause_belongs_to_what_is_said_around_it() -> None:
    assert len(spoken((2, 0.9), (0.3, 0.1), (2, 0.9), (1, 0.1))) == 1


def test_a_long_pause_parts_what_is_said() -> None:
    first, second = spoken((2, 0.9), (2, 0.1), (2, 0.9))

    assert first.seconds == pytest.approx(2, abs=0.1)
    assert second.start == pytest.approx(4, abs=0.1)


def test_speech_goes_on_while_it_is_not_clearly_over() -> None:
    assert len(spoken((2, 0.9), (2, 0.4), (2, 0.9))) == 1


def test_a_click_is_no_speech() -> None:
    assert spoken((2, 0.0), (0.06, 0.9), (2, 0.0)) == []


def test_margins_stay_inside_the_recording_and_do_not_overlap() -> None:
    answers = np.array([0.9] * 40 + [0.0] * 18 + [0.9] * 40, np.float32)

    [together] = stretches(answers, Ear(margin=0.3), seconds=98 * A_STEP)

    assert together == Stretch(0.0, 98 * A_STEP)
