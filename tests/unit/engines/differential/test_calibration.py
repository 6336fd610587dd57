from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from epicrisis.engines.differential.calibration import Calibration, calibration_of
from epicrisis.engines.differential.engine import CALIBRATION
from epicrisis.engines.differential.knowledge.reading import tables
from epicrisis.errors import InvalidWordList

SHARES = np.array([0.0, 1e-12, 0.001, 0.2, 0.5, 0.9, 1.0])


def test_without_a_slope_a_probability_is_its_share() -> None:
    told = Calibration().confidence(SHARES)

    assert told == pytest.approx(SHARES, abs=1e-8)


@pytest.mark.parametrize("tuned", [Calibration(slope=0.4, shift=1.5), Calibration(slope=3.0, shift=-2.0)])
def test_a_larger_share_is_never_less_likely(tuned: Calibration) -> None:
    told = tuned.confidence(SHARES)

    assert all(np.diff(told) >= 0)
    assert told[0] == 0
    assert 0 < told[1] <= told[-1] <= 1


def test_slope_and_shift_work_on_the_log_odds() -> None:
    [told] = Calibration(slope=2.0, shift=0.5).confidence(np.array([0.2]))

    assert np.log(told / (1 - told)) == pytest.approx(2 * np.log(0.2 / 0.8) + 0.5)


def test_a_condition_that_cannot_be_stays_impossible() -> None:
    assert Calibration(shift=9.0).confidence(np.array([0.0]))[0] == 0


def test_reads_what_a_file_says_and_keeps_the_rest() -> None:
    told = calibration_of("c.toml", 'source = "chosen on cases"\nfinding_weight = 0.5\nknown = 1\n')

    assert told == Calibration(finding_weight=0.5, known=1.0)


@pytest.mark.parametrize("content", ["finding_weight = ", "weight = 1.0", 'slope = "steep"', "slope = [1]"])
def test_says_which_file_it_cannot_read(content: str) -> None:
    with pytest.raises(InvalidWordList, match=r"^c\.toml: "):
        calibration_of("c.toml", content)


def test_the_shipped_numbers_make_sense() -> None:
    told = calibration_of(CALIBRATION, (tables() / CALIBRATION).read_text(encoding="utf-8"))

    assert all(np.isfinite(getattr(told, each.name)) for each in fields(told))
    assert min(told.finding_weight, told.prior_weight, told.slope) > 0
    assert told.severity_weight >= 0
    assert 0.65 <= told.known < 1
