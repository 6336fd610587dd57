"""A summary of a note as plain JSON, the shape of ``/v1/summaries``, and back: every sentence with where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from epicrisis.domain.documents import Document
from epicrisis.domain.note_summaries import NoteStatement, NoteSummary, Style
from epicrisis.domain.records import Stated
from epicrisis.domain.sections import SectionCategory
from epicrisis.errors import InvalidRow, InvalidSpan
from epicrisis.formats.reading import Reader
from epicrisis.formats.writing import Plain, Writer, probability
from epicrisis.text.alignment import OffsetUnit


def note_summary_to_plain(
    summary: NoteSummary, document: Document, *, offset_unit: OffsetUnit = OffsetUnit.CODE_POINT
) -> Plain:
    """Return ``summary``, which is of ``document``, as values ``json.dumps`` takes; offsets count ``offset_unit``."""
    spans = [span for statement in summary.statements for span in statement.spans]
    headings = [statement.heading.span for statement in summary.statements if statement.heading is not None]
    write = Writer.over(document.text, [*spans, *headings], offset_unit)
    return {
        "id": summary.document_id,
        "language": summary.language,
        "offset_unit": offset_unit.value,
        "summary": summary.text,
        "words": summary.words,
        "statements": [_statement(write, statement) for statement in summary.statements],
        "style": summary.style.value,
        "asked_style": summary.asked.value,
        "engine": summary.engine,
        "version": summary.version,
        "model": summary.model or None,
        "warnings": list(summary.warnings),
    }


def note_summary_from_plain(plain: Mapping[str, Any], document: Document) -> NoteSummary:
    """Return what ``note_summary_to_plain`` wrote about ``document``, its offsets in code points whatever they counted.

    Raises:
        InvalidRow: a field is missing or holds another kind of value.
        InvalidSpan: an offset lies outside the text or inside a character, or other words stand there.
    """
    try:
        read = Reader.of(plain, document.text)
        return NoteSummary(
            document_id=document.id,
            language=plain["language"],
            text=plain["summary"],
            statements=tuple(_read_statement(read, document, each) for each in plain["statements"]),
            style=Style(plain["style"]),
            asked=Style(plain["asked_style"]),
            engine=plain["engine"],
            version=plain["version"],
            model=plain["model"] or "",
            warnings=tuple(plain["warnings"]),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as cause:
        raise InvalidRow(
            f"The summary of document {document.id!r} is not as `/v1/summaries` writes it ({type(cause).__name__})."
        ) from cause


def _read_statement(read: Reader, document: Document, plain: Plain) -> NoteStatement:
    heading = plain["heading"]
    return NoteStatement(
        text=plain["text"],
        spans=tuple(_quoted(read, document, each).span for each in plain["spans"]),
        score=plain["score"],
        category=SectionCategory(plain["section"]),
        heading=None if heading is None else _quoted(read, document, heading),
    )


def _quoted(read: Reader, document: Document, plain: Plain) -> Stated:
    span = read.span(plain)
    words = document.quote(span)
    if plain["text"] != words:
        raise InvalidSpan(
            f"Document {document.id!r} has other words at {span.start}; read a summary with the text it is of."
        )
    return Stated(span, words)


def _statement(write: Writer, statement: NoteStatement) -> Plain:
    return {
        "text": statement.text,
        "score": probability(statement.score),
        "section": statement.category.value,
        "heading": None if statement.heading is None else write.span(statement.heading.span),
        "spans": [write.span(span) for span in statement.spans],
    }
