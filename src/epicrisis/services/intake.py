"""Turns text as it was sent into a document, or says why it cannot be read."""

from __future__ import annotations

import re
from collections.abc import Collection

from epicrisis.domain.documents import Document
from epicrisis.errors import EpicrisisError, InvalidInput, TextTooLong, UnknownLanguage
from epicrisis.services.outcomes import Failure
from epicrisis.text.guard import require_plain_text
from epicrisis.text.language import detect_language

_LANGUAGE = re.compile(r"[a-z]{2}")


class Intake:
    """Checks what was sent before any work is done on it."""

    def __init__(self, *, languages: Collection[str], max_chars: int) -> None:
        self.languages = sorted(languages)
        self.max_chars = max_chars

    def __call__(self, text: str, *, id: str, language: str | None = None) -> Document:  # noqa: A002
        """Return the document; its language is detected where none is given.

        Raises:
            EmptyText: nothing but white space.
            TextTooLong: more than ``max_chars`` characters.
            UnreadableText: a lone surrogate, RTF, or bytes read as text.
            UnknownLanguage: no engine at hand reads that language.
        """
        if len(text) > self.max_chars:
            raise TextTooLong(
                f"The text has {len(text):,} characters, this installation reads up to {self.max_chars:,}; "
                "split it, or raise EPICRISIS_MAX_CHARS."
            )
        require_plain_text(text)
        return Document(id=id, text=text, language=self._language(text, language))

    def attempt(self, text: str, *, id: str, language: str | None = None) -> Document | Failure:  # noqa: A002
        """Return the document, or why there is none: for items of a batch, which fail alone."""
        try:
            return self(text, id=id, language=language)
        except EpicrisisError as error:
            return Failure.of(id, error)

    def _language(self, text: str, language: str | None) -> str:
        if language is not None and not _LANGUAGE.fullmatch(language):
            raise InvalidInput("The language is not a two-letter code (ISO 639-1); send one like 'en', or none.")
        found = language or detect_language(text)
        if found not in self.languages:
            how = "reads like" if language is None else "is said to be in"
            raise UnknownLanguage(
                f"The text {how} {found!r}, and the engines at hand read {self.languages}; "
                "name another engine, or the language if this guess is wrong."
            )
        return found
