"""What becomes of the items of a batch: each has its answer, or its own failure beside the answers of the others."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from epicrisis.domain.documents import Document
from epicrisis.errors import EpicrisisError

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Failure:
    """Why one item of a batch has no answer: the stable code of the error, and a message without the text.

    ``error`` is what happened, for who asked for one item and must raise it; a message of it may quote the text.
    """

    id: str
    code: str
    message: str
    error: Exception | None = field(default=None, compare=False, repr=False)

    @classmethod
    def of(cls, id: str, error: BaseException) -> Failure:  # noqa: A002
        """Return ``error`` as the failure of item ``id``."""
        if isinstance(error, EpicrisisError):
            return cls(id, error.code, str(error), error)
        # The message of a foreign error may quote the note, so only its kind is told.
        kind = type(error).__name__
        log.error("item failed", extra={"document_id": id, "error": kind})
        return cls(
            id,
            EpicrisisError.code,
            f"The engine could not read this text ({kind}); please report it.",
            _raisable(error),
        )


UNREAD = Failure("", EpicrisisError.code, "The worker that read this text failed; please report it.")


def answered(outcome: Answer | Failure) -> Answer:
    """Return the answer.

    Raises:
        Exception: there is none; the error that cost it.
    """
    if isinstance(outcome, Failure):
        raise outcome.error or EpicrisisError(outcome.message)
    return outcome


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
        answers: list[Answer | Failure] = list(answer(items))
        if len(answers) != len(items):
            raise RuntimeError(f"{len(answers)} answers to {len(items)} questions")
        return answers
    except BaseException as error:  # a single bad item, whatever it does to an engine, must not cost the rest
        # What is written in Rust panics by an exception of this kind; a stop from the keyboard is for the main thread.
        if _stops(error):
            raise
        if len(items) == 1:
            return [Failure.of(document(items[0]).id, error)]
    middle = len(items) // 2
    return [
        *answer_each(answer, items[:middle], document=document),
        *answer_each(answer, items[middle:], document=document),
    ]


def _stops(error: BaseException) -> bool:
    here = threading.current_thread() is threading.main_thread()
    return here and isinstance(error, KeyboardInterrupt | SystemExit)


def _raisable(error: BaseException) -> Exception | None:
    # Raised where somebody waits for one answer, the other kinds would end the event loop.
    return error if isinstance(error, Exception) else None
