"""A ZIP of documents: each on its own, and one bad file fails alone."""

from __future__ import annotations

import io
import zipfile

import pytest

from epicrisis.errors import UnreadableDocument
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.documents.archive import read

NOTE = b"Cough since Monday."
MESSAGE = b"MSH|^~\\&|A|B|||1||ADT^A08|1|P|2.5\rDG1|1||J18^Pneumonia\r"
CONDITION = b'{"resourceType": "Condition", "code": {"text": "asthma"}}'


def zipped(files: dict[str, bytes], **options: int) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


def test_reads_every_file_under_its_base_name() -> None:
    parsed = read(zipped({"ana/note.txt": NOTE, "ana/adt.hl7": MESSAGE, "problem.json": CONDITION}), Limits())

    assert [(each.file.name, each.file.kind) for each in parsed] == [
        ("note.txt", "text"),
        ("adt.hl7", "hl7v2"),
        ("problem.json", "fhir"),
    ]
    assert parsed[0].file.text == NOTE.decode()


def test_tells_files_of_one_name_apart_by_their_folders() -> None:
    parsed = read(zipped({"p1/note.txt": NOTE, "p2/note.txt": NOTE, "p2/other.txt": NOTE}), Limits())

    assert [each.file.name for each in parsed] == ["p1/note.txt", "p2/note.txt", "other.txt"]


def test_passes_over_what_systems_leave_behind() -> None:
    hidden = {"__MACOSX/._note.txt": b"\0\5", ".DS_Store": b"\0\0", "ana/.git/config": b"x", "ana/note.txt": NOTE}

    (parsed,) = read(zipped(hidden), Limits())

    assert (parsed.file.name, parsed.file.warnings) == ("note.txt", ())


def test_tells_by_number_what_it_could_not_read() -> None:
    files = {"ana_ruiz.exe": b"MZ\0\1\2\0\0", "note.txt": NOTE, "lupus.pdf": MESSAGE}

    (parsed,) = read(zipped(files), Limits())

    assert [warning[:35] for warning in parsed.file.warnings] == [
        "File 1 of the archive cannot be rea",
        "File 3 of the archive cannot be rea",
    ]
    assert "ruiz" not in " ".join(parsed.file.warnings)


def test_opens_an_archive_within_it_and_none_within_that() -> None:
    inner = zipped({"note.txt": NOTE, "innermost.zip": zipped({"deep.txt": b"Never read."})})

    (parsed,) = read(zipped({"inner.zip": inner}), Limits())

    assert parsed.file.text == NOTE.decode()
    assert parsed.file.warnings[0].startswith("File 1.2 of the archive")


def test_holds_its_limits_over_all_archives_together() -> None:
    files = {f"{number}.txt": NOTE for number in range(4)}

    parsed = read(zipped({"a.zip": zipped(files), "b.zip": zipped(files)}), Limits(entries=7))

    assert len(parsed) == 4
    assert "more than 1" in parsed[0].file.warnings[0]


def test_says_what_was_wrong_with_the_only_file() -> None:
    with pytest.raises(UnreadableDocument, match="The JSON breaks"):
        read(zipped({"problem.json": b'{"resourceType": "Condition",'}), Limits())


@pytest.mark.parametrize("name", ["../note.txt", "/etc/note.txt", "a/../../note.txt", "C:note.txt", "..\\note.txt"])
def test_refuses_names_that_lead_outside(name: str) -> None:
    with pytest.raises(UnreadableDocument, match="outside itself"):
        read(zipped({name: NOTE}), Limits())


def test_refuses_a_password_an_empty_archive_and_a_broken_one() -> None:
    locked = bytearray(zipped({"note.txt": NOTE}))
    locked[6] |= 1
    locked[locked.rindex(b"PK\x01\x02") + 8] |= 1

    for data, reason in ((bytes(locked), "password"), (zipped({}), "empty"), (zipped({"a": NOTE})[:-30], "damaged")):
        with pytest.raises(UnreadableDocument, match=reason):
            read(data, Limits())
