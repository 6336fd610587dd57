"""Writes what was learnt as the engine reads it, and puts its figures on its card."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from epicrisis.engines.artifacts import CARD
from epicrisis.engines.differential.additive import Additive
from epicrisis.engines.differential.evidences import IN_LISTS, TABLES, Evidences, Learnt
from epicrisis.engines.differential.knowledge.base import Floats
from epicrisis.engines.differential.learnt import FOLDER, WEIGHTS
from epicrisis.engines.shipped import shipped
from epicrisis_lab.codes.packing import write
from epicrisis_lab.differential.scoring import ALL, Figures
from epicrisis_lab.differential.words import Words

ON_CARD = ("top_1", "top_3", "ece", "list_f1", "ddf1")


def learnt_of(weights: Additive, lists: Additive, chances: Floats, words: Words) -> Learnt:
    """Return what was learnt with what DDXPlus calls its evidences."""
    evidences = Evidences(words.evidences, words.names, words.histories, words.single, chances)
    return Learnt(weights, lists, evidences, words.conditions)


def ship(learnt: Learnt, scores: Mapping[str, Figures], folder: Path) -> None:
    """Write ``learnt`` into ``folder``, and ``scores`` on the card there; without one, on that of what ships."""
    folder.mkdir(parents=True, exist_ok=True)
    card: dict[str, Any] = json.loads(_card(folder).read_text(encoding="utf-8"))
    card["scores"] = dict(on_card(scores))
    card["temperatures"] = {str(known): round(value, 4) for known, value in learnt.weights.temperatures.items()}
    (folder / CARD).write_text(json.dumps(card, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    evidences = learnt.evidences
    arrays = {
        **_tables(learnt.weights, ""),
        **_tables(learnt.lists, IN_LISTS),
        "chances": evidences.chances.astype(np.float32),
        "codes": np.array(evidences.codes),
        "names": np.array(evidences.names),
        "histories": evidences.histories,
        "single": evidences.single,
        "conditions": np.array(learnt.conditions),
    }
    write(arrays, folder, WEIGHTS)


def on_card(scores: Mapping[str, Figures]) -> Mapping[str, float]:
    """Return the figures that a card tells; those of lists where all is known, for lists are of such patients."""
    return {
        f"ddxplus.dev.{level}.{name}": round(own[name], 4)
        for level, own in scores.items()
        for name in ON_CARD
        if name in own and "," not in level and (level == ALL or name not in ("list_f1", "ddf1"))
    }


def _tables(weights: Additive, end: str) -> Mapping[str, NDArray[np.float32]]:
    return {f"{name}{end}": getattr(weights, name).astype(np.float32) for name in TABLES}


def _card(folder: Path) -> Path:
    own = folder / CARD
    return own if own.exists() else shipped(FOLDER) / CARD
