"""How far a page lies askew, and the way back for boxes found once it lies straight."""

from __future__ import annotations

import numpy as np
import pytest

from epicrisis.engines.media_contracts import Line
from epicrisis.engines.ocr.skew import skew, straight
from tests.unit.engines.ocr.drawing import NOTE, page

LINES = NOTE * 2


@pytest.mark.parametrize("degrees", [-9.5, -4.0, -2.0, -0.5, 0.7, 2.0, 5.3, 9.5])
def test_the_angle_of_a_page_is_found_to_a_tenth_of_a_degree(degrees: float) -> None:
    assert skew(page(LINES, degrees=degrees)) == pytest.approx(degrees, abs=0.1)


def test_a_straight_page_is_left_as_it_is() -> None:
    picture = page(LINES)

    found = straight(picture)

    assert found.angle == 0
    assert found.picture is picture


@pytest.mark.parametrize(
    "picture",
    [
        np.full((900, 1240), 255, np.uint8),
        np.zeros((900, 1240), np.uint8),
        np.random.default_rng(7).integers(0, 256, (900, 1240), np.uint8),
        np.full((1, 1), 255, np.uint8),
    ],
    ids=["white", "black", "noise", "one pixel"],
)
def test_what_has_no_lines_has_no_angle(picture: np.ndarray) -> None:
    assert skew(picture) == 0


def test_noise_and_a_shadow_change_nothing() -> None:
    noise = np.random.default_rng(7)
    clean = page(LINES, degrees=3.0).astype(float)
    shaded = clean * 0.8 - np.linspace(0, 60, clean.shape[1]) + noise.normal(0, 12, clean.shape)

    assert skew(np.clip(shaded, 0, 255).astype(np.uint8)) == pytest.approx(3.0, abs=0.1)


@pytest.mark.parametrize("degrees", [-6.0, 2.0])
def test_a_box_found_on_the_straight_page_comes_back_to_where_its_ink_was(degrees: float) -> None:
    picture = page(["", "", "", "Sepsis", "", "", *LINES[:6]], degrees=degrees)
    lying = page(["", "", "", "Sepsis"], degrees=degrees) < 128
    rows, columns = np.nonzero(lying)

    found = straight(picture)
    upright_rows, upright_columns = np.nonzero(found.picture[: found.picture.shape[0] // 2 - 60] < 128)
    box = Line("Sepsis", upright_columns.min(), upright_rows.min(), upright_columns.max(), upright_rows.max(), 1.0)
    back = found.back(box)

    assert found.angle == pytest.approx(degrees, abs=0.1)
    assert (back.left, back.top) <= (columns.min() + 2, rows.min() + 2)
    assert back.right >= columns.max() - 2
    assert back.bottom >= rows.max() - 2
    assert back.right - back.left < columns.max() - columns.min() + 20
    assert back.bottom - back.top < rows.max() - rows.min() + 20


def test_a_box_never_leaves_the_picture() -> None:
    found = straight(page(LINES, degrees=5.0))
    height, width = found.picture.shape

    back = found.back(Line("x", -50, -50, width + 50, height + 50, 1.0))

    assert (back.left, back.top, back.right, back.bottom) == (0, 0, 1240, 900)
