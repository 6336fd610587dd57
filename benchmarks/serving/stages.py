"""Where the time of a request goes, by the clocks the server itself reads, and what the processor would allow.

    python -m benchmarks.serving.stages --reference PYTHON [--seconds 10]

prints the profile alone; `benchmarks.serving.run` prints it after its loads. PYTHON has torch, for the matrix rates.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
from benchmarks.machine import keep_to_two_cores
from benchmarks.serving import mix
from benchmarks.serving.servers import HERE, Running, ours, require_wrk, write_bodies

from epicrisis.domain.annotations import Sentence
from epicrisis.engines.counting import Tokens, counting
from epicrisis.engines.encoder.load import load_encoder
from epicrisis.engines.reader import ModelReader
from epicrisis.engines.shipped import shipped
from epicrisis.engines.stages import Stage, timing

_SERIES = re.compile(r"^(\w+?)(_sum|_count)(?:\{[^}]*\})? ([\d.e+-]+)$", re.MULTILINE)
_STAGE = re.compile(r'^epicrisis_stage_seconds_total\{stage="(\w+)"\} ([\d.e+-]+)$', re.MULTILINE)
# Six layers of 12 x 384 x 384 weights, each multiplied and added once.
OPERATIONS = 2 * 6 * 12 * 384 * 384
TOGETHER, ROUNDS = 64, 5
MEANS = {
    "http_request_duration_seconds": "whole request",
    "epicrisis_queue_seconds": "a text in the queue",
    "model_inference_seconds": "reading a batch",
}
TOLD = {
    "cache": "looking for a kept answer",
    Stage.TOKENIZE: "tokenize",
    Stage.ENCODE: "encode: labeller, and encoder where it is not sure",
    Stage.HEADS: "heads",
    Stage.ENGINE: "the engine besides",
    "json": "JSON",
}
# What a processor may multiply in, as OpenVINO names it and as `arithmetic.py` does.
PRECISIONS = {"f32": "fp32", "bf16": "bf16", "f16": "fp16"}

Rates = Mapping[str, Sequence[float]]


@dataclass(frozen=True, slots=True)
class Timed:
    """The quickest of a few rounds: seconds by stage, and what the models read in it."""

    seconds: Mapping[str, float]
    tokens: Mapping[str, Tokens]


def main() -> None:
    """Load our server for a while, and print where the time went."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reference", required=True, help="an interpreter with torch")
    parser.add_argument("--seconds", type=int, default=10, help="how long the load lasts")
    options = parser.parse_args()
    require_wrk()
    keep_to_two_cores()
    made = mix.sentences(512)
    with tempfile.TemporaryDirectory() as folder:
        bodies = write_bodies([{"sentence": sentence} for sentence in made], Path(folder), "single")
        with ours(EPICRISIS_RATE_LIMIT_PER_MINUTE="0", EPICRISIS_CACHE_ENTRIES="0") as server:
            server.load("/predict", bodies, clients=16, seconds=options.seconds)
            print(*served(server), sep="\n")
    print(*inside(made, options.reference), sep="\n")


def rates_of(python: str) -> Rates:
    """Return the matrix rates of this processor by precision, with one thread and with two."""
    told = subprocess.run([python, str(HERE / "arithmetic.py")], check=True, capture_output=True, text=True).stdout
    rates: Rates = json.loads(told.strip().splitlines()[-1])
    return rates


def served(server: Running) -> Iterator[str]:
    """Yield where the time of all the loads went, as `/metrics` of ``server`` counts it."""
    _, _, text = server.ask("GET", "/metrics")
    yield from where(text)


def where(text: str) -> Iterator[str]:
    """Yield where the time went by ``text``, what `/metrics` answers."""
    sums: dict[str, dict[str, float]] = {}
    for name, kind, value in _SERIES.findall(text):
        sums.setdefault(name, {"_sum": 0.0, "_count": 0.0})[kind] += float(value)
    yield ""
    yield "## Where the time goes"
    yield ""
    yield "Means over all the loads above, as `/metrics` counts them:"
    yield ""
    yield "| | times | mean, ms |"
    yield "|---|---|---|"
    for name, told in MEANS.items():
        if (part := sums.get(name)) and part["_count"]:
            yield f"| {told} | {part['_count']:,.0f} | {part['_sum'] / part['_count'] * 1000:.2f} |"
    texts = sums.get("epicrisis_batch_texts")
    if not texts or not texts["_count"]:
        return
    batches = texts["_count"]
    tokens = sums.get("epicrisis_batch_tokens", {"_sum": 0.0})["_sum"]
    yield ""
    yield (
        f"A batch held {texts['_sum'] / batches:.1f} texts and {tokens / batches:,.0f} tokens. Of each text, a batch's "
        "time shared out over its texts:"
    )
    yield from _table({stage: float(seconds) for stage, seconds in _STAGE.findall(text)}, texts["_sum"])
    waited = sums["epicrisis_queue_seconds"]
    yield f"| queue, where it waits for nothing but its turn | {waited['_sum'] / texts['_sum'] * 1e6:,.0f} | |"


