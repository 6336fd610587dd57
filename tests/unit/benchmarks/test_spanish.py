"""The Spanish benchmark: which readers are timed, and what its page says of them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from benchmarks.read_notes import System, Worker
from benchmarks.spanish_ner.run import FIVE, TEN, THEIRS, Read, called, figures, page, readers

from epicrisis.engines.shipped import shipped

NOTE = {"text": "Sin fiebre. Con tos.", "sentences": ["Sin fiebre.", "Con tos."]}


def read(**seconds: float) -> Read:
    """Return one round in which each reader takes so many seconds a note, ten models a fifth more, taggers 0.4."""
    taken = {THEIRS: 0.4}
    for name, each in seconds.items():
        taken |= {called(name, FIVE): each, called(name, TEN): each * 1.2}
    rounds = {name: [[each, each]] for name, each in taken.items()}
    return Read(tuple(seconds), rounds, {name: [[each / 2 for each in own[0]]] for name, own in rounds.items()})


def test_the_page_says_what_each_takes_and_whether_what_was_asked_for_was_reached() -> None:
    told = "\n".join(page(NOTE, read(spanish=0.1), 1, "did nothing else"))

    assert "| spanish, five types | 100.0 | 20.0 | 4.0 × | 4.0 × |" in told
    assert "| BiLSTM-CRF, one per type | 400.0 | 5.0 | | |" in told
    assert "five types in at most 80 ms, not kept on this machine" in told
    assert "at least 40 notes a second, not kept on this machine" in told
    assert "ten models at most 1.3 times as dear as five, kept\n(1.20 times)." in told


def test_another_reader_is_set_beside_the_one_that_ships() -> None:
    told = "\n".join(page(NOTE, read(spanish=0.1, student=0.025), 1, "did nothing else"))

    assert "Asked for, student: five types in at most 80 ms, kept;\nat least 40 notes a second, kept;" in told
    assert "The one that ships takes 4.00 times as long over one note and\n4.00 times over many." in told


def test_the_figures_name_the_reader_they_are_of() -> None:
    found = figures(read(spanish=0.1, student=0.05))

    assert found["student, five types: ms a note"] == pytest.approx(50)
    assert found["student: one note, so many times faster than the taggers"] == pytest.approx(8)


def test_a_folder_without_a_reader_and_a_name_given_twice_are_refused(tmp_path: Path) -> None:
    twin = tmp_path / "spanish"
    twin.mkdir()
    (twin / "card.json").write_text("{}", encoding="utf-8")

    with pytest.raises(SystemExit, match=r"holds no card\.json"):
        readers([tmp_path])
    with pytest.raises(SystemExit, match="Two readers are called spanish"):
        readers([twin])


def test_a_reader_is_read_from_the_folder_named() -> None:
    worker = Worker(System("one", "spanish.py", arguments=("--model", str(shipped("spanish")), *FIVE)), sys.executable)

    seconds = worker.seconds([NOTE], batched=False)
    worker.stop()

    assert len(seconds) == 1
    assert seconds[0] > 0
