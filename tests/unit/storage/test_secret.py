from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from epicrisis.errors import InvalidSettings, StorageError
from epicrisis.storage.secret import FILE, InstallationSecret

LONG = "a secret of thirty-two characters"


def test_the_setting_comes_first_and_makes_no_file(tmp_path: Path) -> None:
    secret = InstallationSecret(LONG, tmp_path)

    assert secret.known() == secret.ensured() == LONG.encode()
    assert list(tmp_path.iterdir()) == []


def test_a_short_setting_is_refused_and_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings, match="fewer than 32 characters") as refused:
        InstallationSecret("swordfish", tmp_path)

    assert "swordfish" not in str(refused.value)


def test_a_file_is_made_on_first_need_for_its_owner_alone(tmp_path: Path) -> None:
    secret = InstallationSecret("", tmp_path / "data")
    assert secret.known() is None
    assert list(tmp_path.iterdir()) == []

    made = secret.ensured()

    [file] = (tmp_path / "data").iterdir()
    assert (file.name, stat.S_IMODE(file.stat().st_mode)) == (FILE, 0o600)
    assert file.read_bytes() == made
    assert len(made) >= 43


def test_the_file_is_the_secret_from_then_on(tmp_path: Path) -> None:
    made = InstallationSecret("", tmp_path).ensured()

    assert InstallationSecret("", tmp_path).known() == made
    assert InstallationSecret("", tmp_path).ensured() == made


def test_of_many_that_make_one_at_once_one_wins_and_all_know_it(tmp_path: Path) -> None:
    secrets = [InstallationSecret("", tmp_path) for _ in range(8)]
    start = threading.Barrier(len(secrets))
    made: list[bytes] = []

    def make(secret: InstallationSecret) -> None:
        start.wait()
        made.append(secret.ensured())

    threads = [threading.Thread(target=make, args=(secret,)) for secret in secrets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert made == [(tmp_path / FILE).read_bytes()] * len(secrets)
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_a_folder_that_cannot_be_made_is_told_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StorageError, match="EPICRISIS_DATA"):
        InstallationSecret("", tmp_path / "file" / "data").ensured()
