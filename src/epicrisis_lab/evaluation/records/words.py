"""Words of a record as they are compared: without case, articles and plural endings."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from epicrisis.text.characters import unaccented

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W_]+")
# Two bags of words are one name from this share of common words on.
_ENOUGH = 0.5
# "q.6h", "every 4 to 6 hours": a number of hours is said in many ways.
_HOURS = re.compile(r"\b(?:every|q|cada) (\d+)(?: (?:to|or|a) (\d+))? ?(?:h|hrs?|hours?|horas?)\b")


def bag(words: str) -> Counter[str]:
    """Return how often each word of ``words`` stands in it."""
    every = _WORD.findall(words.lower())
    return Counter([_singular(word) for word in every if word not in _lists()["left-out"]] or every)


def likeness(found: str, names: Iterable[str]) -> float:
    """Return how like ``found`` is to the likest of ``names``, 0 to 1 (Dice 1945, Ecology 26:297); 0 below a half."""
    best = max((_dice(bag(found), bag(name)) for name in names), default=0.0)
    return best if best >= _ENOUGH else 0.0


def first_word(words: str) -> str:
    """Return the first word of ``words`` as it is compared."""
    return next(iter(bag(words)), "")


def how_often(words: str) -> Counter[str]:
    """Return the words of a frequency, ways to say the same as one: "q.d.", "daily" and "once daily"."""
    plain = " ".join(re.findall(r"\d+|[^\W\d_]+", unaccented(words.lower())))
    for pattern, word in _often():
        plain = pattern.sub(word, plain)
    return bag(_HOURS.sub(r"hours\1 \2", plain))


def _dice(one: Counter[str], other: Counter[str]) -> float:
    return 2 * (one & other).total() / (one.total() + other.total()) if one and other else 0.0


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 2 and word.endswith("s") and not word.endswith("ss") else word


@cache
def _lists() -> Mapping[str, Any]:
    source = files("epicrisis_lab.evaluation.records") / "words.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


@cache
def _often() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return each way to say how often with the word it counts as, longer ones first."""
    ways = [(way, word) for word, own in _lists()["often"].items() for way in own]
    longest = sorted(ways, key=lambda each: -len(each[0]))
    return tuple((re.compile(rf"\b{re.escape(way)}\b"), word) for way, word in longest)
