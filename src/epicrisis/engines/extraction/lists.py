"""The words a record is read by: lists per story and language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from epicrisis.engines.extraction.note import Note
from epicrisis.text.phrases import Phrases
from epicrisis.text.wordlists import parsed

LANGUAGES = ("en", "es")


@cache
def word_lists(story: str, language: str) -> Mapping[str, tuple[str, ...]]:
    """Return the lists of ``words/{story}.{language}.toml`` by their key.

    Raises:
        InvalidWordList: a list is not sorted, or the file tells no source.
    """
    file = f"{story}.{language}.toml"
    return parsed(file, (files("epicrisis.engines.extraction") / "words" / file).read_text(encoding="utf-8"))


@cache
def phrases(story: str, language: str, *keys: str) -> Phrases:
    """Return the phrases of the lists ``keys`` of a story."""
    lists = word_lists(story, language)
    return Phrases(phrase for key in keys for phrase in lists[key])


def primary(note: Note) -> str:
    """Return the language of ``note`` without its region: "es" for "es-MX"."""
    return note.language.partition("-")[0].lower()
