"""Which columns of a table are identifiers as a whole, by their names, and what the rules say instead."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from epicrisis.domain.identifiers import IdentifierKind
from epicrisis.formats.redacting.actions import REDACT, Action, Verb, action_of

_SIGN = re.compile(r"[\W_]+")


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
    """Return that the values of ``name`` are replaced whole, where its name says what they are."""
    kind = identifying().get(plain(name))
    return None if kind is None else Action(Verb.REPLACE, kind)


def plain(name: str) -> str:
    """Return ``name`` as the list writes it: "Fecha de nacimiento" is "fechadenacimiento"."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return _SIGN.sub("", "".join(letter for letter in letters if not unicodedata.combining(letter)))


@cache
def identifying() -> Mapping[str, IdentifierKind]:
    """Return the kind of identifier each name of the list stands for.

    Raises:
        ValueError: a name stands there twice, or not in its order.
    """
    kinds: dict[str, IdentifierKind] = {}
    text = files(__package__).joinpath("columns.toml").read_text(encoding="utf-8")
    for kind, names in tomllib.loads(text).items():
        if names != sorted(set(names)) or kinds.keys() & set(names):
            raise ValueError(f"The names of {kind} are not sorted, or one of them stands there twice.")
        kinds.update(dict.fromkeys(names, IdentifierKind(kind)))
    return kinds
