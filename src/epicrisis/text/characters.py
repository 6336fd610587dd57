"""Characters that carry no meaning of their own, and what they read as."""

from __future__ import annotations

import re
import unicodedata

# Format characters that show nothing: soft hyphen, zero width (non-)joiners and spaces, direction marks, word joiner,
# byte order mark. Inside a word they are kept, or "pneu\u00admonia" from a typeset page would become two words.
INVISIBLE = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"
_LETTER = r"[^\W_]|[\u0300-\u036f]"
_INSIDE_WORD = re.compile(rf"(?<={_LETTER})[{INVISIBLE}]+(?=[^\W_])")
_INVISIBLE_RUN = re.compile(rf"[{INVISIBLE}]+")

# Unicode 16: every character of the categories Cc, Zs, Zl and Zp, but tab and line feed.
_CONTROLS = [*range(0x09), *range(0x0E, 0x20), *range(0x7F, 0xA0)]
_SPACES = [0x0D, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000]
_LINE_ENDS = [0x0B, 0x0C, 0x85, 0x2028, 0x2029]
_READINGS = dict.fromkeys([*_CONTROLS, *_SPACES], " ") | dict.fromkeys(_LINE_ENDS, "\n")
_OTHERWISE = "".join(f"\\u{point:04x}" for point in (*_CONTROLS, *_SPACES, *_LINE_ENDS))
_READ_OTHERWISE = re.compile(f"[{_OTHERWISE}]")
_LONE_RETURN = re.compile(r"\r(?!\n)")
_ACCENT = re.compile(r"[\u0300-\u036f]")


def plain(text: str) -> str:
    """Return ``text`` as it reads, one character for one: white space and controls become space, tab or line feed.

    A carriage return before a line feed reads as a space, alone as a line feed; form feeds and Unicode line ends read
    as line feeds; invisible characters read as spaces unless they stand inside a word, where they stay.
    """
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return text
    if _READ_OTHERWISE.search(text):
        text = _LONE_RETURN.sub("\n", text).translate(_READINGS)
    return text if text.isascii() else _blank_outside_words(text)


def invisible_inside_words(text: str) -> list[tuple[int, int]]:
    """Return where invisible characters stand between two letters, as ``(start, end)`` pairs."""
    return [] if text.isascii() else [match.span() for match in _INSIDE_WORD.finditer(text)]


def unaccented(text: str) -> str:
    """Return ``text`` as it is written in haste: "sintoma" for "síntoma", "ano" for "año"."""
    return text if text.isascii() else _ACCENT.sub("", unicodedata.normalize("NFD", text))


def _blank_outside_words(text: str) -> str:
    if _INVISIBLE_RUN.search(text) is None:
        return text
    inside = {start for start, _ in invisible_inside_words(text)}
    return _INVISIBLE_RUN.sub(lambda run: run[0] if run.start() in inside else " " * len(run[0]), text)
