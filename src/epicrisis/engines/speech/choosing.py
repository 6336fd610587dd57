"""Which speech engine listens: the one that is installed, or Whisper from a folder of one's own."""

from __future__ import annotations

from pathlib import Path
from threading import Lock

from epicrisis.engines.media_contracts import SpeechEngine
from epicrisis.engines.registry import Group, installed, speech_engine
from epicrisis.engines.speech.whisper import load

USUAL = "whisper"

_own: dict[Path, SpeechEngine] = {}
_loading = Lock()


def engine_of(model: Path | None) -> SpeechEngine | None:
    """Return Whisper with the weights in the folder ``model``, loaded once; without one, the engine that is installed.

    ``None`` says that no installed package offers any.

    Raises:
        MissingDependency: a package of the extra `speech` is not installed.
        ArtifactError: the folder holds no model, or a file is not what its card says.
    """
    if model is None:
        names = installed(Group.SPEECH)
        return speech_engine(USUAL if USUAL in names else names[0]) if names else None
    # Two requests that come first never load the same weights twice.
    with _loading:
        if model not in _own:
            _own[model] = load(model)
        return _own[model]
