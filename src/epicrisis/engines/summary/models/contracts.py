"""What every language model here can do, whoever computes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeAlias, runtime_checkable

Stop: TypeAlias = Callable[[], bool]
"""Answers whether nobody waits any more."""

SEED = 7
"""What a model draws its lots from where it draws any."""


class ModelKind(StrEnum):
    """How a model is run; the first four are the types of contract H."""

    GGUF = "gguf"
    TEXT_GENERATION = "text-generation"
    SUMMARIZATION = "summarization"
    SEQ2SEQ = "seq2seq"
    OPENAI = "openai"


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is to do, and the text it is to do it with."""

    task: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ModelCard:
    """Which model it is: ``version`` changes when what it answers may, ``sha256`` is of each file it was read from.

    ``context_tokens`` is how much a prompt and its answer may have together. ``leaves_process`` says that the text is
    sent somewhere, so that whoever asks takes the identifiers out first.
    """

    name: str
    kind: ModelKind
    version: str
    context_tokens: int
    size_bytes: int = 0
    leaves_process: bool = False
    sha256: Mapping[str, str] = field(default_factory=dict)


@runtime_checkable
class LanguageModel(Protocol):
    """Writes on from a prompt, always the same for the same: the likeliest word each time, and no lots."""

    @property
    def card(self) -> ModelCard:
        """Describe the model."""
        ...

    def tokens(self, text: str) -> int:
        """Return how many tokens ``text`` has, or somewhat more where only a guess can be had."""
        ...

    def complete(self, prompt: Prompt, *, most_tokens: int, stop: Stop, seconds: float) -> str:
        """Return what the model writes, at most ``most_tokens`` of it.

        What was written until then is returned as soon as ``stop`` says so, or ``seconds`` are over.

        Raises:
            TextTooLong: the prompt does not fit the context.
            GenerationFailed: the model could not answer.
            Unreachable: its server does not answer.
        """
        ...

    def close(self) -> None:
        """Give its memory back; a closed model is asked nothing any more."""
        ...


def guessed_tokens(text: str) -> int:
    """Return about how many tokens ``text`` has, rather too many: small vocabularies cut numbers into digits."""
    letters = sum(character.isalpha() for character in text)
    return letters // 3 + sum(not (character.isalpha() or character.isspace()) for character in text) + 1
