"""The arrays that ``words.index.Index`` reads, the file they are kept in, and its checksum on the card."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from epicrisis.engines.artifacts import CARD
from epicrisis.engines.codes.words.index import Strings


@dataclass(frozen=True, slots=True)
class Term:
    """The number of a code, the plain words of a name it is known by, and how much less likely that is meant."""

    code: int
    said: tuple[str, ...]
    penalty: float


def packed(
    codes: Sequence[str], displays: Sequence[str], terms: Sequence[Term], weights: Mapping[str, float]
) -> dict[str, NDArray[np.generic]]:
    """Return ``terms`` of ``codes``, which are called ``displays``, by the words of ``weights``."""
    vocabulary = sorted(weights)
    numbers = {word: number for number, word in enumerate(vocabulary)}
    weighed = np.array([weights[word] for word in vocabulary], np.float32)
    holding: list[list[int]] = [[] for _ in vocabulary]
    for number, term in enumerate(terms):
        for word in term.said:
            holding[numbers[word]].append(number)
    return {
        **strings(codes, "codes", "code_ends"),
        **strings(displays, "displays", "display_ends"),
        **strings(vocabulary, "words", "word_ends"),
        "starts": np.cumsum([0, *map(len, holding)]).astype(np.int32),
        "terms": np.array([term for each in holding for term in each], np.int32),
        "weights": weighed.astype(np.float16),
        "term_weights": np.array([sum(weighed[numbers[word]] for word in term.said) for term in terms], np.float16),
        "penalties": np.array([term.penalty for term in terms], np.float16),
        "code_of": np.array([term.code for term in terms], np.int32),
    }


def strings(values: Sequence[str], letters: str, ends: str) -> dict[str, NDArray[np.generic]]:
    """Return ``values`` as the arrays of these two names."""
    packed_letters, packed_ends = Strings.packed(values)
    return {letters: packed_letters, ends: packed_ends}


def write(arrays: Mapping[str, NDArray[np.generic]], folder: Path, file: str) -> None:
    """Write ``arrays`` as ``file`` into ``folder``, with its checksum on the card there."""
    named: dict[str, Any] = dict(arrays)
    np.savez_compressed(folder / file, **named)
    put_on_card(folder, file)


def put_on_card(folder: Path, file: str) -> None:
    """Put the checksum and the size of ``file``, all that ``folder`` ships, on the card there."""
    data = (folder / file).read_bytes()
    card = json.loads((folder / CARD).read_text(encoding="utf-8"))
    card |= {"sha256": {file: hashlib.sha256(data).hexdigest()}, "sizes": {file: len(data)}}
    (folder / CARD).write_text(json.dumps(card, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
