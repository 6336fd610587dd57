"""Records of an engine against records written by hand, list by list."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from epicrisis.domain.assertions import Status
from epicrisis.domain.records import (
    FamilyCondition,
    Measurement,
    MeasurementKind,
    Medication,
    NoteRecord,
    Problem,
    Quantity,
    Stated,
)
from epicrisis.domain.spans import Span
from epicrisis_lab.errors import NothingToScore, UnreadableFile
from epicrisis_lab.evaluation.records.gold import GoldRecord, load_records
from epicrisis_lab.evaluation.records.lists import LISTS
from epicrisis_lab.evaluation.records.pairing import paired
from epicrisis_lab.evaluation.records.words import how_often, likeness
from epicrisis_lab.evaluation.spans import Matching

TEXT = "Severe cough. No fever. Aspirin 81 mg daily. BP 120/80 mmHg. Mother: gout. Cough today."
HEADS = ("problems", "medications", "measurements", "procedures", "allergies", "family", "social", "follow_up")


def written(tmp_path: Path, **lists: Any) -> GoldRecord:
    """Return a record whose lists are those given, and empty else."""
    record = {"id": "n1", "language": "en", "text": TEXT, "demographics": {}, "no_known_allergies": None}
    file = tmp_path / "001.json"
    file.write_text(json.dumps({**record, **{head: [] for head in HEADS}, **lists}), encoding="utf-8")
    [gold] = load_records([file])
    return gold


def words(quote: str) -> Stated:
    start = TEXT.index(quote)
    return Stated(Span(start, start + len(quote)), quote)


def compared(name: str, gold: GoldRecord, **lists: Any) -> Matching:
    """Return how the list ``name`` of a record that an engine wrote fits that of ``gold``."""
    each = next(each for each in LISTS if each.name == name)
    return paired(name, each.gold(gold), each.found(NoteRecord("n1", "en", **lists)), each.likeness)


def counts(matching: Matching) -> tuple[int, int, int]:
    return len(matching.pairs), len(matching.missed), len(matching.made_up)


def test_a_problem_needs_its_name_and_its_status(tmp_path: Path) -> None:
    gold = written(tmp_path, problems=[{"name": "cough", "status": "PRESENT"}, {"name": "fever", "status": "ABSENT"}])
    found = (Problem(words("Severe cough"), Status.PRESENT), Problem(words("fever"), Status.PRESENT))

    assert counts(compared("problems", gold, problems=found)) == (1, 1, 1)
    assert counts(compared("problems.names", gold, problems=found)) == (2, 0, 0)


def test_another_status_or_name_that_the_reader_let_stand_counts(tmp_path: Path) -> None:
    gold = written(
        tmp_path,
        problems=[{"name": "Severe cough", "also": ["Cough today"], "status": "ABSENT", "status_or": "PRESENT"}],
    )

    assert counts(compared("problems", gold, problems=(Problem(words("Cough today"), Status.PRESENT),))) == (1, 0, 0)


def test_what_is_said_again_and_what_is_optional_count_neither_way(tmp_path: Path) -> None:
    gold = written(
        tmp_path,
        problems=[
            {"name": "Severe cough", "status": "PRESENT"},
            {"name": "fever", "status": "ABSENT", "optional": True},
        ],
    )
    again = (Problem(words("Severe cough"), Status.PRESENT), Problem(words("cough"), Status.PRESENT))

    assert counts(compared("problems", gold, problems=again)) == (1, 0, 0)
    assert counts(compared("problems", gold, denied=(Problem(words("fever"), Status.ABSENT),))) == (0, 1, 0)


def test_a_drug_needs_its_amount_and_how_often_however_they_are_spelled(tmp_path: Path) -> None:
    gold = written(tmp_path, medications=[{"name": "Aspirin", "dose": "81 mg", "frequency": "daily"}])
    right = Medication(words("Aspirin"), strength=words("81 mg"), frequency=Stated(Span(0, 4), "q.d."))

    assert counts(compared("medications", gold, medications=(right,))) == (1, 0, 0)
    assert counts(compared("medications", gold, medications=(Medication(words("Aspirin")),))) == (0, 1, 1)
    assert counts(compared("medications.names", gold, medications=(Medication(words("Aspirin")),))) == (1, 0, 0)


def test_a_measurement_needs_its_number_its_unit_and_its_part(tmp_path: Path) -> None:
    pressure = {"name": "BP", "value": "120", "number": 120.0, "ucum": "mm[Hg]", "part": "systolic"}
    gold = written(tmp_path, measurements=[pressure])

    def found(ucum: str, part: str) -> Measurement:
        quantity = Quantity(120.0, "mmHg", ucum)
        return Measurement(words("BP"), MeasurementKind.VITAL, words("120"), quantity, part=part)

    assert counts(compared("measurements", gold, measurements=(found("mm[Hg]", "systolic"),))) == (1, 0, 0)
    assert counts(compared("measurements", gold, measurements=(found("/min", "systolic"),))) == (0, 1, 1)
    assert counts(compared("measurements", gold, measurements=(found("mm[Hg]", "diastolic"),))) == (0, 1, 1)


def test_a_familys_disease_needs_its_relative(tmp_path: Path) -> None:
    gold = written(tmp_path, family=[{"condition": "gout", "status": "PRESENT", "relative": "Mother"}])

    assert counts(compared("family", gold, family=(FamilyCondition(words("gout"), relative=words("Mother")),))) == (
        1,
        0,
        0,
    )
    assert counts(compared("family", gold, family=(FamilyCondition(words("gout")),))) == (0, 1, 1)


def test_a_quote_stands_where_no_word_runs_on(tmp_path: Path) -> None:
    gold = written(tmp_path)

    assert gold.place("today") == words("today").span
    # "Severe" and "fever" hold it too.
    with pytest.raises(ValueError, match="substring"):
        gold.place("eve")


@pytest.mark.parametrize(
    ("one", "other"),
    [("q.d.", "once daily"), ("b.i.d.", "every 12 hours"), ("q.4h", "every 4 hours"), ("h.s.", "at bedtime")],
)
def test_ways_to_say_how_often_are_one(one: str, other: str) -> None:
    assert how_often(one) == how_often(other)


def test_names_share_half_of_their_words_or_are_two() -> None:
    assert likeness("the chest pains", ["chest pain"]) == 1.0
    assert likeness("left chest pain", ["pain"]) == 0.5
    assert likeness("severe left chest pain", ["pain"]) == 0.0


def test_a_file_that_is_no_record_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "001.json"
    file.write_text("{}", encoding="utf-8")

    with pytest.raises(UnreadableFile, match=r"001\.json"):
        load_records([file])
    with pytest.raises(UnreadableFile, match="cannot be opened"):
        load_records([tmp_path / "002.json"])


def test_records_of_another_language_leave_nothing_to_score(tmp_path: Path) -> None:
    written(tmp_path)

    with pytest.raises(NothingToScore):
        load_records([tmp_path / "001.json"], "es")
