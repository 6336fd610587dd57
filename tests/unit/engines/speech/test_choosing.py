from __future__ import annotations

from pathlib import Path

import pytest

from epicrisis.engines.registry import speech_engine
from epicrisis.engines.speech.choosing import engine_of
from epicrisis.engines.speech.weights import packaged
from epicrisis.engines.speech.whisper import WhisperEngine, build
from epicrisis.errors import MissingArtifact, MissingDependency


@pytest.fixture
def usual() -> WhisperEngine:
    try:
        engine = speech_engine("whisper")
    except MissingDependency as missing:
        pytest.skip(str(missing))
    assert isinstance(engine, WhisperEngine)
    return engine


def test_without_a_folder_it_is_the_engine_that_is_installed(usual: WhisperEngine) -> None:
    assert engine_of(None) is usual


def test_a_folder_is_loaded_once(usual: WhisperEngine, tmp_path: Path) -> None:
    for name, content in packaged(build.card.sha256).items():
        (tmp_path / name).write_bytes(content)

    first, second = engine_of(tmp_path), engine_of(tmp_path)

    assert first is second
    assert first is not usual


def test_a_folder_without_a_model_is_refused_and_not_remembered(tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(MissingArtifact, match="EPICRISIS_SPEECH_MODEL"):
            engine_of(tmp_path / "nowhere")
