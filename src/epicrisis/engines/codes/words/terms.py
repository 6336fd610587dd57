"""The plain words of a name: what clinicians and the terms of a code system call the same becomes the same."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

_WORD = re.compile(r"[a-z]/[a-z](?![a-z])|[a-z]+|\d+")
# "L4-5", "C8", "T12": which part of the spine a level is of.
_LEVEL = re.compile(r"\b([ctls])\d{1,2}(?:\s*[-/]\s*[ctls]?\d{1,2})*\b")
_SPINE = {"c": "cervical", "t": "thoracic", "l": "lumbar", "s": "sacral"}
# "3.9 cm", "2-week", "30 pounds": how large and how long is no part of a name.
_MEASURE = re.compile(
    r"\b\d[\d./]{0,7}[ -]?(?:%|(?:x|by|cm|mm|cc|ml|mg|kg|lbs?|pounds?|inch|inches|degrees?|percent|liters?|beats?"
    r"|packs?|seconds?|minutes?|hours?|days?|weeks?|months?|years?)\b)"
)
# "Pneumonia secondary to aspiration" is no secondary pneumonia, whereas the classification means what it says.
_SECONDARY_TO = re.compile(r"\bsecondary to\b", re.IGNORECASE)
# "Parkinson's", "Crohn’s": the s says nothing.
_POSSESSIVE = re.compile(r"['’]s\b")
_MOST = 400
_LONGEST_PHRASE = 5
# What ends in s and is one thing.
_SINGULAR = ("ss", "us", "is", "os")
_LETTERS = 5
# Roman numerals of types and grades.
_NUMERALS = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Letters that stand for several things, each with words around it that speak for it."""

    readings: tuple[tuple[str, frozenset[str]], ...]

    def chosen(self, around: frozenset[str]) -> str:
        """Return what the letters stand for among the words ``around`` them: the first, where nothing tells."""
        return max(self.readings, key=lambda reading: len(reading[1] & around))[0]


@dataclass(frozen=True, slots=True)
class Words:
    """The lists that make words plain."""

    fillers: frozenset[str]
    vague: frozenset[str]
    narrow: frozenset[str]
    light: frozenset[str]
    places: frozenset[str]
    spelling: Mapping[str, str]
    plain: Mapping[str, str]
    phrases: Mapping[tuple[str, ...], tuple[str, ...]]
    abbreviations: Mapping[str, str]
    ambiguous: Mapping[str, Ambiguous]


@cache
def words() -> Words:
    """Return the lists of ``words.toml``, read once."""
    tables = _tables()
    phrases = {tuple(said.split()): tuple(meant.split()) for said, meant in tables["phrases"].items()}
    return Words(
        fillers=frozenset(tables["fillers"]),
        vague=frozenset(tables["vague"]),
        narrow=frozenset(tables["narrow"]),
        light=frozenset(tables["light"]),
        places=frozenset(tables["places"]),
        spelling=tables["spelling"],
        plain=tables["plain"],
        # What a phrase means may hold another: "gallbladder stones", "gall stone", "gallstone".
        phrases={said: tuple(_phrased(meant, phrases)) for said, meant in phrases.items()},
        abbreviations=tables["abbreviations"],
        ambiguous={
            each["letters"]: Ambiguous(tuple((meant, frozenset(cues)) for meant, cues in each["readings"]))
            for each in tables["ambiguous"]
        },
    )


@cache
def _tables() -> Mapping[str, Any]:
    return tomllib.loads(files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))


@cache
def _singular() -> frozenset[str]:
    return frozenset(_tables()["singular"])


def plain_words(name: str, *, around: str = "", shortened: bool = True) -> tuple[str, ...]:
    """Return the plain words of ``name``, each once and in order; of a very long one, those it begins with.

    Abbreviations are read where the name is ``shortened``, as the names of notes are, by the words ``around`` it.
    """
    known = words()
    name = name[:_MOST]
    said = split(_SECONDARY_TO.sub(" ", name) if shortened else name)
    if shortened:
        near = frozenset(split(around[:_MOST]) if any(word in known.ambiguous for word in said) else ())
        said = [word for each in said for word in _spelled_out(each, near, known)]
    meant = _phrased([known.spelling.get(word, word) for word in said], known.phrases)
    made = (known.plain.get(word, known.plain.get(single(word), single(word))) for word in meant)
    numbered = (_NUMERALS.get(word, word) for word in made)
    return tuple(dict.fromkeys(word for word in numbered if word and word not in known.fillers))


def split(name: str) -> list[str]:
    """Return the words of ``name`` in small letters without accents."""
    plain = _LEVEL.sub(lambda level: _SPINE[level[1]], _POSSESSIVE.sub("", _MEASURE.sub(" ", name.casefold())))
    return _WORD.findall(plain if plain.isascii() else _without_accents(plain))


def _without_accents(text: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFD", text) if not unicodedata.combining(each))


def single(word: str) -> str:
    """Return ``word`` in the singular, as far as its ending tells."""
    if len(word) < _LETTERS or not word.endswith("s") or word.endswith(_SINGULAR) or word in _singular():
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-2] if word.endswith(("sses", "xes", "ches", "shes")) else word[:-1]


def _spelled_out(word: str, near: frozenset[str], known: Words) -> Sequence[str]:
    if word in known.ambiguous:
        return split(known.ambiguous[word].chosen(near))
    for letters in (word, word.removesuffix("s")):
        if letters in known.abbreviations:
            return split(known.abbreviations[letters])
    return (word,)


def _phrased(said: Sequence[str], phrases: Mapping[tuple[str, ...], tuple[str, ...]]) -> list[str]:
    meant, place, singles = list[str](), 0, [single(word) for word in said]
    while place < len(said):
        for length in range(min(_LONGEST_PHRASE, len(said) - place), 0, -1):
            till = place + length
            phrase = phrases.get(tuple(said[place:till]), phrases.get(tuple(singles[place:till])))
            if phrase is not None:
                meant.extend(phrase)
                place += length
                break
        else:
            meant.append(said[place])
            place += 1
    return meant
