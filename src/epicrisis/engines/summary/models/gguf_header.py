"""What a GGUF file says of itself before its weights begin, read without loading it.

The layout is that of github.com/ggml-org/ggml/blob/master/docs/gguf.md: a magic word, a version, how many tensors and
how many pairs of a key and a typed value.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from epicrisis.errors import CorruptArtifact, MissingArtifact

MAGIC = b"GGUF"

_VERSIONS = (2, 3)
_STRING, _ARRAY = 8, 9
# Type number of a value: how struct reads it.
_NUMBERS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
_MOST_PAIRS = 10_000
_LONGEST = 4_000_000  # bytes of a string, and entries of a list: a vocabulary has some 250,000


@dataclass(frozen=True, slots=True)
class Header:
    """What kind of model it is, how much it reads at once, and whether it knows how a conversation is written."""

    architecture: str
    context_tokens: int
    has_chat_template: bool


def header_of(path: Path) -> Header:
    """Return what ``path`` says of itself.

    Raises:
        MissingArtifact: it cannot be read.
        CorruptArtifact: it is no GGUF file, or says nothing of a language model.
    """
    try:
        with path.open("rb") as file:
            pairs = _pairs(file)
    except OSError as cause:
        raise MissingArtifact(f"The model file '{path.name}' cannot be read ({type(cause).__name__}).") from cause
    except (struct.error, UnicodeDecodeError, ValueError) as cause:
        raise CorruptArtifact(
            f"'{path.name}' is no GGUF file of version 2 or 3; convert the model again with llama.cpp."
        ) from cause
    architecture = pairs.get("general.architecture", "")
    context = pairs.get(f"{architecture}.context_length", 0)
    if not (isinstance(architecture, str) and architecture and isinstance(context, int) and context > 0):
        raise CorruptArtifact(f"'{path.name}' does not say how much text it reads, so it is no language model.")
    return Header(architecture, context, bool(pairs.get("tokenizer.chat_template")))


def _pairs(file: BinaryIO) -> dict[str, str | int | float]:
    if file.read(4) != MAGIC or _number(file, "<I") not in _VERSIONS:
        raise ValueError("no GGUF")
    _number(file, "<Q")
    count = _number(file, "<Q")
    if count > _MOST_PAIRS:
        raise ValueError("too many pairs")
    found: dict[str, str | int | float] = {}
    for _ in range(int(count)):
        key = _string(file)
        value = _value(file, int(_number(file, "<I")))
        if value is not None:
            found[key] = value
    return found


def _value(file: BinaryIO, kind: int) -> str | int | float | None:
    """Return a value; a list is read over, for none of what it may hold is asked."""
    if kind == _STRING:
        return _string(file)
    if kind == _ARRAY:
        inner, count = int(_number(file, "<I")), int(_number(file, "<Q"))
        if count > _LONGEST:
            raise ValueError("too long a list")
        if inner in _NUMBERS:
            file.seek(struct.calcsize(_NUMBERS[inner]) * count, 1)
        else:
            for _ in range(count):
                _value(file, inner)
        return None
    if kind not in _NUMBERS:
        raise ValueError("unknown type")
    return _number(file, _NUMBERS[kind])


def _number(file: BinaryIO, layout: str) -> int | float:
    number: int | float = struct.unpack(layout, file.read(struct.calcsize(layout)))[0]
    return number


def _string(file: BinaryIO) -> str:
    length = int(_number(file, "<Q"))
    if length > _LONGEST:
        raise ValueError("too long a string")
    content = file.read(length)
    if len(content) < length:
        raise ValueError("cut off")
    return content.decode("utf-8")
