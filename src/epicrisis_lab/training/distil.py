"""A teacher's answers on unlabelled text: what the student learns from besides the annotations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from epicrisis.domain.findings import EntityLabel
from epicrisis_lab.training.batches import Item, Soft
from epicrisis_lab.training.devscores import decoded, predict
from epicrisis_lab.training.encoding import encode_whole
from epicrisis_lab.training.examples import Example, Target
from epicrisis_lab.training.files import written
from epicrisis_lab.training.labels import STATUSES, TAG_HEADS
from epicrisis_lab.training.model import ClinicalModel


def label_silver(
    teachers: Sequence[ClinicalModel], examples: Sequence[Example], tokenizer: Tokenizer, device: torch.device
) -> list[Item]:
    """Return ``examples`` with the averaged answer of ``teachers``; the concepts they find become the targets.

    An example that one window does not hold is left out: half of it would pass for the whole.
    """
    encoded = encode_whole(examples, tokenizer)
    found = predict(teachers, encoded, device, heads=("clinical",))
    with_targets = [
        replace(
            e.example,
            targets=[
                Target(start, end, tuple(STATUSES))
                for start, end, label in decoded(soft, e, "clinical")
                if EntityLabel(label).is_concept
            ],
        )
        for e, soft in zip(encoded, found, strict=True)
    ]
    encoded = encode_whole(with_targets, tokenizer)
    answers = predict(teachers, encoded, device)
    return [Item(e, soft) for e, soft in zip(encoded, answers, strict=True)]


def save_silver(items: Sequence[Item], path: Path) -> None:
    """Write texts, targets and probabilities as flat arrays (npz)."""
    softs = [_soft(item) for item in items]
    arrays = {
        "texts": np.array([item.encoded.example.text for item in items]),
        "sources": np.array([item.encoded.example.source for item in items]),
        "counts": np.array([len(item.encoded.kept_targets) for item in items]),
        "targets": np.array([(t.start, t.end) for item in items for t in item.encoded.kept_targets]).reshape(-1, 2),
        "lengths": np.array([len(item.encoded.ids) for item in items]),
        "status": np.concatenate([soft.status for soft in softs]),
        "temporality": np.concatenate([soft.temporality for soft in softs]),
        "experiencer": np.concatenate([soft.experiencer for soft in softs]),
        "sentence": np.stack([soft.sentence for soft in softs]),
    }
    arrays |= {head: np.concatenate([soft.tags[head] for soft in softs]) for head in softs[0].tags}
    with written(path) as part, part.open("wb") as out:
        np.savez(out, allow_pickle=False, **arrays)


def load_silver(path: Path, tokenizer: Tokenizer) -> list[Item]:
    """Read what ``save_silver`` wrote; rows the tokenizer cuts differently are left out."""
    with np.load(path) as saved:
        held = {name: saved[name] for name in saved.files}
    heads = [head for head in TAG_HEADS if head in held]
    ends, pieces = np.cumsum(held["counts"]), np.cumsum(held["lengths"])
    examples = []
    for row, text in enumerate(held["texts"].tolist()):
        spans = held["targets"][ends[row] - held["counts"][row] : ends[row]].tolist()
        targets = [Target(start, end, tuple(STATUSES)) for start, end in spans]
        examples.append(Example(f"silver-{row}", str(held["sources"][row]), "silver", text, targets=targets))
    items = []
    for e in encode_whole(examples, tokenizer):
        row = int(e.example.id.removeprefix("silver-"))
        if len(e.ids) != held["lengths"][row] or len(e.targets) != held["counts"][row]:
            continue
        here = slice(pieces[row] - held["lengths"][row], pieces[row])
        asked = slice(ends[row] - held["counts"][row], ends[row])
        status, temporality, experiencer = (held[name][asked] for name in ("status", "temporality", "experiencer"))
        tags = {head: held[head][here] for head in heads}
        items.append(Item(e, Soft(tags, status, temporality, experiencer, held["sentence"][row])))
    return items


def _soft(item: Item) -> Soft:
    assert item.soft is not None, "a silver item carries the teacher's answer"
    return item.soft
