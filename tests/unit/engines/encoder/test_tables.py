from __future__ import annotations

from typing import Any

import numpy as np
import openvino
import pytest
from openvino import opset15 as ops
from openvino.passes import ConstantFolding, Manager

from epicrisis.engines.encoder.tables import keep_tables_narrow

ROWS, WIDTH = 50, 8
TABLE = np.random.default_rng(1).integers(-127, 128, (ROWS, WIDTH), dtype=np.int8)
SCALES = np.random.default_rng(2).random((ROWS, 1), dtype=np.float32)
ONE_SCALE = np.float32(0.37)
WANTED = np.array([[3, 0, 49], [7, 7, 1]], dtype=np.int64)


def looking_up(scale: Any) -> openvino.Model:
    """Return a graph that looks up rows of a table of eight-bit numbers, widened as ONNX widens them."""
    wanted = ops.parameter([-1, -1], np.int64)
    centred = ops.subtract(ops.convert(ops.constant(TABLE), "f32"), ops.convert(ops.constant(np.int8(0)), "f32"))
    table = ops.multiply(centred, ops.constant(scale))
    return openvino.Model([ops.gather(table, wanted, ops.constant(np.int64(0)))], [wanted])


def folded(graph: openvino.Model) -> openvino.Model:
    passes = Manager()
    passes.register_pass(ConstantFolding())
    passes.run_passes(graph)
    return graph


def answer(graph: openvino.Model) -> Any:
    return openvino.Core().compile_model(graph, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})([WANTED])[0]


def wide_tables(graph: openvino.Model) -> int:
    constants = [node for node in graph.get_ops() if node.get_type_name() == "Constant"]
    return sum(c.get_element_type() == openvino.Type.f32 and list(c.shape) == [ROWS, WIDTH] for c in constants)


@pytest.mark.parametrize("scale", [SCALES, ONE_SCALE], ids=["a scale a row", "one scale"])
def test_a_table_kept_narrow_gives_the_same_rows_to_the_last_digit(scale: Any) -> None:
    wide, narrow = looking_up(scale), looking_up(scale)

    keep_tables_narrow(narrow)

    assert np.array_equal(answer(folded(narrow)), answer(folded(wide)))
    assert (wide_tables(wide), wide_tables(narrow)) == (1, 0)


def test_a_table_that_is_computed_is_left_as_it_is() -> None:
    given, wanted = ops.parameter([ROWS, WIDTH], np.int8), ops.parameter([-1], np.int64)
    table = ops.convert(given, "f32")
    graph = openvino.Model([ops.gather(table, wanted, ops.constant(np.int64(0)))], [given, wanted])
    before = [node.get_type_name() for node in graph.get_ordered_ops()]

    keep_tables_narrow(graph)

    assert [node.get_type_name() for node in graph.get_ordered_ops()] == before
