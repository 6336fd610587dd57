"""The taught labeller beside the encoder that taught it: its graph, how sure it must be, and its lines on the card."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from epicrisis.domain.annotations import Sentence
from epicrisis.domain.assertions import SentenceLabel
from epicrisis.domain.spans import Span
from epicrisis.engines.artifacts import CARD
from epicrisis.engines.encoder.labeller import Labeller as Quick
from epicrisis.engines.encoder.load import LABELLER, load_encoder
from epicrisis.engines.encoder.session import open_session
from epicrisis.engines.encoder.tagging import probabilities
from epicrisis.services.label import LABELS, four_scores
from epicrisis_lab.evaluation.calibration import fit_temperature
from epicrisis_lab.training.examples import Example
from epicrisis_lab.training.export import export_labeller
from epicrisis_lab.training.files import written
from epicrisis_lab.training.labeller import Labeller
from epicrisis_lab.training.labels import SENTENCE_LABELS

Floats = NDArray[np.floating[Any]]

CANDIDATES = tuple(round(0.3 + 0.02 * step, 2) for step in range(35))
"""How sure the labeller may have to be; below the least, it is sure of everything."""
MOST_LOST = 0.0075
"""How much of the accuracy of the encoder on dev may go: four of 600 sentences; another sample changes more."""


def package_labeller(labeller: Labeller, dev: Sequence[Example], folder: Path) -> dict[str, float]:
    """Write the labeller to the shipped ``folder`` and its card; return what was fitted on the labelled ``dev``.

    The threshold is the lowest from which labeller and encoder together lose at most ``MOST_LOST`` of the encoder's
    accuracy in the four labels `/predict` knows: the fewest sentences are read by the encoder at that price.
    """
    loaded = load_encoder(folder)
    labelled = [example for example in dev if example.sentence is not None]
    texts = [example.text for example in labelled]
    gold = np.array([SENTENCE_LABELS.index(example.sentence) for example in labelled])  # type: ignore[arg-type]
    encoder = np.stack([_shares(loaded, reading.sentence) for reading in loaded.encoder.read(texts)])
    with tempfile.TemporaryDirectory() as built:
        graph = Path(built) / LABELLER
        export_labeller(labeller, graph)
        quick = _scores(Quick(loaded.encoder.tokenizer, open_session(graph, threads=2), 1.0, 0.0), texts)
        temperature = round(float(fit_temperature(np.log(quick), gold)), 4)
        sure = np.stack([probabilities(np.log(row).astype(np.float32), temperature) for row in quick])
        fitted = {"temperature": temperature, **_fitted(sure, encoder, gold)}
        with written(folder / LABELLER) as part:
            shutil.copyfile(graph, part)
    _note_on_card(folder, fitted)
    return fitted


def _shares(loaded: Any, scores: NDArray[np.float32]) -> NDArray[np.float32]:
    return probabilities(scores, loaded.temperature("sentence"))


def _scores(quick: Quick, texts: Sequence[str]) -> NDArray[np.float64]:
    even = np.full(len(SENTENCE_LABELS), 1 / len(SENTENCE_LABELS))
    return np.stack([even if shares is None else shares for shares in quick.label(texts)]).clip(1e-9)


def _fitted(quick: Floats, encoder: Floats, gold: NDArray[np.int64]) -> dict[str, float]:
    ours, theirs = _in_four(quick), _in_four(encoder)
    known = np.array([SENTENCE_LABELS[label] in LABELS for label in gold])
    wanted = np.array([SENTENCE_LABELS[label] for label in gold])

    def accuracy(given: NDArray[np.str_]) -> float:
        return float(np.mean(given[known] == wanted[known]))

    for least in CANDIDATES:
        believed = quick.max(1) >= least
        together = np.where(believed, ours, theirs)
        if accuracy(together) >= accuracy(theirs) - MOST_LOST:
            break
    figures = {
        "encoder": accuracy(theirs),
        "labeller": accuracy(ours),
        "together": accuracy(together),
        "agreement": float(np.mean(together == theirs)),
        "share": float(believed.mean()),
    }
    return {"threshold": least, **{name: round(value, 4) for name, value in figures.items()}}


def _in_four(shares: Floats) -> NDArray[np.str_]:
    """Return the label `/predict` would answer for each row of probabilities."""
    answers = []
    for row in shares:
        scores = four_scores(
            Sentence(Span(0, 1), None, dict(zip(map(SentenceLabel, SENTENCE_LABELS), row, strict=True)))
        )
        answers.append(max(scores, key=lambda label: scores[label]).value)
    return np.array(answers)


def _note_on_card(folder: Path, fitted: dict[str, float]) -> None:
    card = json.loads((folder / CARD).read_text(encoding="utf-8"))
    content = (folder / LABELLER).read_bytes()
    card["sha256"][LABELLER] = hashlib.sha256(content).hexdigest()
    card["sizes"][LABELLER] = len(content)
    card["temperatures"]["labeller"] = fitted["temperature"]
    card["thresholds"]["labeller"] = fitted["threshold"]
    card["labeller"] = {name: fitted[name] for name in ("encoder", "labeller", "together", "agreement", "share")}
    with written(folder / CARD) as part:
        part.write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
