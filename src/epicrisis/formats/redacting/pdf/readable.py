"""Whether the text of a PDF page is what one sees on it: a scan has none, and some fonts do not tell their letters."""

from __future__ import annotations

from epicrisis.errors import UnreadableDocument

# A page under a picture of at least this share, with fewer words than that, is a scan with a stamp on it.
_SCAN_SHARE, _SCAN_WORDS = 0.5, 10
# Letters without a meaning (a font that maps to no Unicode) cannot be judged; a few are bullets and logos.
_UNKNOWN_SHARE = 0.1


def is_picture(text: str, pictures: tuple[tuple[float, float, float, float], ...], objects: int, area: float) -> bool:
    """Return whether a page of so much ``area``, with ``objects`` drawn on it, is a picture of its text."""
    words = len(text.split())
    covered = max(((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in pictures), default=0.0)
    return (not words and objects > 0) or (words < _SCAN_WORDS and covered > _SCAN_SHARE * area)


def is_unknown(text: str) -> bool:
    """Return whether the letters of a page have no meaning: its fonts do not tell which they show."""
    unknown = sum(sign == "\ufffd" or "\ue000" <= sign <= "\uf8ff" for sign in text)
    return unknown > _UNKNOWN_SHARE * len(text)


def check_readable(
    text: str, pictures: tuple[tuple[float, float, float, float], ...], objects: int, area: float, number: int
) -> None:
    """See that the ``text`` of page ``number`` is what one sees on it.

    Raises:
        UnreadableDocument: the page is a picture of text, or its letters have no meaning.
    """
    if is_picture(text, pictures, objects, area):
        raise UnreadableDocument(
            f"Page {number} has no text layer: it is a picture of text. Run OCR over the file, and send what comes out."
        )
    if is_unknown(text):
        raise UnreadableDocument(
            f"Page {number} does not say which letters it shows. Run OCR over the file, and send what comes out."
        )
