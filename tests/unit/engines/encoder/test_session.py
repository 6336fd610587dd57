"""A graph is read in as many batches as there are, from many threads at once, and whoever fails leaves no trace."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec

import numpy as np
import pytest

from epicrisis.engines.encoder.session import Arrays, Session, open_session
from epicrisis.engines.shipped import shipped

LOAD = f"""
import sys
from pathlib import Path
from epicrisis.engines.encoder.session import open_session

open_session(Path({str(shipped("english") / "judge.onnx")!r}), threads=1, runtime="openvino")
print("openvino.tools.ovc" in sys.modules, "openvino_telemetry" in sys.modules)
import openvino.tools.ovc
"""


def test_opening_a_graph_brings_no_converter_along_and_hides_none_from_others() -> None:
    told = subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True, check=True)

    assert told.stdout.split() == ["False", "True"]


GRAPH = shipped("identifiers") / "context.onnx"
RUNTIMES = [
    "openvino",
    pytest.param(
        "onnxruntime", marks=pytest.mark.skipif(not find_spec("onnxruntime"), reason="needs epicrisis[onnxruntime]")
    ),
]


@pytest.fixture(params=RUNTIMES)
def runtime(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def batches(*shapes: tuple[int, int]) -> list[Arrays]:
    rng = np.random.default_rng(1)
    return [
        {"vectors": rng.standard_normal((*shape, 112)).astype(np.float32), "mask": np.ones(shape, np.int64)}
        for shape in shapes
    ]


def same(session: Session, asked: Sequence[Arrays], others: Sequence[Arrays]) -> bool:
    """Return whether ``asked`` is answered one by one as ``others``, which say the same, are together."""
    one_by_one = [answer for batch in asked for answer in session.run([batch])]
    return all(
        np.array_equal(one["tags"], other["tags"]) for one, other in zip(one_by_one, session.run(others), strict=True)
    )


@pytest.mark.parametrize("threads", [0, 1, 2])
def test_many_batches_are_answered_in_their_order_as_each_is_alone(runtime: str, threads: int) -> None:
    session = open_session(GRAPH, threads=threads, runtime=runtime)
    asked = batches((1, 16), (2, 96), (1, 24), (4, 128), (1, 16), (3, 32), (1, 7))

    assert same(session, asked, asked)
    assert session.run([]) == []


def test_arrays_that_lie_otherwise_are_read_as_well() -> None:
    session = open_session(GRAPH, threads=2)
    [asked] = batches((3, 16))

    other = {"vectors": np.asfortranarray(asked["vectors"]), "mask": asked["mask"].astype(np.int32)}

    assert same(session, [asked], [other])


@pytest.mark.parametrize("threads", [0, 2])
def test_many_threads_are_answered_as_one_is(runtime: str, threads: int) -> None:
    session = open_session(GRAPH, threads=threads, runtime=runtime)
    asked = [batches(*[(1, 16 + number)] * (1 + number % 5)) for number in range(40)]

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(session.run, asked))

    for own, answers in zip(asked, told, strict=True):
        for one, other in zip(session.run(own), answers, strict=True):
            assert np.array_equal(one["tags"], other["tags"])


def test_what_was_begun_waits_for_whoever_asks(runtime: str) -> None:
    session = open_session(GRAPH, threads=1, runtime=runtime)
    first, second = batches((1, 16), (2, 24), (3, 32), (1, 64)), batches((2, 16))

    with session.begun(first) as one, session.begun(second) as other:
        told = [*one(), *other()]

    wanted = [*session.run(first), *session.run(second)]
    assert all(np.array_equal(a["tags"], b["tags"]) for a, b in zip(told, wanted, strict=True))


@pytest.mark.parametrize("threads", [0, 2])
def test_whoever_fails_or_does_not_ask_leaves_all_requests_to_others(threads: int) -> None:
    session = open_session(GRAPH, threads=threads, runtime="openvino")
    good = batches((1, 16), (1, 24), (1, 32), (1, 48))
    wrong = {"vectors": np.zeros((1, 16, 9), np.float32), "mask": np.ones((1, 16), np.int64)}

    for _ in range(5):
        with pytest.raises(RuntimeError):
            session.run([*good, wrong])
        with pytest.raises(KeyError):
            session.run([{"mask": wrong["mask"]}])
        with session.begun(good):
            pass

    assert same(session, good, good)
