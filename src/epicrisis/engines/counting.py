"""How many tokens the models read: an engine says so while it works, and knows nobody who listens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeAlias

from numpy.typing import NDArray


@dataclass(slots=True)
class Tokens:
    """What a model read: ``read`` tokens, the two around each row among them, and ``padding`` to make rows of a width.

    A token that lies in two windows, because they overlap, is read twice and counts twice.
    """

    read: int = 0
    padding: int = 0


Counts: TypeAlias = dict[str, Tokens]

# Nobody listens by default: a library call, a command, a self-test.
_counts: ContextVar[Counts | None] = ContextVar("counts", default=None)


@contextmanager
def counting() -> Iterator[Counts]:
    """Give a dictionary that holds, once the work inside is done, what each model read for it in this thread."""
    counts: Counts = {}
    before = _counts.set(counts)
    try:
        yield counts
    finally:
        _counts.reset(before)


def count(model: str, masks: Iterable[NDArray[Any]]) -> None:
    """Say that ``model``, such as ``encoder``, read batches with these ``masks``: 1 for a token, 0 for padding."""
    counts = _counts.get()
    if counts is None:
        return
    tokens = counts.setdefault(model, Tokens())
    for mask in masks:
        read = int(mask.sum())
        tokens.read += read
        tokens.padding += mask.size - read
