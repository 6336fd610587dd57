"""What a word says by itself is the same whether it was kept, and whoever stands beside it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pytest

from epicrisis.engines.encoder.pieces import PieceTokenizer
from epicrisis.engines.encoder.session import Session, open_session
from epicrisis.engines.privacy.blocks import Block
from epicrisis.engines.privacy.vectors import Floats, Vectors, of_one_shape
from epicrisis.engines.privacy.vocabulary import Vocabulary
from epicrisis.engines.shipped import shipped

NOTE = "Patient Zellerqvist of MRN 4417902 has fever. Zellerqvist denies pain.\n\nSeñora Núñez’s note: see [SEP] below."


@pytest.fixture(scope="module")
def tokenizer() -> PieceTokenizer:
    return PieceTokenizer(shipped("identifiers") / "tokenizer.json")


@pytest.fixture(scope="module")
def graph() -> Session:
    return open_session(shipped("identifiers") / "words.onnx", threads=0, narrow=of_one_shape)


@pytest.fixture
def vocabulary(tokenizer: PieceTokenizer) -> Vocabulary:
    return Vocabulary(tokenizer)


@pytest.fixture
def vectors(graph: Session, vocabulary: Vocabulary) -> Vectors:
    return Vectors(graph, words=vocabulary.most)


def said(vectors: Vectors, vocabulary: Vocabulary, *texts: str) -> list[Floats]:
    return vectors.of(vocabulary.cut([Block(text, 0) for text in texts]))


def same(one: Sequence[Floats], other: Sequence[Floats]) -> bool:
    return len(one) == len(other) and all(map(np.array_equal, one, other))


def test_a_word_says_the_same_kept_and_computed_alone_and_among_others(
    vectors: Vectors, vocabulary: Vocabulary
) -> None:
    alone = [said(vectors, vocabulary, text)[0] for text in (NOTE, "No fever.", " ")]

    together = [said(vectors, vocabulary, NOTE, "No fever.", " ") for _ in range(3)]

    assert vectors.kept > 0
    assert all(same(each, alone) for each in together)


def test_more_words_than_are_read_in_one_go_say_what_few_say(vectors: Vectors, vocabulary: Vocabulary) -> None:
    words = [f"zeller{number}qvist" for number in range(300)]

    [many] = said(vectors, vocabulary, " ".join(words))

    # The first word of a text has nothing before it, so each is said behind another.
    few = [said(vectors, vocabulary, f"{before} {word}")[0][1] for before, word in pairwise(words)]
    assert np.array_equal(many[1:], few)


def test_only_what_the_vocabulary_keeps_is_kept(vectors: Vectors, vocabulary: Vocabulary) -> None:
    for _ in range(3):
        said(vectors, vocabulary, "Zellerqvist has fever, zellerqvist.", "Señora Núñez ½")

    assert vocabulary.kept == {"has", "fever", ",", "."}
    assert vectors.kept == 4


def test_what_stands_before_a_word_makes_another_vector(vectors: Vectors, vocabulary: Vocabulary) -> None:
    said(vectors, vocabulary, "no fever")

    [first], [_, second], [_, third] = (
        said(vectors, vocabulary, text)[0] for text in ("fever", "no fever", "no\nfever")
    )

    assert not np.array_equal(first, second)
    assert not np.array_equal(second, third)


def test_no_more_vectors_are_kept_than_asked_for_and_all_say_the_same(
    graph: Session, vectors: Vectors, vocabulary: Vocabulary
) -> None:
    few, texts = Vectors(graph, words=vocabulary.most, most=3), ["one two three four five", "six one seven"]

    read = [said(few, vocabulary, *texts) for _ in range(3)]

    assert few.kept == 3
    assert all(same(each, said(vectors, vocabulary, *texts)) for each in read)


def test_many_threads_are_told_the_same(graph: Session, vocabulary: Vocabulary) -> None:
    texts = [f"The patient of room {number} has fever {'pain' if number % 2 else 'rash'}." for number in range(60)]
    shared, own = Vectors(graph, words=vocabulary.most), Vectors(graph, words=vocabulary.most)

    with ThreadPoolExecutor(8) as pool:
        told = [each for [each] in pool.map(lambda text: said(shared, vocabulary, text), texts)]

    assert same(told, [said(own, vocabulary, text)[0] for text in texts])


def test_nothing_says_nothing(vectors: Vectors, vocabulary: Vocabulary) -> None:
    assert [len(each) for each in said(vectors, vocabulary, " ", "\n")] == [0, 0]
