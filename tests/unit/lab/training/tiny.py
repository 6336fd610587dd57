"""A model small enough to be trained in a test, and the fifteen sentences it is shown."""

from __future__ import annotations

import torch
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel

from epicrisis.engines.shipped import shipped
from epicrisis_lab.training.examples import Example
from epicrisis_lab.training.marks import read_marks
from epicrisis_lab.training.model import ClinicalModel

CPU = torch.device("cpu")
TOKENIZER = shipped("english") / "tokenizer.json"
HIDDEN = 48
PROBLEMS = ("fever", "cough", "chest pain", "nausea", "edema")
ROWS = [
    *(("ABSENT", f"She <<denies|NEG>> [[{problem}|PROBLEM:ABSENT]].") for problem in PROBLEMS),
    *(("PRESENT", f"She has [[{problem}|PROBLEM:PRESENT]].") for problem in PROBLEMS),
    *(("POSSIBLE", f"<<Possible|UNC>> [[{problem}|PROBLEM:POSSIBLE]].") for problem in PROBLEMS),
]


def shown() -> list[Example]:
    """Return the sentences."""
    return [read_marks(f"r{n}", label, marked, source="test", split="train") for n, (label, marked) in enumerate(ROWS)]


def tiny(tokenizer: Tokenizer, *, dropout: float = 0.0) -> ClinicalModel:
    """Return a model of two layers, each time with the same weights."""
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(), hidden_size=HIDDEN, num_hidden_layers=2, num_attention_heads=4,
        intermediate_size=96, attention_probs_dropout_prob=0.0, hidden_dropout_prob=dropout,
    )  # fmt: skip
    return ClinicalModel(BertModel(config, add_pooling_layer=False), HIDDEN, dropout=dropout)
