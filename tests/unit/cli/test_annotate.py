from __future__ import annotations

import json
from pathlib import Path

import pytest

from epicrisis.domain.documents import Document
from epicrisis.engines.registry import Group
from epicrisis.formats import brat
from epicrisis.formats.jsonl import from_plain
from tests.readers import reading
from tests.unit.cli.shell import RULES, rows, run

NOTE = "The patient denies chest pain.\nShe has asthma 🫁. Possible pneumonia."


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "visit.txt"
    path.write_text(NOTE, encoding="utf-8")
    return path


def test_shows_the_note_its_findings_and_why(note: Path) -> None:
    result = run("annotate", str(note), *RULES)

    assert result.exit_code == 0
    assert "visit" in result.stdout
    assert "[chest pain −]" in result.stdout
    table = [line.split() for line in result.stdout.splitlines()]
    assert ["chest", "pain", "problem", "absent"] in [cells[:4] for cells in table]
    assert ["pneumonia", "problem", "possible"] in [cells[:3] for cells in table]
    assert "denies" in result.stdout


@pytest.mark.parametrize("engine", reading(Group.READERS, "en"))
def test_prints_one_object_for_one_note(note: Path, engine: str) -> None:
    result = run("annotate", str(note), "--json", "--engine", engine)

    plain = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (plain["id"], plain["engine"]) == ("visit", engine)
    assert all(NOTE[entity["start"] : entity["end"]] == entity["text"] for entity in plain["entities"])
    assert "chest pain" in [entity["text"] for entity in plain["entities"]]
    assert from_plain(plain, Document(id="visit", text=NOTE)).engine == engine


def test_prints_a_list_for_several_notes() -> None:
    result = run("annotate", "Denies fever.", "No cough.", "--json", *RULES)

    assert [plain["id"] for plain in json.loads(result.stdout)] == ["text-1", "text-2"]


def test_reads_one_note_from_standard_input() -> None:
    result = run("annotate", "-", "--json", *RULES, stdin="Denies fever.\nNo cough.")

    plain = json.loads(result.stdout)
    assert plain["id"] == "stdin"
    assert [entity["text"] for entity in plain["entities"]] == ["fever", "cough"]


def test_reads_standard_input_where_nothing_is_named() -> None:
    assert json.loads(run("annotate", "--json", *RULES, stdin="Denies fever.").stdout)["id"] == "stdin"


@pytest.mark.parametrize(
    ("unit", "length"), [("code_point", len(NOTE)), ("utf16", len(NOTE) + 1), ("byte", len(NOTE.encode()))]
)
def test_counts_offsets_in_the_unit_asked_for(note: Path, unit: str, length: int) -> None:
    plain = json.loads(run("annotate", str(note), "--json", "--offset-unit", unit, *RULES).stdout)

    pneumonia = plain["entities"][-1]
    assert pneumonia["text"] == "pneumonia"
    assert pneumonia["end"] == length - 1


