"""What becomes of the items of a batch: each has its answer, or its own failure beside the answers of the others."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from epicrisis.domain.documents import Document
from epicrisis.errors import EpicrisisError

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Failure:
    """Why one item of a batch has no answer: the stable code of the error, and a message without the text."""

    id: str
    code: str
    message: str

    @classmethod
    def of(cls, id: str, error: Exception) -> Failure:  # noqa: A002
        """Return ``error`` as the failure of item ``id``."""
        if isinstance(error, EpicrisisError):
            return cls(id, error.code, str(error))
        # The message of a foreign error may quote the note, so only its kind is told.
        kind = type(error).__name__
        log.error("item failed", extra={"document_id": id, "error": kind})
        return cls(id, EpicrisisError.code, f"The engine could not read this text ({kind}); please report it.")


def answer_each(
    answer: Callable[[Sequence[Item]], Sequence[Answer]],
    items: Sequence[Item],
    *,
    document: Callable[[Item], Document],
) -> list[Answer | Failure]:
    """Return the answer of each item in order, asking for all at once; items that cannot be answered fail alone."""
    if not items:
        return []
    try:
        return list(answer(items))
    except Exception as error:  # noqa: BLE001  a single bad item, whatever it does to an engine, must not cost the rest
        if len(items) == 1:
            return [Failure.of(document(items[0]).id, error)]
    middle = len(items) // 2
    return [
        *answer_each(answer, items[:middle], document=document),
        *answer_each(answer, items[middle:], document=document),
    ]
