from __future__ import annotations

import json
from pathlib import Path

import pytest

from epicrisis.domain.spans import Span
from epicrisis.engines.differential.clauses import clauses_of
from epicrisis.engines.differential.knowledge.reading import knowledge_base
from epicrisis.engines.differential.likeness import NOTHING, SHIPPED, Like
from epicrisis.text.sentences import sentence_spans
from epicrisis_lab.corpora.catalogue import data_root, trainable
from epicrisis_lab.errors import MissingData
from epicrisis_lab.knowledge.marked import Mark, in_notes, marks, shares

TEXT = "Seen today. She sleeps on three pillows, and came by bus."
PILLOWS = Mark("mtsamples_notes", "m1", Span(12, 39), "orthopnea", True, 0.0)


@pytest.fixture
def corpora(tmp_path: Path) -> Path:
    (tmp_path / "notes").mkdir()
    row = {"id": "m1", "text": TEXT, "lang": "en", "source": "MTSamples"}
    (tmp_path / "notes" / "notes.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    return tmp_path


def test_a_mark_is_read_in_its_sentence(corpora: Path) -> None:
    [marked] = in_notes([PILLOWS], "en", corpora)

    clause = marked.clause
    assert (clause.finding, clause.present) == ("orthopnea", True)
    assert clause.text == "She sleeps on three pillows"
    assert (clause.before, clause.after) == ("", ", and came by bus.")


def test_a_note_that_is_not_there_is_refused_with_its_corpus(corpora: Path) -> None:
    other = Mark("mtsamples_notes", "m2", Span(0, 4), NOTHING, True, 0.0)

    for root in (corpora, None):
        with pytest.raises(MissingData, match="mtsamples_notes is not here; set EPICRISIS_CORPORA"):
            list(in_notes([other], "en", root))


def a_mark(finding: str, stands_for: float, *, present: bool = True) -> Mark:
    return Mark("mtsamples_notes", "m1", Span(0, 4), finding, present, stands_for)


def test_what_is_told_counts_for_as_many_clauses_as_it_stands_for() -> None:
    found = shares(
        [a_mark("cough-dry", 2), a_mark("fever", 1), a_mark(NOTHING, 4), a_mark(NOTHING, 3), a_mark("fever", 2)],
        # A wider finding is right, and the other side of one is wrong.
        [Like("cough", 0.9, True), Like("fever", 0.9, False), Like("nausea", 0.5, True), None, None],
        knowledge_base(),
    )

    assert found == pytest.approx(
        {
            "notes.told": round(7 / 12, 3),
            "notes.told_of_nothing": round(4 / 7, 3),
            "notes.precision": round(2 / 7, 3),
            "notes.recall": round(2 / 5, 3),
        }
    )
    assert shares([a_mark(NOTHING, 1)], [None], knowledge_base()) == {
        "notes.told": 0.0, "notes.told_of_nothing": 0.0, "notes.precision": 0.0, "notes.recall": 0.0,
    }  # fmt: skip


@pytest.mark.parametrize("language", SHIPPED)
def test_the_marks_are_of_findings_that_are_told_and_of_corpora_that_may_teach(language: str) -> None:
    own = marks(language)

    findings = {*SHIPPED[language]().findings, NOTHING}
    assert {mark.finding for mark in own} <= findings
    assert all(trainable(name) for name in {mark.corpus for mark in own})
    assert len({(mark.corpus, mark.note, mark.span) for mark in own}) == len(own)
    # Whoever measures was taught by no clause of the same note.
    held = {(mark.corpus, mark.note) for mark in own if mark.stands_for}
    assert held
    assert held.isdisjoint({(mark.corpus, mark.note) for mark in own if not mark.stands_for})


@pytest.mark.parametrize("language", SHIPPED)
def test_each_mark_is_a_clause_of_its_note(language: str) -> None:
    root = data_root()
    if root is None:
        pytest.skip("the corpora are not here; set EPICRISIS_CORPORA")
    clauses: dict[str, set[Span]] = {}

    for marked in in_notes(marks(language)[::25], language, root):
        text = marked.text
        if text not in clauses:
            clauses[text] = set(clauses_of(text, sentence_spans(text, language), language))
        assert marked.mark.span in clauses[text]
