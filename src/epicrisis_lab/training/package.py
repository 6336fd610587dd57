"""A trained model as the folder the product ships: graphs, tokenizer, calibration and card."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from epicrisis.domain.documents import Document
from epicrisis.domain.findings import EntityLabel
from epicrisis.domain.spans import Span
from epicrisis.engines.artifacts import CARD
from epicrisis.engines.encoder.encoder import Encoder, Reading
from epicrisis.engines.encoder.load import LoadedEncoder, load_encoder
from epicrisis.engines.encoder.mentions import FILE as MENTIONS
from epicrisis.engines.encoder.pieces import Pieces, PieceTokenizer
from epicrisis.engines.encoder.tagging import tagged
from epicrisis.engines.units import whole_unit
from epicrisis_lab.evaluation.calibration import fit_temperature
from epicrisis_lab.training.examples import Example, TagSpan
from epicrisis_lab.training.export import export_graphs
from epicrisis_lab.training.files import written
from epicrisis_lab.training.labels import (
    EXPERIENCERS,
    SENTENCE_LABELS,
    STATUSES,
    TAG_HEADS,
    TEMPORALITIES,
)
from epicrisis_lab.training.mentions import remembered, write_mentions
from epicrisis_lab.training.model import ClinicalModel, inner_of
from epicrisis_lab.training.quantisation import quantisation

UNFILTERED = ("scope_neg", "scope_unc")
"""Heads whose unlikely spans are reported too: a cue whose reach is not sure still has one."""
CANDIDATES = tuple(round(0.025 * step, 3) for step in range(27))

FILES = ("encoder.onnx", "judge.onnx", "tokenizer.json")


def package(
    model: ClinicalModel,
    tokenizer: Path,
    dev: Sequence[Example],
    out: Path,
    facts: dict[str, Any],
    *,
    main: str,
    train: Sequence[Example] = (),
    sources: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> dict[str, float]:
    """Write the shipped folder ``out`` and return what was fitted: ``HEAD.temperature`` and ``HEAD.threshold``.

    ``facts`` are the fields of the card that no computation knows: name, version, summary, languages, trained_on,
    licence, limits; ``main`` is the corpus that tells what eight bits cost. Temperatures and thresholds are fitted on
    ``dev`` with the exported graphs themselves. What ``train`` marks is remembered for each label set of ``sources``.

    Raises:
        NothingToScore: ``dev`` cannot tell what eight-bit weights cost.
        LostAccuracy: they cost too much; ``out`` stays as it was.
    """
    inner_of(model).set_attn_implementation("eager")
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder)
        export_graphs(model, built)
        _write_tokenizer(tokenizer, built / "tokenizer.json")
        if sources:
            write_mentions(remembered(train, PieceTokenizer(built / "tokenizer.json"), sources), built)
        card = _card(built, facts, model.heads.shipped)
        _write_card(built, card)
        card["quantisation"] = quantisation(model, built, dev, main=main)
        card["temperatures"] = temperatures(built, dev)
        _write_card(built, card)
        card["thresholds"] = thresholds(built, dev)
        _write_card(built, card)
        _ship(built, out)
    return {
        f"{head}.{kind[:-1]}": value for kind in ("temperatures", "thresholds") for head, value in card[kind].items()
    }


def package_mentions(folder: Path, train: Sequence[Example], sources: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Write what ``train`` marks to the shipped ``folder`` and its card; return the forms of each label set."""
    counts = remembered(train, PieceTokenizer(folder / "tokenizer.json"), sources)
    write_mentions(counts, folder)
    card = json.loads((folder / CARD).read_text(encoding="utf-8"))
    card["sha256"][MENTIONS] = hashlib.sha256((folder / MENTIONS).read_bytes()).hexdigest()
    card["sizes"][MENTIONS] = (folder / MENTIONS).stat().st_size
    _write_card(folder, card)
    return {label_set: len(own.forms) for label_set, own in counts.items()}


def _card(folder: Path, facts: dict[str, Any], heads: Sequence[str]) -> dict[str, Any]:
    """Return the card of the files in ``folder`` before anything was fitted."""
    return {
        **facts,
        "sha256": {file: hashlib.sha256((folder / file).read_bytes()).hexdigest() for file in _files(folder)},
        "sizes": {file: (folder / file).stat().st_size for file in _files(folder)},
        "labels": {
            "tags": {head: [str(label) for label in TAG_HEADS[head]] for head in heads},
            "statuses": list(STATUSES),
            "temporalities": list(TEMPORALITIES),
            "experiencers": list(EXPERIENCERS),
            "sentences": list(SENTENCE_LABELS),
        },
        "temperatures": {},
        "thresholds": {},
    }


def _files(folder: Path) -> tuple[str, ...]:
    return (*FILES, MENTIONS) if (folder / MENTIONS).exists() else FILES


