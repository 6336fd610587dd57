"""The headings and small words of a sheet, in the language of the record."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from epicrisis.errors import InvalidWordList

_ENGLISH, _SPANISH = "en", "es"
# What the standards call Spanish: BCP 47 in FHIR and CDA, ISO 639 of two or three letters in MSH-19.
_SPANISH_CODES = frozenset({"es", "esp", "spa"})


def language_of(code: str) -> str:
    """Return the language we write out a record in, by what it says of its own: English, where it says none."""
    return _SPANISH if code.partition("-")[0].strip().lower() in _SPANISH_CODES else _ENGLISH


@cache
def words_of(language: str) -> Mapping[str, str]:
    """Return the words of ``language`` ("en" or "es") by what they stand for.

    Raises:
        InvalidWordList: the file breaks its own rules, or lacks a word that the English one has.
    """
    words = _parsed(language)
    if language != _ENGLISH and words.keys() != words_of(_ENGLISH).keys():
        missing = sorted(words.keys() ^ words_of(_ENGLISH).keys())
        raise InvalidWordList(f"{language}.toml and en.toml differ in {missing}; give both the same words.")
    return words


def _parsed(language: str) -> Mapping[str, str]:
    file = f"{language}.toml"
    try:
        table = tomllib.loads(files(__package__).joinpath(file).read_text(encoding="utf-8"))
        words = {str(key): str(word) for key, word in table["words"].items()}
    except (tomllib.TOMLDecodeError, KeyError, AttributeError) as error:
        raise InvalidWordList(f"{file}: {error!r}; it holds a `source` and one table, `words`.") from error
    if not str(table.get("source", "")).strip():
        raise InvalidWordList(f"{file}: no `source`; say where the words come from.")
    if list(words) != sorted(words) or not all(word.strip() for word in words.values()):
        raise InvalidWordList(f"{file}: keep the words sorted by what they stand for, and none of them blank.")
    return words
