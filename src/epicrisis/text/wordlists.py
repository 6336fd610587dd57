"""The word lists this room ships: one TOML file per list and language, sorted, unique and sourced."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from itertools import pairwise

from epicrisis.errors import InvalidWordList, UnknownLanguage

LANGUAGES = ("en", "es")


@cache
def word_lists(name: str, language: str) -> Mapping[str, tuple[str, ...]]:
    """Return the lists of ``data/{name}.{language}.toml`` by their key; a region is left aside ("es-MX" reads as "es").

    Raises:
        UnknownLanguage: there are no lists for that language.
        InvalidWordList: the file breaks its own rules.
    """
    primary = language.partition("-")[0].lower()
    if primary not in LANGUAGES:
        raise UnknownLanguage(f"No word lists for language {language!r}; try one of {list(LANGUAGES)}.")
    file = f"{name}.{primary}.toml"
    return parsed(file, (files("epicrisis.text") / "data" / file).read_text(encoding="utf-8"))


def parsed(file: str, content: str) -> Mapping[str, tuple[str, ...]]:
    """Return the lists in ``content``, which must say its ``source`` and hold each list sorted and without repeats.

    Raises:
        InvalidWordList: it does not; the message names the file, the list and the entry.
    """
    try:
        table = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise InvalidWordList(f"{file}: {error}") from error
    if not str(table.pop("source", "")).strip():
        raise InvalidWordList(f"{file}: no `source`; say where the words come from.")
    for key, words in table.items():
        if not (isinstance(words, list) and words and all(map(_is_word, words))):
            raise InvalidWordList(f"{file}: `{key}` must be a list of words, none of them blank.")
        for before, word in pairwise(words):
            if not before < word:
                raise InvalidWordList(f"{file}: `{key}` has {word!r} after {before!r}; keep it sorted, each word once.")
    return {key: tuple(words) for key, words in table.items()}


def _is_word(entry: object) -> bool:
    return isinstance(entry, str) and entry == entry.strip() != ""
