from __future__ import annotations

from dataclasses import replace

from epicrisis.domain.assertions import Status
from epicrisis.domain.documents import Document
from epicrisis.domain.patients import ClinicalNote, Concept, Condition, PatientRecord, Source
from epicrisis.domain.records import Code, NoteRecord, Problem, Stated
from epicrisis.domain.spans import Span
from epicrisis.engines import registry
from epicrisis.engines.patients.baseline import baseline
from epicrisis.engines.patients.from_notes import with_note
from epicrisis.engines.patients.twins import twins_of
from epicrisis.engines.record_contracts import Coded, Mention
from tests.golden.patient_summaries.charts import when
from tests.unit.engines.patients.entries import ANA

SNOMED = "http://snomed.info/sct"
TEXT = "Type 2 diabetes. Hypertension."
NOTE = ClinicalNote(Source("DocumentReference/1"), Document(id="n", text=TEXT), at=when("2020-05-03"))
LINK = registry.code_linker("icd10cm").link


def recorded(number: int, text: str, code: str) -> Condition:
    return Condition(Source(f"Condition/{number}"), Concept(text, (Code(SNOMED, code, text),)), recorded=when("2015"))


def noted(*names: str) -> NoteRecord:
    problems = []
    for name in names:
        span = Span(TEXT.index(name), TEXT.index(name) + len(name))
        [codes] = LINK([Mention(name, Coded.PROBLEM, "en")])
        problems.append(Problem(Stated(span, name), Status.PRESENT, codes=codes))
    return NoteRecord("n", "en", problems=tuple(problems))


def test_a_note_and_the_record_name_one_problem_in_words_of_their_own() -> None:
    record = replace(PatientRecord(ANA), conditions=(recorded(1, "Diabetes mellitus type 2", "44054006"),))

    read = with_note(record, NOTE, noted("Type 2 diabetes"), twins=twins_of(record, LINK))

    [problem] = baseline(read).problems
    assert [each.reference for each in problem.sources] == ["Condition/1", "DocumentReference/1"]


def test_without_a_twin_a_note_tells_a_problem_of_its_own() -> None:
    record = replace(PatientRecord(ANA), conditions=(recorded(1, "Diabetes mellitus type 2", "44054006"),))

    read = with_note(record, NOTE, noted("Hypertension"), twins=twins_of(record, LINK))

    assert len(baseline(read).problems) == 2


def test_a_code_of_ours_for_two_problems_of_the_record_is_neither() -> None:
    conditions = (recorded(1, "Hypertension", "38341003"), recorded(2, "Essential hypertension", "59621000"))
    record = replace(PatientRecord(ANA), conditions=conditions)

    assert twins_of(record, LINK) == {}
