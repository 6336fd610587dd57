"""What turns the scores of a case into probabilities, chosen on cases whose condition is known."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from epicrisis.engines.differential.knowledge.base import Floats
from epicrisis.errors import InvalidWordList

_NEARLY = 1e-9


@dataclass(frozen=True, slots=True)
class Calibration:
    """How much findings, priors and severity count; ``known`` is the confidence of what a patient is said to have.

    ``wording_weight`` is how much the words of a note count beside the findings that were understood in them. The
    log-odds of a condition by itself become those of its confidence by ``slope`` and ``shift``; in a note, which may be
    misread, those above 0 by ``sure_in_notes`` as well.
    """

    finding_weight: float = 1.0
    prior_weight: float = 1.0
    prior_shift: float = 0.0
    severity_weight: float = 0.0
    slope: float = 1.0
    shift: float = 0.0
    known: float = 0.7
    wording_weight: float = 0.0
    sure_in_notes: float = 1.0

    def confidence(self, likely: Floats, *, in_note: bool = False) -> Floats:
        """Return the confidence in each condition, given how ``likely`` each is by itself."""
        bounded = np.clip(likely, _NEARLY, 1 - _NEARLY)
        odds = self.slope * (np.log(bounded) - np.log1p(-bounded)) + self.shift
        if in_note:
            odds = np.where(odds > 0, self.sure_in_notes * odds, odds)
        return np.where(likely > 0, 1 / (1 + np.exp(-odds)), 0.0)


def calibration_of(file: str, content: str) -> Calibration:
    """Return the calibration that ``content`` tells.

    Raises:
        InvalidWordList: it is no TOML of numbers that we know.
    """
    try:
        table: Mapping[str, object] = tomllib.loads(content)
        return Calibration(**{name: float(str(value)) for name, value in table.items() if name != "source"})
    except (tomllib.TOMLDecodeError, TypeError, ValueError) as error:
        raise InvalidWordList(f"{file}: {error}") from error
