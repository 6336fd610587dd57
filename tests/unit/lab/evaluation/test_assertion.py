"""The task assertion, with an engine that knows seven words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from epicrisis.domain.assertions import Assertion
from epicrisis.domain.documents import Document
from epicrisis.domain.spans import Span
from epicrisis_lab.corpora.parsing import parse_row
from epicrisis_lab.corpora.rows import LabRow
from epicrisis_lab.errors import NothingToScore
from epicrisis_lab.evaluation.spans import Mark
from epicrisis_lab.evaluation.tasks.assertion import score_assertion
from epicrisis_lab.evaluation.units import merged_pairs
from tests.unit.lab.files import entity, pair, sentence
from tests.unit.lab.twins import SevenWords, SevenWordsInBatches, build, build_batches

BOTH = "No fever or cough."
RAW: list[dict[str, Any]] = [
    pair("p1", BOTH, "fever", "ABSENT"),
    pair("p2", BOTH, "cough", "ABSENT"),
    pair("p3", "Possible fever.", "fever", "POSSIBLE"),
    pair("p4", "Fever. Cough.", "Cough", "PRESENT"),
    pair("p5", "He denies cough.", "cough", "ABSENT"),
]


def rows(raw: Sequence[dict[str, Any]] = RAW) -> list[LabRow]:
    return [parse_row(each) for each in raw]


class Counting(SevenWords):
    """Keeps count of its calls."""

    def __init__(self) -> None:
        self.calls: list[int] = []

    def assess(self, document: Document, targets: Sequence[Span]) -> Sequence[Assertion]:
        self.calls.append(len(targets))
        return super().assess(document, targets)


def test_figures_are_those_counted_by_hand() -> None:
    # The engine does not know "denies": one of three ABSENT is read as PRESENT.
    figures = score_assertion(build(), rows()).tally.figures()

    assert figures["status.accuracy"] == pytest.approx(4 / 5)
    assert figures["status.ABSENT.f1"] == pytest.approx(4 / 5)
    assert figures["status.PRESENT.f1"] == pytest.approx(2 / 3, abs=1e-6)
    assert figures["status.macro_f1"] == pytest.approx((4 / 5 + 2 / 3 + 1) / 3, abs=1e-6)
    # Two answers at 0.5, one right; three at 0.9, all right.
    assert figures["status.ece"] == pytest.approx((2 * 0.0 + 3 * 0.1) / 5)


def test_pair_rows_of_one_sentence_are_judged_in_one_call_and_each_row_counts() -> None:
    engine = Counting()

    scored = score_assertion(engine, rows())

    assert engine.calls == [2, 1, 1, 1]
    assert scored.rows == 5
    assert scored.tally.figures()["status.ABSENT.support"] == 3


def test_the_same_sentence_of_two_corpora_stays_two() -> None:
    twice = rows([RAW[0], {**RAW[0], "source": "elsewhere"}])

    assert [len(unit.targets) for unit in merged_pairs(twice)] == [1, 1]


def test_an_engine_that_takes_many_at_once_scores_the_same() -> None:
    assert score_assertion(build_batches(), rows()).tally.figures() == score_assertion(build(), rows()).tally.figures()
    assert isinstance(build_batches(), SevenWordsInBatches)


def test_wrong_cases_say_what_was_wanted_and_what_came() -> None:
    (mistake,) = score_assertion(build(), rows()).mistakes

    assert (mistake.kind, mistake.row) == ("ABSENT -> PRESENT", "p5")
    assert (mistake.gold, mistake.predicted) == (Mark(10, 15, "ABSENT"), Mark(10, 15, "PRESENT"))


def test_confusion_counts_every_target() -> None:
    assert score_assertion(build(), rows()).confusions == {
        "status.confusion": {
            "ABSENT": {"ABSENT": 2, "PRESENT": 1},
            "POSSIBLE": {"POSSIBLE": 1},
            "PRESENT": {"PRESENT": 1},
        }
    }


def test_when_and_whose_are_scored_only_where_the_corpus_tells_them_apart() -> None:
    plain = score_assertion(build(), rows())
    older = score_assertion(build(), rows([*RAW, pair("p6", "History of fever.", "fever", "HISTORICAL")]))

    assert "temporality.accuracy" not in plain.tally.figures()
    assert older.tally.figures()["temporality.accuracy"] == 1.0
    assert "experiencer.accuracy" not in older.tally.figures()


def test_a_corpus_without_time_does_not_spoil_the_figures_of_one_with_it() -> None:
    timeless = pair("t1", "History of cough.", "cough", "PRESENT", source="timeless")
    timed = [pair("p6", "History of fever.", "fever", "HISTORICAL"), pair("p7", "Fever.", "Fever", "PRESENT")]

    figures = score_assertion(build(), rows([timeless, *timed])).tally.figures()

    assert figures["temporality.accuracy"] == 1.0
    assert figures["temporality.PAST.support"] == 1


def test_the_three_label_reading_counts_normal_as_absent_and_the_unsettled_as_possible() -> None:
    raw = [
        pair("p1", "No fever.", "fever", "NORMAL"),
        pair("p2", "Possible fever.", "fever", "HYPOTHETICAL"),
        pair("p3", "Fever.", "Fever", "PRESENT"),
    ]

    figures = score_assertion(build(), rows(raw)).tally.figures()

    assert figures["status.accuracy"] == pytest.approx(1 / 3, abs=1e-6)
    assert figures["status.three.accuracy"] == 1.0


def test_concepts_of_sentence_rows_are_targets_and_attributes_are_not() -> None:
    raw = sentence("s1", "No fever on aspirin 100 mg.", entity("fever", "PROBLEM", "ABSENT"), entity("100 mg", "DOSE"))

    assert score_assertion(build(), rows([raw])).tally.figures()["status.ABSENT.support"] == 1


def test_files_without_statuses_are_refused() -> None:
    with pytest.raises(NothingToScore, match="entities or cues"):
        score_assertion(build(), rows([sentence("s1", "No fever.", entity("fever", "Disease"))]))


def test_what_a_rule_called_present_is_set_apart_from_what_an_annotator_judged() -> None:
    derived = pair("p6", "Her cough is not new.", "cough", "PRESENT", derived=True)

    figures = score_assertion(build(), rows([*RAW, derived])).tally.figures()

    assert figures["status.accuracy"] == pytest.approx(5 / 6, abs=1e-6)
    assert figures["status.annotated.accuracy"] == pytest.approx(4 / 5)
    assert not [name for name in score_assertion(build(), rows()).tally.figures() if "annotated" in name]
