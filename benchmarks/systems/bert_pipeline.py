"""A BERT-base token-classification pipeline of `transformers` over every sentence, as most services run one.

The weights are random (no hub is needed), so nothing it finds means anything; its arithmetic is that of any BERT-base
tagger. `python bert_pipeline.py VOCABULARY` takes our tokenizer file for the pieces.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence

import torch
from transformers import BertConfig, BertForTokenClassification, PreTrainedTokenizerFast, pipeline
from worker import serve

_END = re.compile(r"(?<=[.!?:])\s+|\n+")


def load() -> tuple[Callable[[str], object], Callable[[Sequence[str]], object]]:
    """Return how the pipeline reads one note, sentence by sentence, and many, 32 sentences at a time."""
    torch.set_num_threads(2)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=sys.argv[1], cls_token="[CLS]", sep_token="[SEP]", pad_token="[PAD]", unk_token="[UNK]",
        model_max_length=512,
    )  # fmt: skip
    model = BertForTokenClassification(BertConfig(num_labels=19)).eval()
    tag = pipeline(
        "token-classification", model=model, tokenizer=tokenizer, aggregation_strategy="simple", device="cpu"
    )

    def one(note: str) -> object:
        return [tag(sentence) for sentence in _sentences(note)]

    def many(notes: Sequence[str]) -> object:
        return list(tag([sentence for note in notes for sentence in _sentences(note)], batch_size=32))

    return one, many


def _sentences(note: str) -> list[str]:
    return [part for part in _END.split(note) if part.strip()]


if __name__ == "__main__":
    serve(load)
