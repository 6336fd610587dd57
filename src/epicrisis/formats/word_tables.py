"""Words by what they stand for: one TOML file a language, sorted, none blank, and each with the words of the other."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from epicrisis.errors import InvalidWordList

_ENGLISH = "en"


@cache
def word_table(package: str, language: str) -> Mapping[str, str]:
    """Return the words of ``language`` ("en" or "es") that lie in ``package``.

    Raises:
        InvalidWordList: the file breaks its own rules, or has other words than the English one.
    """
    words = _parsed(package, f"{language}.toml")
    if language != _ENGLISH and words.keys() != word_table(package, _ENGLISH).keys():
        differing = sorted(words.keys() ^ word_table(package, _ENGLISH).keys())
        raise InvalidWordList(f"{language}.toml and en.toml differ in {differing}; give both the same words.")
    return words


def _parsed(package: str, file: str) -> Mapping[str, str]:
    try:
        table = tomllib.loads(files(package).joinpath(file).read_text(encoding="utf-8"))
        words = {str(key): str(word) for key, word in table["words"].items()}
    except (OSError, tomllib.TOMLDecodeError, KeyError, AttributeError) as error:
        raise InvalidWordList(f"{file}: {error!r}; it holds a `source` and one table, `words`.") from error
    if not str(table.get("source", "")).strip():
        raise InvalidWordList(f"{file}: no `source`; say where the words come from.")
    if list(words) != sorted(words) or not all(word.strip() for word in words.values()):
        raise InvalidWordList(f"{file}: keep the words sorted by what they stand for, and none of them blank.")
    return words
