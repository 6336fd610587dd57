"""Examples become arrays whose tags decode to the spans they came from."""

from __future__ import annotations

import numpy as np
import pytest
from tokenizers import Tokenizer

from epicrisis.engines.shipped import shipped
from epicrisis_lab.training.encoding import HEADS, encode_all, spans_from_tags
from epicrisis_lab.training.examples import Example
from epicrisis_lab.training.labels import IGNORE, TAG_HEADS
from epicrisis_lab.training.marks import read_marks


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(shipped("english") / "tokenizer.json"))


def example(marked: str) -> Example:
    return read_marks("row", "PRESENT", marked, source="test", split="train")


def test_tags_decode_to_the_annotated_spans(tokenizer: Tokenizer) -> None:
    wanted = example("[[Mild hypoalbuminemia|PROBLEM:PRESENT]], [[x-ray|TEST:PRESENT]] <<not|NEG>> done.")

    [encoded] = encode_all([wanted], tokenizer)

    for head in ("clinical", "cues"):
        tags = encoded.tags[HEADS.index(head)]
        labels = [str(label) for label in TAG_HEADS[head]]
        assert spans_from_tags(tags, encoded.first, encoded.offsets, labels) == wanted.tags[head]


def test_a_rare_word_that_begins_with_the_space_alone_is_tagged() -> None:
    spanish = Tokenizer.from_file(str(shipped("spanish") / "tokenizer.json"))
    wanted = example("Con [[QT|TEST:PRESENT]] largo.")

    [encoded] = encode_all([wanted], spanish)

    tags, labels = encoded.tags[HEADS.index("clinical")], [str(label) for label in TAG_HEADS["clinical"]]
    assert spans_from_tags(tags, encoded.first, encoded.offsets, labels) == wanted.tags["clinical"]


def test_a_head_nobody_annotated_is_ignored(tokenizer: Tokenizer) -> None:
    [encoded] = encode_all([example("[[Fever|PROBLEM:PRESENT]].")], tokenizer)

    assert np.all(encoded.tags[HEADS.index("bc5cdr")] == IGNORE)


def test_a_target_is_all_its_pieces(tokenizer: Tokenizer) -> None:
    [encoded] = encode_all([example("No [[hypoalbuminemia|PROBLEM:ABSENT]].")], tokenizer)

    [[first, last, _, _]] = encoded.targets
    assert encoded.offsets[first, 0] == 3
    assert encoded.offsets[last - 1, 1] == len("No hypoalbuminemia")


def test_a_long_example_is_cut_between_words_and_nothing_is_lost(tokenizer: Tokenizer) -> None:
    long = example("She has [[hypoalbuminemia|PROBLEM:PRESENT]]. " * 40)

    windows = encode_all([long], tokenizer, max_pieces=32)

    assert all(len(window.ids) <= 32 for window in windows)
    assert sum(len(window.targets) for window in windows) >= 40
    assert all(window.first[1] for window in windows)
    assert all(window.sentence == IGNORE for window in windows)
