from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from epicrisis.canary.identities import Kind, People, Person
from epicrisis.canary.inquiry import Inquiry, Surface
from epicrisis.canary.planting import Planted


@pytest.fixture
def people() -> People:
    people = People()
    people.person("POST /predict", "refused")
    return people


@pytest.fixture
def somebody(people: People) -> Person:
    return people.person("POST /predict", "refused")


def test_a_hit_says_where_and_whose_and_never_the_word(tmp_path: Path, people: People, somebody: Person) -> None:
    inquiry = Inquiry(people)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "kept.bin").write_bytes(b"\x00" * 30 + somebody.mrn.encode() + b"\x00")

    inquiry.look_into(Surface.DATA, tmp_path / "data")

    [hit] = inquiry.hits
    assert (hit.where, hit.route, hit.phase, hit.kind) == ("data/kept.bin", "POST /predict", "refused", Kind.MRN)
    assert somebody.mrn not in str(hit)


def test_a_file_that_is_named_by_somebody_is_a_hit_and_its_name_is_not_told(
    tmp_path: Path, people: People, somebody: Person
) -> None:
    inquiry = Inquiry(people)
    (tmp_path / "temporary").mkdir()
    (tmp_path / "temporary" / f"upload-{somebody.mrn}.pdf").write_bytes(b"")

    inquiry.look_into(Surface.TEMPORARY, tmp_path / "temporary")

    [hit] = inquiry.hits
    assert somebody.mrn not in str(hit)


def test_a_row_that_was_deleted_from_a_database_is_still_found_in_its_pages(
    tmp_path: Path, people: People, somebody: Person
) -> None:
    inquiry = Inquiry(people)
    (tmp_path / "data").mkdir()
    with closing(sqlite3.connect(tmp_path / "data" / "kept.db")) as database:
        database.execute("PRAGMA secure_delete = OFF")
        database.execute("CREATE TABLE kept (words TEXT)")
        database.execute("INSERT INTO kept VALUES (?)", [somebody.text])
        database.commit()
        database.execute("DELETE FROM kept")
        database.commit()

    inquiry.look_into(Surface.DATA, tmp_path / "data")

    assert {hit.kind for hit in inquiry.hits} >= {Kind.NAME, Kind.SSN}


def test_every_kind_of_word_is_seen_in_every_writing(people: People) -> None:
    assert Inquiry(people).blind_spots() == []


def test_what_was_planted_proves_a_surface_and_is_no_hit(tmp_path: Path, people: People) -> None:
    inquiry = Inquiry(people)
    folders = {name: tmp_path / name for name in ("data", "temporary", "working", "logs")}
    for folder in folders.values():
        folder.mkdir()
    planted = Planted(inquiry)

    planted.in_folders(**folders)
    for surface, name in {
        Surface.DATA: "data", Surface.TEMPORARY: "temporary", Surface.WORKING: "working", Surface.LOG: "logs",
    }.items():  # fmt: skip
        inquiry.look_into(surface, folders[name])
    planted.remove()

    assert [row.surface for row in inquiry.rows() if not row.proven] == []
    assert inquiry.hits == set()
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == []


def test_a_surface_in_which_nothing_planted_was_found_is_not_proven(people: People) -> None:
    inquiry = Inquiry(people)

    inquiry.look(Surface.METRICS, "/metrics", b"epicrisis_refused_total 0.0")

    [row] = inquiry.rows()
    assert (row.searched, row.hits, row.proven) == (27, 0, False)
