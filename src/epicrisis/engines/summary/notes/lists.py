"""The words a summary is chosen by: ``words/salience.{en,es}.toml``, found as whole words whatever their accents."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.text.phrases import Phrases
from epicrisis.text.wordlists import parsed

LANGUAGES = ("en", "es")


def primary(note: AnnotatedDocument) -> str:
    """Return the language of ``note`` without its region: "es" for "es-MX"."""
    return note.document.language.partition("-")[0].lower()


@cache
def phrases(language: str, key: str) -> Phrases:
    """Return the phrases of the list ``key``.

    Raises:
        InvalidWordList: a list is not sorted, or the file tells no source.
    """
    return Phrases(_words(language)[key])


@cache
def _words(language: str) -> Mapping[str, tuple[str, ...]]:
    file = f"salience.{language}.toml"
    folder = files("epicrisis.engines.summary.notes") / "words"
    return parsed(file, (folder / file).read_text(encoding="utf-8"))
