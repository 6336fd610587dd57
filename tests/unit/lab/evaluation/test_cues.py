"""The task cues, with an engine that knows seven words."""

from __future__ import annotations

from typing import Any

import pytest

from epicrisis_lab.corpora.parsing import parse_row
from epicrisis_lab.corpora.rows import LabRow
from epicrisis_lab.errors import MissingCapability, NothingToScore
from epicrisis_lab.evaluation.baselines import MedspacyAssertion
from epicrisis_lab.evaluation.tasks.cues import score_cues
from tests.unit.lab.files import pair
from tests.unit.lab.twins import build, build_batches

TEXT = "No fever. Possible cough today."


def row(*cues: tuple[str, str], source: str = "invented", **more: Any) -> LabRow:
    marks = [{"start": TEXT.index(w), "end": TEXT.index(w) + len(w), "kind": kind} for w, kind in cues]
    return parse_row({"id": "c1", "text": TEXT, "source": source, "cues": marks, **more})


def scope(start: str, end: str, cue: int, kind: str) -> dict[str, Any]:
    return {"start": TEXT.index(start), "end": TEXT.index(end) + len(end), "cue": cue, "kind": kind}


def test_cues_count_where_offsets_and_kind_are_the_same() -> None:
    figures = score_cues(build(), [row(("No", "NEG"), ("Possible cough", "UNC"))]).tally.figures()

    assert figures["cues.NEG.f1"] == 1.0
    assert figures["cues.UNC.f1"] == 0.0
    assert figures["cues.strict.f1"] == pytest.approx(1 / 2)
    assert figures["cues.overlap.f1"] == 1.0


def test_an_engine_that_takes_many_at_once_scores_the_same() -> None:
    rows = [row(("No", "NEG"), ("Possible", "UNC"))]

    assert score_cues(build(), rows).tally.figures() == score_cues(build_batches(), rows).tally.figures()


def test_a_kind_the_corpus_does_not_mark_is_no_mistake() -> None:
    story = score_cues(build(), [row(("No", "NEG"), source="cdsco")])
    note = score_cues(build(), [row(("No", "NEG"), source="mtsamples_status")])

    assert story.tally.figures()["cues.strict.f1"] == 1.0
    assert note.tally.figures()["cues.strict.precision"] == pytest.approx(1 / 2)
    assert [mistake.kind for mistake in note.mistakes] == ["false positive UNC"]


def test_cues_of_a_sentence_that_many_pair_rows_repeat_count_once() -> None:
    cue = {"cues": [{"start": 0, "end": 2, "kind": "NEG"}]}
    text = "No fever or cough."
    rows = [parse_row(pair(word, text, word, "ABSENT", **cue)) for word in ("fever", "cough")]

    assert score_cues(build(), rows).tally.figures()["cues.strict.support"] == 1


def test_scopes_count_words_and_the_words_of_cues_count_nowhere() -> None:
    # The engine reads "fever" and "cough today"; BioScope would put the cue into the scope as well.
    scopes = [scope("No", "fever", 0, "NEG"), scope("Possible", "cough", 1, "UNC")]

    figures = score_cues(build(), [row(("No", "NEG"), ("Possible", "UNC"), scopes=scopes)]).tally.figures()

    assert figures["scopes.token_precision"] == pytest.approx(2 / 3, abs=1e-6)
    assert figures["scopes.token_recall"] == 1.0
    assert figures["scopes.token_f1"] == pytest.approx(4 / 5)
    assert figures["scopes.exact"] == pytest.approx(1 / 2)


def test_a_scope_in_parts_leaves_out_what_stands_between_them() -> None:
    whole = scope("Possible", "today", 0, "UNC")
    parts = [[TEXT.index("today"), TEXT.index("today") + 5]]

    figures = score_cues(build(), [row(("Possible", "UNC"), scopes=[{**whole, "parts": parts}])]).tally.figures()

    assert figures["scopes.token_precision"] == pytest.approx(1 / 2)
    assert figures["scopes.exact"] == 0.0


def test_a_corpus_without_scopes_has_no_scope_figures() -> None:
    assert not any(name.startswith("scopes") for name in score_cues(build(), [row(("No", "NEG"))]).tally.figures())


def test_files_without_cues_are_refused() -> None:
    with pytest.raises(NothingToScore, match="bioscope"):
        score_cues(build(), [row()])


def test_an_engine_that_names_no_cues_is_refused() -> None:
    with pytest.raises(MissingCapability, match="'medspacy' does not name cues"):
        score_cues(MedspacyAssertion(nlp=None, version="0"), [row(("No", "NEG"))])
