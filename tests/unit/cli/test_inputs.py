from __future__ import annotations

import os
from pathlib import Path

import pytest
import typer

from epicrisis.cli.inputs import Kind, sources
from epicrisis.errors import EpicrisisError, TextTooLong, UnreadableDocument, UnreadableText


@pytest.mark.parametrize(
    ("argument", "kind"),
    [
        ("-", Kind.STDIN),
        ("Denies fever.", Kind.TEXT),
        ("fever", Kind.TEXT),
        ("", Kind.TEXT),
        ("N/V", Kind.TEXT),
        ("BP 120/80, no fever", Kind.TEXT),
        ("line one\nline two", Kind.TEXT),
        ("x" * 5000, Kind.TEXT),
        ("visit.txt", Kind.FILE),
        ("my visit.txt", Kind.FILE),
        ("notes/visit", Kind.FILE),
        ("./visit", Kind.FILE),
        ("rows.JSONL", Kind.FILE),
    ],
)
def test_tells_files_texts_and_standard_input_apart(argument: str, kind: Kind) -> None:
    assert [source.kind for source in sources([argument])] == [kind]


def test_takes_a_file_that_exists_for_a_file_whatever_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("Denies fever").write_text("No cough.", encoding="utf-8")

    [source] = sources(["Denies fever"])

    assert (source.kind, source.id, source.read(100)) == (Kind.FILE, "Denies fever", "No cough.")


def test_a_file_name_that_is_no_text_still_gives_an_id_that_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"visit-\xff.txt")
    path.write_text("No cough.", encoding="utf-8")

    [source] = sources([str(path)])

    assert (source.id, source.read(100)) == ("visit-?", "No cough.")


def test_files_of_one_name_are_told_apart() -> None:
    given = sources(["p1/note.txt", "p2/note.txt", "other.txt", "other.txt"])

    assert [source.id for source in given] == ["p1/note.txt", "p2/note.txt", "other.txt", "other.txt-2"]


def test_reads_standard_input_only_once() -> None:
    with pytest.raises(typer.BadParameter, match="only once"):
        sources(["-", "-"])


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        (rb"{\rtf1 Denies fever.}", UnreadableText, "RTF file; save it as plain text"),
        (b"%PDF-1.7 ...", UnreadableText, "PDF file; extract its text"),
        (bytes(range(32)) * 20, UnreadableText, "control characters"),
        (b"a" * 500, TextTooLong, "more than 100 characters; split it, or raise EPICRISIS_MAX_CHARS"),
    ],
)
def test_says_what_a_file_is_that_cannot_be_read(
    tmp_path: Path, content: bytes, error: type[EpicrisisError], message: str
) -> None:
    path = tmp_path / "note.txt"
    path.write_bytes(content)

    with pytest.raises(error, match=message):
        sources([str(path)])[0].read(100 if error is TextTooLong else 10_000)


def test_says_that_a_file_is_missing_or_a_folder(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match=r"There is no file '.*nothing\.txt'; check the name"):
        sources([str(tmp_path / "nothing.txt")])[0].read(100)
    with pytest.raises(UnreadableDocument, match=r"is a folder; name the files in it, such as .*/\*\.txt"):
        sources([str(tmp_path)])[0].read(100)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_reads_every_encoding_notes_come_in(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "note.txt"
    path.write_bytes("Ménière’s disease".encode(encoding))

    assert sources([str(path)])[0].read(100) == "Ménière’s disease"
