"""What can be asked about notes in short: it only reads."""

from __future__ import annotations

from collections.abc import Sequence

from epicrisis.client.asking import Ask, Told, in_json
from epicrisis.client.note_asks import batch_of, in_documents
from epicrisis.client.results import Batch
from epicrisis.domain.documents import Document
from epicrisis.domain.note_summaries import NoteSummary, Style
from epicrisis.formats.note_summaries import note_summary_from_plain

_SUMMARIES = "/v1/summaries"


def summarize(
    text: str,
    *,
    language: str | None,
    id: str | None,  # noqa: A002  as a note calls it
    max_words: int | None,
    min_words: int | None,
    style: Style | None,
) -> Ask[NoteSummary]:
    """Ask for the note ``text``, which is to be called ``id``, in short."""

    def read(told: Told) -> NoteSummary:
        plain = told.plain
        name = plain["id"] if id is None else id
        return note_summary_from_plain(plain, Document(id=name, text=text, language=plain["language"]))

    body = in_json(text=text, language=language, max_length=max_words, min_length=min_words, style=style)
    return Ask("POST", _SUMMARIES, read, body)


def summarize_batch(
    texts: Sequence[str],
    *,
    language: str | None,
    max_words: int | None,
    min_words: int | None,
    style: Style | None,
) -> Ask[Batch[NoteSummary]]:
    """Ask for each of the notes ``texts`` in short."""
    body = in_json(
        documents=in_documents(texts), language=language, max_length=max_words, min_length=min_words, style=style
    )
    return Ask("POST", _SUMMARIES, batch_of(texts, note_summary_from_plain), body)
