"""What an ONNX file says of itself, read without a runtime: the pairs of key and value beside its graph."""

from __future__ import annotations

from collections.abc import Iterator

from epicrisis.errors import CorruptArtifact

# A field of protobuf is a tag (number and kind), then a number, or a length and so many bytes. ModelProto has its pairs
# in field 14, each a StringStringEntryProto of key (1) and value (2): onnx.proto, and the encoding guide of protobuf.
_PAIRS, _KEY, _VALUE = 14, 1, 2
_NUMBER, _EIGHT, _BYTES, _FOUR = 0, 1, 2, 5
_SEVEN_BITS, _GOES_ON, _LONGEST = 0x7F, 0x80, 10


def metadata(data: bytes) -> dict[str, str]:
    """Return the metadata of the ONNX file ``data``.

    Raises:
        CorruptArtifact: it is not an ONNX file.
    """
    try:
        pairs = [dict(_fields(pair)) for number, pair in _fields(memoryview(data)) if number == _PAIRS]
        return {str(pair[_KEY], "utf-8"): str(pair[_VALUE], "utf-8") for pair in pairs}
    except (IndexError, KeyError, ValueError) as error:
        raise CorruptArtifact("The model file is not an ONNX file; reinstall its package.") from error


def _fields(data: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Yield the number and content of every field of a message that is made of bytes; numbers are passed over."""
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        kind = tag & 7
        if kind == _NUMBER:
            _, at = _varint(data, at)
        elif kind in (_EIGHT, _FOUR):
            at += 8 if kind == _EIGHT else 4
        elif kind == _BYTES:
            length, at = _varint(data, at)
            if at + length > len(data):
                raise ValueError("a field ends after the file does")
            yield tag >> 3, data[at : at + length]
            at += length
        else:
            raise ValueError("no such kind of field")


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    value = 0
    for number in range(_LONGEST):
        byte = data[at + number]
        value |= (byte & _SEVEN_BITS) << 7 * number
        if not byte & _GOES_ON:
            return value, at + number + 1
    raise ValueError("a number without an end")
