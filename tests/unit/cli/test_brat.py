from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from epicrisis import assembly
from epicrisis.settings import Settings
from tests.spanish import spanish_pipeline
from tests.unit.cli.shell import RULES, rows, run

NOTE = "Varón con cefalea y dolor\r\ntorácico 😷.\r\nSe pauta paracetamol."

TEXTS = {
    "crlf": NOTE,
    "emoji": "😷 Varón 👨‍⚕️ con cefalea 🫀 y fiebre.",
    "nfd": unicodedata.normalize("NFD", "Varón con dolor\ntorácico, tomografía."),
    "marks": "\ufeffVarón\u2028con\u00a0cefalea\x0c y dolor \t torácico.\n",
    "nothing": "Hoy hace sol.\n\n",
}


@pytest.fixture
def spanish(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command find a small reader of Spanish beside the word lists of the rules."""

    def load(settings: Settings) -> assembly.Pipeline:
        return spanish_pipeline(max_chars=settings.max_chars)

    monkeypatch.setattr(assembly, "load", load)


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "visit.txt").write_bytes(NOTE.encode())
    (folder / "letter.md").write_text("no note", encoding="utf-8")
    return folder


def written(folder: Path, name: str) -> list[str]:
    return (folder / f"{name}.ann").read_bytes().decode().splitlines()


def told(result: Any) -> str:
    return " ".join(result.stderr.replace("│", " ").split())


@pytest.mark.usefixtures("spanish")
def test_writes_a_pair_of_files_for_every_note_of_a_folder(notes: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"

    result = run("brat", str(notes), "--out", str(out), "--label-sets", "symptoms,species,medications")

    assert result.exit_code == 0, result.output
    assert result.stdout == "visit: 4 entities\n"
    assert sorted(path.name for path in out.iterdir()) == ["annotation.conf", "visit.ann", "visit.txt"]
    assert (out / "visit.txt").read_bytes() == NOTE.encode()
    assert written(out, "visit") == [
        "T1\tHUMAN 0 5\tVarón",
        "T2\tSINTOMA 10 17\tcefalea",
        "T3\tSINTOMA 20 25;27 35\tdolor torácico",
        "T4\tFARMACO 49 60\tparacetamol",
    ]


@pytest.mark.usefixtures("spanish")
def test_the_configuration_knows_what_was_looked_for_and_no_more(notes: Path, tmp_path: Path) -> None:
    run("brat", str(notes), "--out", str(tmp_path / "out"), "--models", "species_base,diseases")

    lines = (tmp_path / "out" / "annotation.conf").read_text(encoding="utf-8").splitlines()
    assert lines[: lines.index("[relations]")] == ["[entities]", "ENFERMEDAD", "HUMAN", "SPECIES"]


@pytest.mark.usefixtures("spanish")
def test_without_label_sets_the_usual_ones_of_each_language_are_written(tmp_path: Path) -> None:
    out = tmp_path / "out"

    result = run("brat", NOTE, "Denies fever.", "--out", str(out))

    assert result.exit_code == 0
    assert {line.split()[1] for line in written(out, "text-1")} == {
        "HUMAN", "SINTOMA", "PROBLEM", "FARMACO", "MEDICATION",
    }  # fmt: skip
    assert written(out, "text-2") == ["T1\tPROBLEM 7 12\tfever"]


@pytest.mark.usefixtures("spanish")
@pytest.mark.parametrize("name", TEXTS)
def test_what_is_written_is_read_back_to_the_character(name: str, tmp_path: Path) -> None:
    text, source, out = TEXTS[name], tmp_path / "notes" / f"{name}.txt", tmp_path / "out"
    source.parent.mkdir()
    # A mark at the beginning of a file is none of its text, so one that shall be is written twice.
    source.write_bytes(text.replace("\ufeff", "\ufeff\ufeff").encode())

    run("brat", str(source), "--out", str(out), "--language", "es")
    result = run("brat", "--read", str(out))

    [row] = rows(result.stdout_bytes)
    [named] = spanish_pipeline().named([text], language="es")
    found = dict.fromkeys((entity.span.start, entity.span.end, entity.label) for _, entity in named.in_text_order())  # type: ignore[union-attr]
    assert result.exit_code == 0
    assert (row["id"], row["text"]) == (name, text)
    assert [(each["start"], each["end"], each["label"]) for each in row["entities"]] == list(found)
    assert all(text[each["start"] : each["end"]] == each["text"] for each in row["entities"])
    assert bool(row["entities"]) == (name != "nothing")


def test_reads_what_annotate_has_written_with_its_judgements(tmp_path: Path) -> None:
    folder = tmp_path / "brat"
    run("annotate", "Denies chest pain.", "--brat", str(folder), *RULES)

    [row] = rows(run("brat", "--read", str(folder)).stdout)

    assert (row["text"], row["language"]) == ("Denies chest pain.", "en")
    assert [(each["text"], each["assertion"]["status"]) for each in row["entities"]] == [("chest pain", "ABSENT")]


def pair(folder: Path, name: str, text: str | bytes | None, ann: str | bytes | None) -> None:
    for suffix, content in ((".txt", text), (".ann", ann)):
        if content is not None:
            (folder / f"{name}{suffix}").write_bytes(content.encode() if isinstance(content, str) else content)


def test_a_pair_that_cannot_be_read_is_a_row_of_its_own(tmp_path: Path) -> None:
    pair(tmp_path, "a good", "Niega fiebre.", "T1\tSINTOMA 6 12\tfiebre\n#1\tAnnotatorNotes T1\tsure\n")
    pair(tmp_path, "b windows", "Dolor\r\ntorácico.", "T1\tSINTOMA 0 15\tDolor torácico\r\n")
    pair(tmp_path, "c alone", "Niega fiebre.", None)
    pair(tmp_path, "d without text", None, "T1\tSINTOMA 6 12\tfiebre\n")
    pair(tmp_path, "e other words", "Niega fiebre.", "\nT1\tSINTOMA 6 12\tcefalea\n")
    pair(tmp_path, "f no offsets", "Niega fiebre.", "T1\tSINTOMA a b\tfiebre\n")
    pair(tmp_path, "g past the end", "Niega fiebre.", "T1\tSINTOMA 6 99\tfiebre.\n")
    pair(tmp_path, "h latin", "Náusea.".encode("latin-1"), "")
    pair(tmp_path, "i empty", "", "")
    (tmp_path / "annotation.conf").write_text("[entities]\n", encoding="utf-8")

    result = run("brat", "--read", str(tmp_path))

    found = {row["id"]: row.get("error", {}).get("code") for row in rows(result.stdout_bytes)}
    assert result.exit_code == 1
    assert found == {
        "a good": None,
        "b windows": None,
        "c alone": "unreadable-document",
        "d without text": "unreadable-document",
        "e other words": "invalid-row",
        "f no offsets": "invalid-row",
        "g past the end": "invalid-span",
        "h latin": "unreadable-document",
        "i empty": "empty-text",
    }
    assert "Line 2 of the .ann file" in result.stdout


@pytest.mark.usefixtures("spanish")
def test_a_note_that_cannot_be_read_is_told_and_the_others_are_written(notes: Path, tmp_path: Path) -> None:
    (notes / "scan.txt").write_bytes(b"%PDF-1.7")
    out = tmp_path / "out"

    result = run("brat", str(notes), "--out", str(out))

    assert result.exit_code == 1
    assert "error: scan: This begins like a PDF file" in result.stderr
    assert (out / "visit.ann").exists()
    assert not (out / "scan.ann").exists()


@pytest.mark.usefixtures("spanish")
def test_an_unknown_label_set_is_told_with_those_there_are(tmp_path: Path) -> None:
    result = run("brat", NOTE, "--out", str(tmp_path / "out"), "--models", "sintomas")

    assert result.exit_code == 1
    assert "no such label set for 'es'" in result.stderr
    assert "'symptoms_base'" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["Fiebre."], "say where to write (--out), or what to read back (--read)"),
        (["Fiebre.", "--out", "out", "--read", "."], "say where to write (--out), or what to read back (--read)"),
        (["Fiebre.", "--read", "."], "reads a folder, and no other input"),
        (["--read", "nowhere"], "'nowhere' is no folder"),
        (["empty", "--out", "out"], "there is no *.txt in 'empty'"),
        (["notes", "--out", "notes"], "the notes stand in 'notes', and would be written over; name another folder"),
        (["notes/visit.txt", "--out", "notes/."], "would be written over; name another folder"),
        (["notes", "--out", "notes/visit.txt", *RULES], "cannot be written"),
    ],
)
def test_wrong_use_ends_with_status_two_and_a_reason(
    arguments: list[str], reason: str, notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()

    result = run("brat", *arguments)

    assert result.exit_code == 2
    assert reason in told(result)
    assert (notes / "visit.txt").read_bytes() == NOTE.encode()


def test_rows_are_json_whatever_a_note_holds(tmp_path: Path) -> None:
    pair(tmp_path, "quotes", 'Refiere "fiebre"\u2028\x00.', "T1\tSINTOMA 9 15\tfiebre\n")

    result = run("brat", "--read", str(tmp_path), "--language", "es")

    [line] = result.stdout.split("\n")[:-1]
    assert json.loads(line)["entities"][0]["text"] == "fiebre"


def test_the_shipped_model_writes_what_is_read_back(tmp_path: Path) -> None:
    text, out = (
        "Varón de 60 años con cefalea y hematuria.\r\nSe realizó TAC. Tratado con paracetamol.",
        tmp_path / "out",
    )
    source = tmp_path / "visita.txt"
    source.write_bytes(text.encode())

    wrote = run("brat", str(source), "--out", str(out), "--models", "symptoms,species,medications")
    read = run("brat", "--read", str(out))

    [row] = rows(read.stdout_bytes)
    assert wrote.exit_code == read.exit_code == 0
    assert row["text"] == text
    assert {(each["label"], each["text"]) for each in row["entities"]} >= {
        ("HUMAN", "Varón"), ("SINTOMA", "cefalea"), ("SINTOMA", "hematuria"), ("FARMACO", "paracetamol"),
    }  # fmt: skip
    assert all(text[each["start"] : each["end"]] == each["text"] for each in row["entities"])
