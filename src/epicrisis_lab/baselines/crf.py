"""A linear-chain CRF over plain features (python-crfsuite): the floor any reader has to clear."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from epicrisis_lab.baselines.prepare import Gold
from epicrisis_lab.baselines.words import tags_of
from epicrisis_lab.errors import MissingLibrary

_ROUNDS = 100
_L1 = _L2 = 0.1
_AROUND = (-2, -1, 1, 2)
_LONGEST_SHAPE = 6


class CrfTagger:
    """Tags sentences with the weights in a file."""

    def __init__(self, path: Path) -> None:
        """Open ``path``, as ``train`` wrote it."""
        self._tagger: Any = _library().Tagger()
        self._tagger.open(str(path))

    def tag(self, sentences: Sequence[Sequence[str]]) -> list[list[str]]:
        """Return the best tags of each sentence."""
        return [list(self._tagger.tag(features(words))) for words in sentences]


def train(sentences: Sequence[Gold], path: Path) -> None:
    """Write to ``path`` what ``sentences`` teach.

    Raises:
        MissingLibrary: python-crfsuite is not installed.
    """
    trainer = _library().Trainer(algorithm="lbfgs", verbose=False)
    # Moves the training part never shows have a weight too, learnt as the others are.
    trainer.set_params({"c1": _L1, "c2": _L2, "max_iterations": _ROUNDS, "feature.possible_transitions": True})
    for words, marks in sentences:
        trainer.append(features(words), tags_of(len(words), marks))
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    trainer.train(str(part))
    part.replace(path)


def features(words: Sequence[str]) -> list[list[str]]:
    """Return what the CRF sees of each word: itself, its shape, its ends, and its neighbours."""
    lower = [word.lower() for word in words]
    shapes = [_shape(word) for word in words]
    return [list(_features(place, lower, shapes)) for place in range(len(words))]


def _features(place: int, lower: Sequence[str], shapes: Sequence[str]) -> Iterator[str]:
    word = lower[place]
    yield "bias"
    yield f"word={word}"
    yield f"shape={shapes[place]}"
    for length in (2, 3, 4):
        if len(word) > length:
            yield f"starts={word[:length]}"
            yield f"ends={word[-length:]}"
    for away in _AROUND:
        other = place + away
        if 0 <= other < len(lower):
            yield f"{away}:word={lower[other]}"
            yield f"{away}:shape={shapes[other]}"
        elif abs(away) == 1:
            yield f"{away}:none"
    if place:
        yield f"pair={lower[place - 1]}|{word}"
    if place + 1 < len(lower):
        yield f"pair={word}|{lower[place + 1]}"


def _shape(word: str) -> str:
    """Return ``word`` with X for capitals, x for small letters, 0 for digits; repeats are cut: Hb is Xx, mg is x."""
    shape = ""
    for character in word:
        kind = "X" if character.isupper() else "x" if character.isalpha() else "0" if character.isdigit() else character
        if not shape.endswith(kind):
            shape += kind
    return shape[:_LONGEST_SHAPE]


def _library() -> Any:
    try:
        return import_module("pycrfsuite")
    except ImportError as cause:
        raise MissingLibrary("The baseline crf needs python-crfsuite: `pip install epicrisis[bench]`.") from cause
