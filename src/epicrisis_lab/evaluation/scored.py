"""What scoring one task gives: counts, wrong cases, confusions and reliability."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from epicrisis_lab.evaluation.calibration import Bin
from epicrisis_lab.evaluation.mistakes import Mistake
from epicrisis_lab.evaluation.tally import Tally


@dataclass(frozen=True, slots=True)
class Scored:
    """The result of one engine on one task; ``rows`` is how many rows of the files were scored."""

    rows: int
    tally: Tally
    mistakes: tuple[Mistake, ...]
    confusions: Mapping[str, Mapping[str, Mapping[str, int]]] = field(default_factory=dict)
    reliability: Mapping[str, tuple[Bin, ...]] = field(default_factory=dict)
