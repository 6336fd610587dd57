"""Files are read with what OCR there is: here one that reads every picture as one line."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import numpy as np
import pytest

from epicrisis.domain.spans import Span
from epicrisis.engines.contracts import EngineCard
from epicrisis.engines.media_contracts import Line, OcrEngine, Pixels
from epicrisis.errors import DeadlineExceeded, MissingDependency, UnreadableDocument
from epicrisis.formats.contained.limits import Limits
from epicrisis.services.read_files import FileToRead, ReadFiles


class OneLine:
    """Reads any picture as the same line, over its upper half."""

    card = EngineCard(name="one line", version="1", summary="Reads one line.", languages=("en",))

    def read(self, picture: Pixels, *, language: str) -> Sequence[Line]:
        height, width = picture.shape
        return [Line(f"Denies fever ({language}).", 0, 0, width, height / 2, 0.9)]


def reading(**options: object) -> ReadFiles:
    def ocr(language: str) -> OcrEngine:
        return OneLine()

    return ReadFiles(ocr=ocr, limits=Limits(), **options)  # type: ignore[arg-type]


def png() -> bytes:
    import io

    image = pytest.importorskip("PIL.Image", reason="pictures need the documents extra")
    written = io.BytesIO()
    image.fromarray(np.full((40, 200), 255, np.uint8)).save(written, "PNG", dpi=(200, 200))
    return written.getvalue()


def test_text_needs_no_ocr() -> None:
    [file] = reading().one(FileToRead(b"Denies fever.", name="a.txt"))

    assert (file.text, file.scanned, file.engine) == ("Denies fever.", (), "")


def test_a_picture_is_read_in_the_language_that_was_said() -> None:
    [file] = reading().one(FileToRead(png(), language="es"))

    assert file.text.strip() == "Denies fever (es)."
    assert (file.scanned, file.engine, file.version) == ((1,), "one line", "1")
    [box] = file.boxes(Span(0, 6))
    assert (box.page, box.left, box.right) == (1, 0, pytest.approx(72, abs=0.5))


def test_where_nothing_reads_pictures_it_is_said() -> None:
    def none(language: str) -> OcrEngine:
        raise MissingDependency

    with pytest.raises(MissingDependency):
        ReadFiles(ocr=none, limits=Limits()).one(FileToRead(png()))


@pytest.mark.anyio
async def test_what_cannot_be_read_is_refused() -> None:
    with pytest.raises(UnreadableDocument):
        await reading()(FileToRead(b""))


@pytest.mark.anyio
async def test_whoever_leaves_has_no_page_more_read() -> None:
    read = list[int]()

    class Slow(OneLine):
        def read(self, picture: Pixels, *, language: str) -> Sequence[Line]:
            read.append(1)
            return super().read(picture, language=language)

    service = ReadFiles(ocr=lambda language: Slow(), limits=Limits())
    asked = asyncio.ensure_future(service(FileToRead(png())))
    await asyncio.sleep(0)
    asked.cancel()

    with pytest.raises((asyncio.CancelledError, DeadlineExceeded)):
        await asked
    await asyncio.sleep(0.05)
    assert read == []
