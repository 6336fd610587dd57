"""The server we replace, as contract A describes it: FastAPI over a `transformers` pipeline, BERT-base, per request.

The weights are random (no hub is needed), so its labels mean nothing; its arithmetic is that of any BERT-base
classifier. `python reference.py PORT TOKENIZER` takes our tokenizer file for the pieces, and needs torch, transformers,
fastapi and uvicorn.
"""

from __future__ import annotations

import sys
import time

import torch
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel, Field
from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast, pipeline

torch.set_num_threads(2)
TOKENIZER = PreTrainedTokenizerFast(
    tokenizer_file=sys.argv[2], cls_token="[CLS]", sep_token="[SEP]", pad_token="[PAD]", unk_token="[UNK]",
    model_max_length=512,
)  # fmt: skip
LABELS = {0: "PRESENT", 1: "ABSENT", 2: "CONDITIONAL"}
MODEL = BertForSequenceClassification(BertConfig(num_labels=3, id2label=LABELS)).eval()
CLASSIFY = pipeline("text-classification", model=MODEL, tokenizer=TOKENIZER, device="cpu")
app = FastAPI()


class Sentence(BaseModel):
    """What `/predict` takes."""

    sentence: str = Field(min_length=1)


class Sentences(BaseModel):
    """What `/predict/batch` takes."""

    sentences: list[str] = Field(min_length=1, max_length=64)


@app.get("/health")
def health() -> dict[str, object]:
    """Say that the model is loaded."""
    return {"status": "ok", "model_loaded": True}


@app.post("/predict")
def predict(asked: Sentence) -> dict[str, object]:
    """Classify one sentence."""
    began = time.perf_counter()
    [answer] = CLASSIFY(asked.sentence)
    return {"label": answer["label"], "score": round(answer["score"], 4), "ms": (time.perf_counter() - began) * 1000}


@app.post("/predict/batch")
def predict_batch(asked: Sentences) -> dict[str, object]:
    """Classify many, in one batched forward pass, as contract A asks."""
    answers = CLASSIFY(asked.sentences, batch_size=len(asked.sentences))
    results = [
        {"sentence": sentence, "label": answer["label"], "score": round(answer["score"], 4)}
        for sentence, answer in zip(asked.sentences, answers, strict=True)
    ]
    return {"results": results, "count": len(results)}


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error")
