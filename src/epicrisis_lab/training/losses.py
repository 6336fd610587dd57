"""What the model is asked to get right, and how much each part weighs."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from epicrisis_lab.training.batches import Batch
from epicrisis_lab.training.encoding import HEADS
from epicrisis_lab.training.labels import IGNORE, TYPES
from epicrisis_lab.training.model import Judgement

HEAD_WEIGHT = {
    "clinical": 1.5,
    "cues": 1.0,
    "bc5cdr": 1.0,
    "ncbi_disease": 1.0,
    "scope_neg": 0.4,
    "scope_unc": 0.4,
    **{f"{each}{variant}": 1.0 for each in TYPES for variant in ("", "_base")},
    "pharmaconer": 1.0,
    "meddocan": 0.6,
}
AUXILIARY_WEIGHT = 0.3
STATUS_WEIGHT, TEMPORALITY_WEIGHT, EXPERIENCER_WEIGHT, SENTENCE_WEIGHT = 2.0, 0.5, 0.5, 0.7


def gold_loss(
    tags: dict[str, Tensor], judgement: Judgement, sentence: Tensor, batch: Batch, status_weight: Tensor
) -> Tensor:
    """Return the loss against annotations; a head nobody annotated in this batch adds nothing.

    A target may allow several statuses (NegEx does not tell possible from present): the loss is then the negative log
    of their summed probability. ``status_weight`` (statuses,) lifts the rare ones.
    """
    total = sentence.sum() * 0.0
    for head in batch.heads:
        if head in tags:
            gold = batch.tags[:, HEADS.index(head)].long()
            weight = HEAD_WEIGHT.get(head, AUXILIARY_WEIGHT)
            total = total + weight * functional.cross_entropy(
                tags[head].float().flatten(0, 1), gold.flatten(), ignore_index=IGNORE
            )
    if len(batch.rows):
        log = judgement.status.float().log_softmax(-1)
        right = torch.logsumexp(log + (batch.allowed - 1.0) * 1e4, dim=-1)
        weight = (batch.allowed * status_weight).sum(-1) / batch.allowed.sum(-1)
        total = total - STATUS_WEIGHT * (weight * right).sum() / weight.sum()
        total = total + TEMPORALITY_WEIGHT * _mean(judgement.temporality, batch.temporality)
        total = total + EXPERIENCER_WEIGHT * _mean(judgement.experiencer, batch.experiencer)
    return total + SENTENCE_WEIGHT * _mean(sentence, batch.sentence)


def _mean(scores: Tensor, gold: Tensor) -> Tensor:
    """Return the mean cross-entropy of what is annotated, 0 where nothing is."""
    # Asking the GPU whether anything is annotated would stop it; dividing by one where nothing is does not.
    total = functional.cross_entropy(scores.float(), gold, ignore_index=IGNORE, reduction="sum")
    return total / (gold != IGNORE).sum().clamp(min=1)


def silver_loss(tags: dict[str, Tensor], judgement: Judgement, sentence: Tensor, batch: Batch) -> Tensor:
    """Return the distance to the teacher's probabilities (cross-entropy; Hinton et al. 2015, temperature 1)."""
    soft = batch.soft
    assert soft is not None, "silver batches carry the teacher's answer"
    first = soft["first"]
    total = SENTENCE_WEIGHT * _distance(sentence, soft["sentence"])
    for head in tags:
        if head in soft:
            total = total + HEAD_WEIGHT[head] * _distance(tags[head][first], soft[head][first])
    if len(batch.rows):
        total = total + STATUS_WEIGHT * _distance(judgement.status, soft["status"])
        total = total + TEMPORALITY_WEIGHT * _distance(judgement.temporality, soft["temporality"])
        total = total + EXPERIENCER_WEIGHT * _distance(judgement.experiencer, soft["experiencer"])
    return total


def _distance(scores: Tensor, wanted: Tensor) -> Tensor:
    return -(wanted.float() * scores.float().log_softmax(-1)).sum(-1).mean()
