"""What hears the words of cases is taught, packed, and computes what the engine that ships computes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs the lab extra: make lab")

import torch

from epicrisis.engines.artifacts import CARD, Artifact
from epicrisis.engines.differential.knowledge.base import KnowledgeBase
from epicrisis.engines.differential.knowledge.reading import knowledge_base
from epicrisis.engines.differential.likeness import NOTHING
from epicrisis.engines.differential.said import PERSON, Head, Heads
from epicrisis_lab.knowledge import drawn, wording
from epicrisis_lab.knowledge.clauses import Clause, clauses

CASES = 300


def few(base: KnowledgeBase, language: str) -> list[Clause]:
    """Return one clause in forty of those that teach: the encoder has to hear each."""
    told = [each for each in clauses(language) if each.finding in base.findings or each.finding == NOTHING]
    return told[::40]


def test_the_network_computes_what_the_engine_computes() -> None:
    torch.manual_seed(1)
    network = wording.Network(20, 7).eval()
    statements, person = torch.randn(5, 20), torch.zeros(1, PERSON)
    person[0, 3] = person[0, -1] = 1.0
    taught = network(statements, torch.zeros(5, dtype=torch.long), person)[0].detach().numpy()
    weights = {name: each.astype(np.float32) for name, each in network.weights().items()}
    head = Head(list("abcdefg"), weights, 1.0)
    added = head.heard(statements.numpy()).sum(axis=0, keepdims=True)
    assert head.scores(added, person[0].numpy())[0] == pytest.approx(taught[:-1] - taught[-1], abs=0.02)


def test_what_is_taught_is_packed_and_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawn, "teaching", few)
    monkeypatch.setattr(drawn, "_names", lambda base, _: [[] for _ in base.findings])
    monkeypatch.setattr(wording, "_KEPT", 200)
    told = list[str]()
    figures = wording.teach(tmp_path / "wording", cases=CASES, epochs=2, seed=0, say=told.append)
    card = json.loads((tmp_path / "wording" / CARD).read_text(encoding="utf-8"))
    assert card["scores"] == figures
    assert figures["en.drawn.top_1"] <= figures["en.drawn.top_5"]
    # One of 402 by chance.
    assert figures["en.drawn.top_5"] > 0.02
    assert sum("epoch" in each for each in told) == 4
    for language in ("en", "es"):
        head = Heads(Artifact(tmp_path / "wording")).of(language)
        assert head is not None
        assert list(head.conditions) == list(knowledge_base().conditions)
