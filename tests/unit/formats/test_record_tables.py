from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import count

from epicrisis.domain.records import Code, CodeSystem
from epicrisis.formats.record_tables import COLUMNS, note_nlp, rows
from tests.records import NOTE, RECORD


def test_every_item_is_a_row_that_quotes_the_note() -> None:
    told = list(rows(RECORD))

    assert all(tuple(row) == COLUMNS for row in told)
    assert all(NOTE.text[row["start"] : row["end"]] == row["name"] for row in told)
    kinds = [row["kind"] for row in told]
    assert {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)} == {
        "problem": 4, "medication": 2, "lab": 2, "vital": 1, "procedure": 2, "allergy": 1, "family": 2, "social": 2,
        "follow-up": 1,
    }  # fmt: skip


def test_a_row_tells_number_unit_code_and_what_else_there_is() -> None:
    potassium = next(row for row in rows(RECORD) if row["name"] == "Potassium")

    assert (potassium["value"], potassium["number"], potassium["unit"]) == ("5.9 mmol/L", 5.9, "mmol/L")
    assert (potassium["system"], potassium["code"]) == ("http://loinc.org", "2823-3")
    assert potassium["details"] == "reference_low: 3.5; reference_high: 5.1; flag: HIGH; time: on admission"


def test_omop_is_told_what_exists_and_what_does_not() -> None:
    told = {row["lexical_variant"]: row for row in note_nlp(RECORD, NOTE, note_id=7, on=date(2026, 1, 2))}

    assert told["asthma"]["term_exists"] == "Y"
    assert told["asthma"]["note_nlp_source_concept"] == "http://hl7.org/fhir/sid/icd-10-cm|J45.909"
    assert told["asthma"]["term_modifiers"] == "certainty=PRESENT,subject=PATIENT,severity=severe"
    assert [told[name]["term_exists"] for name in ("fever", "pneumonia", "coughs blood", "diabetes")] == ["N"] * 4
    assert told["Appendectomy"]["term_temporal"] == "Past"
    assert told["lisinopril"]["note_id"] == 7
    assert NOTE.text[int(told["fever"]["offset"]) :].startswith("fever")


def test_how_a_drug_is_taken_has_columns_of_its_own() -> None:
    lisinopril = next(row for row in rows(RECORD) if row["name"] == "lisinopril")

    told = [lisinopril[name] for name in ("strength", "form", "dose", "route", "frequency", "duration", "reason")]

    assert told == ["", "", "10 mg", "by mouth", "daily", "", "hypertension"]
    assert lisinopril["details"].startswith("state: TAKEN; dose: 10 mg")


def test_a_combination_has_the_codes_of_all_its_ingredients() -> None:
    parts = tuple(Code(CodeSystem.DRUGBANK, f"DB{name}", name, score) for name, score in (("A", 0.97), ("B", 0.75)))
    record = replace(RECORD, medications=(replace(RECORD.medications[0], codes=parts),))

    row = next(row for row in rows(record) if row["kind"] == "medication")
    told = [row for row in note_nlp(record, NOTE, note_id=7, on=date(2026, 1, 2)) if "DB" in str(row)]

    assert (row["code"], row["display"], row["score"]) == ("DBA; DBB", "A; B", 0.75)
    assert [row["note_nlp_source_concept"] for row in told] == [
        "https://go.drugbank.com|DBA", "https://go.drugbank.com|DBB",
    ]  # fmt: skip


def test_no_two_rows_of_notes_written_together_have_one_key() -> None:
    ids, on = count(1), date(2026, 1, 2)

    told = [row["note_nlp_id"] for _ in range(2) for row in note_nlp(RECORD, NOTE, note_id=7, on=on, ids=ids)]

    assert told == list(range(1, len(told) + 1))
    assert [row["note_nlp_id"] for row in note_nlp(RECORD, NOTE, note_id=7, on=on)][:2] == [1, 2]
