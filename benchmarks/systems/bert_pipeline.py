"""A BERT-base token-classification pipeline of `transformers` over every sentence, as most services run one.

The weights are random (no hub is needed), so nothing it finds means anything; its arithmetic is that of any BERT-base
tagger. `python bert_pipeline.py VOCABULARY` takes our tokenizer file for the pieces.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

import torch
from transformers import BertConfig, BertForTokenClassification, PreTrainedTokenizerFast, pipeline
from worker import Note, serve


def load() -> tuple[Callable[[Note], object], Callable[[Sequence[Note]], object]]:
    """Return how the pipeline reads one note, a sentence a call, and many, 32 sentences a batch."""
    torch.set_num_threads(2)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=sys.argv[1], cls_token="[CLS]", sep_token="[SEP]", pad_token="[PAD]", unk_token="[UNK]",
        model_max_length=512,
    )  # fmt: skip
    model = BertForTokenClassification(BertConfig(num_labels=19)).eval()
    tag = pipeline(
        "token-classification", model=model, tokenizer=tokenizer, aggregation_strategy="simple", device="cpu"
    )

    def one(note: Note) -> object:
        return [tag(sentence) for sentence in note.sentences]

    def many(notes: Sequence[Note]) -> object:
        return list(tag([sentence for note in notes for sentence in note.sentences], batch_size=32))

    return one, many


if __name__ == "__main__":
    serve(load)
