from __future__ import annotations

import pytest

from epicrisis.api.multipart import NotMultipart, Part, parts_of

KIND = "multipart/form-data; boundary=x"


def form(*parts: bytes) -> bytes:
    return b"".join(b"--x\r\n" + part + b"\r\n" for part in parts) + b"--x--\r\n"


def test_a_file_keeps_every_byte_its_name_and_its_kind() -> None:
    data = bytes(range(256)) + b"\r\n--y\r\n"
    head = (
        b'Content-Disposition: form-data; name="file"; filename="nota \xc3\xa1.bin"\r\nContent-Type: image/png\r\n\r\n'
    )

    [part] = parts_of(KIND, form(head + data), most=3)

    assert part == Part("file", data, "nota á.bin", "image/png")


def test_a_field_is_a_part_without_a_file() -> None:
    [part] = parts_of(KIND, form(b"content-disposition: form-data; name=language\r\n\r\nes"), most=3)

    assert (part.name, part.text, part.file_name, part.media) == ("language", "es", None, "")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", form(b'Content-Disposition: form-data; name="a"\r\n\r\nb')),
        (KIND, b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb'),
        (KIND, form(b"Content-Type: text/plain\r\n\r\nb")),
        (KIND, form(b'Content-Disposition: form-data; name="\xff"\r\n\r\nb')),
        (KIND, form(*[b'Content-Disposition: form-data; name="a"\r\n\r\nb'] * 4)),
        (KIND, b""),
    ],
)
def test_what_is_no_form_in_parts_is_refused(kind: str, body: bytes) -> None:
    with pytest.raises(NotMultipart):
        parts_of(kind, body, most=3)
