"""Words that are cut at the end of a line: "predni-" and "sone" are one, and so are "follow-" and "up"."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache
from importlib.resources import files

from epicrisis.text.wordlists import parsed

_FILE = "hyphens.toml"
# Two letters at least: "T-" and "cell" are two words, and so is what a list puts behind a dash.
_CUT = re.compile(r"[(\"'«“]?([^\W\d_]{2,}(?:-[^\W\d_]+)*)-")
_REST = re.compile(r"[^\W\d_]{2,}")


def joined(first: str, second: str, whole: Collection[str]) -> str | None:
    """Return what is left of ``first`` before ``second``, the word below, where both are one word; else ``None``.

    ``whole`` are the words of the page in small letters: how it writes the word elsewhere decides whether the hyphen is
    of the word, or of the line.
    """
    cut, rest = _CUT.fullmatch(first), _REST.match(second)
    if cut is None or rest is None or not rest[0].islower() or rest[0] in _words()["others"]:
        return None
    start, end = cut[1].casefold(), rest[0]
    if f"{start}-{end}" in whole:
        return first
    if f"{start}{end}" in whole:
        return first[:-1]
    return first if "-" in start or start in _words()["kept"] or _ends_apart(start, end) else first[:-1]


def _ends_apart(start: str, end: str) -> bool:
    return end in _words()["endings"] and start not in _words()["prefixes"]


def bare(word: str) -> str:
    """Return ``word`` in small letters, without the signs around it."""
    return word.casefold().strip(".,;:()[]\"'«»“”")


@cache
def _words() -> Mapping[str, tuple[str, ...]]:
    return parsed(_FILE, (files(__package__) / _FILE).read_text(encoding="utf-8"))
