from __future__ import annotations

import struct
from pathlib import Path

import pytest

from epicrisis.engines.summary.models.gguf_header import Header, header_of
from epicrisis.errors import CorruptArtifact


def text(value: str) -> bytes:
    return struct.pack("<Q", len(value.encode())) + value.encode()


def file_of(folder: Path, *pairs: bytes, version: int = 3, count: int | None = None) -> Path:
    path = folder / "model.gguf"
    path.write_bytes(
        b"GGUF" + struct.pack("<IQQ", version, 0, len(pairs) if count is None else count) + b"".join(pairs)
    )
    return path


def said(key: str, value: str) -> bytes:
    return text(key) + struct.pack("<I", 8) + text(value)


def counted(key: str, value: int) -> bytes:
    return text(key) + struct.pack("<II", 4, value)


def listed(key: str, *values: str) -> bytes:
    return text(key) + struct.pack("<IIQ", 9, 8, len(values)) + b"".join(text(value) for value in values)


def test_reads_the_architecture_the_context_and_whether_it_converses(tmp_path: Path) -> None:
    path = file_of(
        tmp_path,
        said("general.architecture", "llama"),
        listed("tokenizer.ggml.tokens", "a", "b"),
        counted("llama.context_length", 8_192),
        said("tokenizer.chat_template", "{{ messages }}"),
    )

    assert header_of(path) == Header("llama", 8_192, has_chat_template=True)


def test_a_model_that_does_not_say_how_much_it_reads_is_no_language_model(tmp_path: Path) -> None:
    path = file_of(tmp_path, said("general.architecture", "clip"))

    with pytest.raises(CorruptArtifact, match="no language model"):
        header_of(path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GGUF",
        b"GGML" + b"\0" * 40,
        b"GGUF" + struct.pack("<IQQ", 9, 0, 0),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 2**60),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + struct.pack("<Q", 2**60),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + text("key") + struct.pack("<I", 99),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + text("key") + struct.pack("<IIQ", 9, 8, 2**60),
    ],
)
def test_what_is_cut_off_hostile_or_of_another_kind_is_refused_at_once(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(content)

    with pytest.raises(CorruptArtifact, match="is no GGUF file"):
        header_of(path)
