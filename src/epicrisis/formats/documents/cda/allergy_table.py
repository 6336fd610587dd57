"""The rows of a table of allergies as lines that say what each cell is: ``Penicillin: hives, severe (Status: Active)``.

Its header row stands on no line then: read as a sentence, "Substance Reaction Severity" would be somebody's allergy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files

from epicrisis.formats.documents.sheets.sheet import one_line, result
from epicrisis.text.phrases import folded
from epicrisis.text.wordlists import parsed

_FILE = "columns.toml"
_KNOWN = ("substance", "reaction", "severity")
# A break within a cell, as the narrative writes it.
_IN_CELL = "; "


class AllergyTable:
    """A table whose header names a column of allergens, or one of substances and one of reactions."""

    def __init__(self, header: Sequence[str]) -> None:
        """Take the cells of the header row."""
        self.header = tuple(header)
        self._places = {key: _place(header, key) for key in _KNOWN}
        self._has_allergens = _place(header, "allergen") is not None
        if self._has_allergens:
            self._places["substance"] = _place(header, "allergen")

    @property
    def is_one(self) -> bool:
        """Return whether the header is that of a table of allergies."""
        return self._has_allergens or None not in (self._places["substance"], self._places["reaction"])

    def line(self, row: Sequence[str]) -> str | None:
        """Return a row as one line, or nothing where its cells are not those of the header or name no substance."""
        substance = self._cell(row, "substance")
        if len(row) != len(self.header) or not substance:
            return None
        severity = self._cell(row, "severity")
        is_word = folded(severity) in _words("severities")
        known = {place for key, place in self._places.items() if key != "severity" or is_word or not severity}
        others = [
            f"{name}: {said}"
            for at, (name, said) in enumerate(zip(self.header, row, strict=True))
            if at not in known and said
        ]
        said = ", ".join(filter(None, (self._cell(row, "reaction"), severity if is_word else "")))
        told = result(substance, said) if self._cell(row, "reaction") else ", ".join(filter(None, (substance, said)))
        return one_line(told + (f" ({', '.join(map(_inline, others))})" if others else ""))

    def _cell(self, row: Sequence[str], key: str) -> str:
        place = self._places[key]
        return "" if place is None or place >= len(row) else _inline(row[place])


def _inline(cell: str) -> str:
    return cell.replace(_IN_CELL, ", ").strip()


def _place(header: Iterable[str], key: str) -> int | None:
    return next((at for at, name in enumerate(header) if folded(name).strip(" :") in _words(key)), None)


def _words(key: str) -> frozenset[str]:
    return _lists()[key]


@cache
def _lists() -> Mapping[str, frozenset[str]]:
    lists = parsed(_FILE, files(__package__).joinpath(_FILE).read_text(encoding="utf-8"))
    return {key: frozenset(map(folded, words)) for key, words in lists.items()}