def test_writes_one_page_with_every_note(note: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"

    result = run("annotate", str(note), "<script>alert(1)</script> Denies fever.", "--html", str(page), *RULES)

    html = page.read_text(encoding="utf-8")
    assert result.exit_code == 0
    assert html.count("<article") == 2
    assert "<script" not in html
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_writes_what_brat_opens(tmp_path: Path) -> None:
    folder = tmp_path / "brat"
    stdin = '{"id": "../../visit", "text": "Denies fever."}\n{"id": "visit", "text": "No\\r\\ncough."}\n'

    result = run("annotate", "-", "--jsonl", "--brat", str(folder), *RULES, stdin=stdin)

    assert result.exit_code == 0
    assert sorted(path.name for path in folder.iterdir()) == [
        "annotation.conf", "visit-2.ann", "visit-2.txt", "visit.ann", "visit.txt",
    ]  # fmt: skip
    text = (folder / "visit-2.txt").read_bytes().decode()
    read = brat.read((folder / "visit-2.ann").read_text(encoding="utf-8"), Document(id="visit", text=text))
    assert text == "No\r\ncough."
    assert [read.document.quote(entity.span) for entity in read.entities] == ["cough"]


def test_rows_keep_their_order_and_a_bad_one_is_a_row_of_its_own() -> None:
    lines = [
        '{"id": "a", "text": "Denies fever."}',
        '{"id": "b", "text": ""}',
        "No cough.",
        '{"id": "c"',
        '{"text": "x"}',
    ]

    result = run("annotate", "-", "--jsonl", *RULES, stdin="\n".join(lines))

    found = rows(result.stdout)
    assert result.exit_code == 1
    assert [row["id"] for row in found] == ["a", "b", "3", "4", "5"]
    assert found[1] == {
        "id": "b",
        "error": {
            "code": "empty-text",
            "message": "There is no text to read; send at least one character that is not white space.",
        },
        "line": 2,
    }
    assert found[3]["error"]["code"] == "invalid-row"
    assert found[3]["line"] == 4


def test_rows_of_a_file_and_notes_stand_in_the_order_given(tmp_path: Path, note: Path) -> None:
    table = tmp_path / "rows.jsonl"
    table.write_text('{"id": "a", "text": "Denies fever."}\nNo cough.\n', encoding="utf-8")

    result = run("annotate", "No gout.", str(table), str(note), "missing.jsonl", "--jsonl", *RULES)

    assert [row["id"] for row in rows(result.stdout)] == ["text-1", "a", "2", "visit", "missing"]
    assert result.exit_code == 1


def test_a_bad_note_is_told_in_one_line_and_the_others_are_shown(tmp_path: Path, note: Path) -> None:
    rtf = tmp_path / "letter.txt"
    rtf.write_bytes(rb"{\rtf1 Denies fever.}")

    result = run("annotate", str(rtf), str(note), str(tmp_path), "nothing.txt", "--json", *RULES)

    assert result.exit_code == 1
    assert [plain["id"] for plain in json.loads(result.stdout)] == ["visit"]
    lines = result.stderr.splitlines()
    assert len(lines) == 3
    assert lines[0] == (
        "error: letter: This begins like an RTF file; save it as plain text (UTF-8) and send that. [unreadable-text]"
    )
    assert lines[1].endswith("/*.txt. [unreadable-document]")
    assert lines[2].endswith("or pipe the text in if it is one. [unreadable-document]")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["x", "--json", "--jsonl"], "choose one of --json and --jsonl"),
        (
            ["x", "--engine", "oracle"],
            "No note reader 'oracle'; try one of ['model', 'rules', 'spanish']. [unknown-engine]",
        ),
        (["-", "-"], "standard input can be read only once"),
        (["x", "--offset-unit", "word"], "offset-unit"),
        (["Denies fever.", "--html", "no/such/folder/page.html", *RULES], "cannot be written"),
    ],
)
def test_wrong_use_ends_with_status_two_and_a_reason(arguments: list[str], told: str) -> None:
    result = run("annotate", *arguments)

    assert result.exit_code == 2
    assert told in " ".join(result.stderr.replace("│", " ").split())
    assert "Traceback" not in result.output


def test_a_note_is_read_in_its_language_and_one_nothing_reads_is_refused() -> None:
    spanish = run("annotate", "El paciente niega fiebre y no tiene dolor.", "--json", *RULES)
    finnish = run("annotate", "Ei kuumetta.", "--language", "fi", *RULES)

    assert json.loads(spanish.stdout)["language"] == "es"
    assert finnish.exit_code == 1
    assert "is said to be in 'fi'" in finnish.stderr
    assert finnish.stderr.endswith("[unknown-language]\n")


def test_what_a_note_sends_to_the_terminal_cannot_move_its_cursor() -> None:
    result = run("annotate", "Denies fever.\x1b[2J\x1b]0;title\x07 No co\u202eugh.", *RULES)

    assert result.exit_code == 0
    assert not {"\x1b", "\x07", "\u202e"} & set(result.stdout)


def test_a_setting_that_cannot_be_is_refused_by_name_without_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPICRISIS_MAX_CHARS", "plenty")

    result = run("annotate", "Denies fever.", *RULES)

    assert result.exit_code == 2
    assert result.stderr.startswith("error: EPICRISIS_MAX_CHARS: ")
    assert "plenty" not in result.stderr


def test_a_text_that_is_too_long_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text("a" * 5_000_000, encoding="utf-8")

    result = run("annotate", str(path), *RULES)

    assert result.exit_code == 1
    assert "more than 1,000,000 characters" in result.stderr
