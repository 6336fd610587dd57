"""The load is what the page says it is, and the ratios are those of the loads."""

from __future__ import annotations

import psutil
import pytest
from benchmarks.serving import footprint, mix, stages
from benchmarks.serving.run import Pair
from benchmarks.serving.servers import Load, Running

from epicrisis.engines.counting import Tokens
from epicrisis.telemetry.metrics import Metrics


def test_the_load_is_of_different_sentences_as_long_as_it_says() -> None:
    made = mix.sentences(300)

    assert len(set(made)) == 300
    assert {len(sentence.split()) >= mix.SHORTEST for sentence in made} == {True}
    assert max(len(sentence.split()) for sentence in made) <= mix.LONGEST
    assert made == mix.sentences(300)


def test_a_note_is_as_long_as_asked() -> None:
    assert len(mix.note(3000)) == 3000
    assert len(mix.note(100_000)) == 100_000


def test_what_was_refused_is_no_answer() -> None:
    load = Load(clients=1, answers=100, seconds=10.0, errors=0, refused=40, p50=1.0, p95=2.0, p99=3.0)

    assert load.rate == 6.0


def test_a_batch_counts_its_sentences_and_the_ratio_is_of_requests() -> None:
    ours = Load(clients=4, answers=400, seconds=10.0, errors=0, refused=0, p50=10.0, p95=20.0, p99=30.0)
    theirs = Load(clients=4, answers=20, seconds=10.0, errors=0, refused=0, p50=100.0, p95=200.0, p99=600.0)

    row = Pair("batch", ours, theirs, each=64).row()

    assert "| 2,560 | 128.0 | **20.0 ×** |" in row
    assert "10.0 × | 30.0 | 600.0 | 20.0 × |" in row


def test_the_time_of_a_batch_is_shared_out_over_its_texts() -> None:
    metrics = Metrics()
    for _ in range(4):
        metrics.waited(0.004)
    for texts in (3, 1):
        metrics.batch("label", texts, 100, 0.010)
        metrics.tokens({"encoder": Tokens(read=20 * texts)})
        metrics.stages({"tokenize": 0.001, "encode": 0.007})
    metrics.stages({"json": 0.004})

    told = list(stages.where(metrics.text().decode()))

    assert "| a text in the queue | 4 | 4.00 |" in told
    assert "| reading a batch | 2 | 10.00 |" in told
    assert any("2.0 texts and 40 tokens" in line for line in told)
    assert "| tokenize | 500 | 10% |" in told
    assert "| JSON | 1,000 | 20% |" in told
    assert told[-1] == "| queue, where it waits for nothing but its turn | 4,000 | |"


def test_the_limit_is_that_of_the_precision_the_engine_multiplies_in() -> None:
    # A token takes 21,233,664 operations; ten sentences of ten in a second are 2.12 · 10⁹ of them.
    read = stages.Timed({"tokenize": 0.5, "encode": 1.0}, {"encoder": Tokens(read=100, padding=60)})

    told = list(stages.limit(read, 10, {"fp32": [4.0, 8.5], "bf16": [1.0, 2.0], "int8": [20.0, 10.0]}, "fp32"))

    assert "| **fp32**, which the engine multiplies in | 8.5 | 40 |" in told
    assert "| int8 | 20 | 94 |" in told
    assert told[-1].startswith("It reads 10 a second, 2.1 · 10⁹ operations: 25% of what fp32 allows.")


@pytest.mark.parametrize("framework", ["ONNX Runtime 1.20", "OpenVINO 2026.4.1"])
def test_the_precision_has_a_rate_to_compare_it_with(framework: str) -> None:
    assert stages.precision(framework) in ("fp32", "bf16")


def test_a_start_is_told_by_its_median_and_its_slowest() -> None:
    server = Running("ours", 1, psutil.Process(), seconds_to_ready=9.0, cpu_seconds_to_ready=9.0)
    theirs = Running("theirs", 2, psutil.Process(), seconds_to_ready=11.5, cpu_seconds_to_ready=8.0)
    starts = footprint.Starts([2.0, 2.4, 7.0], [1.8, 1.9, 2.2], "did nothing else")

    told = list(footprint.page(server, theirs, 1386.4, starts, both=612.3))

    assert "| cold start to ready, s: median of 3, theirs of one | 2.4 | 11.5 |" in told
    assert "| the slowest of them | 7.0 | |" in told
    assert "| processor time of a start, s: median | 1.9 | |" in told
    assert "| with both languages loaded, and Spanish notes read as well, MB | 612 | |" in told
    assert told[-1].endswith("on a machine that did nothing else.")


def test_a_spanish_note_is_as_long_as_asked() -> None:
    assert [len(footprint.spanish_note(length)) for length in footprint.NOTE_CHARACTERS] == [300, 1000, 3000]
