"""A language model as it is lent to whoever words a summary, and why it said nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TypeAlias

from epicrisis.engines.summary.models.contracts import LanguageModel
from epicrisis.errors import DeadlineExceeded, EpicrisisError, Overloaded

Lend: TypeAlias = Callable[[], AbstractContextManager[LanguageModel]]
"""Lends a model, loaded; raises an ``EpicrisisError`` where it cannot be had."""


def why_not(error: Exception, *, seconds: float) -> str:
    """Return why a model that had ``seconds`` said nothing, as a sentence; of a foreign error, its kind alone."""
    match error:
        case DeadlineExceeded():
            return f"the model was not done in {seconds:.0f} s."
        case Overloaded():
            return "the models are busy with other summaries."
        case EpicrisisError():
            return f"{error.code}: {error}"
        case _:
            return f"the model failed ({type(error).__name__})."
