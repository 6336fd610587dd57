"""Which columns of a table are identifiers as a whole, by their names, and what the rules say instead."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import product

from epicrisis.domain.identifiers import IdentifierKind
from epicrisis.formats.redacting.actions import REDACT, Action, Verb, action_of

_SIGN = re.compile(r"[\W_]+")
# "patientDOB", "PATIENT_DOB" and "patient dob2" are words.
_WORD = re.compile(r"[A-ZÁÉÍÓÚÜÑ]?[a-záéíóúüñ]+|[A-ZÁÉÍÓÚÜÑ]+(?![a-záéíóúüñ])|\d+")
_WHOSE = "whose"
# A name of more words is a sentence, which could be shortened in more ways than there is time for.
_MOST_WORDS = 12


class Columns:
    """What is done about each column: what its rule says, or else its name; what neither tells is read cell by cell."""

    def __init__(self, rules: Mapping[str, str]) -> None:
        """Read ``rules``, from the name of a column, or its number counted from 1, to an action.

        Raises:
            InvalidInput: an action is not known.
        """
        self._rules = {plain(name): action_of(word) for name, word in rules.items()}

    def action(self, name: str, number: int) -> Action:
        """Return what is done about the column ``name``, the ``number``-th of its table."""
        for each in (plain(name), str(number)):
            if each in self._rules:
                return self._rules[each]
        return named(name) or REDACT


def named(name: str) -> Action | None:
    """Return that the values of ``name`` are replaced whole, where its name says what they are.

    So do names that say more than the list does, of whom or which of several: "patient_dob", "contactPhone2".
    """
    known = identifying()
    words = [plain(word) for word in _WORD.findall(name)]
    while words and words[-1].isdigit():
        words.pop()
    if len(words) > _MOST_WORDS:
        return known.get(plain(name))
    before, behind = _whose_words(words), _whose_words(words[::-1])
    shorter = ("".join(words[start : len(words) - end]) for start, end in product(range(before + 1), range(behind + 1)))
    return next((known[each] for each in (plain(name), *shorter) if each in known), None)


def _whose_words(words: Sequence[str]) -> int:
    """Return how many of the first ``words`` say of whom something is, and not what."""
    return next((at for at, word in enumerate(words) if word not in _whose()), len(words))


def plain(name: str) -> str:
    """Return ``name`` as the list writes it: "Fecha de nacimiento" is "fechadenacimiento"."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return _SIGN.sub("", "".join(letter for letter in letters if not unicodedata.combining(letter)))


@cache
def identifying() -> Mapping[str, Action]:
    """Return what is done about the values of each name of the list: they are one kind, or a finer one of it.

    Raises:
        ValueError: a name stands there twice, or not in its order.
    """
    actions: dict[str, Action] = {}
    for label, names in _listed().items():
        if label == _WHOSE:
            continue
        if names != sorted(set(names)) or actions.keys() & set(names):
            raise ValueError(f"The names of {label} are not sorted, or one of them stands there twice.")
        kind, _, sub = label.partition(".")
        actions.update(dict.fromkeys(names, Action(Verb.REPLACE, IdentifierKind(kind), sub or None)))
    return actions


@cache
def _whose() -> frozenset[str]:
    return frozenset(_listed()[_WHOSE])


@cache
def _listed() -> Mapping[str, list[str]]:
    return tomllib.loads(files(__package__).joinpath("columns.toml").read_text(encoding="utf-8"))
