from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import openvino
import pytest
from openvino import opset15 as ops
from openvino.passes import ConstantFolding, Manager

from epicrisis.engines.encoder.session import Arrays, OpenVinoSession, open_session
from epicrisis.engines.encoder.weights import ON_DISK, widened
from epicrisis.engines.shipped import shipped

JUDGE, LABELLER = shipped("english") / "judge.onnx", shipped("english") / "labeller.onnx"


def multiplied_by(graph: openvino.Model) -> Iterator[Any]:
    """Yield the constants ``graph`` multiplies by, in order."""
    for node in graph.get_ordered_ops():
        if node.get_type_name() == "MatMul" and node.input_value(1).get_node().get_type_name() == "Constant":
            yield node.input_value(1).get_node().data


def judge() -> openvino.Model:
    return openvino.Core().read_model(str(JUDGE))


def folded(graph: openvino.Model) -> openvino.Model:
    passes = Manager()
    passes.register_pass(ConstantFolding())
    passes.run_passes(graph)
    return graph


def sentence(pieces: int) -> Arrays:
    ids = np.arange(1000, 1000 + pieces, dtype=np.int64).reshape(1, pieces)
    return {"ids": ids, "mask": np.ones_like(ids)}


def kilobytes() -> Counter[str]:
    """Return how much of the weights of this process, files without a name, there is (Size) and is in memory (Rss)."""
    found: Counter[str] = Counter()
    ours = False
    for line in Path("/proc/self/smaps").read_text(encoding="utf-8").splitlines():
        name, *told = line.split()
        if "-" in name:
            ours = ON_DISK in line and line.endswith("(deleted)")
        elif ours and name in ("Size:", "Rss:"):
            found[name] += int(told[0])
    return found


def test_widened_weights_are_those_openvino_makes_to_the_last_bit(tmp_path: Path) -> None:
    ours = judge()

    file = widened(ours, folder=str(tmp_path))

    assert file.size > 5_000_000
    for mine, its in zip(multiplied_by(folded(ours)), multiplied_by(folded(judge())), strict=True):
        assert np.array_equal(mine, its)


def test_weights_smaller_than_a_page_are_widened_too(tmp_path: Path) -> None:
    given = ops.parameter([-1, 4], np.float32)
    eye = np.eye(4, dtype=np.int8)
    wide = ops.subtract(ops.convert(ops.constant(eye), "f32"), ops.convert(ops.constant(np.int8(1)), "f32"))
    scaled = ops.multiply(wide, ops.constant(np.float32(2)))
    graph = openvino.Model([ops.matmul(given, scaled, False, False)], [given])

    file = widened(graph, folder=str(tmp_path))

    [weights] = multiplied_by(graph)
    assert file.size > 0
    assert np.array_equal(weights, 2.0 * (eye - 1.0))


def test_the_file_has_no_name(tmp_path: Path) -> None:
    graph = judge()

    file = widened(graph, folder=str(tmp_path))

    assert file.size > 0
    assert list(tmp_path.iterdir()) == []


def test_weights_let_go_of_are_read_again_as_they_were(tmp_path: Path) -> None:
    graph = judge()
    file = widened(graph, folder=str(tmp_path))
    before = [weights.copy() for weights in multiplied_by(graph)]

    file.let_go()

    assert all(np.array_equal(now, then) for now, then in zip(multiplied_by(graph), before, strict=True))


def test_where_no_file_can_be_the_graph_stays_as_it_is(tmp_path: Path) -> None:
    graph = judge()
    before = [node.get_type_name() for node in graph.get_ordered_ops()]

    file = widened(graph, folder=str(tmp_path / "nowhere"))

    assert file.size == 0
    assert [node.get_type_name() for node in graph.get_ordered_ops()] == before
    file.let_go()


def test_weights_of_a_graph_that_widens_otherwise_are_left_to_openvino() -> None:
    given = ops.parameter([-1, 4], np.float32)
    plain = ops.constant(np.eye(4, dtype=np.float32))
    unmoved = ops.multiply(ops.convert(ops.constant(np.eye(4, dtype=np.int8)), "f32"), ops.constant(np.float32(2)))
    graph = openvino.Model([ops.matmul(ops.matmul(given, plain, False, False), unmoved, False, False)], [given])

    assert widened(graph).size == 0


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_weights_of_a_session_are_out_of_memory_whatever_it_has_read() -> None:
    session = open_session(LABELLER, threads=1, runtime="openvino")
    assert isinstance(session, OpenVinoSession)

    first = session.run([sentence(16)])
    session.run([sentence(128)])
    again = session.run([sentence(16)])

    assert np.array_equal(first[0]["sentence"], again[0]["sentence"])
    assert session.weights.size > 5_000_000
    held = kilobytes()
    assert held["Size:"] > 5_000
    assert held["Rss:"] < 500
