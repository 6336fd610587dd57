"""A note as it was written."""

from __future__ import annotations

from dataclasses import dataclass

from epicrisis.domain.spans import Span
from epicrisis.errors import EmptyText, InvalidSpan, UnreadableText


@dataclass(frozen=True, slots=True)
class Document:
    """A note, exactly as received; engines return findings beside it and never edit it."""

    id: str
    text: str
    language: str = "en"

    def __post_init__(self) -> None:
        if not self.text or self.text.isspace():
            raise EmptyText
        surrogate = first_surrogate(self.text)
        if surrogate is not None:
            raise UnreadableText(
                f"The text has a lone surrogate at offset {surrogate}; decode it as UTF-8 or UTF-16 before sending it."
            )

    def quote(self, span: Span) -> str:
        """Return the characters ``span`` marks.

        Raises:
            InvalidSpan: the span ends after the text does.
        """
        if span.end > len(self.text):
            raise InvalidSpan(
                f"Span({span.start}, {span.end}) ends after the text, which has {len(self.text)} characters."
            )
        return self.text[span.start : span.end]


def first_surrogate(text: str) -> int | None:
    """Return the offset of the first lone surrogate, or ``None`` where every character is sound."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        return error.start
    return None
