"""Asks a language model over numbered texts: as many at once as it can read, and for as long as somebody waits."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from epicrisis.domain.summaries import Heading
from epicrisis.engines.summary.models.contracts import LanguageModel, Prompt, Stop
from epicrisis.engines.summary.narration.prompting import Written, asked, numbered, sentences_in
from epicrisis.errors import TextTooLong

_MOST_TOKENS = 400
_LEAST_TOKENS = 40
_NUMBER_TOKENS = 4  # "12. "
# Tokens of texts in one question: a small model mixes up what stands far apart, and what is done is kept when time is
# over.
_AT_ONCE = 600


@dataclass(frozen=True, slots=True)
class Asking:
    """A model that is asked in one language, until ``stop`` says so or the monotonic clock shows ``until``."""

    model: LanguageModel
    language: str
    stop: Stop
    until: float

    @property
    def most_tokens(self) -> int:
        """Return how many tokens one answer may have."""
        return min(_MOST_TOKENS, self.model.card.context_tokens // 3)

    def is_over(self) -> bool:
        """Return whether nobody waits any more, or time is over."""
        return self.stop() or time.monotonic() >= self.until

    def answers(self, kind: str, heading: Heading, texts: Sequence[str]) -> Iterator[tuple[list[int], list[Written]]]:
        """Yield the numbers of the ``texts`` that were asked at once, and the sentences written over them.

        Too many for the model are asked by halves, and one that is too long alone is left out. ``kind`` is narrate or
        join.

        Raises:
            GenerationFailed: the model could not answer.
            Unreachable: its server does not answer.
            UnknownLanguage: no model is asked in that language.
        """
        bare = asked(kind, self.language, heading=heading.value, statements="")
        room = self.model.card.context_tokens - self.most_tokens - self.model.tokens(bare.task)
        most = min(room - self.model.tokens(bare.text), _AT_ONCE)
        for group in grouped(texts, most_tokens=max(most, 1), count=self._numbered_tokens):
            yield from self._answers(kind, heading, texts, group)

    def complete(self, prompt: Prompt, *, most_tokens: int) -> str:
        """Return what the model writes in the time that is left.

        Raises:
            TextTooLong: the prompt does not fit the context.
            GenerationFailed: the model could not answer.
            Unreachable: its server does not answer.
        """
        left = max(self.until - time.monotonic(), 0.0)
        return self.model.complete(prompt, most_tokens=most_tokens, stop=self.stop, seconds=left)

    def _answers(
        self, kind: str, heading: Heading, texts: Sequence[str], group: list[int]
    ) -> Iterator[tuple[list[int], list[Written]]]:
        if self.is_over():
            return
        statements = numbered([texts[number] for number in group])
        prompt = asked(kind, self.language, heading=heading.value, statements=statements)
        try:
            answer = self.complete(
                prompt, most_tokens=min(self.most_tokens, self.model.tokens(statements) + _LEAST_TOKENS)
            )
        except TextTooLong:
            if len(group) > 1:
                half = len(group) // 2
                yield from self._answers(kind, heading, texts, group[:half])
                yield from self._answers(kind, heading, texts, group[half:])
            return
        yield group, sentences_in(answer, count=len(group), language=self.language)

    def _numbered_tokens(self, text: str) -> int:
        return self.model.tokens(text) + _NUMBER_TOKENS


def grouped(texts: Sequence[str], *, most_tokens: int, count: Callable[[str], int]) -> list[list[int]]:
    """Return the numbers of ``texts`` in groups that have at most ``most_tokens`` together, in order.

    A text that has more alone is a group of its own; ``count`` says how many each has.
    """
    groups: list[list[int]] = []
    held = 0
    for number, text in enumerate(texts):
        needed = count(text)
        if not groups or held + needed > most_tokens:
            groups.append([])
            held = 0
        groups[-1].append(number)
        held += needed
    return groups
