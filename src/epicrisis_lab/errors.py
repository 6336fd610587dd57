"""Everything the lab can refuse, on one page.

LabError
├── UnreadableFile       a corpus file that is missing or cannot be opened
├── UnknownCorpus        no corpus of that name in the catalogue
├── NotTrainable         a corpus whose terms keep it out of shipped weights
├── NothingToScore       the files hold nothing the task can be scored on
├── MissingCapability    the engine cannot do what the task asks
├── MissingData          corpora or base weights that are not on this machine
├── LostAccuracy         eight-bit weights that answer worse than the trained model
├── StoppedRun           a stage of a training run that stopped before its end
└── MissingLibrary       an optional library is not installed

They stand apart from ``EpicrisisError``: whoever serves epicrisis never meets them.
Messages offer the next step and speak of files, lines, ids and offsets, never of the text.
"""

from __future__ import annotations


class LabError(Exception):
    """The lab cannot do this."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())


class UnreadableFile(LabError):
    """A corpus file is missing or cannot be opened."""


class UnknownCorpus(LabError):
    """No corpus of that name stands in the catalogue; `epicrisis-lab data list` shows them all."""


class NotTrainable(LabError):
    """The terms of this corpus keep it out of shipped weights; use it for evaluation only."""


class NothingToScore(LabError):
    """The files hold nothing this task can be scored on."""


class MissingCapability(LabError):
    """The engine cannot do what this task asks."""


class MissingLibrary(LabError):
    """An optional library is not installed."""


class MissingData(LabError):
    """Corpora or base weights are not on this machine; set EPICRISIS_CORPORA to the folder of the corpora."""


class StoppedRun(LabError):
    """A stage of a training run stopped before its end; run it again, and it goes on from what it left."""


class LostAccuracy(LabError):
    """Eight-bit weights answer too much worse than the trained model to ship."""
