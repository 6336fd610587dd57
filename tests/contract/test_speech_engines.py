"""What every speech engine keeps, whoever wrote it; the engines are those that are installed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from epicrisis.domain.transcripts import Transcript
from epicrisis.engines.media_contracts import SAMPLE_RATE, Samples, SpeechEngine
from epicrisis.engines.registry import Group, installed, speech_engine
from epicrisis.errors import MissingDependency, UnknownLanguage
from epicrisis.formats.audio.decoding import decode
from tests.contract.samples import engines

# Two sentences of an invented note each, dictated by voices that belong to nobody (tests/data/speech/README.md).
DICTATED = Path(__file__).parent.parent / "data" / "speech"
DENIES = {"en": "denies", "es": "niega"}


@dataclass(frozen=True, slots=True)
class Asked:
    """An engine in one of its languages, and what was dictated in it."""

    engine: SpeechEngine
    language: str
    samples: Samples


@pytest.fixture(scope="module", params=[*engines(Group.SPEECH)])
def asked(request: pytest.FixtureRequest) -> Asked:
    name, language = request.param
    try:
        engine = speech_engine(name)
        samples = decode((DICTATED / f"{language}.ogg").read_bytes())
    except MissingDependency as missing:
        pytest.skip(str(missing))
    return Asked(engine, language, samples)


@pytest.fixture(scope="module")
def written(asked: Asked) -> Transcript:
    return asked.engine.transcribe(asked.samples)


def test_there_are_engines_to_hold_to_this() -> None:
    assert "whisper" in installed(Group.SPEECH)


def test_hears_the_language_and_the_word_that_denies(asked: Asked, written: Transcript) -> None:
    assert written.language == asked.language
    assert DENIES[asked.language] in written.text.lower().split()


def test_writes_the_same_where_it_is_told_the_language_of_a_country(asked: Asked, written: Transcript) -> None:
    told = asked.engine.transcribe(asked.samples, language=f"{asked.language}-US")

    assert told == written


def test_segments_hold_all_of_the_text_in_order_and_in_time(asked: Asked, written: Transcript) -> None:
    words = [written.text[each.span.start : each.span.end] for each in written.segments]

    assert " ".join(words) == written.text
    assert all(0.0 <= each.start <= each.end <= written.seconds for each in written.segments)
    assert all(before.end <= after.start for before, after in pairwise(written.segments))
    assert all(0.0 < each.confidence <= 1.0 for each in written.segments)


def test_says_how_long_it_was_how_much_was_speech_and_who_wrote_it(asked: Asked, written: Transcript) -> None:
    assert written.seconds == pytest.approx(len(asked.samples) / SAMPLE_RATE, abs=0.01)
    assert 0.0 < written.speech_seconds <= written.seconds
    assert (written.engine, written.version) == (asked.engine.card.name, asked.engine.card.version)


@pytest.mark.parametrize("level", [0.0, 0.05], ids=["silence", "noise"])
def test_writes_nothing_where_nobody_speaks(asked: Asked, level: float) -> None:
    noise = np.random.default_rng(3).normal(0, level, 12 * SAMPLE_RATE).astype(np.float32)

    empty = asked.engine.transcribe(noise)

    assert empty.text == ""
    assert empty.segments == ()
    assert empty.seconds == 12.0


def test_what_is_said_after_a_long_pause_is_written_at_its_time(asked: Asked) -> None:
    pause = np.zeros(40 * SAMPLE_RATE, np.float32)

    both = asked.engine.transcribe(np.concatenate([asked.samples, pause, asked.samples]), language=asked.language)

    assert both.text.lower().split().count(DENIES[asked.language]) == 2
    assert both.segments[-1].start > 40.0


def test_progress_rises_to_the_end(asked: Asked) -> None:
    heard: list[float] = []

    asked.engine.transcribe(asked.samples, language=asked.language, progress=heard.append)

    assert heard == sorted(heard)
    assert heard[-1] == len(asked.samples) / SAMPLE_RATE


def test_what_progress_raises_ends_the_work(asked: Asked) -> None:
    class GivenUp(Exception):
        pass

    def leave(_: float) -> None:
        raise GivenUp

    with pytest.raises(GivenUp):
        asked.engine.transcribe(asked.samples, language=asked.language, progress=leave)


def test_two_at_once_are_written_as_each_alone(asked: Asked, written: Transcript) -> None:
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda _: asked.engine.transcribe(asked.samples), range(2)))

    assert both == [written, written]


def test_a_language_that_is_not_on_the_card_is_refused_before_anything_is_heard(asked: Asked) -> None:
    def hears(_: float) -> None:
        raise AssertionError("somebody listened")

    with pytest.raises(UnknownLanguage, match="xx"):
        asked.engine.transcribe(asked.samples, language="xx", progress=hears)


def test_the_card_says_what_words_written_wrong_do_to_a_note(asked: Asked) -> None:
    card = asked.engine.card

    assert card.languages
    assert card.licence
    assert any("negation" in limit for limit in card.limits)
