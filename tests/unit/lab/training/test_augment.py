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

SPANISH_ROWS = [
    ("PRESENT", "[[Hipertensión|PROBLEM:PRESENT]] tratada con [[enalapril|MEDICATION:PRESENT]] [[5 mg|DOSE]]."),
    ("ABSENT", "[[Afebril|PROBLEM:ABSENT]], [[exploración|TEST:NORMAL]] <<normal|NORM>>."),
    ("PRESENT", "[[Apendicectomía|PROCEDURE:PRESENT]], [[creatinina|TEST:PRESENT]] [[1,4|VALUE]]."),
]


def examples_from(rows: list[tuple[str, str]]) -> list[Example]:
    return [
        read_marks(f"row-{n}", label, marked, source="test", split="train") for n, (label, marked) in enumerate(rows)
    ]


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    return examples_from(ROWS)


@pytest.fixture(scope="module")
def spanish() -> list[Example]:
    return examples_from(SPANISH_ROWS)


@pytest.mark.parametrize(("language", "least"), [("en", 150), ("es", 300)])
def test_every_template_names_known_labels(language: str, least: int) -> None:
    lines = templates(language)

    assert len(lines) > least
    assert {label for label, _ in lines} <= set(SentenceLabel)
    assert len(set(lines)) == len(lines)


@pytest.mark.parametrize(("language", "rows"), [("en", ROWS), ("es", SPANISH_ROWS)])
def test_marks_lie_where_the_words_are(language: str, rows: list[tuple[str, str]]) -> None:
    made = list(augmented(language, words_of(examples_from(rows)), 2 * len(templates(language)), seed=1))

    for example in made:
        spans = sorted([*example.tags["clinical"], *example.tags["cues"]])
        assert all(before[1] <= after[0] for before, after in pairwise(spans))
        assert all(example.text[start:end].strip() for start, end, _ in spans)
        assert all(kind in set(CueKind) for _, _, kind in example.tags["cues"])
        assert all(set(target.statuses) <= set(Status) for target in example.targets)
        assert not set("[]{}|<>") & set(example.text)


def test_the_same_seed_gives_the_same_sentences(examples: list[Example]) -> None:
    words = words_of(examples)

    assert list(augmented("en", words, 50, seed=3)) == list(augmented("en", words, 50, seed=3))
    assert list(augmented("en", words, 50, seed=3)) != list(augmented("en", words, 50, seed=4))


def test_a_drug_someone_is_allergic_to_is_one_problem(spanish: list[Example]) -> None:
    made = augmented("es", words_of(spanish), len(templates("es")), seed=1)
    spans = [(e.text[start:end], label) for e in made for start, end, label in e.tags["clinical"]]
    problems = {surface.casefold() for surface, label in spans if label == "PROBLEM"}

    assert {"alérgico a enalapril", "alergia a enalapril"} <= problems


def test_spanish_sentences_speak_spanish_with_and_without_accents(spanish: list[Example]) -> None:
    texts = [example.text for example in augmented("es", words_of(spanish), 4 * len(templates("es")), seed=1)]

    assert not any(word in f" {text} " for text in texts for word in (" The patient ", " and ", " or ", " mother "))
    assert any("hipertensión" in text for text in texts)
    assert any("hipertension" in text for text in texts)
    assert any("ñ" in text for text in texts)
    assert not any("anos" in text for text in texts)


def test_sentences_that_are_joined_keep_their_marks(examples: list[Example]) -> None:
    for run in joined(examples, 20, seed=1):
        words = {run.text[start:end] for start, end, _ in run.tags["clinical"]}
        assert words <= {e.text[start:end] for e in examples for start, end, _ in e.tags["clinical"]}
        assert run.sentence is None
