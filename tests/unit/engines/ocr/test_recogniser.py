"""Strips of a page, read one by one: the same whatever stands beside them, and by either runtime."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from epicrisis.engines.ocr.rapid import READER
from epicrisis.engines.ocr.recogniser import Recogniser
from epicrisis.errors import CorruptArtifact
from tests.unit.engines.ocr.drawing import LEADING, NOTA, page

FOUND = importlib.util.find_spec("rapidocr")

pytestmark = pytest.mark.skipif(FOUND is None, reason="rapidocr is not installed: pip install 'epicrisis[ocr]'")


@pytest.fixture(scope="module")
def graph() -> Path:
    assert FOUND is not None
    assert FOUND.origin is not None
    return Path(FOUND.origin).parent / "models" / READER


@pytest.fixture(scope="module")
def recogniser(graph: Path) -> Recogniser:
    return Recogniser(graph, threads=2)


@pytest.fixture(scope="module")
def strips() -> list[NDArray[np.uint8]]:
    picture = page(NOTA)
    return [picture[80 + LEADING * at : 132 + LEADING * at, 80:1200] for at in range(len(NOTA))]


def test_each_strip_is_read_whatever_stands_beside_it(recogniser: Recogniser, strips: list[NDArray[np.uint8]]) -> None:
    together = recogniser.read(strips)

    assert [each.text for each in together] == list(NOTA)
    assert all(0.9 < each.score <= 1 for each in together)
    assert [each for strip in strips for each in recogniser.read([strip])] == together


def test_the_other_runtime_reads_the_same(graph: Path, strips: list[NDArray[np.uint8]]) -> None:
    pytest.importorskip("onnxruntime", reason="ONNX Runtime is not installed")

    read = Recogniser(graph, threads=2, runtime="onnxruntime").read(strips)

    assert [each.text for each in read] == list(NOTA)


def test_white_paper_reads_as_nothing(recogniser: Recogniser) -> None:
    [read] = recogniser.read([np.full((40, 300), 255, np.uint8)])

    assert (read.text, read.score) == ("", 0.0)


def test_no_strips_are_no_lines(recogniser: Recogniser) -> None:
    assert recogniser.read([]) == []


def test_a_graph_that_does_not_tell_its_signs_is_refused(graph: Path) -> None:
    with pytest.raises(CorruptArtifact, match="which signs it reads"):
        Recogniser(graph.with_name("PP-OCRv6_det_small.onnx"), threads=1)
