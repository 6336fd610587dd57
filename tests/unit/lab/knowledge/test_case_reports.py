from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from epicrisis import assembly
from epicrisis.domain.patients import Sex
from epicrisis_lab.errors import UnreadableFile
from epicrisis_lab.knowledge.case_reports import Covered, Report, covered, load_reports, places
from epicrisis_lab.knowledge.naming import shipped_names
from tests.knowledge import engine, found

TEXT = (
    "Acute appendicitis after a picnic: a case report. Home About Login. "
    + "Journal of Nothing. " * 10
    + "A 19-year-old man had fever and vomiting. He denied any diarrhea. Appendicitis was found; asthma was not. "
    "His mother had headache."
)
MARKED = {
    "condition": ["Acute appendicitis", "Appendicitis", "asthma"],
    "factor": ["19-year-old"],
    "finding": ["fever", "vomiting", "diarrhea", "Appendicitis", "headache"],
}


def row(text: str = TEXT, marked: Mapping[str, list[str]] = MARKED) -> dict[str, Any]:
    return {
        "id": "https://example.org/PMC1/",
        "text": text,
        "entities": [
            {"type": kind, "text": words, "spans": [[text.index(words), len(words)]]}
            for kind, all_words in marked.items()
            for words in all_words
        ],
    }


def read(tmp_path: Path, *rows: dict[str, Any]) -> list[Report]:
    file = tmp_path / "reports.jsonl.gz"
    file.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    return load_reports(file)


def test_a_report_is_about_what_is_marked_and_stands_in_its_title(tmp_path: Path) -> None:
    [report] = read(tmp_path, row())

    assert report.about == ["Acute appendicitis", "Appendicitis"]
    assert report.words("finding") == ["fever", "vomiting", "diarrhea", "Appendicitis", "headache"]


def test_findings_are_told_as_the_report_has_them_and_its_illness_is_not(tmp_path: Path) -> None:
    reports = read(tmp_path, row(), row(marked={**MARKED, "condition": ["asthma"]}))

    [case] = covered(reports, shipped_names(), assembly.load())

    assert (case.condition, case.told) == ("acute-appendicitis", 3)
    assert (case.case.age, case.case.sex) == (19.0, Sex.MALE)
    assert {(each.finding, each.present) for each in case.case.observed} == {
        ("fever", True),
        ("vomiting", True),
        ("diarrhea", False),
    }


def test_a_condition_has_its_place_in_the_ranking() -> None:
    cases = [Covered("r1", "pleurisy", 2, found("chest-pain-pleuritic", "fever")), Covered("r2", "gone", 0, found())]

    first, never = places(cases, engine())

    assert first == 1
    assert never > 20


def test_what_are_no_reports_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"reports\.jsonl\.gz"):
        read(tmp_path, {"id": "1"})
    with pytest.raises(UnreadableFile, match=r"gone\.jsonl\.gz"):
        load_reports(tmp_path / "gone.jsonl.gz")
