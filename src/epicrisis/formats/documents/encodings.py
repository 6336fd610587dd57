"""The text of bytes that do not say how they are written: by a mark, by their form, and at last by what reads as words.

UTF-8 has a form that other encodings rarely fall into, and UTF-16 has a zero in every other byte of what we read. What
is left has one byte a letter; of the encodings that systems in English and Spanish have left behind, the one is taken
in which the most letters stand where such letters do.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from epicrisis.errors import UnreadableDocument
from epicrisis.formats.redacting.encodings import MARKS

# Four bytes for a letter; looked for first, for one of its marks begins as one of UTF-16 does.
_WIDE_MARKS = ((codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"))
# In the order in which they are taken where nothing speaks for one: Windows, Unix, Macintosh, DOS.
_SINGLE = ("cp1252", "latin-1", "mac_roman", "cp850")
_BEGINNING = 65_536
# So much of a file is looked at to tell how it is written.
_SAMPLE = 1_000_000
_MANY = 5_000
# A file in UTF-8 with fewer broken letters than this share is UTF-8 that was cut or glued, and nothing else.
_BROKEN_SHARE = 0.1

_HIGH = re.compile(r"[^\x00-\x7f]")
_LETTERS = frozenset("áéíóúüñçàèìòùâêîôûäëïöãõåæøœßÁÉÍÓÚÜÑÇÀÈÌÒÙÂÊÎÔÛÄËÏÖÃÕÅÆØŒ")
_CONTRACTION = re.compile(r"(?:s|t|d|m|ll|re|ve)(?![^\W\d_])")
_OPENING, _CLOSING, _DASHES, _AFTER_NUMBERS = "“‘«¿¡", "”’»", "–—…", "°º²³½¼¾%±ª"


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, how it was written, and how many of its letters could not be told (U+FFFD stands for each)."""

    text: str
    encoding: str
    broken: int = 0


def decode(data: bytes, *, said: str | None = None) -> Decoded:
    """Return the text of ``data``; ``said`` is the encoding it says it has, which is believed where it can be.

    Raises:
        UnreadableDocument: it is not text.
    """
    encoding, mark = _encoding(data, said)
    text = data[mark:].decode(encoding, "replace")
    if "\0" in text:
        raise UnreadableDocument("The file holds NUL characters and is no text; send the text itself, in UTF-8.")
    return Decoded(text, encoding, text.count("\ufffd"))


def beginning_of(data: bytes) -> str | None:
    """Return how the text of ``data`` begins, without its mark; nothing, where it is not text."""
    try:
        return decode(data[:_BEGINNING]).text
    except UnreadableDocument:
        return None


def _encoding(data: bytes, said: str | None) -> tuple[str, int]:
    """Return the encoding of ``data``, and how many bytes of mark stand before it."""
    for mark, encoding in (*_WIDE_MARKS, *MARKS):
        if data.startswith(mark):
            return encoding, len(mark)
    sample = data[:_SAMPLE]
    if wide := _sixteen(sample):
        return wide, 0
    if _is_utf_8(sample):
        return "utf-8", 0
    if said and (known := _known(said)):
        return known, 0
    return max(_SINGLE, key=lambda encoding: _plausibility(sample, encoding)), 0


def _sixteen(sample: bytes) -> str | None:
    """Return UTF-16 without a mark, by where its zeros are: behind an ASCII letter, or before it."""
    pairs = len(sample) // 2
    if not pairs or b"\0" not in sample:
        return None
    first, second = sample[0::2].count(0), sample[1::2].count(0)
    if second > pairs / 2 and first < pairs / 20:
        return "utf-16-le"
    return "utf-16-be" if first > pairs / 2 and second < pairs / 20 else None


def _is_utf_8(sample: bytes) -> bool:
    # The last letter of a sample may be cut in two.
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(sample)
    broken = text.count("\ufffd")
    return broken == 0 or broken < _BROKEN_SHARE * sum(1 for _ in _HIGH.finditer(text))


def _known(said: str) -> str | None:
    """Return the name Python knows an encoding by, where ASCII is ASCII in it: no tag could say UTF-16."""
    try:
        known = codecs.lookup(said).name
        return known if b"<a>".decode(known, "replace") == "<a>" else None
    except (LookupError, ValueError):
        return None


def _plausibility(sample: bytes, encoding: str) -> int:
    """Return how much speaks for ``encoding``: each letter beyond ASCII stands where such do, or not."""
    text = sample.decode(encoding, "replace")
    score = 0
    for number, high in enumerate(_HIGH.finditer(text)):
        if number == _MANY:
            break
        at = high.start()
        score += _fits(high[0], text[at - 1 : at], text[at + 1 : at + 4])
    return score


def _fits(sign: str, before: str, after: str) -> int:
    """Return how well ``sign`` stands between ``before`` and ``after``, from -3 to 3."""
    follows, leads = before.isalpha(), after[:1].isalpha()
    if sign in _LETTERS:
        # "patientÕs" has a capital within a word: there it is an apostrophe of another encoding.
        if sign.isupper() and before.islower():
            return -2
        return 2 if follows or leads else -1
    if sign == "’" and follows and leads:
        return 3 if _CONTRACTION.match(after) else 0
    if sign in _OPENING:
        return 2 if leads and not follows else -1
    if sign in _CLOSING:
        return 2 if not leads and before and not before.isspace() else -1
    if sign in _DASHES:
        return -1 if follows and leads and sign != "—" else 1
    if sign in _AFTER_NUMBERS:
        return 2 if before.isdigit() or before.isspace() or not before else -1
    if sign in "µμ":
        return 2 if after[:1] in ("g", "l", "L", "m", "M", "U") else -1
    if sign in "•·":
        return 2 if not follows and not leads else -1
    if sign in "\xa0€™®":
        return 0
    # A letter of ours is worth less than one that no text in these languages has.
    return -3 if sign in "\ufffd" or not sign.isprintable() else -1
