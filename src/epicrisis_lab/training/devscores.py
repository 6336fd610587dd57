"""Quick scores on dev examples while training; the figures of the cards come from ``epicrisis-lab evaluate``."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
import torch

from epicrisis.engines.encoder.decoding import decode
from epicrisis_lab.training.batches import Item, Soft, collate, plan
from epicrisis_lab.training.encoding import Encoded, spans_from_tags
from epicrisis_lab.training.labels import (
    EXPERIENCERS,
    IGNORE,
    SHIPPED_TAG_HEADS,
    STATUSES,
    TAG_HEADS,
    TEMPORALITIES,
)
from epicrisis_lab.training.model import ClinicalModel

CONCEPTS = {"PROBLEM", "TEST", "PROCEDURE", "MEDICATION"}


def predict(
    model: ClinicalModel,
    encoded: Sequence[Encoded],
    device: torch.device,
    *,
    budget: int = 32768,
    autocast: bool = True,
) -> list[Soft]:
    """Return the model's probabilities for every example, in order."""
    model.eval()
    answers: dict[int, Soft] = {}
    for group in plan([len(e.ids) for e in encoded], budget):
        batch = collate([Item(encoded[i]) for i in group]).to(device)
        with torch.no_grad(), torch.autocast(device.type, torch.bfloat16, enabled=autocast):
            scores, judgement, sentence = model(batch.ids, batch.mask, batch.rows, batch.starts, batch.ends)
        probabilities = {head: _numpy(scores[head]) for head in SHIPPED_TAG_HEADS}
        judged = [_numpy(part) for part in (judgement.status, judgement.temporality, judgement.experiencer)]
        sentences = _numpy(sentence)
        at = 0
        for row, index in enumerate(group):
            length, count = len(encoded[index].ids), len(encoded[index].targets)
            status, temporality, experiencer = (part[at : at + count] for part in judged)
            tags = {head: values[row, :length] for head, values in probabilities.items()}
            answers[index] = Soft(tags, status, temporality, experiencer, sentences[row])
            at += count
    return [answers[i] for i in range(len(encoded))]


def _numpy(scores: torch.Tensor) -> np.ndarray[tuple[int, ...], np.dtype[np.float16]]:
    return scores.float().softmax(-1).half().cpu().numpy()


def decoded(soft: Soft, encoded: Encoded, head: str) -> list[tuple[int, int, str]]:
    """Return the spans of ``head``."""
    words = np.flatnonzero(encoded.first)
    tags = np.zeros(len(encoded.ids), dtype=np.int64)
    if len(words):
        tags[words] = decode(np.log(soft.tags[head][words].astype(np.float32) + 1e-8))
    return spans_from_tags(tags, encoded.first, encoded.offsets, TAG_HEADS[head])


def score(encoded: Sequence[Encoded], softs: Sequence[Soft]) -> dict[str, float]:
    """Return strict F1 per annotated head and accuracy and macro-F1 of statuses and sentence labels, per source."""
    hits: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    status: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    simple: dict[str, list[bool]] = defaultdict(list)
    for e, soft in zip(encoded, softs, strict=True):
        source = e.example.source
        for head in ("clinical", "cues", "bc5cdr", "ncbi_disease", "scope_neg", "scope_unc"):
            if head in e.example.tags:
                inside = (int(e.offsets[1, 0]), int(e.offsets[-2, 1])) if len(e.ids) > 2 else (0, 0)
                gold = {s for s in e.example.tags[head] if inside[0] <= s[0] and s[1] <= inside[1]}
                found = set(decoded(soft, e, head))
                if head == "clinical":
                    gold, found = ({s for s in spans if s[2] in CONCEPTS} for spans in (gold, found))
                for i, value in enumerate((len(gold & found), len(gold), len(found))):
                    hits[f"{source}.{head}"][i] += value
        for target, guess, when, who in zip(
            e.kept_targets, soft.status, soft.temporality, soft.experiencer, strict=True
        ):
            best = STATUSES[int(guess.argmax())]
            right = best if best in target.statuses else target.statuses[0]
            status[source][right, best] += 1
            if target.temporality:
                simple[f"{source}.temporality"].append(TEMPORALITIES[int(when.argmax())] == target.temporality)
            if target.experiencer:
                simple[f"{source}.experiencer"].append(EXPERIENCERS[int(who.argmax())] == target.experiencer)
        if e.sentence != IGNORE:
            simple[f"{source}.sentence"].append(int(soft.sentence.argmax()) == e.sentence)
    scores = {f"{name}.f1": 2 * hit / max(1, gold + found) for name, (hit, gold, found) in hits.items()}
    scores |= {f"{name}.accuracy": float(np.mean(values)) for name, values in simple.items()}
    for source, pairs in status.items():
        scores |= _status_scores(source, pairs)
    return {name: round(value, 4) for name, value in sorted(scores.items())}


def _status_scores(source: str, pairs: Counter[tuple[str, str]]) -> dict[str, float]:
    scores = {f"{source}.status.accuracy": sum(n for (g, p), n in pairs.items() if g == p) / sum(pairs.values())}
    each = []
    for label in STATUSES:
        gold = sum(n for (g, _), n in pairs.items() if g == label)
        found = sum(n for (_, p), n in pairs.items() if p == label)
        if gold:
            f1 = 2 * pairs[label, label] / (gold + found)
            scores[f"{source}.status.{label}"] = f1
            each.append(f1)
    return scores | {f"{source}.status.macro_f1": float(np.mean(each))}
