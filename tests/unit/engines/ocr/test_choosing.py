"""Which OCR engine reads a language, of those that are installed."""

from __future__ import annotations

import pytest

from epicrisis.engines.ocr import choosing, rapid
from epicrisis.engines.ocr.choosing import BEST, best_for
from epicrisis.errors import MissingDependency, UnknownLanguage


def having(monkeypatch: pytest.MonkeyPatch, *engines: str) -> None:
    monkeypatch.setattr(choosing, "_is_installed", lambda name: name in engines)


@pytest.mark.parametrize("language", BEST)
def test_the_best_of_those_installed_is_chosen(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    having(monkeypatch, "tesseract", "rapid")
    both = best_for(language)
    having(monkeypatch, "tesseract")

    assert both == "rapid"
    assert best_for(language) == "tesseract"


def test_without_any_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rapid, "LIBRARY", "no_such_library")
    monkeypatch.setenv("PATH", "")

    with pytest.raises(MissingDependency, match=r"pip install 'epicrisis\[ocr\]'"):
        best_for("en")


def test_a_language_neither_reads_is_refused() -> None:
    with pytest.raises(UnknownLanguage, match="'fr'"):
        best_for("fr")
