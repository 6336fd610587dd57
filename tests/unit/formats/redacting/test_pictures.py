import struct

import pytest

from epicrisis.errors import UnreadableDocument
from epicrisis.formats.redacting.pictures import check_pixels, pixels_of

_PNG = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR" + struct.pack(">II", 300, 20)
_JPEG = b"\xff\xd8\xff\xe0\0\x04ab\xff\xc4\0\x04ab\xff\xc2" + struct.pack(">HBHH", 17, 8, 20, 300)


@pytest.mark.parametrize(
    ("data", "pixels"),
    [
        pytest.param(_PNG, 6_000, id="png"),
        pytest.param(_JPEG, 6_000, id="jpeg, behind other segments"),
        pytest.param(b"GIF87a" + struct.pack("<HH", 300, 20), 6_000, id="gif"),
        pytest.param(b"BM" + bytes(16) + struct.pack("<ii", 300, -20), 6_000, id="bmp from top to bottom"),
        pytest.param(b"MM\0*" + struct.pack(">IHHHIHHHHII", 8, 2, 256, 3, 1, 300, 0, 257, 4, 1, 20), 6_000, id="tiff"),
        pytest.param(_PNG[:18], 0, id="cut"),
        pytest.param(b"\xff\xd8\xff\xe0\xff\xff", 0, id="a segment without an end"),
        pytest.param(b"MM\0*\xff\xff\xff\xff", 0, id="a directory outside"),
        pytest.param(b"<xml/>", 0, id="no picture"),
        pytest.param(b"", 0, id="nothing"),
    ],
)
def test_a_picture_says_how_large_it_is(data: bytes, pixels: int) -> None:
    assert pixels_of(data) == pixels


def test_a_picture_over_the_limit_is_refused_with_what_to_do() -> None:
    check_pixels(50, 50)

    with pytest.raises(UnreadableDocument, match="smaller pictures"):
        check_pixels(51, 50)
