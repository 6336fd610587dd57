"""Inline marks of the guidelines are read strictly, and taking them out gives the sentence back."""

from __future__ import annotations

from itertools import chain

import pytest

from epicrisis.errors import InvalidRow
from epicrisis_lab.training.examples import Example, Target
from epicrisis_lab.training.marks import read_marks
from epicrisis_lab.training.prepare import annotated


def read(label: str, marked: str) -> Example:
    return read_marks("row-1", label, marked, source="test", split="train")


def test_marks_become_entities_targets_and_cues() -> None:
    example = read("MIXED", "Mother had <<no|NEG>> [[gout|PROBLEM:ABSENT+family+past]]; takes [[5 mg|DOSE]].")

    assert example.text == "Mother had no gout; takes 5 mg."
    assert example.tags == {"clinical": [(14, 18, "PROBLEM"), (26, 30, "DOSE")], "cues": [(11, 13, "NEG")]}
    assert example.targets == [Target(14, 18, ("ABSENT",), "PAST", "FAMILY")]
    assert example.sentence == "MIXED"


@pytest.mark.parametrize(
    ("label", "marked", "slip"),
    [
        ("PRESENT", "[[fever|SYMPTOM:PRESENT]]", "SYMPTOM"),
        ("PRESENT", "[[fever|PROBLEM]]", "no Status"),
        ("PRESENT", "[[fever|PROBLEM:GONE]]", "GONE"),
        ("PRESENT", "<<no|NOT>> fever", "NOT"),
        ("MAYBE", "fever", "MAYBE"),
        ("PRESENT", "[[fever|PROBLEM:PRESENT", "not closed"),
    ],
)
def test_a_slip_of_the_pen_is_an_error_that_names_the_row(label: str, marked: str, slip: str) -> None:
    with pytest.raises(InvalidRow, match=rf"row-1.*{slip}"):
        read(label, marked)


def test_every_annotated_sentence_of_the_project_can_be_read() -> None:
    own, mended = list(annotated("mtsamples_own")), list(annotated("mtsamples_status_mended"))

    assert len(own) > 5_000
    assert len({example.id for example in chain(own, mended)}) == len(own) + len(mended)
    for example in chain(own, mended):
        for start, end, _ in chain(*example.tags.values()):
            assert example.text[start:end].strip() == example.text[start:end] != ""
