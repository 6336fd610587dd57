"""The words this room knows, by language: what is invented where nobody speaks, and what is told beforehand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from epicrisis.text.wordlists import parsed

LANGUAGES = ("en", "es")

_AT_ONCE = 6  # words in a sentence of what is told

_MARKS = re.compile(r"[^\w\s]|_")


@dataclass(frozen=True, slots=True)
class SpokenWords:
    """The words of one language: ``invented`` are never dictated, ``unlikely`` hardly ever alone, both of them plain.

    ``told`` is what the model is told beforehand, sentence by sentence: a few words of the ward.
    """

    invented: frozenset[str]
    unlikely: frozenset[str]
    told: tuple[str, ...]


@cache
def spoken_words(language: str) -> SpokenWords:
    """Return the words of ``language``, one of ``LANGUAGES``.

    Raises:
        InvalidWordList: the list breaks its own rules.
    """
    name = f"{language}.toml"
    lists = parsed(name, (files("epicrisis.engines.speech") / "words" / name).read_text(encoding="utf-8"))
    some = (lists["told"][at : at + _AT_ONCE] for at in range(0, len(lists["told"]), _AT_ONCE))
    told = (*lists["opening"], *(f"{', '.join(words).capitalize()}." for words in some))
    return SpokenWords(frozenset(lists["invented"]), frozenset(lists["unlikely"]), told)


def plain(text: str) -> str:
    """Return ``text`` in small letters, without marks, one blank between words."""
    return " ".join(_MARKS.sub("", text.casefold().replace("-", " ")).split())
