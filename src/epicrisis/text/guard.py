"""The door for text: what is plainly not text is turned away with the next step, before any work."""

from __future__ import annotations

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE

from epicrisis.errors import UnreadableText

# First bytes of what people paste or upload by mistake (the "magic numbers" of the file command).
_SIGNATURES = {
    rb"{\rtf": "an RTF file; save it as plain text (UTF-8) and send that",
    b"%PDF-": "a PDF file; extract its text and send that",
    b"PK\x03\x04": "a ZIP, DOCX or ODT file; extract its text and send that",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "an old Word file (.doc); save it as plain text (UTF-8) and send that",
    b"\x89PNG\r\n": "a PNG image; read its text with OCR first",
    b"\xff\xd8\xff": "a JPEG image; read its text with OCR first",
    b"GIF87a": "a GIF image; read its text with OCR first",
    b"GIF89a": "a GIF image; read its text with OCR first",
    b"II*\x00": "a TIFF image; read its text with OCR first",
    b"MM\x00*": "a TIFF image; read its text with OCR first",
    b"\x1f\x8b\x08": "a gzip file; unpack it first",
    b"\x7fELF": "a program; send the text of a note",
}
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
# Not every white space of str.lstrip: a gzip file begins with one.
_BLANKS = " \t\r\n\ufeff"
_REPLACEMENT = "\ufffd"

# Notes printed by old systems carry some form feeds, NULs and escapes; UTF-16 read as Latin-1 is half NULs and random
# bytes are one tenth controls.
_MOST_CONTROLS = 0.05
_STRAY_CONTROLS = 8
_MOST_REPLACEMENTS = 0.3


def require_plain_text(text: str) -> None:
    """Refuse what is a file rather than a note; a few stray control characters are fine, they read as spaces.

    Raises:
        UnreadableText: the text is RTF, begins like a binary file, or is mostly control or replacement characters.
    """
    _require_no_signature(text[:64].lstrip(_BLANKS).encode("latin-1", errors="replace"))
    controls = len(_CONTROLS.findall(text))
    if controls > max(_STRAY_CONTROLS, _MOST_CONTROLS * len(text)):
        raise UnreadableText(
            f"{controls} of {len(text)} characters are control characters, as in a binary file or UTF-16 read as "
            "something else; save it as plain text (UTF-8) and send that."
        )
    replaced = text.count(_REPLACEMENT)
    if replaced > _MOST_REPLACEMENTS * len(text):
        raise UnreadableText(
            f"{replaced} of {len(text)} characters are U+FFFD, left by reading the bytes in the wrong encoding; "
            "decode the original again (UTF-8, UTF-16 or Windows-1252) and send that."
        )


def decode(data: bytes) -> str:
    """Return the text in ``data``: UTF-8 or UTF-16 by their mark, else UTF-8, else Windows-1252, else Latin-1.

    Raises:
        UnreadableText: the bytes are no text.
    """
    _require_no_signature(data[:64].lstrip())
    text = _decoded(data)
    require_plain_text(text)
    return text


def _require_no_signature(beginning: bytes) -> None:
    for signature, what in _SIGNATURES.items():
        if beginning.startswith(signature):
            raise UnreadableText(f"This begins like {what}.")


def _decoded(data: bytes) -> str:
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise UnreadableText(
                f"The bytes are marked as UTF-16 but break at byte {error.start}; save the text as UTF-8 and send that."
            ) from error
    for encoding in ("utf-8", "cp1252"):
        try:
            return data.removeprefix(BOM_UTF8).decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")
