"""Batches of one note: one after the other on two threads, against side by side on one thread each."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import openvino
from openvino.passes import ConstantFolding, Manager

from epicrisis.engines.shipped import shipped

BATCHES = [(14, 16), (7, 32), (6, 32), (3, 64), (3, 64), (1, 128)]
ROUNDS = 15


def compiled(**options: object) -> openvino.CompiledModel:
    """Return the shipped encoder with its weights widened."""
    core = openvino.Core()
    graph = core.read_model(str(shipped("english") / "encoder.onnx"))
    passes = Manager()
    passes.register_pass(ConstantFolding())
    passes.run_passes(graph)
    return core.compile_model(graph, "CPU", {"INFERENCE_NUM_THREADS": 2, "ENABLE_CPU_PINNING": False, **options})


def milliseconds(work: Callable[[], object]) -> float:
    """Return the median time of ``work`` after three rounds that do not count."""
    times = []
    for _ in range(3 + ROUNDS):
        began = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times[3:])


def main() -> None:
    """Measure and print both ways, and their ratio."""
    rng = np.random.default_rng(1)
    inputs = [{"ids": rng.integers(1000, 20000, shape), "mask": np.ones(shape, dtype=np.int64)} for shape in BATCHES]
    one = compiled(PERFORMANCE_HINT="LATENCY").create_infer_request()
    streams = compiled(NUM_STREAMS=2)
    two = [streams.create_infer_request() for _ in range(2)]
    pool = ThreadPoolExecutor(2)
    in_turn = milliseconds(lambda: [one.infer(batch) for batch in inputs])
    halves = [inputs[0::2], inputs[1::2]]
    beside = milliseconds(
        lambda: list(pool.map(lambda pair: [pair[0].infer(batch) for batch in pair[1]], zip(two, halves, strict=True)))
    )
    print(f"one after the other {in_turn:.1f} ms, side by side {beside:.1f} ms: {in_turn / beside:.1f}x")


if __name__ == "__main__":
    main()
