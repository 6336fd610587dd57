"""Pictures of pages: each format, upright and grey, measured in points where they say how large they are."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from epicrisis.errors import UnreadableDocument
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.documents.images import read
from epicrisis.formats.documents.parsed import Picture

LIMITS = Limits()
ORIENTATION = 0x0112
# No PNG knows CMYK.
NONE = {("PNG", "CMYK")}

pytestmark = pytest.mark.filterwarnings("ignore:Corrupt EXIF data")


def drawn(mode: str = "L", size: tuple[int, int] = (60, 40)) -> Image.Image:
    """Return white paper whose upper left quarter is black."""
    picture = Image.new("L", size, 255)
    picture.paste(0, (0, 0, size[0] // 2, size[1] // 2))
    return picture.convert(mode)


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    written = BytesIO()
    picture.save(written, kind, **options)  # type: ignore[arg-type]
    return written.getvalue()


def pictures(data: bytes, limits: Limits = LIMITS) -> tuple[Picture, ...]:
    [parsed] = read(data, limits)
    return parsed.pictures


def pixels(picture: Picture) -> np.ndarray:
    return np.frombuffer(picture.grey, np.uint8).reshape(picture.height, picture.width)


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        (kind, mode)
        for kind in ("PNG", "JPEG", "TIFF")
        for mode in ("L", "RGB", "1", "CMYK")
        if (kind, mode) not in NONE
    ],
)
def test_every_kind_and_colour_becomes_grey(kind: str, mode: str) -> None:
    [parsed] = read(saved(drawn(mode), kind), LIMITS)

    [picture] = parsed.pictures
    assert parsed.file.kind == kind.lower()
    assert parsed.file.text == ""
    assert (picture.width, picture.height) == (60, 40)
    assert pixels(picture)[5, 5] < 20
    assert pixels(picture)[35, 55] > 235


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_is_white_paper(mode: str) -> None:
    picture = Image.new("RGBA", (60, 40), (0, 0, 0, 0))
    picture.paste((0, 0, 0, 255), (0, 0, 30, 20))

    [grey] = pictures(saved(picture.convert(mode), "PNG"))

    assert pixels(grey)[5, 5] == 0
    assert pixels(grey)[35, 55] == 255


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits_are_read_from_the_darkest_to_the_lightest(kind: str) -> None:
    # A scanner of 12 bits leaves the upper four empty.
    wide = (np.asarray(drawn(), dtype=np.uint16) * 16).astype(np.uint16)

    [grey] = pictures(saved(Image.fromarray(wide), kind))

    assert (pixels(grey)[5, 5], pixels(grey)[35, 55]) == (0, 255)


def test_an_even_page_of_sixteen_bits_is_white() -> None:
    [grey] = pictures(saved(Image.fromarray(np.full((40, 60), 900, np.uint16)), "PNG"))

    assert set(grey.grey) == {255}


def test_every_page_of_a_tiff_is_read_in_order() -> None:
    first, second = Image.new("L", (60, 40), 0), Image.new("L", (30, 50), 255)

    [parsed] = read(saved(first, "TIFF", save_all=True, append_images=[second], dpi=(72, 72)), LIMITS)

    assert [(page.number, page.width, page.height) for page in parsed.file.pages] == [(1, 60, 40), (2, 30, 50)]
    assert [(each.page, each.width, each.height) for each in parsed.pictures] == [(1, 60, 40), (2, 30, 50)]
    assert [each.grey[0] for each in parsed.pictures] == [0, 255]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
def test_a_picture_taken_with_the_camera_on_its_side_is_turned_upright(kind: str) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    lying = drawn().transpose(Image.Transpose.ROTATE_90)

    [upright] = pictures(saved(lying, kind, exif=exif))

    assert (upright.width, upright.height) == (60, 40)
    assert pixels(upright)[5, 5] < 20
    assert pixels(upright)[35, 5] > 235


def test_a_page_is_measured_in_points_where_the_picture_says_how_large_it_is() -> None:
    [parsed] = read(saved(drawn(size=(1700, 2200)), "PNG", dpi=(200, 200)), LIMITS)

    [page], [picture] = parsed.file.pages, parsed.pictures
    assert (page.width, page.height) == (pytest.approx(612, abs=0.1), pytest.approx(792, abs=0.1))
    assert picture.scale == pytest.approx(0.36, abs=1e-4)


def test_a_page_is_measured_in_pixels_where_the_picture_does_not_say() -> None:
    [parsed] = read(saved(drawn(size=(300, 200)), "PNG"), LIMITS)

    [page], [picture] = parsed.file.pages, parsed.pictures
    assert (page.width, page.height, picture.scale) == (300, 200, 1)


def test_a_camera_that_says_72_dots_of_everything_is_not_believed() -> None:
    [parsed] = read(saved(drawn(size=(4000, 3000)), "JPEG", dpi=(72, 72)), LIMITS)

    [page], [picture] = parsed.file.pages, parsed.pictures
    assert (page.width, page.height) == (4000, 3000)
    assert max(picture.width, picture.height) == 3508
    assert picture.scale == pytest.approx(4000 / 3508)


def test_more_than_300_dots_to_the_inch_are_scaled_down_and_the_page_stays_as_large() -> None:
    [parsed] = read(saved(drawn(size=(2400, 1200)), "PNG", dpi=(600, 600)), LIMITS)

    [page], [picture] = parsed.file.pages, parsed.pictures
    assert (picture.width, picture.height) == (1200, 600)
    assert page.width == pytest.approx(288, abs=0.1)
    assert picture.scale == pytest.approx(0.24, abs=1e-4)


def test_a_fax_with_half_as_many_dots_down_gets_square_pixels() -> None:
    [parsed] = read(saved(drawn("1", size=(1728, 1078)), "TIFF", dpi=(204, 98)), LIMITS)

    [page], [picture] = parsed.file.pages, parsed.pictures
    assert (picture.width, picture.height) == (1728, 2244)
    assert page.height / picture.height == pytest.approx(picture.scale, rel=1e-3)


def bomb(width: int, height: int) -> bytes:
    """Return a PNG of a few hundred bytes that says it has so many pixels."""
    told = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", told), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


@pytest.mark.parametrize("size", [(10_000, 6_000), (40_000, 40_000)])
def test_a_flood_of_pixels_is_refused_before_it_is_decoded(size: tuple[int, int]) -> None:
    with pytest.raises(UnreadableDocument, match="pixels"):
        read(bomb(*size), LIMITS)


def test_many_pages_are_refused_once_their_pixels_are_too_many() -> None:
    pages = [Image.new("1", (1000, 1000), 1)] * 5

    with pytest.raises(UnreadableDocument, match=r"Page 4 .* 3500000 a file"):
        read(saved(pages[0], "TIFF", save_all=True, append_images=pages[1:]), Limits(scans=3_500_000))


def test_more_pages_than_the_limit_are_refused() -> None:
    pages = [Image.new("1", (10, 10), 1)] * 4

    with pytest.raises(UnreadableDocument, match="more than 3 pages"):
        read(saved(pages[0], "TIFF", save_all=True, append_images=pages[1:]), Limits(pages=3))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
@pytest.mark.parametrize("share", [0.0, 0.02, 0.3, 0.9])
def test_a_picture_cut_short_is_refused(kind: str, share: float) -> None:
    noise = Image.fromarray(np.random.default_rng(7).integers(0, 256, (80, 80), np.uint8))
    whole = saved(noise, kind, **({"compression": "tiff_lzw"} if kind == "TIFF" else {}))

    with pytest.raises(UnreadableDocument, match="cut short"):
        read(whole[: int(share * len(whole))], LIMITS)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"GIF89a" + b"\0" * 40, b"\x89PNG\r\n\x1a\n", b"II*\0\x08\0\0\0"])
def test_what_is_no_png_jpeg_or_tiff_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableDocument, match="not a PNG, JPEG or TIFF"):
        read(data, LIMITS)


def test_a_tiff_whose_pages_go_round_in_a_circle_is_read_once() -> None:
    data = bytearray(saved(Image.new("L", (10, 10), 255), "TIFF"))
    [start] = struct.unpack_from("<I", data, 4)
    [entries] = struct.unpack_from("<H", data, start)
    struct.pack_into("<I", data, start + 2 + 12 * entries, start)

    assert len(pictures(bytes(data))) == 1