def _write_tokenizer(source: Path, target: Path) -> None:
    """Copy the vocabulary without the cutting and padding its first users set."""
    content = json.loads(source.read_text(encoding="utf-8"))
    content |= {"truncation": None, "padding": None}
    target.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def _write_card(folder: Path, card: dict[str, Any]) -> None:
    (folder / CARD).write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _ship(built: Path, out: Path) -> None:
    """Copy what was built to ``out``, the card last: until it is there, the checksums of the old one do not hold."""
    out.mkdir(parents=True, exist_ok=True)
    for file in (*_files(built), CARD):
        with written(out / file) as part:
            shutil.copyfile(built / file, part)


def temperatures(folder: Path, dev: Sequence[Example]) -> dict[str, float]:
    """Return the temperature per head that makes the shipped scores most likely on ``dev`` (Guo et al. 2017)."""
    loaded = load_encoder(folder)
    units = [whole_unit(Document(id=e.id, text=e.text)) for e in dev]
    readings = loaded.encoder.read([unit.text for unit in units])
    fitted = {head: tag_temperature(loaded.encoder, head, dev, readings) for head in loaded.labels.tags}
    sentences = [
        (reading.sentence, SENTENCE_LABELS.index(e.sentence))  # type: ignore[arg-type]
        for e, reading in zip(dev, readings, strict=True)
        if e.sentence
    ]
    fitted["sentence"] = _fit(sentences)
    asked = [
        (reading, Span(target.start, target.end), STATUSES.index(target.statuses[0]))  # type: ignore[arg-type]
        for e, reading in zip(dev, readings, strict=True)
        for target in e.targets
        if len(target.statuses) == 1
    ]
    judged = loaded.encoder.judge([(reading, span) for reading, span, _ in asked])
    fitted["status"] = _fit([(j.status, label) for j, (_, _, label) in zip(judged, asked, strict=True) if j])
    return fitted


def thresholds(folder: Path, dev: Sequence[Example]) -> dict[str, float]:
    """Return the probability per head from which reporting a span gives the highest strict F1 on ``dev``."""
    loaded = load_encoder(folder)
    readings = loaded.encoder.read([whole_unit(Document(id=e.id, text=e.text)).text for e in dev])
    return {head: tag_threshold(loaded, head, dev, readings) for head in loaded.labels.tags if head not in UNFILTERED}


def tag_threshold(loaded: LoadedEncoder, head: str, dev: Sequence[Example], readings: Sequence[Reading]) -> float:
    """Return the probability from which reporting a span of ``head`` gives the highest strict F1 on ``dev``."""
    scores: list[float] = []
    right: list[bool] = []
    wanted = 0
    for example, reading in zip(dev, readings, strict=True):
        if head not in example.tags:
            continue
        gold = {(start, end, str(label)) for start, end, label in example.tags[head] if _counts(label)}
        wanted += len(gold)
        labels = loaded.labels.tags[head]
        for span, label, score in tagged(
            reading, loaded.encoder.heads[head], labels, temperature=loaded.temperature(head)
        ):
            if _counts(label):
                scores.append(score)
                right.append((span.start, span.end, label) in gold)
    values, hits = np.array(scores), np.array(right)
    f1 = {least: 2 * hits[values >= least].sum() / max(1, wanted + (values >= least).sum()) for least in CANDIDATES}
    return max(f1, key=lambda least: (f1[least], -least))


def _counts(label: str) -> bool:
    """Return whether ``label`` is one the corpora are scored on: of the clinical set, the concepts."""
    return label not in set(EntityLabel) or EntityLabel(label).is_concept


def tag_temperature(encoder: Encoder, head: str, dev: Sequence[Example], readings: Sequence[Reading]) -> float:
    """Return the temperature of ``head`` that makes its scores most likely on ``dev``, as ``readings`` read it."""
    scored: list[tuple[NDArray[np.float32], int]] = []
    for example, reading in zip(dev, readings, strict=True):
        spans = example.tags.get(head)
        if spans is None:
            continue
        pieces = reading.pieces
        gold = word_tags(pieces, spans, head)
        scores = reading.tags[pieces.words, encoder.heads[head]]
        # Words nobody doubts drown the others: the temperature is for the words where a span is at stake.
        stake = (gold > 0) | (scores.argmax(-1) > 0)
        scored += zip(scores[stake], gold[stake].tolist(), strict=True)
    return _fit(scored)


def word_tags(pieces: Pieces, spans: Iterable[TagSpan], head: str) -> NDArray[np.int64]:
    """Return the number of each word's BIO tag in the order of ``tags_of``: O, B-x, I-x, B-y, ..."""
    index = {label: 1 + 2 * i for i, label in enumerate(TAG_HEADS[head])}
    gold = np.zeros(len(pieces.words), dtype=np.int64)
    for start, end, label in spans:
        inside = np.flatnonzero((pieces.starts[pieces.words] < end) & (pieces.word_ends > start))
        gold[inside] = index[label] + 1
        gold[inside[:1]] = index[label]
    return gold


def _fit(scored: Sequence[tuple[NDArray[np.float32], int]]) -> float:
    if not scored:
        return 1.0
    logits = np.stack([scores for scores, _ in scored]).astype(np.float64)
    return round(float(fit_temperature(logits, np.array([label for _, label in scored]))), 4)
