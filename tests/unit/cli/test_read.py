from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from tests.unit.cli.shell import run

RTF = rb"{\rtf1 Denies fever.\par Has asthma.}"


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "letter.rtf"
    path.write_bytes(RTF)
    return path


def test_the_text_of_a_file_is_printed(letter: Path) -> None:
    assert run("read", str(letter)).stdout.split("\n")[:2] == ["Denies fever.", "Has asthma."]


def test_json_tells_the_kind_and_the_pages(letter: Path) -> None:
    [told] = [json.loads(run("read", "--json", "--boxes", str(letter)).stdout)]

    assert (told["kind"], told["pages"], told["boxes"]) == ("rtf", [], [])


def test_every_document_of_an_archive_gets_a_file(letter: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "inbox.zip", "w") as archive:
        archive.write(letter, "one.rtf")
        archive.writestr("two.txt", "Has a cough.")

    run("read", "--out", str(tmp_path / "texts"), str(tmp_path / "inbox.zip"))

    written = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "texts").iterdir()}
    assert sorted(written) == ["inbox-one.rtf.txt", "inbox-two.txt.txt"]
    assert written["inbox-two.txt.txt"].strip() == "Has a cough."


def test_one_file_that_cannot_be_read_fails_alone(letter: Path, tmp_path: Path) -> None:
    (tmp_path / "cut.pdf").write_bytes(b"%PDF-1.7")

    told = run("read", str(letter), str(tmp_path / "cut.pdf"))

    assert told.exit_code == 1
    assert "Denies fever." in told.stdout
    assert "cut" in told.stderr


def test_what_could_not_be_read_of_a_file_is_told_on_stderr(letter: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "inbox.zip", "w") as archive:
        archive.write(letter, "one.rtf")
        archive.writestr("old.doc", b"\xd0\xcf\x11\xe0")

    for verb in ("read", "extract"):
        told = run(verb, str(tmp_path / "inbox.zip"))

        assert told.exit_code == 0
        assert "warning: inbox: File 2 of the archive cannot be read" in told.stderr
        assert "warning" not in told.stdout


def test_a_page_without_words_says_so_and_prints_no_line(tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image")
    pytest.importorskip("rapidocr")
    image.new("L", (400, 560), 255).save(tmp_path / "white.png")

    told = run("read", str(tmp_path / "white.png"))

    assert told.stdout == ""
    assert "no text was found" in told.stderr


@pytest.mark.parametrize("arguments", [["a text"], ["--boxes", "x.rtf"], ["--json", "--out", "d", "x.rtf"]])
def test_what_cannot_be_meant_is_a_wrong_use(arguments: list[str]) -> None:
    assert run("read", *arguments).exit_code == 2
