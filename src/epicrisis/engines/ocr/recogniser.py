"""Reads strips of a page, each a line of letters: one pass of a recogniser, decoded into letters of our languages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from epicrisis.engines.encoder.session import open_session
from epicrisis.engines.ocr.metadata import metadata
from epicrisis.errors import CorruptArtifact

HEIGHT = 48
"""How high a strip is that the recognisers of PP-OCR read, in pixels."""

# Strips are padded to a multiple of so many pixels: a runtime prepares itself anew for every width it meets.
_STEP = 64
_BLANK, _SIGNS_KEY = 0, "character"
# And made narrower before, which saves as much time as it takes off. Of 1.0, 0.8, 0.7 and 0.6 on dense pages, only the
# last loses letters beyond doubt (0.06, 0.07, 0.09 and 1.0 % of characters wrong).
_NARROWER = 0.8
# The recogniser knows 18,708 signs, most of them Chinese. These can stand in a note in English or Spanish: the Latin
# alphabets, typographic marks, and the signs of measures. Greek capitals that look like Latin ones are none of them,
# and of the two signs for micro it is the one of keyboards, U+00B5.
_LATIN = ((0x20, 0x7E), (0xA0, 0x17F))
_SIGNS = frozenset("–—‘’“”„†‡•…‰‹›€™−≈≠≤≥√∞∆ΔΩαβγδεθκλπρστφχψωµ℃℉→←↑↓■□▪●○✓☐☑☒⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄")


@dataclass(frozen=True, slots=True)
class Recognised:
    """What stands in a strip, and the mean probability of its letters."""

    text: str
    score: float


class Recogniser:
    """Reads strips with the graph of a recogniser, which ends in the probabilities of its signs, step by step.

    They are decoded by the likeliest path, Graves et al. 2006, "Connectionist temporal classification", among the signs
    that a note can have: what looks like a Chinese sign is the Latin letter it looks like most.

    Raises:
        MissingDependency: no runtime is installed that can run the graph.
        CorruptArtifact: the file is not a graph it can load, or does not tell its signs.
    """

    def __init__(self, graph: Path, *, threads: int, runtime: str = "auto") -> None:
        # As PP-OCR counts them: nothing first, then the signs the graph tells, and a blank last.
        known = ["", *_signs_of(graph), " "]
        self._kept = np.array([_BLANK, *(at for at, sign in enumerate(known) if _can_stand(sign))])
        self._signs = [known[at] for at in self._kept]
        self._session = open_session(
            graph, threads=threads, runtime=runtime, narrow=lambda model: _keep_columns(model, self._kept)
        )
        self.runtime = self._session.runtime

    def read(self, strips: Sequence[NDArray[np.uint8]]) -> list[Recognised]:
        """Return what stands in each strip, in their order; a strip is grey, a little higher than its letters."""
        outputs = self._session.run([{self._session.inputs[0]: _prepared(strip)} for strip in strips])
        return [self._decoded(next(iter(output.values()))[0]) for output in outputs]

    def _decoded(self, probabilities: NDArray[np.float32]) -> Recognised:
        wide = probabilities.shape[1] > len(self._kept)
        kept = probabilities[:, self._kept] if wide else probabilities
        path = kept.argmax(axis=1)
        starts = path != 0
        starts[1:] &= path[1:] != path[:-1]
        text = "".join(self._signs[at] for at in path[starts])
        return Recognised(text.strip(), float(kept.max(axis=1)[starts].mean()) if text else 0.0)


def _signs_of(graph: Path) -> Sequence[str]:
    said = metadata(graph.read_bytes())
    if _SIGNS_KEY not in said:
        raise CorruptArtifact(f"The model {graph.name} does not tell which signs it reads; reinstall its package.")
    return said[_SIGNS_KEY].splitlines()


def _can_stand(sign: str) -> bool:
    return len(sign) == 1 and (sign in _SIGNS or any(first <= ord(sign) <= last for first, last in _LATIN))


def _keep_columns(model: Any, kept: NDArray[np.intp]) -> None:
    """Let the last multiplication of an OpenVINO ``model`` have the columns ``kept`` and no others."""
    from openvino import opset15 as ops

    *_, product = [node for node in model.get_ordered_ops() if node.get_type_name() == "MatMul"]
    [summed] = [each.get_node() for each in product.output(0).get_target_inputs()]
    for node in (product, summed):
        every = node.input_value(1).get_node().data
        node.input(1).replace_source_output(ops.constant(np.ascontiguousarray(every[..., kept])).output(0))
    model.validate_nodes_and_infer_types()


def _prepared(strip: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return ``strip`` as the graph reads it: 48 pixels high, thrice the same grey, from -1 to 1, padded with 0."""
    import cv2

    width = max(1, round(_NARROWER * strip.shape[1] * HEIGHT / strip.shape[0]))
    small = cv2.resize(strip, (width, HEIGHT), interpolation=cv2.INTER_AREA)
    padded = np.zeros((1, 3, HEIGHT, -(-width // _STEP) * _STEP), dtype=np.float32)
    padded[:, :, :, :width] = small.astype(np.float32) / 127.5 - 1
    return padded
