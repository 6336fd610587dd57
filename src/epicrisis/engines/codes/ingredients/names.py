"""Every name of a drug, and which ingredients it stands for."""

from __future__ import annotations

import json
import re
import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from epicrisis.text.phrases import folded
from epicrisis.text.wordlists import parsed

# A shorter name is one letter away from too many others: "Adalat" and "Adalax".
_LONG = 7
# So long is a word that names a drug beside others that do not.
_SHORTEST = 5
# The longest name that is looked for at the start of a longer one.
_MOST_WORDS = 6
# A name found as it stands, and one that is misspelt or has words beside it that say what nobody knows.
EXACT, LIKELY = 0.97, 0.75

_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_PARTS = re.compile(r"(?<!\s)\s*+(?:[/+,]|(?<!\w)(?:and|plus|y|with|con)(?!\w))\s*+|(?<=[a-z]{5})-(?=[a-z]{4})")
# "Clavulánico", "ac. valproico": a Spanish acid without its first word.
_ACID = re.compile(r"(?:ac\s|a\s)?([a-z]{4,30}ico)")
_TABLE = "kinds.toml"


@dataclass(frozen=True, slots=True)
class Ingredient:
    """A substance by its DrugBank id and name."""

    id: str
    display: str


class Names:
    """The vocabulary, ready to be asked."""

    def __init__(
        self, ingredients: Sequence[tuple[str, str]], names: Mapping[str, int | Sequence[int]], beside: Iterable[str]
    ) -> None:
        """Know ``names`` in small letters without accents, each with the number of its ingredient, or of several.

        ``ingredients`` are pairs of a DrugBank id and what it stands for; ``beside`` are words that stand beside a name
        and say nothing of its ingredient: "tablets", "sodium".
        """
        self._ingredients = ingredients
        self._names = names
        self._beside = frozenset(beside)

    @classmethod
    def read(cls, path: Path) -> Names:
        """Return the vocabulary kept in ``path``."""
        content = json.loads(path.read_text(encoding="utf-8"))
        return cls(content["ingredients"], content["names"], content["beside"])

    def of(self, name: str) -> list[tuple[Ingredient, float]]:
        """Return the ingredients of the drug a note calls ``name``, in its order, each with how sure it is."""
        found = self._found(name)
        return [(Ingredient(*self._ingredients[number]), score) for number, score in found]

    def named(self, word: str) -> list[Ingredient]:
        """Return the ingredients that ``word`` is a name of as it stands, letter by letter."""
        return [Ingredient(*self._ingredients[number]) for number in self._exactly(folded(word).strip())]

    def _found(self, name: str) -> list[tuple[int, float]]:
        low = folded(name).strip()
        whole = self._exactly(low) or self._exactly(self._bare(low))
        if whole:
            return [(number, EXACT) for number in whole]
        parts = [part for part in _PARTS.split(low) if self._bare(part)]
        if len(parts) > 1:
            each = [self._found_one(part) for part in parts]
            return list(dict.fromkeys(found for part in each for found in part)) if all(each) else []
        return self._found_one(low)

    def _found_one(self, part: str) -> list[tuple[int, float]]:
        bare = self._bare(part)
        acid = _ACID.fullmatch(bare)
        numbers = self._exactly(part.strip()) or self._exactly(bare)
        if not numbers and acid is not None:
            numbers = self._exactly(f"acido {acid[1]}")
        if numbers:
            return [(number, EXACT) for number in numbers]
        numbers = self._misspelt(bare) or self._by_one_word(bare)
        return [(number, LIKELY) for number in numbers]

    def _misspelt(self, name: str) -> tuple[int, ...]:
        if len(name) < _LONG or " " in name:
            return ()
        found = {number for each in _one_letter_off(name) for number in self._exactly(each)}
        # Two drugs one letter away are two guesses, and none is made.
        return tuple(found) if len(found) == 1 else ()

    def _by_one_word(self, name: str) -> tuple[int, ...]:
        """Return what the first words of ``name`` stand for, or its last: "Lantus insulin", "subcutaneous heparin"."""
        said = name.split()
        if not _kinds("others").isdisjoint(said):
            return ()
        starts = (" ".join(said[:count]) for count in range(min(len(said), _MOST_WORDS), 1, -1))
        words = [word for word in (said[0], said[-1]) if len(word) >= _SHORTEST] if len(said) > 1 else []
        words.sort(key=_kinds("kinds").__contains__)
        return next((found for one in (*starts, *words) if (found := self._exactly(one))), ())

    def _exactly(self, name: str) -> tuple[int, ...]:
        numbers = self._names.get(name, ())
        return (numbers,) if isinstance(numbers, int) else tuple(numbers)

    def _bare(self, name: str) -> str:
        """Return the words of ``name`` that may name a substance: "Lopressor SR 50 mg tablets" is a lopressor."""
        words = [word for word in _WORD.findall(name) if word not in self._beside and not word[0].isdigit()]
        return " ".join(words)


@cache
def _kinds(key: str) -> frozenset[str]:
    return frozenset(parsed(_TABLE, files(__package__).joinpath(_TABLE).read_text(encoding="utf-8"))[key])


def _one_letter_off(word: str) -> Iterator[str]:
    """Yield every word that has one letter more, less, other or exchanged (Damerau 1964)."""
    for at in range(len(word) + 1):
        head, tail = word[:at], word[at:]
        if tail:
            yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        for letter in string.ascii_lowercase:
            yield head + letter + tail
            if tail:
                yield head + letter + tail[1:]
