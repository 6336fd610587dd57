"""The words this room knows, by language: what is invented where nobody speaks, and what is told beforehand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from epicrisis.text.wordlists import parsed

LANGUAGES = ("en", "es")

_MARKS = re.compile(r"[^\w\s]|_")


@dataclass(frozen=True, slots=True)
class SpokenWords:
    """The words of one language: ``invented`` are never dictated, ``unlikely`` hardly ever alone, both of them plain.

    ``told`` is what the model is told beforehand, a few words of the ward.
    """

    invented: frozenset[str]
    unlikely: frozenset[str]
    told: str


@cache
def spoken_words(language: str) -> SpokenWords:
    """Return the words of ``language``, one of ``LANGUAGES``.

    Raises:
        InvalidWordList: the list breaks its own rules.
    """
    name = f"{language}.toml"
    lists = parsed(name, (files("epicrisis.engines.speech") / "words" / name).read_text(encoding="utf-8"))
    told = f"{' '.join(lists['opening'])} {', '.join(lists['told'])}."
    return SpokenWords(frozenset(lists["invented"]), frozenset(lists["unlikely"]), told)


def plain(text: str) -> str:
    """Return ``text`` in small letters, without marks, one blank between words."""
    return " ".join(_MARKS.sub("", text.casefold().replace("-", " ")).split())
