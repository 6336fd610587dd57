"""The sentences of a summary: one file per language, with the fields that each names."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import TypeAlias

from epicrisis.errors import InvalidWordList, UnknownLanguage

LANGUAGES = ("en", "es")

Template: TypeAlias = str | Mapping[str, str]
"""A sentence, or two of them: ``one`` where its ``count`` is one, and ``other``."""

# "e hipertensión", and yet "y hierro": Real Academia Española, Diccionario panhispánico de dudas, "y".
_SOUNDS_LIKE_I = re.compile(r"h?[ií](?![aeo])", re.IGNORECASE)


class Words:
    """The sentences of one language, by their key: ``problems.active``."""

    def __init__(self, language: str, templates: Mapping[str, Template]) -> None:
        self.language = language
        self._templates = templates

    def say(self, key: str, /, **fields: object) -> str:
        """Return the sentence of ``key`` with its ``fields``; one or several as the field ``count`` says."""
        template = self._templates[key]
        if not isinstance(template, str):
            template = template["one" if fields["count"] == 1 else "other"]
        return template.format_map(fields)

    def has(self, key: str, /) -> bool:
        """Return whether there are words for ``key``."""
        return key in self._templates

    def joined(self, parts: Sequence[str]) -> str:
        """Return ``parts`` as a list in a sentence: "a, b and c"."""
        if len(parts) < 2:
            return "".join(parts)
        link = "list.and_i" if _SOUNDS_LIKE_I.match(parts[-1]) else "list.and"
        return ", ".join(parts[:-1]) + self.say(link) + parts[-1]


@cache
def words_in(language: str) -> Words:
    """Return the sentences of ``language``; a region is left aside.

    Raises:
        UnknownLanguage: there are none.
        InvalidWordList: their file breaks its own rules.
    """
    primary = language.partition("-")[0].lower()
    if primary not in LANGUAGES:
        raise UnknownLanguage(f"No words to write a summary in {language!r}; try one of {list(LANGUAGES)}.")
    file = f"{primary}.toml"
    return Words(primary, templates(file, (files(__package__) / "words" / file).read_text(encoding="utf-8")))


def templates(file: str, content: str) -> Mapping[str, Template]:
    """Return the sentences in ``content`` by table and key, ``problems.active``.

    Raises:
        InvalidWordList: it names no ``source``, or an entry is neither a sentence nor a pair of ``one`` and ``other``.
    """
    try:
        tables = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise InvalidWordList(f"{file}: {error}") from error
    if not str(tables.pop("source", "")).strip():
        raise InvalidWordList(f"{file}: no `source`; say where the words come from.")
    found: dict[str, Template] = {}
    for table, entries in tables.items():
        for key, entry in entries.items():
            if not (isinstance(entry, str) or (isinstance(entry, dict) and set(entry) == {"one", "other"})):
                raise InvalidWordList(f"{file}: `{table}.{key}` must be a sentence, or `one` and `other`.")
            found[f"{table}.{key}"] = entry
    return found
