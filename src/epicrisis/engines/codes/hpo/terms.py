"""The plain words of a phenotype: the forms of a word that say the same become one."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from epicrisis.engines.codes.words.terms import plain_words, single, split

# What a phenotype says whole takes no more than this.
_MOST = 200


@cache
def forms() -> Mapping[str, str]:
    """Return the plain word of each other form, read once."""
    content = tomllib.loads(files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))
    return dict(content["plain"])


def phenotype_words(name: str, *, around: str = "", shortened: bool = True) -> tuple[str, ...]:
    """Return the plain words of ``name``, each once and in order; the arguments are those of ``plain_words``."""
    return plain_forms(plain_words(name, around=around, shortened=shortened))


def plain_forms(said: Sequence[str]) -> tuple[str, ...]:
    """Return the words of ``said`` in their plain forms, each once and in order."""
    known = forms()
    return tuple(dict.fromkeys(known.get(word, word) for word in said))


def as_it_stands(name: str) -> str:
    """Return ``name`` in small letters and singulars: equal for names that are spelt the same."""
    return " ".join(single(word) for word in split(name[:_MOST]))
