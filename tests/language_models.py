"""A language model in memory: it recites what it was given, and remembers what it was asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from epicrisis.engines.summary.models.contracts import ModelCard, ModelKind, Prompt, Stop, guessed_tokens
from epicrisis.errors import EpicrisisError, TextTooLong


@dataclass
class RecitingModel:
    """Answers with ``answers`` in turn, and with nothing when they are over; or fails with ``error``, each time."""

    answers: Sequence[str] = ()
    name: str = "reciter"
    context_tokens: int = 4_096
    size_bytes: int = 1_000
    leaves_process: bool = False
    error: EpicrisisError | None = None
    asked: list[Prompt] = field(default_factory=list)
    is_closed: bool = False

    @property
    def card(self) -> ModelCard:
        return ModelCard(self.name, ModelKind.GGUF, "1", self.context_tokens, self.size_bytes, self.leaves_process)

    def tokens(self, text: str) -> int:
        return guessed_tokens(text)

    def complete(self, prompt: Prompt, *, most_tokens: int, stop: Stop, seconds: float) -> str:
        if self.tokens(prompt.task) + self.tokens(prompt.text) > self.context_tokens:
            raise TextTooLong
        self.asked.append(prompt)
        if self.error is not None:
            raise self.error
        if stop() or seconds <= 0:
            return ""
        return self.answers[len(self.asked) - 1] if len(self.asked) <= len(self.answers) else ""

    def close(self) -> None:
        self.is_closed = True
