from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from epicrisis.client import summary_asks
from epicrisis.client.asking import Ask, Told
from epicrisis.client.results import Batch, Refusal
from epicrisis.domain.documents import Document
from epicrisis.domain.note_summaries import NoteStatement, NoteSummary, Style
from epicrisis.domain.records import Stated
from epicrisis.domain.sections import SectionCategory
from epicrisis.domain.spans import Span
from epicrisis.errors import InvalidInput
from epicrisis.formats.note_summaries import note_summary_to_plain
from epicrisis.text.alignment import OffsetUnit

NOTE = Document("n", "🫀 PLAN: Aspirin. Denies fever.", "en")
SUMMARY = NoteSummary(
    document_id="n",
    language="en",
    text="PLAN: Aspirin.",
    statements=(
        NoteStatement("Aspirin.", (Span(8, 16),), 0.75, SectionCategory.PLAN, heading=Stated(Span(2, 6), "PLAN")),
    ),
    style=Style.EXTRACTIVE,
    asked=Style.ABSTRACTIVE,
    engine="salience",
    version="1",
    warnings=("No model.",),
)
USUAL: dict[str, Any] = {"language": None, "max_words": None, "min_words": None, "style": None}


def answered(ask: Ask[Any], **plain: Any) -> Any:
    return ask.read(Told(json.dumps({"request_id": "7", **plain}).encode(), {}))


@pytest.mark.parametrize("unit", list(OffsetUnit))
def test_a_summary_comes_back_under_the_name_it_is_given(unit: OffsetUnit) -> None:
    plain = note_summary_to_plain(replace(SUMMARY, document_id="1"), NOTE, offset_unit=unit)

    named, unnamed = (answered(summary_asks.summarize(NOTE.text, id=name, **USUAL), **plain) for name in ("n", None))

    assert named == SUMMARY
    assert unnamed.document_id == "1"


def test_only_what_is_asked_for_is_sent() -> None:
    usual = summary_asks.summarize(NOTE.text, id=None, **USUAL)
    short = summary_asks.summarize(
        NOTE.text, id=None, language="en", max_words=20, min_words=0, style=Style.ABSTRACTIVE
    )

    assert json.loads(usual.body or b"") == {"text": NOTE.text}
    assert json.loads(short.body or b"") == {
        "text": NOTE.text, "language": "en", "max_length": 20, "min_length": 0, "style": "abstractive",
    }  # fmt: skip


def test_one_note_of_a_batch_fails_alone() -> None:
    plain = note_summary_to_plain(SUMMARY, NOTE)
    problem = {"code": "empty-text", "detail": "Nothing to read.", "status": 422}

    batch = answered(
        summary_asks.summarize_batch([NOTE.text, " "], **USUAL), documents=[plain, {"id": "2", "problem": problem}]
    )

    assert isinstance(batch, Batch)
    assert batch.items[0] == SUMMARY
    assert isinstance(batch.items[1], Refusal)


def test_a_summary_of_other_words_than_were_sent_is_refused() -> None:
    ask = summary_asks.summarize("No fever, no cough, no pain.", id=None, **USUAL)

    with pytest.raises(InvalidInput):
        answered(ask, **note_summary_to_plain(SUMMARY, NOTE))


def test_what_is_no_summary_is_refused() -> None:
    with pytest.raises(InvalidInput, match="/v1/summaries"):
        answered(
            summary_asks.summarize(NOTE.text, id=None, **USUAL),
            **note_summary_to_plain(SUMMARY, NOTE) | {"statements": 7},
        )
