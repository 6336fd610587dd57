"""Pieces lie where their letters are, whatever a vocabulary makes of the white space between words."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

from epicrisis.domain.spans import Span
from epicrisis.engines.encoder.pieces import PieceTokenizer, offsets_of
from epicrisis.engines.shipped import shipped
from tests.property.texts import texts

# Nothing but letters, marks and the space that begins a word: every word falls apart, a rare one into the space alone.
VOCABULARY = ["[UNK]", "[CLS]", "[SEP]", "[PAD]", "▁", *"abcdefghilmnopqrstuvxyzáéíóúñ.,:", "▁fiebre", "▁dolor"]
CASES = {
    "several blanks": "sin   fiebre",
    "a no-break space": "sin\u00a0fiebre",
    "the line ends of Windows": "sin\r\n\r\n fiebre",
    "accents of their own": "sin\u2003o\u0301rdenes fiebre",
    "emoji of several code points": "sin 👩\u200d⚕️ fiebre",
    "white space at both ends": " \t sin fiebre \n",
}


@pytest.fixture(scope="module", params=["letters", "english", "spanish"])
def tokenizer(request: pytest.FixtureRequest) -> Tokenizer:
    if request.param == "letters":
        return of_letters()
    return Tokenizer.from_file(str(shipped(request.param) / "tokenizer.json"))


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> PieceTokenizer:
    path = tmp_path_factory.mktemp("letters") / "tokenizer.json"
    of_letters().save(str(path))
    return PieceTokenizer(path)


def of_letters() -> Tokenizer:
    """Return a tokenizer that cuts as the Spanish one does (Unigram, Kudo 2018), of very few pieces."""
    tokenizer = Tokenizer(models.Unigram([(piece, -float(n)) for n, piece in enumerate(VOCABULARY)], unk_id=0))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()]
    )
    words = Regex(r" ?[\p{L}\p{M}]+| ?\p{N}+| ?[^\s\p{L}\p{M}\p{N}]")
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(words, "isolated"), pre_tokenizers.Metaspace("▁", "first", split=False)]
    )
    return tokenizer


@pytest.mark.parametrize("text", CASES.values(), ids=CASES.keys())
def test_the_last_word_is_quoted_whole_and_alone(tokenizer: Tokenizer, text: str) -> None:
    encoding = tokenizer.encode(text, add_special_tokens=False)

    starts, ends = offsets_of(text, encoding)

    last = max(word for word in encoding.word_ids if word is not None)
    own = [n for n, word in enumerate(encoding.word_ids) if word == last]
    assert text[starts[own[0]] : ends[own[-1]]] == "fiebre"


@given(text=texts)
def test_no_piece_begins_with_white_space_and_all_are_in_order(tokenizer: Tokenizer, text: str) -> None:
    encoding = tokenizer.encode(text, add_special_tokens=False)

    starts, ends = offsets_of(text, encoding)

    assert len(starts) == len(ends) == len(encoding.ids)
    assert not any(text[start:end][:1].isspace() for start, end in zip(starts, ends, strict=True))
    assert all(before <= after for before, after in pairwise(starts.tolist()))
    assert all(before <= after for before, after in pairwise(ends.tolist()))
    assert np.all((starts >= 0) & (starts <= ends) & (ends <= len(text)))


@given(text=texts, word=st.sampled_from(["fiebre", "dolor", "QT", "8,2"]))
def test_a_span_finds_pieces_that_hold_all_of_it(letters: PieceTokenizer, text: str, word: str) -> None:
    whole = f"{text} {word}"
    span = Span(len(whole) - len(word), len(whole))

    [pieces] = letters.cut([whole])

    found = pieces.of(span)
    assert found is not None
    assert pieces.starts[found[0]] <= span.start
    assert pieces.ends[found[1] - 1] >= span.end


def test_a_word_that_begins_with_the_space_alone_is_one_word(letters: PieceTokenizer) -> None:
    [pieces] = letters.cut(["sin tos"])

    assert [len(pieces), len(pieces.words)] == [8, 2]
    quoted = [(int(pieces.starts[n]), int(end)) for n, end in zip(pieces.words, pieces.word_ends, strict=True)]
    assert quoted == [(0, 3), (4, 7)]


@pytest.mark.parametrize("model", ["english", "spanish"])
@pytest.mark.parametrize("blanks", [" ", "\n\n", "\u00a0\t"])
def test_blanks_before_a_text_change_no_piece_of_it(model: str, blanks: str) -> None:
    tokenizer = PieceTokenizer(shipped(model) / "tokenizer.json")

    alone, behind = tokenizer.cut(["Niega fiebre.", f"{blanks}Niega fiebre."])

    assert behind.ids.tolist() == alone.ids.tolist()
    assert (behind.starts - len(blanks)).tolist() == alone.starts.tolist()
    assert (behind.word_ends - len(blanks)).tolist() == alone.word_ends.tolist()
