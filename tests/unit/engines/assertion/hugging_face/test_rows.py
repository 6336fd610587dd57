"""What a model is given: its frame, the marks, and never more pieces than it reads, the finding always among them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing

from epicrisis.domain.spans import Span
from epicrisis.engines.assertion.hugging_face.rows import MARK, Asked, RowTokenizer
from epicrisis.errors import CorruptArtifact

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", MARK, "denies", "fever", "today", "chest", "pain", ".", "[", "]", "entity"]
NUMBER = {word: number for number, word in enumerate(WORDS)}
LIMIT = 12


def tokenizer(*, mark: bool = True, frame: str = "[CLS] $A [SEP]") -> Tokenizer:
    """Return a tokenizer of whole words."""
    made = Tokenizer(WordLevel({word: n for word, n in NUMBER.items() if mark or word != MARK}, unk_token="[UNK]"))
    made.pre_tokenizer = Whitespace()
    made.add_special_tokens(["[PAD]", "[CLS]", "[SEP]", *([MARK] if mark else [])])
    made.post_processor = TemplateProcessing(single=frame, special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    return made


def read(asked: Asked, *, mark: bool = True) -> list[str]:
    """Return the pieces of one row, as words."""
    [row] = RowTokenizer(tokenizer(mark=mark), limit=LIMIT, pad=0).rows([asked])
    return [WORDS[number] for number in row]


def span_of(text: str, finding: str) -> Span:
    start = text.index(finding)
    return Span(start, start + len(finding))


def test_a_finding_stands_between_two_marks() -> None:
    text = "denies chest pain today."

    pieces = read(Asked(text, span_of(text, "chest pain")))

    assert pieces == ["[CLS]", "denies", MARK, "chest", "pain", MARK, "today", ".", "[SEP]"]


def test_without_a_finding_the_sentence_stands_as_it_is() -> None:
    assert read(Asked("denies fever.")) == ["[CLS]", "denies", "fever", ".", "[SEP]"]


def test_a_model_without_the_mark_is_given_none() -> None:
    text = "denies fever."

    assert read(Asked(text, span_of(text, "fever")), mark=False) == read(Asked(text), mark=False)


@pytest.mark.parametrize("said", [MARK, "[SEP]", "[PAD]"])
def test_what_a_note_spells_is_letters_and_no_special_piece(said: str) -> None:
    text = f"{said} denies fever"

    pieces = read(Asked(text, span_of(text, "fever")))

    assert pieces[:2] == ["[CLS]", "["]
    assert [pieces.count(special) for special in ("[SEP]", "[PAD]", MARK)] == [1, 0, 2]


@given(before=st.integers(0, 40), after=st.integers(0, 40), marked=st.booleans())
def test_a_long_sentence_is_cut_around_its_finding(before: int, after: int, marked: bool) -> None:
    text = f"{'today ' * before}chest pain{' today' * after}"

    pieces = read(Asked(text, span_of(text, "chest pain")), mark=marked)

    marks = 2 if marked else 0
    room = LIMIT - 4 - marks
    at = pieces.index("chest")
    left, right = at - 1 - marks // 2, len(pieces) - at - 3 - marks // 2
    assert pieces[at : at + 2] == ["chest", "pain"]
    assert left + right == min(before + after, room)
    assert left >= min(before, room // 2)
    assert right >= min(after, room // 2)


def test_of_a_finding_beyond_the_limit_the_beginning_is_read() -> None:
    text = "chest " + "pain " * 30

    pieces = read(Asked(text, Span(0, len(text))))

    assert pieces == ["[CLS]", MARK, "chest", *["pain"] * (LIMIT - 5), MARK, "[SEP]"]


def test_rows_are_padded_to_a_width_of_their_own_and_never_beyond_the_limit() -> None:
    rows = RowTokenizer(tokenizer(), limit=LIMIT, pad=0)
    given_rows = rows.rows([Asked("fever"), Asked("denies " * 30), Asked("fever today")])

    batches = list(rows.batches(given_rows))

    assert sorted(number for batch in batches for number in batch.rows) == [0, 1, 2]
    for batch in batches:
        assert batch.ids.shape == batch.mask.shape
        assert batch.ids.shape[1] <= LIMIT
        for place, number in enumerate(batch.rows):
            assert tuple(batch.ids[place][batch.mask[place] == 1]) == given_rows[number]
            assert set(batch.ids[place][batch.mask[place] == 0].tolist()) <= {0}


def test_a_frame_we_do_not_know_is_refused() -> None:
    with pytest.raises(CorruptArtifact, match="puts 1 special pieces"):
        RowTokenizer(tokenizer(frame="[CLS] $A"), limit=LIMIT, pad=0)
