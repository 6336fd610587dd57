"""The engine over rapidocr: what it trusts, that it fetches nothing, and what it reads of awkward pages."""

from __future__ import annotations

import importlib.util
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from epicrisis.engines.ocr import rapid
from epicrisis.engines.ocr.rapid import FINDER, RapidEngine, build
from epicrisis.errors import CorruptArtifact, MissingArtifact, MissingDependency
from tests.unit.engines.ocr.drawing import NOTA, NOTE, page, placed

needs_rapidocr = pytest.mark.skipif(
    importlib.util.find_spec("rapidocr") is None, reason="rapidocr is not installed: pip install 'epicrisis[ocr]'"
)

OFFLINE = """
import socket

def refused(*given, **named):
    raise AssertionError("something asked for the network")

socket.socket.connect = socket.create_connection = socket.getaddrinfo = refused
from epicrisis.engines.ocr.rapid import build
from tests.unit.engines.ocr.drawing import NOTE, page
[line] = build().read(page(NOTE[1:2]), language="en")
print(line.text)
"""


@pytest.fixture(scope="module")
def engine() -> RapidEngine:
    return build()


@needs_rapidocr
def test_it_is_built_and_reads_without_asking_for_the_network() -> None:
    done = subprocess.run([sys.executable, "-c", OFFLINE], capture_output=True, text=True, check=False)

    assert done.stdout == NOTE[1] + "\n", done.stderr
    assert done.stderr == ""


@needs_rapidocr
def test_spanish_accents_are_read(engine: RapidEngine) -> None:
    said = [*NOTA, "PINGÜINO, ÁRBOL, ÉPOCA, ÍNDICE, ÓRGANO, ÚLCERA, AÑO, vergüenza."]

    lines = engine.read(page(said, size=24), language="es")

    assert [line.text for line in lines] == said


@needs_rapidocr
def test_a_table_is_read_row_by_row(engine: RapidEngine) -> None:
    rows = [("Sodium", "131", "mmol/L"), ("Hemoglobin", "9.8", "g/dL"), ("Glucose", "96", "mg/dL")]
    cells = [(left, 100 + 80 * at, row[k]) for at, row in enumerate(rows) for k, left in enumerate((90, 500, 800))]

    lines = engine.read(placed(cells), language="en")

    assert [line.text for line in lines] == ["  ".join(row) for row in rows]


@needs_rapidocr
@pytest.mark.parametrize("shape", [(1, 1), (1, 900), (900, 1), (40, 40), (60, 3000)])
def test_pictures_of_odd_shapes_have_no_lines(engine: RapidEngine, shape: tuple[int, int]) -> None:
    assert list(engine.read(np.full(shape, 255, np.uint8), language="en")) == []


def with_models(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setattr(rapid, "_models", lambda: folder)


def test_a_model_that_is_not_the_one_on_the_card_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / FINDER).write_bytes(b"\x08\x07")
    with_models(monkeypatch, tmp_path)

    with pytest.raises(CorruptArtifact, match="not the one our card was measured with"):
        build()


def test_a_model_that_is_not_there_is_not_fetched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with_models(monkeypatch, tmp_path)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: pytest.fail("something asked for the network"))

    with pytest.raises(MissingArtifact, match="has no model"):
        build()


def test_without_rapidocr_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rapid, "LIBRARY", "no_such_library")

    with pytest.raises(MissingDependency, match=r"pip install 'epicrisis\[ocr\]'"):
        build()
