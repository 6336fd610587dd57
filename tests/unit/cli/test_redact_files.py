"""``epicrisis redact`` over files: each of its own kind again, and a bad one beside good ones."""

from __future__ import annotations

import json
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from epicrisis.formats.redacting.pdf.document import extracted
from epicrisis.formats.redacting.word.document import texts
from tests.office import docx, paragraph, pdf
from tests.office import run as words
from tests.unit.cli.shell import run

for library in ("lxml", "pypdfium2", "reportlab", "pypdf", "pyarrow"):
    pytest.importorskip(library, reason="files need the documents extra")

NOTE = "Mr. John Doe, MRN 00412317, was seen on 3/4/2019. Denies fever."
SAFE = "Mr. [NAME], MRN [MRN], was seen on 2019. Denies fever."
TABLE = "mrn,birth_date,age,note\n00412317,1925-03-04,93,Mr. John Doe denies fever.\n,1980-05-06,38.0,\n"
LEFT = ("John", "Doe", "00412317")


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the secret of an installation of its own, and read by what every machine answers alike."""
    monkeypatch.setenv("EPICRISIS_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("EPICRISIS_READER", "rules")
    monkeypatch.setenv("EPICRISIS_READER_ES", "rules")


@pytest.fixture
def given(tmp_path: Path) -> Path:
    folder = tmp_path / "given"
    folder.mkdir()
    return folder


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "safe"


def written(path: Path, content: str | bytes) -> str:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def parquet(**columns: list[object]) -> bytes:
    import pyarrow
    from pyarrow import parquet

    packed = BytesIO()
    parquet.write_table(pyarrow.table(columns), packed)
    return packed.getvalue()


def test_each_file_is_written_again_as_what_it_was(given: Path, out: Path) -> None:
    from pyarrow import parquet as reader

    files = [
        written(given / "a.txt", NOTE),
        written(given / "b.docx", docx(paragraph(words(NOTE)))),
        written(given / "c.pdf", pdf(NOTE)),
        written(given / "d.CSV", TABLE),
        written(given / "e.json", json.dumps({"mrn": "00412317", "note": NOTE, "dose": 1.5})),
        written(given / "f.parquet", parquet(mrn=["00412317"], note=[NOTE], born=[date(1925, 3, 4)])),
        written(given / "g.jsonl", json.dumps({"note": NOTE}) + "\n" + json.dumps({"note": NOTE}) + "\n"),
    ]

    result = run("redact", *files, "--out", str(out))

    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in out.iterdir()) == [
        "a.txt", "b.docx", "c.pdf", "d.csv", "e.json", "f.parquet", "g.jsonl"
    ]  # fmt: skip
    assert (out / "a.txt").read_text() == SAFE
    assert SAFE in "".join(texts((out / "b.docx").read_bytes()))
    assert SAFE in " ".join("".join(extracted((out / "c.pdf").read_bytes())).split())
    assert (out / "d.csv").read_text().splitlines()[1:] == [
        "[MRN],[DATE],90+,Mr. [NAME] denies fever.", ",1980,38.0,"
    ]  # fmt: skip
    assert json.loads((out / "e.json").read_text()) == {"mrn": "[MRN]", "note": SAFE, "dose": 1.5}
    table = reader.read_table(BytesIO((out / "f.parquet").read_bytes())).to_pydict()
    assert table == {"mrn": ["[MRN]"], "note": [SAFE], "born": [None]}
    assert (out / "g.jsonl").read_text() == f'{{"note":"{SAFE}"}}\n' * 2


def test_a_bad_file_is_told_of_and_the_others_are_written(given: Path, out: Path) -> None:
    files = [
        written(given / "good.pdf", pdf(NOTE)),
        written(given / "locked.pdf", pdf(NOTE, encrypt="secret")),
        written(given / "cut.docx", docx(paragraph(words(NOTE)))[:-30]),
        written(given / "sheet.xlsx", b"PK\x03\x04 xl/workbook.xml"),
        str(given / "nowhere.pdf"),
        written(given / "also.csv", TABLE),
    ]

    result = run("redact", *files, "--out", str(out))

    assert result.exit_code == 1
    assert sorted(path.name for path in out.iterdir()) == ["also.csv", "good.pdf"]
    told = result.stderr.splitlines()
    assert [line.partition(": ")[2].partition(":")[0] for line in told] == ["locked", "cut", "sheet", "nowhere"]
    assert all("[unreadable-document]" in line for line in told)
    assert "password" in told[0]
    assert not any(word in result.output for word in LEFT)


def test_nothing_half_written_is_left_where_writing_fails(
    given: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("epicrisis.cli.outputs.os.fsync", full)

    result = run("redact", written(given / "a.csv", TABLE), "--out", str(out))

    assert result.exit_code == 2
    assert list(out.iterdir()) == []


def test_a_missing_package_is_named_and_costs_the_files_of_its_kind_alone(
    given: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from epicrisis.errors import MissingDependency

    def without(self: object) -> None:
        raise MissingDependency("PDF needs pypdfium2; run: pip install 'epicrisis[documents]'")

    monkeypatch.setattr("epicrisis.formats.redacting.isolation.Isolated.read", without)

    result = run("redact", written(given / "a.pdf", pdf(NOTE)), written(given / "b.csv", TABLE), "--out", str(out))

    assert result.exit_code == 1
    assert "epicrisis[documents]" in result.stderr
    assert "[missing-dependency]" in result.stderr
    assert [path.name for path in out.iterdir()] == ["b.csv"]


def test_a_file_of_text_goes_to_the_terminal_and_others_want_a_folder(given: Path) -> None:
    table = run("redact", written(given / "a.csv", TABLE))
    page = run("redact", written(given / "a.pdf", pdf(NOTE)))

    assert table.exit_code == 0
    assert table.stdout.splitlines()[1].startswith("[MRN],[DATE],90+,")
    assert page.exit_code == 2
    assert "--out" in page.stderr


def test_rules_say_what_is_done_in_places(given: Path, out: Path) -> None:
    said = ["--rule", "mrn=keep", "--rule", "note=remove", "--rule", "3=keep"]

    result = run(
        "redact", written(given / "a.csv", TABLE), written(given / "b.pdf", pdf(NOTE)), *said, "--out", str(out)
    )

    assert result.exit_code == 0, result.output
    assert (out / "a.csv").read_text().splitlines()[1] == "00412317,[DATE],93,"
    assert (out / "b.pdf").exists()


@pytest.mark.parametrize(
    ("said", "told"),
    [(["--rule", "mrn"], "a place and what is done"), (["--rule", "mrn=hide"], "no known action"),
     (["--numbered"], "--out"), (["--policy", "secret", "--out", "x"], "safe-harbor")],
)  # fmt: skip
def test_what_is_asked_wrongly_is_said_before_a_file_is_read(given: Path, said: list[str], told: str) -> None:
    result = run("redact", written(given / "a.csv", TABLE), *said)

    assert result.exit_code == 2
    assert told in " ".join(result.stderr.replace("│", " ").split())


def test_names_of_files_stay_unless_numbers_are_asked_for(given: Path, out: Path) -> None:
    files = [
        written(given / "John_Doe.csv", TABLE),
        written(given / "John_Doe.txt", NOTE),
        written(given / "Doe.pdf", b"%PDF-"),
    ]

    named = run("redact", *files, "--out", str(out / "named"))
    numbered = run("redact", *files, "--numbered", "--out", str(out / "numbered"))

    assert sorted(path.name for path in (out / "named").iterdir()) == ["John_Doe.csv", "John_Doe.txt"]
    assert sorted(path.name for path in (out / "numbered").iterdir()) == ["1.csv", "2.txt"]
    assert "Doe" in named.stderr
    assert "Doe" not in numbered.stderr


def test_dates_of_a_file_move_together_and_those_of_a_patient_in_every_file(given: Path, out: Path) -> None:
    first, second = "at\n2019-03-04\n2019-03-09\n", "at,n\n2019-03-09,1\n"
    files = [written(given / "a.csv", first), written(given / "b.csv", second)]

    run("redact", *files, "--policy", "research", "--patient", "p-1", "--rule", "at=DATE", "--out", str(out))

    one, other = ((out / name).read_text().splitlines() for name in ("a.csv", "b.csv"))
    assert (date.fromisoformat(one[2]) - date.fromisoformat(one[1])).days == 5
    assert other[1] == f"{one[2]},1"
    assert one[1] != "2019-03-04"
