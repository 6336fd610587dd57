"""Tables of which a pass reads a few rows, such as the vectors of all words, stay in eight bits.

Widened with the other weights, the vectors of 30,522 word pieces take four times the memory, and nobody multiplies by
them. A row is widened when it is read: the same numbers from the same arithmetic.
"""

from __future__ import annotations

from typing import Any

_WIDENING = ("Convert", "Subtract", "Multiply")


def keep_tables_narrow(graph: Any) -> None:
    """Let each look-up in ``graph``, a model of OpenVINO, take its rows before they are widened and not after."""
    for node in graph.get_ordered_ops():
        if node.get_type_name() == "Gather" and _is_widened_table(node):
            _, wanted, axis = node.input_values()
            node.output(0).replace(_rows(node.input_value(0), wanted, axis))


def _is_widened_table(node: Any) -> bool:
    """Return whether ``node`` looks up rows, by the first axis, in a constant that is widened just before."""
    table, _, axis = node.input_values()
    return (
        table.get_node().get_type_name() in _WIDENING
        and table.get_partial_shape().is_static
        and axis.get_node().get_type_name() == "Constant"
        and not axis.get_node().get_vector().any()
        and _is_constant(table.get_node())
    )


def _is_constant(node: Any) -> bool:
    return node.get_type_name() == "Constant" or (
        node.get_input_size() > 0 and all(_is_constant(value.get_node()) for value in node.input_values())
    )


def _rows(table: Any, wanted: Any, axis: Any) -> Any:
    """Return the rows ``wanted`` of ``table``: looked up where it begins, and widened as it is."""
    from openvino import opset15 as ops

    node = table.get_node()
    kind = node.get_type_name()
    if kind not in _WIDENING:
        # Every row has a scale of its own; one for all of them goes on as it is.
        return ops.gather(table, wanted, axis).output(0) if len(table.get_shape()) > 1 else table
    given = [_rows(value, wanted, axis) for value in node.input_values()]
    if kind == "Convert":
        return ops.convert(*given, node.get_element_type()).output(0)
    return (ops.subtract if kind == "Subtract" else ops.multiply)(*given).output(0)
