"""Pictures of pages read by the PP-OCRv6 models that come inside rapidocr's wheel.

rapidocr finds the stretches of text. They are read, two at a time, by the recogniser beside it, and put in order by us.
Both models are named by their path and trusted by their sha256, so rapidocr has nothing to fetch; docs/decisions/0028
says what was compared.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from epicrisis.engines.contracts import EngineCard
from epicrisis.engines.media_contracts import Line, Pixels
from epicrisis.engines.ocr.cleaning import without_specks
from epicrisis.engines.ocr.mending import mended
from epicrisis.engines.ocr.order import in_reading_order
from epicrisis.engines.ocr.recogniser import Recogniser
from epicrisis.engines.ocr.skew import straight
from epicrisis.errors import CorruptArtifact, MissingArtifact, MissingDependency, UnknownLanguage

LIBRARY = "rapidocr"
FINDER, READER = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"
_INSTALL = "run: pip install 'epicrisis[ocr]'"
# A page is looked over with its longer side at so many pixels: letters of 9 points on A4 are 14 high there.
_SIDE = 1280
# What is less likely than this is a speck or a piece of a picture; rapidocr's own threshold.
_LEAST = 0.5

CARD = EngineCard(
    name="ocr-rapid",
    version="1",
    summary="Reads pictures of pages with PP-OCRv6 (small); the page is put straight first, its lines in order after.",
    languages=("en", "es"),
    trained_on=("PP-OCRv6 by the PaddleOCR authors, as rapidocr 3.10 ships it; what it learnt from is not published",),
    licence="Apache-2.0",
    # Shares of characters read wrongly, `python -m benchmarks.ocr.run --pages 4`.
    scores={
        "character error, English, clean, 300 dpi": 0.0000,
        "character error, English, noise, 200 dpi": 0.0000,
        "character error, English, noise and 2 degrees askew": 0.0001,
        "character error, Spanish, clean, 300 dpi": 0.0004,
        "character error, Spanish, noise, 200 dpi": 0.0014,
        "character error, Spanish, noise and 2 degrees askew": 0.0009,
    },
    limits=(
        "Measured on pages that were drawn and made to look scanned; real scans have creases, stamps and staples.",
        "Reads print. Handwriting comes out as nonsense, often with a low score.",
        "A page that lies upside down or on its side is not turned; up to 10 degrees askew are undone.",
        "It knows no inverted exclamation mark: it reads '¡' as an 'i' or as nothing.",
        "Signs that look alike are confused now and then, where no word tells them apart: l and 1, a decimal comma and "
        "a point under noise, 'cc' and 'CC', 'Mª' and 'Ma'.",
        "Blanks to be filled in ('______') are lost.",
    ),
    sha256={
        FINDER: "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
        READER: "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
    },
)

Find = Callable[[Pixels], Sequence[NDArray[np.float32]]]
"""Finds the stretches of text in a picture: the four corners of each, from the upper left one clockwise."""


class RapidEngine:
    """Finds stretches of text, reads them, and puts them in order."""

    card = CARD

    def __init__(
        self, find: Find, recogniser: Recogniser, cut: Callable[[Pixels, NDArray[np.float32]], Pixels]
    ) -> None:
        self._find = find
        self._recogniser = recogniser
        self._cut = cut

    def read(self, picture: Pixels, *, language: str) -> Sequence[Line]:
        """Return the lines of ``picture`` in the order in which they are read.

        Raises:
            UnknownLanguage: the engine does not read that language.
        """
        if language not in self.card.languages:
            raise UnknownLanguage(f"The OCR engine 'rapid' reads {list(self.card.languages)}, not {language!r}.")
        page = straight(without_specks(picture))
        corners = [each for each in self._find(page.picture) if min(np.ptp(each, axis=0)) >= 1]
        read = self._recogniser.read([self._cut(page.picture, each) for each in corners])
        found = [
            _line(mended(recognised.text, language), each, recognised.score)
            for each, recognised in zip(corners, read, strict=True)
            if recognised.text and recognised.score >= _LEAST
        ]
        return [page.back(line) for line in in_reading_order(found)]


def _line(text: str, corners: NDArray[np.float32], score: float) -> Line:
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    return Line(text, float(left), float(top), float(right), float(bottom), score)


class Build:
    """What the entry point names: tells the card without the models, and builds the engine when called."""

    card = CARD

    def __call__(self, *, threads: int = 2, runtime: str = "auto") -> RapidEngine:
        """Build the engine.

        Raises:
            MissingDependency: rapidocr is not installed.
            ArtifactError: a model is missing, or not the one that was measured.
        """
        paths = {name: _trusted(_models() / name, digest) for name, digest in CARD.sha256.items()}
        # First, since it sees to it that the runtime reports to nobody.
        recogniser = Recogniser(paths[READER], threads=threads, runtime=runtime)
        cut = import_module("rapidocr.utils.process_img").get_rotate_crop_image
        return RapidEngine(_finder(paths, threads, recogniser.runtime), recogniser, cut)


build = Build()


def _models() -> Path:
    found = find_spec(LIBRARY)
    if found is None or found.origin is None:
        raise MissingDependency(f"This OCR engine needs rapidocr; {_INSTALL}")
    return Path(found.origin).parent / "models"


def _trusted(path: Path, digest: str) -> Path:
    try:
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise MissingArtifact(f"rapidocr has no model {path.name}; {_INSTALL}") from error
    if found != digest:
        raise CorruptArtifact(
            f"The model {path.name} of rapidocr is not the one our card was measured with; {_INSTALL}"
        )
    return path


def _finder(paths: dict[str, Path], threads: int, runtime: str) -> Find:
    """Return what finds stretches of text; one picture at a time, since rapidocr keeps one request to its runtime."""
    from rapidocr import EngineType, RapidOCR

    openvino = runtime.startswith("OpenVINO")
    finder = RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,
            "Global.use_rec": False,
            # It is shrunk only for being looked over; strips are cut from the page as it is.
            "Global.max_side_len": 1_000_000,
            "Det.limit_type": "max",
            "Det.limit_side_len": _SIDE,
            "Det.model_path": str(paths[FINDER]),
            "Rec.model_path": str(paths[READER]),
            "Det.engine_type": EngineType.OPENVINO if openvino else EngineType.ONNXRUNTIME,
            "EngineConfig.openvino.inference_num_threads": threads,
            "EngineConfig.openvino.enable_cpu_pinning": False,
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
    one_at_a_time = Lock()

    def find(picture: Pixels) -> Sequence[NDArray[np.float32]]:
        with one_at_a_time:
            boxes: Any = finder(picture).boxes
        return [] if boxes is None else [np.asarray(corners, dtype=np.float32) for corners in boxes]

    return find
