"""Words looked up read as words that are cut into pieces do, and only words of the vocabulary are kept."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from epicrisis.engines.encoder.pieces import PieceTokenizer
from epicrisis.engines.privacy.blocks import Block, Words, words_of
from epicrisis.engines.privacy.vocabulary import Vocabulary
from epicrisis.engines.shipped import shipped

# Blocks are cut from texts that read plainly.
PLAIN = dict.fromkeys((*range(9), *range(11, 32)), " ")


@cache
def shipped_tokenizer() -> PieceTokenizer:
    return PieceTokenizer(shipped("identifiers") / "tokenizer.json")


@pytest.fixture
def tokenizer() -> PieceTokenizer:
    return shipped_tokenizer()


def slowly(blocks: list[Block], tokenizer: PieceTokenizer) -> Iterator[Words]:
    """Yield the words of each of ``blocks`` as the tokenizer alone tells them."""
    for block in blocks:
        yield words_of(block, tokenizer.cut([block.text])[0], tokenizer.pad)


def same(one: Words, other: Words) -> bool:
    return all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("starts", "ends", "pieces", "characters", "before")
    )


# What is cut without the tokenizer, the letters and marks beyond ASCII among it.
SIMPLE = st.one_of(st.characters(max_codepoint=126), st.sampled_from([*map(chr, range(0xC0, 0x100)), *"‘’“”–—…"]))
TEXTS = [
    "Seen by Dr. Prueba on 03/04/2021.\n\nMRN: 12345, stable.",
    "  leading blanks\tand a tab, under_score; 1-2/3 `^$+=<>|~\\",
    "Señora Núñez’s note – in other letters",
    "a token written out: [SEP] and [MASK]",
    "x" * 120,
    " ",
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_block_reads_as_the_tokenizer_cuts_it(text: str, tokenizer: PieceTokenizer) -> None:
    blocks = [Block(text, 0), Block("Second block.", 40), Block(text, 80)]

    once, again = Vocabulary(tokenizer).cut(blocks), Vocabulary(tokenizer).cut(blocks)

    assert all(map(same, once, slowly(blocks, tokenizer)))
    assert all(map(same, again, once))


@given(texts=st.lists(st.text(alphabet=SIMPLE, min_size=1, max_size=60), min_size=1, max_size=4))
def test_whatever_is_written_reads_as_the_tokenizer_cuts_it(texts: list[str]) -> None:
    tokenizer, blocks = shipped_tokenizer(), [Block(text.translate(PLAIN), 0) for text in texts]

    assert all(map(same, Vocabulary(tokenizer).cut(blocks), slowly(blocks, tokenizer)))


def test_words_of_the_vocabulary_are_kept_and_others_are_not(tokenizer: PieceTokenizer) -> None:
    vocabulary = Vocabulary(tokenizer)

    vocabulary.cut([Block("Patient Zellerqvist of MRN 4417902 has FEVER and FeVeR.", 0), Block("zeller" * 20, 60)])

    assert vocabulary.kept == {"Patient", "of", "has", "FEVER", "and", "."}


def test_words_are_numbered_as_they_are_kept_and_of_others_each_has_a_number_of_its_own(
    tokenizer: PieceTokenizer,
) -> None:
    vocabulary, blocks = Vocabulary(tokenizer), [Block("Zeller has zeller, Zeller has", 0), Block("Zeller’s 5 µg", 40)]

    first, second = (vocabulary.cut(blocks) for _ in range(2))

    assert first[0].numbers[[0, 1]].tolist() == first[0].numbers[[4, 5]].tolist()
    assert (first[0].numbers < 0).all()
    assert (second[0].numbers >= 0).tolist() == [False, True, False, True, False, True]
    others = [*dict.fromkeys(second[0].numbers[second[0].numbers < 0].tolist()), *second[1].numbers.tolist()]
    assert len(set(others)) == len(others)


def test_no_more_words_are_kept_than_asked_for(tokenizer: PieceTokenizer) -> None:
    vocabulary, blocks = Vocabulary(tokenizer, most=3), [Block("one two three", 0), Block("four five", 0)]

    vocabulary.cut(blocks[:1])
    read = vocabulary.cut(blocks)

    assert len(vocabulary.kept) == 3
    assert all(map(same, read, slowly(blocks, tokenizer)))


def test_many_threads_read_the_same(tokenizer: PieceTokenizer) -> None:
    vocabulary = Vocabulary(tokenizer)
    blocks = [
        Block(f"The patient of room {number} has fever {'pain' if number % 2 else 'rash'}.", 0) for number in range(60)
    ]

    with ThreadPoolExecutor(8) as pool:
        read = [words for [words] in pool.map(lambda block: vocabulary.cut([block]), blocks)]

    assert all(map(same, read, slowly(blocks, tokenizer)))
