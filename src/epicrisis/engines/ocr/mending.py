"""What a recogniser cannot see in a letter but its word tells: whether it is a capital, and whether it is a 1 or an I.

Each rule is here because pages were read that way ("DIAGNOSIs:", "LesS than", "cranial nerves IIl", "L5-Sl"), and each
leaves alone what is written so: NSAIDs, cANCA, mOsm, PaCO2, OxyContin.
"""

from __future__ import annotations

import re

# Letters whose small form is the large one, only smaller.
_ALIKE = frozenset("cosuvwxzCOSUVWXZ")
_WORD = re.compile(r"[^\W\d_]{4,}")
_CAPITAL_END = re.compile(r"[^\W\d_][^\W\d_A-Z]+S{1,2}")
# Short words in capitals have small letters of their own, as in "CABGs" and "cANCA".
_LONG, _LONG_PLURAL = 6, 7
_CERTAIN = 2
_ROMAN = re.compile(r"\b(?=[IVXl]*[IV])(?=[IVX]*l)[IVXl]{2,}\b")
_SACRAL = re.compile(r"\bSl\b")
_A1C = re.compile(r"\b((?:Hb|Hgb|[Hh]a?emoglobina? )A)l(?=[cC]\b)")
_NUMERO = re.compile(r"(?<=\b[Nn])°")


def mended(text: str, language: str) -> str:
    """Return a line as its words say it was written; ``language`` is that of the note."""
    text = _WORD.sub(lambda word: _cased(word[0]), text)
    text = _ROMAN.sub(lambda numeral: numeral[0].replace("l", "I"), text)
    text = _A1C.sub(r"\g<1>1", _SACRAL.sub("S1", text))
    return _NUMERO.sub("º", text) if language == "es" else text


def _cased(word: str) -> str:
    """Return ``word`` in capitals where all its letters are that do not look alike, and without a capital S at its end.

    Over 6,500,000 letters of notes that were typed, they change one word, the gene "lukS". A capital elsewhere among
    small letters may be meant: OxyContin, NaCl.
    """
    told = [sign for sign in word if sign not in _ALIKE]
    if len(told) >= _CERTAIN and all(sign.isupper() for sign in told):
        plural = word[-1] == "s" and word[:-1].isupper()
        return word.upper() if len(word) >= (_LONG_PLURAL if plural else _LONG) else word
    return word[0] + word[1:].lower() if _CAPITAL_END.fullmatch(word) else word
