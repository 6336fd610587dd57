"""One ONNX graph, run by whichever inference engine is installed, safe to call from many threads.

OpenVINO comes with the base install and picks the precision the processor is best at (bfloat16 where it has AMX);
ONNX Runtime is the fallback for machines OpenVINO does not know. docs/explanation/encoder.md says what was compared.
"""

from __future__ import annotations

import queue
import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from epicrisis.engines.encoder.tables import keep_tables_narrow
from epicrisis.engines.encoder.weights import widened
from epicrisis.errors import CorruptArtifact, MissingDependency

Arrays = Mapping[str, NDArray[Any]]
Answers = Callable[[], list[dict[str, NDArray[Any]]]]

# More than our batches come in. A graph of somebody else may see any, and what reads its weights each time keeps them.
_SHAPES = 256


class Session(Protocol):
    """Runs one graph."""

    @property
    def inputs(self) -> Sequence[str]:
        """Return the names of what the graph reads."""
        ...

    @property
    def runtime(self) -> str:
        """Return what runs the graph, and its version."""
        ...

    def run(self, inputs: Sequence[Arrays]) -> list[dict[str, NDArray[Any]]]:
        """Return every output of the graph by name, once per batch of ``inputs``, in order."""
        ...

    def begun(self, inputs: Sequence[Arrays]) -> AbstractContextManager[Answers]:
        """Begin to read ``inputs``; within it, what is given waits for what ``run`` returns.

        It may hold all that reads until it is asked: whoever asks this session for more meanwhile asks it first.
        """
        ...


def open_session(
    path: Path, *, threads: int, runtime: str = "auto", narrow: Callable[[Any], None] | None = None
) -> Session:
    """Return a session over the graph at ``path``; ``runtime`` is auto, openvino or onnxruntime.

    Batches are read by ``threads`` threads; with 0, by the thread that asks, which wakes up nobody: for small graphs.
    ``narrow`` may take from a graph of OpenVINO what nobody asks of it; ONNX Runtime runs the graph as it is.

    Raises:
        MissingDependency: the runtime asked for is not installed, or none is that works here.
        CorruptArtifact: the file is not a graph the runtime can load.
    """
    for name in ("openvino", "onnxruntime") if runtime == "auto" else (runtime,):
        try:
            _imported(name)
        except ImportError:
            continue
        return _opened(name, path, threads, narrow)
    named = "openvino" if runtime == "auto" else runtime
    raise MissingDependency(f"The runtime '{named}' is not installed or does not work here; run: pip install {named}")


def _imported(runtime: str) -> None:
    # OpenVINO reports its use to its maker where this package is installed. Ours calls nobody.
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    converter = "openvino.tools.ovc"
    if "openvino" in sys.modules or runtime != "openvino":
        import_module(runtime)
        return
    # It brings a converter of other models along, a third of the time its import takes, and of no use here.
    sys.modules[converter] = None  # type: ignore[assignment]
    try:
        import_module(runtime)
    finally:
        sys.modules.pop(converter, None)


def _opened(runtime: str, path: Path, threads: int, narrow: Callable[[Any], None] | None) -> Session:
    try:
        if runtime == "openvino":
            return OpenVinoSession(path, threads=threads, narrow=narrow)
        return OnnxRuntimeSession(path, threads=threads)
    except Exception as cause:
        raise CorruptArtifact(
            f"The model file '{path.parent.name}/{path.name}' is not a graph {runtime} can load; reinstall epicrisis."
        ) from cause


class SideBySide:
    """Runs batches side by side, one thread each.

    Two batches on one thread each are done sooner than the same two, one after the other, on two threads: small
    matrices leave the second thread waiting (benchmarks/streams.py).
    """

    def __init__(self, one: Callable[[Arrays], dict[str, NDArray[Any]]], threads: int) -> None:
        self._one = one
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="epicrisis-encoder")

    def __call__(self, inputs: Sequence[Arrays]) -> list[dict[str, NDArray[Any]]]:
        """Return the answer to each batch of ``inputs``, in order; the largest is begun first, or it would end last."""
        if len(inputs) == 1:
            return [self._one(inputs[0])]
        begun = largest_first(inputs)
        answers = dict(zip(begun, self._pool.map(self._one, [inputs[number] for number in begun]), strict=True))
        return [answers[number] for number in range(len(inputs))]


def largest_first(inputs: Sequence[Arrays]) -> list[int]:
    """Return the numbers of the batches of ``inputs`` in the order in which they are begun."""
    sizes = [max(array.size for array in batch.values()) for batch in inputs]
    return sorted(range(len(inputs)), key=lambda number: -sizes[number])


class _Running(NamedTuple):
    """A batch that is being read: the request that reads it, and what it reads."""

    request: Any
    held: Arrays


