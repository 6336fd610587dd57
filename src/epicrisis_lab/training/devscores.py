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
    STATUSES,
    TAG_HEADS,
    TEMPORALITIES,
)
from epicrisis_lab.training.model import ClinicalModel

BUDGET = 32768
"""Pieces in a batch."""
CONCEPTS = {"PROBLEM", "TEST", "PROCEDURE", "MEDICATION"}


def predict(
    models: Sequence[ClinicalModel],
    encoded: Sequence[Encoded],
    device: torch.device,
    *,
    heads: Sequence[str] | None = None,
    autocast: bool | None = None,
) -> list[Soft]:
    """Return the mean of the models' probabilities for every example, in order.

    ``heads`` are the tag heads wanted, by default all that ship; ``autocast`` multiplies in half precision, by default
    where that is faster.
    """
    autocast = halves(device) if autocast is None else autocast
    for model in models:
        model.eval()
    wanted = heads or models[0].heads.shipped
    answers: dict[int, Soft] = {}
    for group in plan([len(e.ids) for e in encoded], BUDGET):
        batch = collate([Item(encoded[i]) for i in group]).to(device)
        with torch.no_grad(), torch.autocast(device.type, torch.bfloat16, enabled=autocast):
            answered = [model(batch.ids, batch.mask, batch.rows, batch.starts, batch.ends) for model in models]
        probabilities = {head: _mean([scores[head] for scores, _, _ in answered]) for head in wanted}
        judged = [
            _mean([getattr(judgement, part) for _, judgement, _ in answered])
            for part in ("status", "temporality", "experiencer")
        ]
        sentences = _mean([sentence for _, _, sentence in answered])
        at = 0
        for row, index in enumerate(group):
            length, count = len(encoded[index].ids), len(encoded[index].targets)
            status, temporality, experiencer = (part[at : at + count] for part in judged)
            tags = {head: values[row, :length] for head, values in probabilities.items()}
            answers[index] = Soft(tags, status, temporality, experiencer, sentences[row])
            at += count
    return [answers[i] for i in range(len(encoded))]


def halves(device: torch.device) -> bool:
    """Return whether ``device`` multiplies in bfloat16: a processor that only imitates it is many times as slow."""
    return device.type == "cuda" or torch.cpu._is_avx512_bf16_supported()


def _mean(scores: Sequence[torch.Tensor]) -> np.ndarray[tuple[int, ...], np.dtype[np.float16]]:
    return torch.stack([each.float().softmax(-1) for each in scores]).mean(0).half().cpu().numpy()


def decoded(soft: Soft, encoded: Encoded, head: str) -> list[tuple[int, int, str]]:
    """Return the spans of ``head``."""
    words = np.flatnonzero(encoded.first)
    tags = np.zeros(len(encoded.ids), dtype=np.int64)
    if len(words):
        tags[words] = decode(np.log(soft.tags[head][words].astype(np.float32) + 1e-8))
    return spans_from_tags(tags, encoded.first, encoded.offsets, TAG_HEADS[head])


def score(encoded: Sequence[Encoded], softs: Sequence[Soft]) -> dict[str, float]:
    """Return strict F1 per annotated head and accuracy and macro-F1 of statuses and sentence labels, per source."""
    tally = _Tally()
    for e, soft in zip(encoded, softs, strict=True):
        tally.count_spans(e, soft)
        tally.count_targets(e, soft)
        tally.count_sentence(e, soft)
    return {name: round(value, 4) for name, value in sorted(tally.scores().items())}


class _Tally:
    """What was right and wrong so far, per source."""

    def __init__(self) -> None:
        self._spans: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        self._statuses: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
        self._right: dict[str, list[bool]] = defaultdict(list)

    def count_spans(self, e: Encoded, soft: Soft) -> None:
        inside = (int(e.offsets[1, 0]), int(e.offsets[-2, 1])) if len(e.ids) > 2 else (0, 0)
        for head in e.example.tags:
            if head not in soft.tags:
                continue
            gold = {s for s in e.example.tags[head] if inside[0] <= s[0] and s[1] <= inside[1]}
            found = set(decoded(soft, e, head))
            if head == "clinical":
                gold, found = ({s for s in spans if s[2] in CONCEPTS} for spans in (gold, found))
            counts = self._spans[f"{e.example.source}.{head}"]
            for i, value in enumerate((len(gold & found), len(gold), len(found))):
                counts[i] += value

    def count_targets(self, e: Encoded, soft: Soft) -> None:
        source = e.example.source
        for target, status, when, who in zip(
            e.kept_targets, soft.status, soft.temporality, soft.experiencer, strict=True
        ):
            best = STATUSES[int(status.argmax())]
            right = best if best in target.statuses else target.statuses[0]
            self._statuses[source][right, best] += 1
            if target.temporality:
                self._right[f"{source}.temporality"].append(TEMPORALITIES[int(when.argmax())] == target.temporality)
            if target.experiencer:
                self._right[f"{source}.experiencer"].append(EXPERIENCERS[int(who.argmax())] == target.experiencer)

    def count_sentence(self, e: Encoded, soft: Soft) -> None:
        if e.sentence != IGNORE:
            self._right[f"{e.example.source}.sentence"].append(int(soft.sentence.argmax()) == e.sentence)

    def scores(self) -> dict[str, float]:
        scores = {f"{name}.f1": 2 * hit / max(1, gold + found) for name, (hit, gold, found) in self._spans.items()}
        scores |= {f"{name}.accuracy": float(np.mean(values)) for name, values in self._right.items()}
        for source, pairs in self._statuses.items():
            scores |= _status_scores(source, pairs)
        return scores


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
