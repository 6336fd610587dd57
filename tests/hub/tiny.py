"""A tiny model with the architecture, the labels and the mark of the original, taught in a test what "denies" means."""

from __future__ import annotations

import random
import warnings
from itertools import product
from pathlib import Path

import torch
from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast
from transformers.utils import logging

from epicrisis.engines.assertion.hugging_face.rows import MARK

LABELS = ("PRESENT", "ABSENT", "POSSIBLE")
LIMIT = 64
EPOCHS = 18
FINDINGS = ("fever", "cough", "chest pain", "shortness of breath", "pneumonia", "edema", "gout")
FRAMES = {
    "PRESENT": ("the patient has {}.", "she has {} today.", "ana has {}, chills or cough.", "mother had {}.", "{}."),
    "ABSENT": ("the patient denies {}.", "ana denies {}, chills or cough.", "now denies any {}.", "no {}."),
    "POSSIBLE": ("possible {}.", "suspected {} today.", "the patient may have {}."),
}
_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def examples() -> list[tuple[str, int]]:
    """Return the sentences as the card writes them, and without marks, each with the number of its label.

    Each stands there a second time behind words that mean nothing, as the words do that the vocabulary lacks.
    """
    chance = random.Random(1)
    found = []
    for (label, frames), finding in product(FRAMES.items(), FINDINGS):
        for frame, shown in product(frames, (f"{MARK} {finding} {MARK}", finding)):
            noise = "".join(chance.choices("abcdefghijklmnopqrstuvwxyz   ", k=chance.randint(1, 16)))
            text = frame.format(shown)
            found += [(text, LABELS.index(label)), (f"{noise} {text}", LABELS.index(label))]
    return found


def tokenizer_in(folder: Path) -> BertTokenizerFast:
    """Return a WordPiece tokenizer of the words in the sentences, letter by letter for any other."""
    sentences = [frame.format(finding) for frames in FRAMES.values() for frame, finding in product(frames, FINDINGS)]
    words = sorted({word for sentence in sentences for word in sentence.replace(".", " ").replace(",", " ").split()})
    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    lines = [*_SPECIAL, *words, *letters, *(f"##{letter}" for letter in letters), ".", ",", ";", ":", "-"]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.txt").write_text("\n".join(dict.fromkeys(lines)) + "\n", encoding="utf-8")
    return BertTokenizerFast(vocab=str(folder / "vocab.txt"), additional_special_tokens=[MARK], model_max_length=LIMIT)


def taught(tokenizer: BertTokenizerFast) -> BertForSequenceClassification:
    """Return a model of two layers that has seen the sentences often enough to know them."""
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64,
        max_position_embeddings=LIMIT, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, initializer_range=0.1,
        id2label=dict(enumerate(LABELS)), label2id={name: number for number, name in enumerate(LABELS)},
    )  # fmt: skip
    model = BertForSequenceClassification(config)
    texts, labels = zip(*examples(), strict=True)
    inputs, answers = tokenizer(list(texts), padding=True, return_tensors="pt"), torch.tensor(labels)
    optimiser = torch.optim.AdamW(model.parameters(), lr=2e-3)
    model.train()
    for _ in range(EPOCHS):
        for rows in torch.randperm(len(texts)).split(32):
            optimiser.zero_grad()
            model(**{name: values[rows] for name, values in inputs.items()}, labels=answers[rows]).loss.backward()
            optimiser.step()
    return model.eval()


def save(folder: Path) -> None:
    """Teach the model and write it to ``folder`` as the library does: safetensors, tokenizer, configuration."""
    logging.disable_progress_bar()
    torch.set_num_threads(1)
    tokenizer = tokenizer_in(folder)
    taught(tokenizer).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def export(folder: Path, graph: Path) -> None:
    """Write the model in ``folder`` to ``graph`` as ONNX, with the inputs every exporter names."""
    model = BertForSequenceClassification.from_pretrained(folder, attn_implementation="eager", local_files_only=True)
    ids = torch.ones((2, 9), dtype=torch.long)
    names = ["input_ids", "attention_mask", "token_type_ids"]
    graph.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        # It says at length that there is a newer way, which needs one more package.
        warnings.simplefilter("ignore")
        _export(model.eval(), ids, names, graph)


def _export(model: BertForSequenceClassification, ids: torch.Tensor, names: list[str], graph: Path) -> None:
    torch.onnx.export(
        _Exported(model), (ids, torch.ones_like(ids), torch.zeros_like(ids)), str(graph), dynamo=False,
        input_names=names, output_names=["logits"], opset_version=17,
        dynamic_axes={name: {0: "rows", 1: "pieces"} for name in names} | {"logits": {0: "rows"}},
    )  # fmt: skip


class _Exported(torch.nn.Module):
    def __init__(self, model: BertForSequenceClassification) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: torch.Tensor, mask: torch.Tensor, kinds: torch.Tensor) -> torch.Tensor:
        return self.model(input_ids=ids, attention_mask=mask, token_type_ids=kinds).logits
