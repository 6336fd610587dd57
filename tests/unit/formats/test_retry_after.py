from __future__ import annotations

import time
from email.utils import formatdate

import pytest

from epicrisis.formats.retry_after import seconds_of


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("", 0), ("0", 0), ("3", 3), ("120", 120), ("9" * 400, 999_999), ("٣", 0), ("²", 0), ("-3", 0), ("soon", 0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
    ],
)  # fmt: skip
def test_reads_seconds_and_dates_and_nothing_else(told: str, seconds: float) -> None:
    assert seconds_of(told) == seconds


def test_a_date_ahead_is_as_far_away_as_it_is() -> None:
    assert 58 <= seconds_of(formatdate(time.time() + 60, usegmt=True)) <= 61
