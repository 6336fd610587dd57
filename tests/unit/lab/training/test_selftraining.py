"""What a model was sure of becomes an annotation in another hand, and what it doubted teaches nothing."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs the lab extra: make lab")

from epicrisis_lab.training.batches import Soft
from epicrisis_lab.training.encoding import Encoded, encode_all
from epicrisis_lab.training.examples import Example
from epicrisis_lab.training.labels import tags_of
from epicrisis_lab.training.selftraining import EMPTY, read_again
from epicrisis_lab.training.stages import tokenizer_of
from tests.unit.lab.training.tiny import TOKENIZER

TEXT = "Hoy fiebre alta."


def read(text: str, symptom: str, sure: float) -> tuple[Encoded, Soft]:
    """Return ``text`` encoded, and a reading in which ``symptom`` is one, as sure of every word as ``sure`` says."""
    start = text.find(symptom) if symptom else -1
    (e,) = encode_all([Example("n", "silver_unlabelled", "silver", text)], tokenizer_of(TOKENIZER.parent))
    tags = tags_of("symptoms")
    inside = [start <= at < start + len(symptom) for at, _ in e.offsets]
    best = [0 if not here else tags.index("B-SINTOMA" if at == start else "I-SINTOMA")
            for here, (at, _) in zip(inside, e.offsets, strict=True)]  # fmt: skip
    shares = np.full((len(e.ids), len(tags)), (1 - sure) / (len(tags) - 1), dtype=np.float16)
    shares[np.arange(len(best)), best] = sure
    none = np.zeros((0, 1), dtype=np.float16)
    return e, Soft({"symptoms": shares}, none, none, none, none)


def taught(*readings: tuple[Encoded, Soft]) -> list[Example]:
    return list(read_again([e for e, _ in readings], [soft for _, soft in readings]))


def test_what_was_read_is_still_quoted_in_the_other_hand() -> None:
    examples = taught(*[read(TEXT, "fiebre alta", 0.9)] * 40)

    quotes = {e.text[start:end].lower() for e in examples for start, end, _ in e.tags["symptoms"]}
    assert quotes == {"fiebre alta"}
    assert len({e.text for e in examples}) > 3
    assert {(e.source, e.split) for e in examples} == {("read", "train")}


def test_a_head_that_doubts_a_word_is_not_taught() -> None:
    assert taught(*[read(TEXT, "fiebre alta", 0.6)] * 40) == []


def test_few_sentences_with_nothing_in_them_are_kept() -> None:
    examples = taught(*[read(TEXT, "", 0.9)] * 400)

    assert 0.5 * EMPTY < len(examples) / 400 < 1.5 * EMPTY
    assert all(e.tags == {"symptoms": []} for e in examples)
