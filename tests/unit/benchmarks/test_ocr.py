"""The OCR benchmark: how errors are counted, what its pages look like, and what its table says."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.ocr.distance import distance, normalised
from benchmarks.ocr.pages import FONTS, TABLES, drawn
from benchmarks.ocr.run import PageRead, error, figures, page
from benchmarks.ocr.scanning import CONDITIONS, scanned, turned
from hypothesis import given
from hypothesis import strategies as st

LETTERS = st.text(alphabet="abñ ", max_size=12)
NOTE = "PLAN: 1. Aspirin 81 mg daily.\n" + "She denies fever, chills or cough. " * 60


def by_table(one: str, other: str) -> int:
    """Return the distance of Levenshtein as its definition gives it."""
    above = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        line = [row]
        for at, sign in enumerate(other):
            line.append(min(above[at + 1] + 1, line[at] + 1, above[at] + (letter != sign)))
        above = line
    return above[-1]


@given(LETTERS, LETTERS)
def test_the_distance_is_that_of_the_definition(one: str, other: str) -> None:
    assert distance(one, other) == by_table(one, other)


def test_a_run_of_white_space_is_one_blank() -> None:
    assert normalised(" Sodium\t131\n\nmmol/L ") == "Sodium 131 mmol/L"


@pytest.mark.parametrize("layout", ["plain", "columns", "table"])
def test_a_drawn_page_says_what_stands_on_it_in_the_order_in_which_one_reads_it(layout: str) -> None:
    made = drawn("p", "en", NOTE, layout, FONTS[0], 11)

    picture = made.picture(72)

    assert picture.shape == (842, 596)
    assert (picture < 128).mean() > 0.005
    title, *others = made.text.split("\n")
    table = others[: len(TABLES["en"])] if layout == "table" else []
    assert title == "Discharge note"
    assert table[:2] == (["Test Result Unit Reference Flag", "Sodium 131 mmol/L 136-145 L"] if table else [])
    assert normalised(NOTE).startswith(normalised("\n".join(others[len(table) :])))
    assert len(others) > 15


def test_a_scan_is_darker_and_noisier_and_the_same_each_time() -> None:
    grey = drawn("p", "en", NOTE, "plain", FONTS[0], 11).picture(100)

    first, second = (scanned(grey, np.random.default_rng(3)) for _ in range(2))

    assert (first == second).all()
    assert first.mean() < grey.mean() - 20
    assert first[:40].std() > 5


def test_every_other_page_lies_askew_to_the_left() -> None:
    made = drawn("p", "en", NOTE, "plain", FONTS[0], 11)
    askew = CONDITIONS[2]

    assert askew.degrees == 2
    assert not (askew.picture(made, 0) == askew.picture(made, 1)).all()
    assert (turned(made.picture(72), 0.0) == made.picture(72)).all()


def test_the_table_gives_errors_by_letters_and_says_what_was_kept() -> None:
    pages = [PageRead("en00", "en", "plain", 10, 1000, 2.0, 3.0), PageRead("es00", "es", "table", 30, 1000, 6.0, 9.0)]
    read = {("rapid", CONDITIONS[0].name): pages}

    told = "\n".join(page(read, 2, "did nothing else"))

    assert error(pages) == 2
    assert "| rapid | clean, 300 dpi | 1.00 % | 3.00 % | 3.00 % | 1.5 %, not kept on this machine | 4.0 | 6.0 |" in told
    assert "| rapid, all conditions | 1.00 % |  | 3.00 % |" in told
    assert "by the median: rapid kept." in told
    assert figures(read)["rapid, clean, 300 dpi: characters wrong, %"] == 2
