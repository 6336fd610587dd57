from __future__ import annotations

import csv
from pathlib import Path

import pytest

from epicrisis_lab.knowledge.disagreeing import COLUMNS, by_specialty, disagreements, readings, write

EYE = """condition,finding,chance,a,b,sources
iritis,red-eye,0.9,0.9,0.9,a b
iritis,photophobia,0.5,0.9,0.1,a b
iritis,fever,0.02,0.02,,a
iritis,cough,0.05,0.001,0.5,a b
"""
ENT = """condition,finding,chance,a,b,sources
croup,stridor,0.75,0.75,0.5,a b
croup,fever,0.3,,,closure
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "chances").mkdir()
    (tmp_path / "chances" / "eye.csv").write_text(EYE, encoding="utf-8")
    (tmp_path / "chances" / "ent.csv").write_text(ENT, encoding="utf-8")
    return tmp_path


def test_only_what_both_readings_name_can_differ(folder: Path) -> None:
    assert [(each.specialty, each.finding) for each in readings(folder)] == [
        ("ent", "stridor"),
        ("eye", "red-eye"),
        ("eye", "photophobia"),
        ("eye", "cough"),
    ]


def test_the_difference_is_in_log_odds_within_what_a_reading_was_held_to(folder: Path) -> None:
    apart = {each.finding: round(each.difference, 3) for each in readings(folder)}

    # ln 3; 2 ln 9; and 0.001 counts as 0.003: ln(0.997 / 0.003).
    assert apart == {"stridor": 1.099, "red-eye": 0.0, "photophobia": 4.394, "cough": 5.806}


def test_the_worst_come_first_and_what_is_near_is_left_out(folder: Path) -> None:
    both = list(readings(folder))

    assert [each.finding for each in disagreements(both, 1.0)] == ["cough", "photophobia", "stridor"]
    assert [each.finding for each in disagreements(both, 1.1)] == ["cough", "photophobia"]


def test_they_are_counted_by_specialty(folder: Path) -> None:
    both = list(readings(folder))

    assert by_specialty(both, disagreements(both, 2.0)) == [("ent", 1, 0), ("eye", 3, 2)]


def test_they_are_written_with_both_readings_and_what_was_made_of_them(folder: Path) -> None:
    out = folder / "out.csv"

    write(disagreements(readings(folder), 4.4), out)

    with out.open(encoding="utf-8", newline="") as lines:
        [head, row] = csv.reader(lines)
    assert tuple(head) == COLUMNS
    assert row == ["iritis", "cough", "eye", "0.001", "0.5", "0.05", "5.81"]
