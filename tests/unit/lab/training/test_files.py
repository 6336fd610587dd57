"""A file is there whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from epicrisis_lab.training.files import written


def test_a_file_has_its_name_only_once_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "model.pt"

    with written(path) as part:
        part.write_bytes(b"half")
        assert not path.exists()
        part.write_bytes(b"whole")

    assert path.read_bytes() == b"whole"
    assert list(tmp_path.iterdir()) == [path]


def test_a_stop_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "model.pt"
    path.write_bytes(b"the one before")

    def stopped() -> None:
        with written(path) as part:
            part.write_bytes(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()

    assert path.read_bytes() == b"the one before"
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_killed_run_left_beside_is_written_over(tmp_path: Path) -> None:
    path = tmp_path / "model.pt"
    (tmp_path / "model.pt.part").write_bytes(b"half of a longer one")

    with written(path) as part:
        part.write_bytes(b"whole")

    assert path.read_bytes() == b"whole"
    assert list(tmp_path.iterdir()) == [path]
