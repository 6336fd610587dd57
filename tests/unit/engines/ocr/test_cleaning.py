"""What is ink on a page, and what is a speck."""

from __future__ import annotations

import numpy as np

from epicrisis.engines.ocr.cleaning import ink, without_specks
from tests.unit.engines.ocr.drawing import NOTE, page


def test_the_dark_half_of_a_page_is_no_ink_but_its_letters_are() -> None:
    clean = page(NOTE)
    shaded = (clean * np.linspace(1.0, 0.4, clean.shape[1])).astype(np.uint8)

    found = ink(shaded)

    assert (found & (clean < 100)).sum() > 0.9 * (clean < 100).sum()
    assert (found & (clean == 255)).sum() < 0.01 * (clean == 255).sum()


def test_specks_go_and_full_stops_stay() -> None:
    clean = page(NOTE)
    specked = clean.copy()
    places = np.random.default_rng(7).random(clean.shape) < 0.001
    specked[places & (clean == 255)] = 0
    specked[places & (clean == 0)] = 255

    cleaned = without_specks(specked)

    assert (np.abs(cleaned.astype(int) - clean) > 60).sum() < 0.1 * (specked != clean).sum()
    assert ((cleaned < 100) & (clean < 100)).sum() > 0.99 * (clean < 100).sum()


def test_a_clean_page_is_left_as_it_is() -> None:
    clean = page(NOTE)

    assert without_specks(clean) is clean
