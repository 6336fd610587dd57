"""What an ONNX file says of itself."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epicrisis.engines.ocr.metadata import metadata
from epicrisis.errors import CorruptArtifact


def field(number: int, content: bytes) -> bytes:
    length, told = len(content), b""
    while length > 0x7F:
        told, length = told + bytes([length & 0x7F | 0x80]), length >> 7
    return bytes([number << 3 | 2]) + told + bytes([length]) + content


def pair(key: str, value: str) -> bytes:
    return field(14, field(1, key.encode()) + field(2, value.encode()))


def test_the_pairs_beside_the_graph_are_read_and_the_graph_is_passed_over() -> None:
    version, graph = b"\x08\x07", field(7, bytes(300))

    assert metadata(version + graph + pair("character", "a\nñ\n¿") + pair("shape", "")) == {
        "character": "a\nñ\n¿",
        "shape": "",
    }


@pytest.mark.parametrize(
    "data", [b"\x80\x04\x95", b"PK\x03\x04rest", pair("character", "abc")[:-2], b"\xff" * 40, field(14, field(2, b"x"))]
)
def test_what_is_no_onnx_file_is_refused(data: bytes) -> None:
    with pytest.raises(CorruptArtifact, match="not an ONNX file"):
        metadata(data)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(CorruptArtifact):
        assert all(isinstance(value, str) for value in metadata(data).values())
