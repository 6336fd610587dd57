"""The task entities, with an engine that knows seven words."""

from __future__ import annotations

from typing import Any

import pytest

from epicrisis_lab.corpora.parsing import parse_row
from epicrisis_lab.corpora.rows import LabRow
from epicrisis_lab.errors import MissingCapability, NothingToScore
from epicrisis_lab.evaluation.tasks.entities import score_entities
from tests.unit.lab.files import entity, pair, sentence
from tests.unit.lab.twins import build, build_batches


def rows(*raw: dict[str, Any]) -> list[LabRow]:
    return [parse_row(each) for each in raw]


STATUS_ROWS = (
    sentence("s1", "No fever, no cough.", entity("fever", "PROBLEM", "ABSENT"), entity("cough", "PROBLEM", "ABSENT")),
    sentence("s2", "Aspirin 100 mg.", entity("Aspirin", "MEDICATION", "PRESENT"), entity("100 mg", "DOSE")),
    sentence("s3", "Dry cough.", entity("Dry cough", "PROBLEM", "PRESENT")),
)


def test_the_headline_is_over_concepts_and_the_whole_over_all_labels() -> None:
    # Strict: fever, cough and aspirin right, "cough" for "Dry cough" wrong; the dose is missed.
    figures = score_entities(build(), rows(*STATUS_ROWS)).tally.figures()

    assert figures["entities.strict.f1"] == pytest.approx(2 * 3 / (2 * 3 + 1 + 1))
    assert figures["entities.all.strict.f1"] == pytest.approx(2 * 3 / (2 * 3 + 1 + 2), abs=1e-6)
    assert figures["entities.strict.PROBLEM.f1"] == pytest.approx(2 * 2 / (2 * 2 + 1 + 1), abs=1e-6)
    assert figures["entities.strict.DOSE.f1"] == 0.0
    assert figures["entities.overlap.f1"] == 1.0


def test_a_concept_where_no_annotator_saw_one_is_a_mistake_even_if_its_label_is_rare() -> None:
    figures = score_entities(
        build(), rows(sentence("s1", "Fever, aspirin.", entity("Fever", "PROBLEM", "PRESENT")))
    ).tally.figures()

    assert figures["entities.strict.precision"] == pytest.approx(1 / 2)


def test_without_statuses_only_labels_the_file_uses_are_counted() -> None:
    figures = score_entities(
        build(), rows(sentence("s1", "Fever, aspirin.", entity("Fever", "PROBLEM")))
    ).tally.figures()

    assert figures["entities.strict.precision"] == figures["entities.all.strict.f1"] == 1.0


def test_the_case_of_a_label_does_not_matter() -> None:
    figures = score_entities(build(), rows(sentence("s1", "Fever.", entity("Fever", "Problem")))).tally.figures()

    assert figures["entities.strict.Problem.f1"] == 1.0


def test_each_corpus_is_asked_for_in_its_own_label_set() -> None:
    cdr = sentence(
        "10354657", "Aspirin and fever.", entity("Aspirin", "Chemical"), entity("fever", "Disease"), source="BC5CDR"
    )

    figures = score_entities(build_batches(), rows(STATUS_ROWS[0], cdr)).tally.figures()

    assert figures["entities.strict.Chemical.f1"] == figures["entities.strict.Disease.f1"] == 1.0
    assert figures["entities.strict.PROBLEM.f1"] == 1.0


def test_an_engine_without_the_label_set_is_refused_unless_another_is_asked_for() -> None:
    cdr = rows(sentence("1", "Aspirin.", entity("Aspirin", "Medication"), source="BC5CDR"))

    with pytest.raises(MissingCapability, match="'seven' has no label set 'bc5cdr'; `--labels clinical`"):
        score_entities(build(), cdr)
    assert score_entities(build(), cdr, label_sets=["clinical"]).tally.figures()["entities.strict.f1"] == 1.0


def test_an_entity_marked_twice_counts_once() -> None:
    twice = sentence("s1", "Fever.", entity("Fever", "PROBLEM"), entity("Fever", "PROBLEM"))

    assert score_entities(build(), rows(twice)).tally.figures()["entities.strict.support"] == 1


def test_a_row_where_there_is_nothing_to_find_still_counts_what_is_made_up() -> None:
    figures = score_entities(build(), rows(STATUS_ROWS[0], sentence("s9", "Cough syrup."))).tally.figures()

    assert figures["entities.strict.precision"] == pytest.approx(2 / 3, abs=1e-6)


def test_mistakes_name_their_kind() -> None:
    scored = score_entities(build(), rows(*STATUS_ROWS))

    assert [(mistake.kind, mistake.row) for mistake in scored.mistakes] == [
        ("missed DOSE", "s2"),
        ("boundary PROBLEM", "s3"),
    ]


def test_pair_rows_hold_no_entities_to_score() -> None:
    with pytest.raises(NothingToScore, match="sentences or documents"):
        score_entities(build(), rows(pair("p1", "No fever.", "fever", "ABSENT")))
