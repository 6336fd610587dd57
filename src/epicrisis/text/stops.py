"""Whether a stop ends a sentence: "p.r.n. The patient" does; "Dr. Prueba", "4.7 cm" and "H. pylori" do not."""

from __future__ import annotations

import re
from functools import cache

from epicrisis.text.wordlists import word_lists

CLOSERS = "\"')]}”’»"
OPENERS = "\"'([{“‘«¿¡"

# How far we look on either side; the longest abbreviation has eight characters.
_LOOK = 48
# "no cough. lungs clear": from four letters on a word that is no abbreviation ends a sentence before a small letter.
_WHOLE_WORD = 4
# Notes without names write "Dr. X": these stand for a whole name.
_PLACEHOLDERS = "XYZ"
# Not "I": "Allergies: No. I asked twice."
_ROMAN_NUMBER = re.compile(r"(?:[IVX]{2,}|[VX])\b")
_FREQUENCY = re.compile(r"q\.?\d|q\.\w")
_DOTTED = re.compile(r"(?:[^\W\d_]{1,3}\.|\d{1,2}[^\W\d_]{1,2}\.){2,}")
_WORD_END = re.compile(r"\W")


class StopRules:
    """The rules of one language, with its abbreviations."""

    def __init__(self, language: str) -> None:
        abbreviations = word_lists("abbreviations", language)
        words = word_lists("sentences", language)
        self._introducing = frozenset(abbreviations["names"] + abbreviations["inside"])
        self._numbered = frozenset(abbreviations["numbered"])
        self._closing = frozenset(abbreviations["closing"])
        self._starters = frozenset(words["starters"])
        self._lettered = frozenset(words["lettered"])

    def ends_sentence(self, text: str, start: int, gap: int, following: int) -> bool:
        """Return whether the sentence begun at ``start`` ends at the white space from ``gap`` to ``following``."""
        tail = text[max(start, gap - _LOOK) : gap]
        words = tail.rstrip(CLOSERS + ",").split()
        after = text[following : following + _LOOK].lstrip(OPENERS)
        if not words or words[-1][-1] not in ".?!…":
            return False
        if not after:
            return True
        word = words[-1].lstrip(OPENERS)
        if tail.endswith(","):
            # Lost line breaks left commas in the MTSamples notes: "His pain has improved., He will return."
            return after[0].isupper() and not self._is_abbreviation(word)
        if word.endswith("..") or not word.endswith("."):
            # "? pneumonia" asks and ends nothing.
            return len(word) > 1 and not after[0].islower()
        return self._full_stop_ends(word, words[-2] if len(words) > 1 else "", after)

    def ends_line(self, text: str, start: int, gap: int, following: int) -> bool:
        """Return the same at the end of a line, where neither a small letter nor an initial speaks against an end."""
        words = text[max(start, gap - _LOOK) : gap].rstrip(CLOSERS + ",").split()
        word = words[-1].lstrip(OPENERS) if words else ""
        is_letter = len(word) == 2 and word[0].isupper()
        return is_letter or not self._is_abbreviation(word) or self.ends_sentence(text, start, gap, following)

    def is_open(self, word: str) -> bool:
        """Return whether something must follow ``word``: a title, "vs.", "approx."."""
        return word.lstrip(OPENERS).lower() in self._introducing and not word.isupper()

    def _full_stop_ends(self, word: str, previous: str, after: str) -> bool:
        name, first = word.lower(), after[0]
        if name in self._introducing:
            # "history of MS. The", "46 ms. Sinus": in capitals, or small after a number, it may be something else.
            is_unit = word.islower() and previous[-1:].isdigit()
            return is_unit or (word.isupper() and self._begins_sentence(after))
        if name in self._numbered and (first.isdigit() or first == "#" or _ROMAN_NUMBER.match(after)):
            return False
        if first.islower():
            is_whole = len(name) > _WHOLE_WORD and name[:-1].isalpha() and not self._is_abbreviation(word)
            return is_whole and not self._is_abbreviation(after.split()[0].rstrip(",;"))
        if not first.isupper():
            return first not in ",;:.%)" and not self._is_abbreviation(word)
        if len(name) == 2 and word[0].isupper():
            return self._letter_ends(word[0], previous, after)
        return self._may_close(name) or not _is_dotted(name) or self._begins_sentence(after)

    def _letter_ends(self, letter: str, previous: str, after: str) -> bool:
        """Return whether a capital letter is no initial: "hepatitis C. Liver", "Dr. X. Chest", "1 L. Blood"."""
        is_name = previous.lower() in self._lettered or previous[-1:].isdigit()
        return is_name or letter in _PLACEHOLDERS or self._begins_sentence(after)

    def _begins_sentence(self, after: str) -> bool:
        first = _WORD_END.split(after, maxsplit=1)[0]
        # A single letter is an initial sooner than an article: "J. A. Prueba".
        return len(first) > 1 and first.lower() in self._starters

    def _may_close(self, name: str) -> bool:
        return name in self._closing or _FREQUENCY.match(name) is not None

    def _is_abbreviation(self, word: str) -> bool:
        name = word.lower()
        listed = name in self._closing or name in self._numbered or name in self._introducing
        return listed or (len(name) == 2 and name[0].isalpha() and name[1] == ".") or _is_dotted(name)


def _is_dotted(name: str) -> bool:
    return _DOTTED.fullmatch(name) is not None


@cache
def stop_rules(language: str) -> StopRules:
    """Return the rules of ``language``, built once.

    Raises:
        UnknownLanguage: there are no word lists for that language.
    """
    return StopRules(language)
