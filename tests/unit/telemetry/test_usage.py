from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from epicrisis.telemetry.usage import SystemUsage


def test_says_how_busy_the_machine_is() -> None:
    usage = SystemUsage().read()

    assert 0 <= usage.cpu_percent <= 100
    assert 0 < usage.memory_percent <= 100
    assert 0 < usage.memory_bytes < psutil.virtual_memory().total
    assert 0 < usage.disk_percent <= 100
    assert 5 < usage.process_megabytes < usage.memory_bytes / 1024 / 1024


def test_two_readings_within_a_second_are_one(monkeypatch: pytest.MonkeyPatch) -> None:
    usage, now = SystemUsage(), 100.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    first = usage.read()

    soon = usage.read()
    now += 1.5
    later = usage.read()

    assert soon is first
    assert later is not first


def test_a_data_folder_that_is_not_there_yet_is_measured_where_it_will_be(tmp_path: Path) -> None:
    usage = SystemUsage(tmp_path / "not" / "made" / "yet")

    assert usage.folder == tmp_path
    assert usage.read().disk_percent > 0
