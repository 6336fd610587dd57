"""The words by which symptoms, illnesses and results are read, by language and in all of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from epicrisis.engines.differential.knowledge.reading import LANGUAGES
from epicrisis.text.phrases import Phrases, folded
from epicrisis.text.wordlists import parsed


@cache
def every(name: str) -> frozenset[str]:
    """Return the words of the lists ``name`` in all languages: a note may mix them."""
    return frozenset(folded(word) for language in LANGUAGES for word in lists(language).get(name, ()))


@cache
def phrases(name: str) -> Phrases:
    """Return what finds the words that ``every`` returns."""
    return Phrases(every(name))


@cache
def lists(language: str) -> Mapping[str, tuple[str, ...]]:
    """Return the word lists of ``language`` by their name.

    Raises:
        InvalidWordList: they break the rules of all lists.
    """
    file = f"{language}.toml"
    return parsed(file, (files(__package__) / "words" / file).read_text(encoding="utf-8"))
