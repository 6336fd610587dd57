"""What ``epicrisis redact`` leaves in the audit log of an installation, and that it is a filter everywhere else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.shell import rows, run

NOTE = "Patient John Doe, SSN 123-45-6789, seen 3/4/2019. Denies fever."
SAFE = "Patient [NAME], SSN [SSN], seen 2019. Denies fever."
TABLE = b"mrn,note\n00412317,Mr. John Doe denies fever.\n"
# Nobody listens there.
NOWHERE = "postgresql://epicrisis@127.0.0.1:9/epicrisis?connect_timeout=1"


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Say where an installation would be; there is none yet."""
    monkeypatch.setenv("EPICRISIS_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("EPICRISIS_READER", "rules")
    monkeypatch.setenv("USER", "jdoe")
    monkeypatch.setenv("LOGNAME", "jdoe")
    return tmp_path / "data"


@pytest.fixture
def note(tmp_path: Path) -> str:
    path = tmp_path / "Doe_John.txt"
    path.write_text(NOTE)
    return str(path)


@pytest.fixture
def table(tmp_path: Path) -> str:
    path = tmp_path / "Doe_John.csv"
    path.write_bytes(TABLE)
    return str(path)


@pytest.fixture
def installed(data: Path) -> Path:
    """Be on a machine with an installation: somebody made a key."""
    assert run("keys", "create", "tests").exit_code == 0
    return data


def redactions() -> list[dict[str, Any]]:
    assert run("audit", "verify").exit_code == 0
    return [row for row in rows(run("audit", "export").stdout) if row["action"] == "redact"]


@pytest.mark.parametrize("folder", ["none", "empty"])
def test_is_a_filter_where_nothing_is_kept(folder: str, note: str, table: str, data: Path) -> None:
    if folder == "empty":
        data.mkdir()

    assert run("redact", note).stdout == f"{SAFE}\n"
    assert run("redact", table).exit_code == 0

    assert data.exists() == (folder == "empty")
    assert folder == "none" or list(data.iterdir()) == []


def test_a_note_leaves_a_row_before_it_is_printed(note: str, installed: Path) -> None:
    result = run("redact", note, "--purpose", "research-12")

    assert (result.exit_code, result.stdout) == (0, f"{SAFE}\n")
    [row] = redactions()
    assert row["who"] == run("audit", "who", "jdoe").stdout.strip()
    assert (row["route"], row["purpose"], row["subject"]) == ("cli:redact", "research-12", "safe-harbor")
    assert row["counts"] == {"NAME": 1, "SSN": 1, "DATE": 1}
    assert (row["outcome"], row["engine"].split("/")[0]) == ("done", "patterns")
    assert len(row["document"]) == 32


def test_a_file_leaves_the_row_it_leaves_over_http(table: str, installed: Path) -> None:
    from epicrisis.assembly import audit_log
    from epicrisis.services.redact_files import known_by
    from epicrisis.settings import load_settings

    run("redact", table, "--as", "night-shift")

    [row] = redactions()
    assert (row["who"], row["counts"]) == ("cli:night-shift", {"MRN": 1, "NAME": 1})
    assert row["document"] == audit_log(load_settings()).mark(known_by(TABLE))


def test_no_value_no_name_of_a_file_and_no_user_is_kept(note: str, table: str, tmp_path: Path, installed: Path) -> None:
    run("redact", note, table, "--out", str(tmp_path / "safe"))

    assert len(redactions()) == 2
    kept = b"".join(path.read_bytes() for path in installed.rglob("epicrisis.db*"))
    assert not any(word in kept for word in (b"John", b"Doe", b"123-45-6789", b"00412317", b".csv"))
    assert kept.count(b"cli:jdoe") == kept.count(b"keys.create") + kept.count(b"audit.export")


def test_what_cannot_be_redacted_leaves_a_row_with_the_code(tmp_path: Path, installed: Path) -> None:
    (tmp_path / "cut.pdf").write_bytes(b"%PDF-1.7 cut")

    result = run("redact", str(tmp_path / "cut.pdf"), "--out", str(tmp_path / "safe"))

    assert result.exit_code == 1
    assert [(row["outcome"], row["counts"]) for row in redactions()] == [("unreadable-document", {})]


def test_each_row_of_a_pipeline_leaves_one(installed: Path) -> None:
    lines = "".join(json.dumps({"id": f"n{number}", "text": NOTE}) + "\n" for number in range(3)) + "{\n"

    result = run("redact", "--jsonl", "-", stdin=lines)

    assert [each.get("id") for each in rows(result.stdout)][:3] == ["n0", "n1", "n2"]
    assert [row["outcome"] for row in redactions()] == ["done"] * 3


@pytest.mark.parametrize("said", [["--as", "two\nlines"], ["--purpose", "to see Mr. Doe"]])
def test_who_and_what_for_are_refused_before_anything_is_read(said: list[str], note: str, installed: Path) -> None:
    result = run("redact", note, *said)

    assert (result.exit_code, result.stdout) == (2, "")
    assert redactions() == []


def test_what_cannot_be_recorded_is_not_handed_over(note: str, table: str, tmp_path: Path, installed: Path) -> None:
    for path in installed.glob("epicrisis.db*"):
        path.unlink()
    (installed / "epicrisis.db").mkdir()

    result = run("redact", note, table, "--out", str(tmp_path / "safe"))

    assert result.exit_code == 3
    assert "it cannot be recorded, so what was redacted is not handed over" in result.stderr
    assert result.stderr.count("[storage-error]") == 1
    assert not (tmp_path / "safe").exists() or list((tmp_path / "safe").iterdir()) == []


@pytest.mark.parametrize("strict", [False, True])
def test_a_postgres_that_is_down_keeps_the_row_aside_or_in_strict_mode_the_text_back(
    strict: bool, note: str, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("psycopg", reason="needs the postgres extra")
    monkeypatch.setenv("EPICRISIS_DATABASE_URL", NOWHERE)
    monkeypatch.setenv("EPICRISIS_STRICT_AUDIT", str(strict))

    result = run("redact", note)

    if strict:
        assert (result.exit_code, result.stdout) == (3, "")
        assert "[storage-error]" in result.stderr
        assert not (data / "audit.spool").exists()
    else:
        assert (result.exit_code, result.stdout) == (0, f"{SAFE}\n")
        kept = b"".join(path.read_bytes() for path in data.glob("*.spool")) + b"".join(
            path.read_bytes() for path in data.glob("*.draining")
        )
        assert kept
        assert b"redact" not in kept
