"""Templates give sentences whose marks are right, the same for the same seed."""

from __future__ import annotations

from itertools import pairwise

import pytest

from epicrisis.domain.assertions import CueKind, SentenceLabel, Status
from epicrisis_lab.training.augment import augmented, joined, templates, words_of
from epicrisis_lab.training.examples import Example
from epicrisis_lab.training.marks import read_marks

ROWS = [
    (
        "PRESENT",
        "[[hypertension|PROBLEM:PRESENT]] treated with [[lisinopril|MEDICATION:PRESENT]] [[5 mg|DOSE]] [[p.o.|ROUTE]].",
    ),
    ("ABSENT", "She is [[afebrile|PROBLEM:ABSENT]]; [[lungs|TEST:NORMAL]] <<clear|NORM>>."),
    ("PRESENT", "[[Appendectomy|PROCEDURE:PRESENT]] [[daily|FREQUENCY]] [[for 3 days|DURATION]] [[98.6|VALUE]]."),
]


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    return [
        read_marks(f"row-{n}", label, marked, source="test", split="train") for n, (label, marked) in enumerate(ROWS)
    ]


def test_every_template_names_known_labels() -> None:
    lines = templates("en")

    assert len(lines) > 150
    assert {label for label, _ in lines} <= set(SentenceLabel)
    assert len(set(lines)) == len(lines)


def test_marks_lie_where_the_words_are(examples: list[Example]) -> None:
    made = list(augmented("en", words_of(examples), 2 * len(templates("en")), seed=1))

    for example in made:
        spans = sorted([*example.tags["clinical"], *example.tags["cues"]])
        assert all(before[1] <= after[0] for before, after in pairwise(spans))
        assert all(example.text[start:end].strip() for start, end, _ in spans)
        assert all(kind in set(CueKind) for _, _, kind in example.tags["cues"])
        assert all(set(target.statuses) <= set(Status) for target in example.targets)


def test_the_same_seed_gives_the_same_sentences(examples: list[Example]) -> None:
    words = words_of(examples)

    assert list(augmented("en", words, 50, seed=3)) == list(augmented("en", words, 50, seed=3))
    assert list(augmented("en", words, 50, seed=3)) != list(augmented("en", words, 50, seed=4))


def test_sentences_that_are_joined_keep_their_marks(examples: list[Example]) -> None:
    for run in joined(examples, 20, seed=1):
        words = {run.text[start:end] for start, end, _ in run.tags["clinical"]}
        assert words <= {e.text[start:end] for e in examples for start, end, _ in e.tags["clinical"]}
        assert run.sentence is None
