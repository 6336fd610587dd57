"""The task sentences, with an engine that labels them and one that only judges findings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from epicrisis.domain.annotations import Sentence
from epicrisis.domain.spans import Span
from epicrisis_lab.corpora.parsing import parse_row
from epicrisis_lab.corpora.rows import LabRow
from epicrisis_lab.errors import MissingCapability, NothingToScore
from epicrisis_lab.evaluation.tasks.sentences import score_sentences
from tests.unit.lab.files import entity, sentence
from tests.unit.lab.twins import SevenWordsInBatches, build, build_batches


def rows(*raw: dict[str, Any]) -> list[LabRow]:
    return [parse_row(each) for each in raw]


FEVER, COUGH = entity("fever", "PROBLEM", "ABSENT"), entity("cough", "PROBLEM", "PRESENT")
SENTENCES = rows(
    {**sentence("s1", "No fever.", FEVER), "sentence_label": "ABSENT"},
    {**sentence("s2", "Dry cough.", COUGH), "sentence_label": "PRESENT"},
    {**sentence("s3", "Dry cough. No fever.", COUGH, FEVER), "sentence_label": "MIXED"},
    {**sentence("s4", "Seen at noon."), "sentence_label": "NONE"},
)


def test_figures_are_those_counted_by_hand() -> None:
    # The engine knows ABSENT and PRESENT alone, and gives each 0.8: two of four are right.
    scored = score_sentences(build_batches(), SENTENCES)

    figures = scored.tally.figures()
    assert figures["sentence.accuracy"] == pytest.approx(1 / 2)
    assert figures["sentence.macro_f1"] == pytest.approx((2 / 3 + 2 / 3 + 0 + 0) / 4, abs=1e-6)
    assert figures["sentence.ece"] == pytest.approx(0.3)
    assert [mistake.kind for mistake in scored.mistakes] == ["MIXED -> ABSENT", "NONE -> PRESENT"]
    assert scored.confusions["sentence.confusion"]["MIXED"] == {"ABSENT": 1}


def test_for_an_engine_that_only_judges_the_label_follows_from_the_marked_concepts() -> None:
    scored = score_sentences(build(), SENTENCES)

    assert scored.tally.figures()["sentence.accuracy"] == 1.0
    assert "sentence.ece" not in scored.tally.figures()
    assert scored.reliability == {}


def test_an_engine_that_only_judges_needs_marked_concepts() -> None:
    bare = rows({"id": "s1", "text": "No fever.", "sentence_label": "ABSENT"})

    with pytest.raises(MissingCapability, match="'seven' labels no sentences itself, and no concept is marked"):
        score_sentences(build(), bare)


def test_a_sentence_left_without_a_label_is_refused_rather_than_scored() -> None:
    class Silent(SevenWordsInBatches):
        def sentence_labels(self, texts: Sequence[str], *, language: str | None = None) -> Sequence[Sentence]:
            return [Sentence(Span(0, len(text))) for text in texts]

    with pytest.raises(MissingCapability, match="left a sentence without a label"):
        score_sentences(Silent(), SENTENCES)


def test_files_without_sentence_labels_are_refused() -> None:
    with pytest.raises(NothingToScore, match="mtsamples_status or es_status"):
        score_sentences(build_batches(), rows(sentence("s1", "No fever.", FEVER)))
