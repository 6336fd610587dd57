"""Where the time of a request goes: what the running server says of its stages, and each step of a label on its own."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Sequence

from benchmarks.serving.servers import Running

from epicrisis.engines.encoder.batching import groups, padded
from epicrisis.engines.encoder.load import load_encoder, shipped
from epicrisis.engines.encoder.tagging import probabilities
from epicrisis.engines.reader import ModelReader

_SERIES = re.compile(r"^(\w+?)(_sum|_count)(?:\{[^}]*\})? ([\d.e+-]+)$", re.MULTILINE)
# Six layers of 12 x 384 x 384 weights, each multiplied and added once.
OPERATIONS = 2 * 6 * 12 * 384 * 384
STAGES = {
    "http_request_duration_seconds": "whole request",
    "epicrisis_queue_seconds": "waiting in the queue",
    "model_inference_seconds": "reading, a batch",
}


def served(server: Running) -> Iterator[str]:
    """Yield the mean of each stage over all the loads, as `/metrics` of ``server`` counts them."""
    _, _, text = server.ask("GET", "/metrics")
    sums: dict[str, dict[str, float]] = {}
    for name, kind, value in _SERIES.findall(text):
        part = sums.setdefault(name, {"_sum": 0.0, "_count": 0.0})
        part[kind] += float(value)
    yield ""
    yield "## Where the time goes"
    yield ""
    yield "Means over all the loads above, as `/metrics` counts them:"
    yield ""
    yield "| stage | times | mean, ms |"
    yield "|---|---|---|"
    for name, stage in STAGES.items():
        part = sums.get(name)
        if part and part["_count"]:
            yield f"| {stage} | {part['_count']:,.0f} | {part['_sum'] / part['_count'] * 1000:.2f} |"
    texts = sums.get("epicrisis_batch_texts")
    if texts and texts["_count"]:
        yield f"| texts in a batch | {texts['_count']:,.0f} | {texts['_sum'] / texts['_count']:.1f} texts |"


def inside(sentences: Sequence[str], rates: dict[str, list[float]]) -> Iterator[str]:
    """Yield what each step of labelling ``sentences`` costs by itself, in this process, 64 at a time."""
    loaded = load_encoder(shipped("english"))
    reader, tokenizer = ModelReader(loaded), loaded.encoder.tokenizer
    parts = [sentences[start : start + 64] for start in range(0, len(sentences), 64)]
    cut = [[pieces.ids for pieces in tokenizer.cut(part)] for part in parts]
    grouped = [list(groups([len(ids) + 2 for ids in part], budget=2048)) for part in cut]
    steps: dict[str, Callable[[], object]] = {
        "cut into pieces": lambda: [tokenizer.cut(part) for part in parts],
        "fill the rows": lambda: [
            padded([ids[row] for row in group.rows], group.width, tokenizer)
            for ids, part in zip(cut, grouped, strict=True)
            for group in part
        ],
    }
    if loaded.labeller is not None:
        session, threshold = loaded.labeller.session, loaded.labeller.threshold
        rows = [
            [padded([ids[row] for row in group.rows], group.width, tokenizer) for group in part]
            for ids, part in zip(cut, grouped, strict=True)
        ]
        steps["labeller"] = lambda: [session.run(part) for part in rows]
        answered = loaded.labeller.label(sentences)
        unsure = [s for s, given in zip(sentences, answered, strict=True) if given is None]
        steps[
            f"encoder, for the {len(unsure) / len(sentences):.0%} the labeller is not sure of (under {threshold})"
        ] = lambda: loaded.encoder.read(unsure)
        scores = session.run(rows[0])[0]["sentence"]
        steps["probabilities"] = lambda: [probabilities(scores[0], 1.0) for _ in sentences]
    else:
        steps["encoder"] = lambda: [loaded.encoder.read(part) for part in parts]
    steps["JSON"] = lambda: [json.dumps({"label": "ABSENT", "score": 0.9842, "request_id": s[:36]}) for s in sentences]
    steps["all of it, as the server asks"] = lambda: [reader.quick_labels(part) for part in parts]
    pieces = sum(len(ids) + 2 for part in cut for ids in part)
    yield ""
    yield (
        f"Each step by itself, {len(sentences)} sentences ({pieces / len(sentences):.1f} pieces each) by 64, "
        "microseconds a sentence:"
    )
    yield ""
    yield "| step | µs a sentence |"
    yield "|---|---|"
    took = {name: _best(step) / len(sentences) * 1e6 for name, step in steps.items()}
    for name, micro in took.items():
        yield f"| {name} | {micro:,.0f} |"
    yield ""
    whole = took["all of it, as the server asks"]
    best = max(two for _, two in rates.values())
    limit = best * 1e9 / (OPERATIONS * pieces / len(sentences))
    yield (
        f"That is {1e6 / whole:,.0f} labels a second on two threads. The six layers of the encoder take "
        f"{OPERATIONS / 1e6:.1f} million operations a piece: at {best:g} · 10⁹ a second, its best, the "
        f"encoder alone could read {limit:,.0f} of these sentences a second and no more, whatever the software."
    )


def _best(step: Callable[[], object], rounds: int = 5) -> float:
    step()
    best = float("inf")
    for _ in range(rounds):
        began = time.perf_counter()
        step()
        best = min(best, time.perf_counter() - began)
    return best