class OpenVinoSession:
    """A graph compiled by OpenVINO, one stream a thread; a batch borrows a request, and waits where all are lent.

    Batches are handed to the threads of OpenVINO, as ``SideBySide`` hands them to some of Python, which would only wait
    for those.
    """

    def __init__(self, path: Path, *, threads: int, narrow: Callable[[Any], None] | None = None) -> None:
        import openvino
        from openvino.passes import ConstantFolding, Manager

        core = openvino.Core()
        graph = core.read_model(str(path))
        if narrow is not None:
            narrow(graph)
        keep_tables_narrow(graph)
        # Widen the other eight-bit weights once, here: left to itself, OpenVINO 2026.4 widens them in every
        # multiplication and is several times slower for it.
        self.weights = widened(graph)
        passes = Manager()
        passes.register_pass(ConstantFolding())
        passes.run_passes(graph)
        # Threads that are free to move: pinned to a core, they wait for whatever else runs on it.
        options = {
            "NUM_STREAMS": threads,
            "INFERENCE_NUM_THREADS": max(1, threads),
            "ENABLE_CPU_PINNING": False,
        }
        compiled = core.compile_model(graph, "CPU", options)
        self.inputs: Sequence[str] = [given.any_name for given in compiled.inputs]
        self._types = {given.any_name: given.element_type.to_dtype() for given in compiled.inputs}
        self._tensor = openvino.Tensor
        self.runtime = f"OpenVINO {openvino.__version__.partition('-')[0]}"
        self._names = [output.any_name for output in compiled.outputs]
        self._shapes: set[tuple[tuple[int, ...], ...]] = set()
        # The request given back last goes first: it has made what most batches need, and the other may never have to.
        self._idle: queue.LifoQueue[Any] = queue.LifoQueue()
        # One more than there are threads, so that whoever is done finds the next batch waiting.
        for _ in range(threads + 1):
            self._idle.put(compiled.create_infer_request())
        self.weights.let_go()

    def run(self, inputs: Sequence[Arrays]) -> list[dict[str, NDArray[Any]]]:
        """Return every output of the graph by name, once per batch of ``inputs``, in order."""
        with self.begun(inputs) as answers:
            return answers()

    @contextmanager
    def begun(self, inputs: Sequence[Arrays]) -> Iterator[Answers]:
        """Begin to read ``inputs``, as many as there are requests for; within it, who asks waits for the answers."""
        waiting, running = deque(largest_first(inputs)), deque[_Running]()
        try:
            self._begin(inputs, waiting, running)
            yield partial(self._answers, inputs, waiting, running)
        finally:
            # None is left but where nobody asked for the answers, or one failed.
            for one in running:
                with suppress(RuntimeError):
                    one.request.wait()
                self._idle.put(one.request)

    def _begin(
        self, inputs: Sequence[Arrays], waiting: deque[int], running: deque[_Running], *, wait: bool = False
    ) -> None:
        # Whoever holds a request does not wait for another: two that do would wait for each other.
        while waiting and (request := self._borrowed(wait=wait and not running)) is not None:
            batch, held = inputs[waiting.popleft()], dict[str, NDArray[Any]]()
            running.append(_Running(request, held))
            for name, kind in self._types.items():
                # The request reads an array where it lies, so it must lie as the request reads, and stay.
                held[name] = np.ascontiguousarray(batch[name], kind)
                request.set_tensor(name, self._tensor(held[name], shared_memory=True))
            request.start_async()

    def _borrowed(self, *, wait: bool) -> Any | None:
        try:
            return self._idle.get(block=wait)
        except queue.Empty:
            return None

    def _answers(
        self, inputs: Sequence[Arrays], waiting: deque[int], running: deque[_Running]
    ) -> list[dict[str, NDArray[Any]]]:
        answers = []
        while waiting or running:
            self._begin(inputs, waiting, running, wait=True)
            request, held = running[0]
            request.wait()
            # The request's memory is used again by the next batch, so what leaves here is a copy.
            given = [np.array(request.get_output_tensor(at).data) for at in range(len(self._names))]
            answers.append(dict(zip(self._names, given, strict=True)))
            self._rest_after(held)
            running.popleft()
            self._idle.put(request)
        told = dict(zip(largest_first(inputs), answers, strict=True))
        return [told[number] for number in range(len(inputs))]

    def _rest_after(self, inputs: Arrays) -> None:
        """Let go of the weights after each shape that is new: OpenVINO may have laid some out anew for it."""
        shape = tuple(array.shape for array in inputs.values())
        if shape not in self._shapes and len(self._shapes) < _SHAPES:
            self._shapes.add(shape)
            self.weights.let_go()


class OnnxRuntimeSession:
    """A graph run by ONNX Runtime, whose sessions may be called from many threads."""

    def __init__(self, path: Path, *, threads: int) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self.inputs: Sequence[str] = [given.name for given in self._session.get_inputs()]
        self.runtime = f"ONNX Runtime {onnxruntime.__version__}"
        self._names: Sequence[str] = [output.name for output in self._session.get_outputs()]

        self._side_by_side = SideBySide(self._one, max(1, threads))

    def run(self, inputs: Sequence[Arrays]) -> list[dict[str, NDArray[Any]]]:
        """Return every output of the graph by name, once per batch of ``inputs``, in order."""
        return self._side_by_side(inputs)

    def begun(self, inputs: Sequence[Arrays]) -> AbstractContextManager[Answers]:
        """Give what reads ``inputs`` when it is asked."""
        return nullcontext(partial(self.run, inputs))

    def _one(self, inputs: Arrays) -> dict[str, NDArray[Any]]:
        return dict(zip(self._names, self._session.run(self._names, dict(inputs)), strict=True))
