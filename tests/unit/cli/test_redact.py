"""``epicrisis redact``: the new text and nothing beside it, JSON, or a file a note."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from epicrisis.domain.identifiers import IdentifierKind
from tests.unit.cli.shell import rows, run

NOTE = "Patient John Doe, SSN 123-45-6789, seen 3/4/2019.\r\nDenies fever."
SAFE = "Patient [NAME], SSN [SSN], seen 2019.\r\nDenies fever."
OWN = 'summary = "Names are hidden."\nmask = "[HIDDEN]"\n[operators]\n' + "\n".join(
    f'{kind.name} = "{"mask" if kind is IdentifierKind.NAME else "keep"}"' for kind in IdentifierKind
)


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the secret of an installation of its own."""
    monkeypatch.setenv("EPICRISIS_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "visit.txt"
    path.write_bytes(NOTE.encode())
    return path


def test_prints_the_new_text_and_every_other_character_as_it_was(note: Path) -> None:
    result = run("redact", str(note))

    assert result.exit_code == 0, result.output
    assert result.stdout_bytes == f"{SAFE}\n".encode()


def test_masking_makes_no_secret(note: Path, data: Path) -> None:
    run("redact", str(note), "--policy", "contract-h")

    assert not (data / "secret.key").exists()


def test_invents_the_same_names_in_every_run_of_an_installation(note: Path, data: Path) -> None:
    first = run("redact", str(note), "--policy", "research", "--patient", "p-1").stdout
    second = run("redact", str(note), "--policy", "research", "--patient", "p-1").stdout

    assert first == second
    assert "John" not in first
    assert (data / "secret.key").exists()


def test_tells_json_with_reasons_where_they_are_asked_for(note: Path) -> None:
    answer = json.loads(run("redact", str(note), "--json", "--explain").stdout)

    assert (answer["id"], answer["text"]) == ("visit", SAFE)
    assert all(each["why"] for each in answer["replacements"])


def test_reads_rows_and_tells_of_a_bad_one_in_its_place() -> None:
    given = "\n".join(json.dumps(row) for row in ({"id": "a", "text": NOTE}, {"id": "b"}, {"id": "c", "text": NOTE}))

    result = run("redact", "-", "--jsonl", stdin=given)

    first, bad, last = rows(result.stdout)
    assert result.exit_code == 1
    assert (first["text"], last["text"]) == (SAFE, SAFE)
    assert (bad["id"], bad["error"]["code"], bad["line"]) == ("b", "invalid-row", 2)


def test_writes_a_file_a_note_and_never_over_what_it_reads(note: Path, tmp_path: Path) -> None:
    assert run("redact", str(note), "--out", str(tmp_path / "safe")).exit_code == 0
    assert (tmp_path / "safe" / "visit.txt").read_bytes() == SAFE.encode()

    refused = run("redact", str(note), "--out", str(tmp_path))

    assert refused.exit_code == 2
    assert note.read_bytes() == NOTE.encode()


def test_takes_a_policy_from_a_file(note: Path, tmp_path: Path) -> None:
    policy = tmp_path / "mine.toml"
    policy.write_text(OWN, encoding="utf-8")

    result = run("redact", str(note), "--policy", str(policy))

    assert result.stdout_bytes == NOTE.replace("John Doe", "[HIDDEN]").encode() + b"\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [(["--policy", "secret"], "safe-harbor"), (["--policy", "nowhere.toml"], "cannot be read"),
     (["--explain"], "--json"), (["--json", "--jsonl"], "choose one"), ([NOTE], "several notes")],
)  # fmt: skip
def test_says_what_to_do_instead(note: Path, arguments: list[str], told: str) -> None:
    result = run("redact", str(note), *arguments)

    assert result.exit_code == 2
    assert told in " ".join(result.stderr.replace("│", " ").split())
    assert "Doe" not in result.stdout


def test_prints_nothing_of_a_note_it_cannot_read(tmp_path: Path) -> None:
    path = tmp_path / "bad.txt"
    path.write_bytes(b"John Doe \xff\xfe\x00 " + b"\x00" * 40)

    result = run("redact", str(path))

    assert result.exit_code == 1
    assert result.stdout == ""