def inside(sentences: Sequence[str], python: str) -> Iterator[str]:
    """Yield what labelling ``sentences`` costs in this process, by stage, and what the processor would allow.

    The matrix rates are measured here, next to what they are compared with: a busy machine is slower in both.
    """
    loaded = load_encoder(shipped("english"))
    reader = ModelReader(loaded)
    labelled = _quickest(reader.quick_labels, sentences)
    seconds = {**labelled.seconds, "json": _seconds_to_write(reader.quick_labels(sentences))}
    yield ""
    yield f"The same clocks without a server, {len(sentences)} of the sentences, {TOGETHER} at a time:"
    yield from _table(seconds, len(sentences))
    yield ""
    yield f"That is {len(sentences) / sum(seconds.values()):,.0f} labels a second on two threads."
    read = _quickest(loaded.encoder.read, sentences)
    if loaded.labeller is not None:
        asked = _quickest(loaded.labeller.label, sentences)
        yield (
            f"A text takes the labeller {asked.seconds[Stage.ENCODE] / len(sentences) * 1e6:,.0f} µs and the encoder "
            f"{read.seconds[Stage.ENCODE] / len(sentences) * 1e6:,.0f} µs; the encoder reads the "
            f"{_share_left(labelled, read):.0%} of all tokens that the labeller is not sure of."
        )
    yield ""
    yield from limit(read, len(sentences), rates_of(python), precision(loaded.make.framework))


def precision(framework: str) -> str:
    """Return in which precision the engine multiplies here: what OpenVINO takes unless told otherwise, or fp32."""
    if not framework.startswith("OpenVINO"):
        return "fp32"
    import openvino

    chosen: str = openvino.Core().get_property("CPU", "INFERENCE_PRECISION_HINT").get_type_name()
    return PRECISIONS.get(chosen, chosen)


def limit(read: Timed, sentences: int, rates: Rates, used: str) -> Iterator[str]:
    """Yield how near the encoder comes to what its own precision allows, and what the others would."""
    tokens = read.tokens["encoder"]
    operations = OPERATIONS * tokens.read
    yield (
        f"The six layers of the encoder take {OPERATIONS / 1e6:.1f} million operations a token, and these sentences "
        f"have {tokens.read / sentences:.1f} tokens each ({tokens.padding / sentences:.1f} more are padding). At the "
        "best rate of one thread or two, no software could have it read more of them than:"
    )
    yield ""
    yield "| precision | 10⁹ operations a second | sentences a second |"
    yield "|---|---|---|"
    for kind, measured in rates.items():
        told = f"**{kind}**, which the engine multiplies in" if kind == used else kind
        yield f"| {told} | {max(measured):g} | {max(measured) * 1e9 * sentences / operations:,.0f} |"
    yield ""
    reached = operations / read.seconds[Stage.ENCODE] / 1e9
    share = f": {reached / max(rates[used]):.0%} of what {used} allows" if used in rates else ""
    yield (
        f"It reads {sentences / read.seconds[Stage.ENCODE]:,.0f} a second, {reached:.1f} · 10⁹ operations{share}. "
        "What is left is padding, attention, what is done between multiplications, and matrices far smaller than "
        "those the rate was measured with."
    )


def _seconds_to_write(labelled: Sequence[Sentence]) -> float:
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for each in labelled:
            msgspec.json.encode({"label": each.label, "score": max(each.scores.values()), "request_id": "0" * 36})
        best = min(best, time.perf_counter() - began)
    return best


def _quickest(work: Callable[[Sequence[str]], object], sentences: Sequence[str]) -> Timed:
    parts = [sentences[start : start + TOGETHER] for start in range(0, len(sentences), TOGETHER)]
    rounds = []
    for _ in range(ROUNDS + 1):
        with counting() as tokens, timing() as clock:
            for part in parts:
                work(part)
        rounds.append(Timed(clock.seconds, tokens))
    # The first one warms up.
    return min(rounds[1:], key=lambda each: sum(each.seconds.values()))


def _share_left(labelled: Timed, read: Timed) -> float:
    left = labelled.tokens.get("encoder", Tokens())
    return left.read / read.tokens["encoder"].read


def _table(seconds: Mapping[str, float], texts: float) -> Iterator[str]:
    together = sum(seconds.values())
    yield ""
    yield "| stage | µs a text | share |"
    yield "|---|---|---|"
    for stage, told in TOLD.items():
        if stage in seconds:
            spent = seconds[stage]
            yield f"| {told} | {spent / texts * 1e6:,.0f} | {spent / together:.0%} |"


if __name__ == "__main__":
    main()
