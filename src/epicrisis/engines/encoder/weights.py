"""Eight-bit weights, widened once, into a file the system may take out of memory again.

A processor multiplies by weights laid out as it likes them best, so OpenVINO makes its own copy of each, and holds on
to the one it was given all the same: for the English graphs 56 MB that nobody reads again. Given from a file without a
name, on the disk, they leave memory after that, and come back should anyone ask for them.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

# Where the Filesystem Hierarchy Standard keeps temporary files on the disk; what lies under /tmp may lie in memory.
ON_DISK = "/var/tmp"

_STEPS = ("Convert", "Subtract", "Multiply", "Reshape")
_PAGE = 4096


class WeightFile:
    """The widened weights of one graph."""

    def __init__(self, memory: mmap.mmap | None = None) -> None:
        self._memory = memory

    @property
    def size(self) -> int:
        """Return how many bytes lie in the file; 0 where there is none and the weights are in memory."""
        return 0 if self._memory is None else len(self._memory)

    def let_go(self) -> None:
        """Take the weights out of memory; whoever reads one all the same waits for the disk, and reads the same."""
        if self._memory is not None and hasattr(mmap, "MADV_DONTNEED"):
            self._memory.madvise(mmap.MADV_DONTNEED)


def widened(graph: Any, *, folder: str = ON_DISK) -> WeightFile:
    """Widen the eight-bit weights ``graph``, a model of OpenVINO, multiplies by, and return the file they lie in.

    Where ``folder`` takes no file, or has no space for it, the graph stays as it is.
    """
    weights = [value for value in _multiplied(graph) if _is_widened(value.get_node())]
    if not weights:
        return WeightFile()
    try:
        with TemporaryFile(dir=folder) as file:
            # Written and not mapped at once: a disk that is full says so here, and would kill a process that maps it.
            places = [_put(file, _wide(value.get_node())) for value in weights]
            file.flush()
            memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    except OSError:
        return WeightFile()
    from openvino import opset15 as ops

    for value, (start, shape) in zip(weights, places, strict=True):
        array = np.frombuffer(memory, np.float32, int(np.prod(shape)), start).reshape(shape)
        value.replace(ops.constant(array, shared_memory=True).output(0))
    return WeightFile(memory)


def _multiplied(graph: Any) -> Iterator[Any]:
    for node in graph.get_ordered_ops():
        if node.get_type_name() == "MatMul":
            yield node.input_value(1)


def _is_widened(node: Any) -> bool:
    """Return whether ``node`` scales eight-bit constants: ``(wide(weights) - wide(zero)) * scale``, in 32 bits."""
    kinds = []
    inner = node
    while inner.get_type_name() in ("Multiply", "Subtract", "Convert"):
        kinds.append(inner.get_type_name())
        inner = inner.input_value(0).get_node()
    return (
        kinds == ["Multiply", "Subtract", "Convert"]
        and node.get_element_type().to_dtype() == np.float32
        and _is_known(node)
    )


def _is_known(node: Any) -> bool:
    """Return whether ``node`` is made of constants, by steps we can take ourselves."""
    kind = node.get_type_name()
    return kind == "Constant" or (kind in _STEPS and all(_is_known(value.get_node()) for value in node.input_values()))


def _wide(node: Any) -> NDArray[Any]:
    """Return what ``node`` computes, step by step as OpenVINO would: the same numbers to the last bit."""
    kind = node.get_type_name()
    if kind == "Constant":
        return np.asarray(node.data)
    given = [_wide(value.get_node()) for value in node.input_values()]
    if kind == "Convert":
        return given[0].astype(node.get_element_type().to_dtype())
    if kind == "Reshape":
        return given[0].reshape(tuple(node.output(0).shape))
    step = np.subtract if kind == "Subtract" else np.multiply
    return np.asarray(step(*given))


def _put(file: IO[bytes], array: NDArray[Any]) -> tuple[int, tuple[int, ...]]:
    """Write ``array`` from the next page on, and return where it starts and its shape."""
    start = -(-file.tell() // _PAGE) * _PAGE
    file.seek(start)
    file.write(np.ascontiguousarray(array).data)
    return start, array.shape
