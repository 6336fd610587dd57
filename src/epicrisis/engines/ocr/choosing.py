"""Which of the installed OCR engines reads a language best."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from importlib.util import find_spec

from epicrisis.engines.ocr import rapid, tesseract
from epicrisis.errors import MissingDependency, UnknownLanguage

# Best first, by the characters read wrongly on forty pages a condition (docs/reference/performance.md).
BEST: Mapping[str, tuple[str, ...]] = {"en": ("rapid", "tesseract"), "es": ("rapid", "tesseract")}


def best_for(language: str) -> str:
    """Return the name of the engine to read pictures in ``language`` with: the best of those installed.

    Raises:
        UnknownLanguage: neither reads that language.
        MissingDependency: neither is installed.
    """
    if language not in BEST:
        raise UnknownLanguage(f"No OCR engine reads {language!r}; they read {[*BEST]}.")
    for name in BEST[language]:
        if _is_installed(name):
            return name
    raise MissingDependency(
        "Scanned pages need OCR; run: pip install 'epicrisis[ocr]' (or install the program tesseract)"
    )


def _is_installed(name: str) -> bool:
    if name == "tesseract":
        return shutil.which(tesseract.PROGRAM) is not None
    return find_spec(rapid.LIBRARY) is not None
