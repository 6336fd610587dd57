from __future__ import annotations

from hypothesis import given

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.documents import Document
from epicrisis.domain.findings import Entity
from epicrisis.domain.spans import Span
from epicrisis.formats.segments import segments
from tests.unit.formats.samples import annotated


def cut(*spans: Span) -> list[tuple[str, tuple[int, ...]]]:
    note = AnnotatedDocument(
        document=Document(id="n1", text="acute renal failure"),
        entities=tuple(Entity(span, "PROBLEM") for span in spans),
        assertions=(None,) * len(spans),
    )
    return [(segment.text, segment.entities) for segment in segments(note)]


def test_cuts_crossing_spans_where_they_cross() -> None:
    assert cut(Span(0, 11), Span(6, 19)) == [("acute ", (0,)), ("renal", (1, 0)), (" failure", (1,))]


def test_names_the_innermost_span_last() -> None:
    assert cut(Span(6, 11), Span(0, 19)) == [("acute ", (1,)), ("renal", (1, 0)), (" failure", (1,))]


@given(annotated())
def test_segments_are_the_text_and_each_span_is_its_segments(note: AnnotatedDocument) -> None:
    found = segments(note)

    assert "".join(segment.text for segment in found) == note.document.text
    for at, entity in enumerate(note.entities):
        assert "".join(s.text for s in found if at in s.entities) == note.document.quote(entity.span)
    for at, cue in enumerate(note.cues):
        assert "".join(s.text for s in found if at in s.cues) == note.document.quote(cue.span)
