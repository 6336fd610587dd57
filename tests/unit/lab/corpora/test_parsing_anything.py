"""No line, however odd, brings the reader down."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from epicrisis.errors import InvalidRow
from epicrisis_lab.corpora.parsing import parse_row

ATOMS = (
    st.none() | st.booleans() | st.integers(-2, 12) | st.text(max_size=6) | st.sampled_from(["NEG", "PRESENT", "en"])
)
MARKS = st.lists(st.dictionaries(st.sampled_from(["start", "end", "label", "kind", "cue", "text", "parts"]), ATOMS))
FIELDS = ["id", "text", "start", "end", "concept", "label", "lang", "sentence_label", "entities", "cues", "scopes"]


@given(st.dictionaries(st.sampled_from(FIELDS), ATOMS | MARKS | st.lists(ATOMS)))
def test_whatever_a_line_holds_it_is_a_row_or_refused_and_never_a_crash(raw: dict[str, Any]) -> None:
    raw = {"id": "r1", "text": "No fever now.", **raw}

    try:
        row = parse_row(raw)
    except InvalidRow:
        return

    ends = [entity.span.end for entity in row.entities]
    ends += [target.span.end for target in row.targets]
    ends += [cue.span.end for cue in row.cues]
    ends += [scope.span.end for scope in row.scopes]
    assert all(end <= len(row.text) for end in ends)
