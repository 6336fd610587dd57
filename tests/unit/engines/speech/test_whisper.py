from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from epicrisis.engines.media_contracts import SAMPLE_RATE, Samples
from epicrisis.engines.speech.weights import PACKAGES, packaged
from epicrisis.engines.speech.whisper import UNDETERMINED, WhisperEngine, build, load
from epicrisis.errors import MissingArtifact, MissingDependency
from epicrisis.formats.audio.decoding import decode

DICTATED = Path(__file__).parents[3] / "data" / "speech"


@pytest.fixture(scope="module")
def engine() -> WhisperEngine:
    try:
        return build()
    except MissingDependency as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def dictated(engine: WhisperEngine) -> Samples:
    return decode((DICTATED / "en.ogg").read_bytes())


def test_the_card_is_told_without_the_weights() -> None:
    # Half a second of hashing at each start of a server that transcribes nothing is half a second too long.
    script = """
import sys
sys.modules["ctranslate2"] = sys.modules["codecpod"] = None
from epicrisis.engines.registry import Group, card
print(card(Group.SPEECH, "whisper").version)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)

    assert done.stdout.strip() == build.card.version, done.stderr


def test_without_the_extra_the_message_names_the_command_that_installs_it() -> None:
    script = """
import sys
sys.modules["ctranslate2"] = None
from epicrisis.engines.speech.whisper import build
from epicrisis.errors import MissingDependency
try:
    build()
except MissingDependency as missing:
    print(missing)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False)

    assert "pip install 'epicrisis[speech]'" in done.stdout, done.stderr


def test_no_client_of_the_internet_is_loaded_with_it(engine: WhisperEngine) -> None:
    script = """
import sys
sys.modules["huggingface_hub"] = sys.modules["faster_whisper"] = sys.modules["requests"] = None
from epicrisis.engines.speech.whisper import build
build()
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False)

    assert done.returncode == 0, done.stderr


def test_a_recording_in_which_nobody_speaks_has_no_words_and_no_language(engine: WhisperEngine) -> None:
    written = engine.transcribe(np.zeros(SAMPLE_RATE, np.float32))

    assert (written.text, written.language, written.speech_seconds) == ("", UNDETERMINED, 0.0)


def test_noise_between_two_dictations_is_written_as_nothing(engine: WhisperEngine, dictated: Samples) -> None:
    noise = np.random.default_rng(5).normal(0, 0.02, 20 * SAMPLE_RATE).astype(np.float32)

    written = engine.transcribe(np.concatenate([dictated, noise, dictated]), language="en")

    assert written.text.count("denies chest pain") == 2
    assert len(written.segments) == 4
    assert not any(6.0 < each.start < 23.0 for each in written.segments)


def test_a_folder_of_ones_own_gets_a_card_of_its_own(engine: WhisperEngine, dictated: Samples, tmp_path: Path) -> None:
    folder = tmp_path / "my-whisper"
    folder.mkdir()
    for name, content in packaged(engine.card.sha256).items():
        (folder / name).write_bytes(content)

    own = load(folder)

    assert own.card.version == "my-whisper"
    assert own.card.scores == {}
    assert own.card.sha256["model.bin"] == engine.card.sha256["model.bin"]
    assert own.transcribe(dictated).text == engine.transcribe(dictated).text


def test_a_folder_that_is_not_there_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(MissingArtifact, match="EPICRISIS_SPEECH_MODEL"):
        load(tmp_path / "nowhere")


def test_the_weights_are_those_the_extra_pins() -> None:
    lines = (Path(__file__).parents[4] / "pyproject.toml").read_text(encoding="utf-8")

    assert all(f'"{package.replace("_", "-")}==' in lines for package in PACKAGES)
