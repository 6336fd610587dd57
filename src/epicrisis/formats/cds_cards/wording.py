"""The words of cards, and what of a record may stand in one: short, of one line, and with no markdown of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable

from epicrisis.formats.word_tables import word_table
from epicrisis.formats.wording import shown

MOST_SUMMARY = 139
_MOST_WORDS = 60
# What markdown (GitHub's too) would read as its own: emphasis, code, links, tags, tables, and addresses by themselves.
_OWN = re.compile(r"[\\`*_\[\]<>#|~&@:!]|(?<=www)\.")


class Words:
    """The words of one language, with what belongs into them."""

    def __init__(self, language: str) -> None:
        self._words = word_table(__package__, language)

    def __call__(self, name: str, **parts: object) -> str:
        """Return the words that ``name`` stands for, with ``parts`` in their places."""
        return self._words[name].format(**parts)


def brief(text: str) -> str:
    """Return words of a record on one line, cut where they are long."""
    line = " ".join(shown(text).split())
    return line if len(line) <= _MOST_WORDS else f"{line[: _MOST_WORDS - 1].rstrip()}…"


def literal(text: str) -> str:
    """Return ``text`` as markdown that shows it as it is: no link, tag or emphasis comes out of a record."""
    return _OWN.sub(r"\\\g<0>", brief(text))


def summary(text: str) -> str:
    """Return the summary of a card, of fewer than 140 characters as CDS Hooks asks."""
    return text if len(text) <= MOST_SUMMARY else f"{text[: MOST_SUMMARY - 1].rstrip()}…"


def listed(names: Iterable[str]) -> str:
    """Return ``names`` with commas, each once."""
    return ", ".join(dict.fromkeys(names))
