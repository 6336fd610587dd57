"""What sections are called and what their narratives say, in the language of the summary."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from epicrisis.errors import InvalidWordList

_ENGLISH = "en"


@cache
def ips_words(language: str) -> Mapping[str, str]:
    """Return the words of ``language`` ("en" or "es") by what they stand for.

    Raises:
        InvalidWordList: the file breaks its own rules, or has other words than the English one.
    """
    file = f"{language}.toml"
    try:
        table = tomllib.loads(files(__package__).joinpath(file).read_text(encoding="utf-8"))
        words = {str(key): str(word) for key, word in table["words"].items()}
    except (OSError, tomllib.TOMLDecodeError, KeyError, AttributeError) as error:
        raise InvalidWordList(f"{file}: {error!r}; it holds a `source` and one table, `words`.") from error
    if list(words) != sorted(words) or not all(word.strip() for word in words.values()):
        raise InvalidWordList(f"{file}: keep the words sorted by what they stand for, and none of them blank.")
    if language != _ENGLISH and words.keys() != ips_words(_ENGLISH).keys():
        missing = sorted(words.keys() ^ ips_words(_ENGLISH).keys())
        raise InvalidWordList(f"{file} and en.toml differ in {missing}; give both the same words.")
    return words
