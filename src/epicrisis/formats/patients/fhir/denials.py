"""Words that say there is no known allergy, where no code does."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from epicrisis.text.wordlists import LANGUAGES, parsed

# SNOMED CT says behind a name what kind of thing it is: "No known allergy (situation)".
_KIND = re.compile(r" \((?:situation|finding|disorder)\)\Z")


def denies_allergies(said: str) -> bool:
    """Return whether ``said``, all of it, is that there is no known allergy."""
    return _KIND.sub("", said.casefold()).rstrip(". ") in _denials()


@cache
def _denials() -> frozenset[str]:
    """Return the words of every language: what is told in codes need not say which it is in.

    Raises:
        InvalidWordList: a list breaks its own rules.
    """
    lists = files(f"{__package__}.words")
    told = (parsed(f"{each}.toml", (lists / f"{each}.toml").read_text(encoding="utf-8")) for each in LANGUAGES)
    return frozenset(words for table in told for words in table["no_allergies"])
