"""What a clause tells in words of its own: findings whose sentences it is most like, by an encoder of sentences.

A small encoder (Reimers and Gurevych 2019, "Sentence-BERT"; all-MiniLM-L6-v2) gives a clause one vector, and each
finding has one too, taught on sentences that tell it: "heart dancing about with no rhythm" lies near
``palpitations-irregular``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from epicrisis.engines.artifacts import Artifact
from epicrisis.engines.contracts import EngineCard
from epicrisis.engines.encoder.session import Session, open_session
from epicrisis.engines.shipped import ShippedEngine

FOLDER, GRAPH, TOKENIZER = "findings", "clauses.onnx", "tokenizer.json"
Scores = NDArray[np.float64]

_LONGEST = 48
_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Like:
    """A finding a clause tells, how sure that is (0 to 1), and whether the clause says that it is there."""

    finding: str
    probability: float
    present: bool


class Likeness:
    """Finds what clauses tell; its weights are loaded when it is first asked."""

    def __init__(self, artifact: Artifact) -> None:
        """Use the graph, the tokenizer and the threshold of ``artifact``."""
        self.card: EngineCard = artifact.card
        self._artifact = artifact
        self.findings: Sequence[str] = artifact.labels["findings"]
        self._threshold = artifact.thresholds["probability"]
        self._temperature = artifact.temperatures["finding"]

    def told(self, clauses: Sequence[str]) -> list[Like | None]:
        """Return what each clause tells, in order; ``None`` where nothing is sure enough. Neighbours change nothing."""
        scores, polar = self._read(clauses)
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        return [
            Like(self.findings[place], float(share[place]), bool(is_there > 0))
            if share[place] >= self._threshold
            else None
            for place, share, is_there in zip(shares.argmax(axis=1).tolist(), shares, polar.tolist(), strict=True)
        ]

    def scores(self, clauses: Sequence[str]) -> Scores:
        """Return how much each clause is like each of ``findings``, a row a clause, in logits."""
        return self._read(clauses)[0]

    def _read(self, clauses: Sequence[str]) -> tuple[Scores, Scores]:
        """Return the scores of the findings for each clause, and whether it says that they are there (above 0)."""
        scores, polar = np.zeros((len(clauses), len(self.findings))), np.zeros(len(clauses))
        rows = [self._tokenizer.encode(clause).ids[:_LONGEST] for clause in clauses]
        order = sorted(range(len(rows)), key=lambda number: len(rows[number]))
        for start in range(0, len(order), _AT_ONCE):
            numbers = order[start : start + _AT_ONCE]
            answer = self._answer([rows[number] for number in numbers])
            scores[numbers] = answer["findings"].astype(np.float64) / self._temperature
            polar[numbers] = answer["present"]
        return scores, polar

    def _answer(self, rows: Sequence[Sequence[int]]) -> Mapping[str, NDArray[Any]]:
        longest = max(len(row) for row in rows)
        ids, mask = np.zeros((len(rows), longest), np.int64), np.zeros((len(rows), longest), np.int64)
        for number, row in enumerate(rows):
            ids[number, : len(row)], mask[number, : len(row)] = row, 1
        [answer] = self._session.run([{"ids": ids, "mask": mask}])
        return answer

    @cached_property
    def _session(self) -> Session:
        return open_session(self._artifact.path(GRAPH), threads=1)

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        tokenizer = Tokenizer.from_file(str(self._artifact.path(TOKENIZER)))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return tokenizer


build = ShippedEngine(FOLDER, Likeness)


@cache
def likeness(language: str) -> Likeness | None:
    """Return what finds what clauses of ``language`` tell, made once; there is none for languages it does not read."""
    return _shipped() if language.partition("-")[0].lower() in build.card.languages else None


@cache
def _shipped() -> Likeness:
    return build()
