"""What every OCR engine keeps, whoever wrote it; they are those that are installed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from epicrisis.engines.media_contracts import Line, OcrEngine, Pixels
from epicrisis.engines.registry import Group, installed, ocr_engine
from epicrisis.errors import MissingDependency, UnknownLanguage
from tests.contract.samples import engines
from tests.unit.engines.ocr.drawing import LEADING, NOTA, NOTE, page, placed

NOTES = {"en": NOTE, "es": NOTA}
# Enough of the lines of a page to know how it lies.
LONGER = 9


@dataclass(frozen=True, slots=True)
class Read:
    """An engine in one of its languages, and the note it is shown there."""

    engine: OcrEngine
    language: str
    note: tuple[str, ...]

    def __call__(self, picture: Pixels) -> list[Line]:
        return list(self.engine.read(picture, language=self.language))


@pytest.fixture(scope="module", params=[*engines(Group.OCR)])
def read(request: pytest.FixtureRequest) -> Read:
    name, language = request.param
    try:
        return Read(ocr_engine(name, language), language, NOTES[language])
    except (MissingDependency, UnknownLanguage) as error:
        pytest.skip(f"{name} is not installed, or lacks the data of the language: {error}")


def test_there_are_engines_to_hold_to_this() -> None:
    assert {"rapid", "tesseract"} <= set(installed(Group.OCR))


def test_each_fulfils_the_contract_and_says_what_it_is_and_gets_wrong(read: Read) -> None:
    card = read.engine.card

    assert isinstance(read.engine, OcrEngine)
    assert all((card.name, card.version, card.summary, card.languages, card.limits, card.scores, card.licence))


def test_a_clean_page_reads_back(read: Read) -> None:
    assert [line.text for line in read(page(read.note))] == list(read.note)


def test_every_line_has_the_box_its_ink_stands_in(read: Read) -> None:
    picture = page(read.note)

    lines = read(picture)

    assert len(lines) == len(read.note)
    for number, line in enumerate(lines):
        rows, columns = np.nonzero(picture[90 + LEADING * number : 90 + LEADING * number + 50] < 128)
        assert line.left == pytest.approx(columns.min(), abs=15)
        assert line.right == pytest.approx(columns.max(), abs=15)
        assert line.top == pytest.approx(90 + LEADING * number + rows.min(), abs=15)
        assert line.bottom == pytest.approx(90 + LEADING * number + rows.max(), abs=15)
        assert 0.5 < line.score <= 1


def test_a_page_askew_is_read_in_order_with_boxes_where_its_ink_lies(read: Read) -> None:
    note = (read.note * LONGER)[:LONGER]
    picture = page(note, degrees=3.0)

    lines = read(picture)

    assert [line.text for line in lines] == list(note)
    for line in lines:
        assert 0 <= line.left < line.right <= picture.shape[1]
        assert 0 <= line.top < line.bottom <= picture.shape[0]
    outside = picture < 128
    letters = outside.sum()
    for line in lines:
        outside[int(line.top) : int(line.bottom) + 1, int(line.left) : int(line.right) + 1] = False
    assert outside.sum() < 0.01 * letters


def test_two_columns_are_read_one_after_the_other(read: Read) -> None:
    left = ["Seen for pain in the chest.", "No fever was found today.", "The lungs are quite clear.",
            "The heart is regular too.", "She walks without any help.", "She sleeps well at night."]  # fmt: skip
    right = ["Aspirin is given every day.", "Insulin is given at night.", "Metformin has been stopped.",
             "The wound is dry and clean.", "Stitches come out on Friday.", "Return if the pain returns."]  # fmt: skip
    texts = [(60, 80 + 60 * at, text) for at, text in enumerate(left)]
    texts += [(660, 80 + 60 * at, text) for at, text in enumerate(right)]

    lines = read(placed(texts, size=30))

    assert [line.text for line in lines] == [*left, *right]


def test_a_white_page_has_no_lines(read: Read) -> None:
    assert read(np.full((900, 1240), 255, np.uint8)) == []


def test_the_same_picture_gives_the_same_lines_and_is_left_as_it_was(read: Read) -> None:
    picture = page(read.note, degrees=1.0)
    before = picture.copy()

    assert read(picture) == read(picture)
    assert (picture == before).all()


def test_a_language_no_card_names_is_refused(read: Read) -> None:
    with pytest.raises(UnknownLanguage):
        read.engine.read(page(["Pas de fièvre."]), language="fr")
