"""How much each feature of a sentence speaks for telling it: ``weights.toml``, learnt by the lab."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

import numpy as np

from epicrisis.engines.summary.notes.features import Floats, names
from epicrisis.errors import InvalidWordList

FILE = "weights.toml"
# A sentence scores this where it is as good as the middle of its note.
_MIDDLE = 0.0


def scores(features: Floats) -> Floats:
    """Return how much better than the others of its note each sentence is, in standard deviations."""
    told: Floats = features @ weights()
    spread = float(told.std()) if len(told) else 0.0
    return (told - told.mean()) / spread if spread > 0 else np.full(len(told), _MIDDLE)


@cache
def weights() -> Floats:
    """Return the weight of each feature, in the order of ``names``.

    Raises:
        InvalidWordList: the file names another set of features.
    """
    table = tomllib.loads((files("epicrisis.engines.summary.notes") / FILE).read_text(encoding="utf-8"))
    found = table["weights"]
    if set(found) != set(names()):
        raise InvalidWordList(
            f"{FILE}: its features are not those of features.py; run `epicrisis-lab train summaries`."
        )
    return np.array([float(found[name]) for name in names()])
