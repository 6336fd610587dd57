"""The blocks the tagger reads: all of the text, once, cut where least is torn apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epicrisis.domain.documents import Document
from epicrisis.engines.privacy.blocks import LONGEST, blocks
from epicrisis.text.characters import plain


@given(st.text(alphabet="ab. \n", max_size=4 * LONGEST).filter(str.strip))
def test_blocks_hold_the_whole_text_once_and_none_is_too_long(text: str) -> None:
    read = list(blocks(Document("1", text, "en")))

    assert "".join(block.text for block in read) == plain(text)
    assert all(len(block.text) <= LONGEST for block in read)
    assert [block.start for block in read] == [sum(len(b.text) for b in read[:n]) for n in range(len(read))]


@pytest.mark.parametrize("end", ["\n\n", ".\n", "\n", ". ", " "])
def test_a_block_ends_where_a_paragraph_a_line_a_sentence_or_a_word_does(end: str) -> None:
    text = "x" * (LONGEST - 100) + end + "y" * 500

    first, second = blocks(Document("1", text, "en"))

    assert first.text.endswith(end)
    assert second.text == "y" * 500
