"""CSV by column. A cell nobody changed keeps its letters, and the others their quotes; so the dialect stays.

What is read is RFC 4180 with any of four separators: comma, semicolon, tab, bar.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from epicrisis.errors import UnreadableDocument
from epicrisis.formats.redacting.actions import REDACT, Action, Verb
from epicrisis.formats.redacting.asking import Options, Question
from epicrisis.formats.redacting.columns import Columns
from epicrisis.formats.redacting.encodings import decoded

_ROWS_TRIED = 50


def _cell(separator: str) -> str:
    # Possessive repeats, for a cell may be as long as the file.
    return rf'(?:"((?:[^"]++|"")*+)"|((?!")[^{separator}\r\n]*+))([{separator}]|\r\n|\n|\r|\Z)'


_COMMA = re.compile(_cell(","))
_SEMICOLON = re.compile(_cell(";"))
_TAB = re.compile(_cell("\t"))
_BAR = re.compile(_cell("|"))
# How the next cell is read, by what separates it from the one behind it.
_CELLS = {",": _COMMA.match, ";": _SEMICOLON.match, "\t": _TAB.match, "|": _BAR.match}


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell with what ends it: a separator, a line break, or the end of the file."""

    value: str
    quoted: bool
    end: str


class Separated:
    """A CSV file."""

    def __init__(self, data: bytes, options: Options) -> None:
        """Read ``data``.

        Raises:
            UnreadableDocument: it is not text, or its quotes do not match.
            InvalidInput: a rule has no known action.
        """
        self._decoded = decoded(data)
        self._separator = _separator(self._decoded.text)
        self._rows = list(_rows(self._decoded.text, self._separator))
        columns = Columns(options.rules)
        names = [cell.value for cell in self._rows[0]] if options.header and self._rows else []
        known: dict[int, Action] = {}
        self._actions: dict[tuple[int, int], Action] = {}
        self.questions: list[Question] = []
        for number, row in enumerate(self._rows):
            for at, cell in enumerate(row):
                if not cell.value.strip():
                    continue
                if at not in known:
                    known[at] = columns.action(names[at] if at < len(names) else "", at + 1)
                # A first row that is no header after all is somebody's row: it is read too.
                action = REDACT if options.header and number == 0 else known[at]
                if action.verb is not Verb.KEEP:
                    self._actions[number, at] = action
                    if action.verb is not Verb.REMOVE:
                        self.questions.append(Question(cell.value, action.kind))

    def written(self, answers: Sequence[str]) -> bytes:
        """Return the file with the cells as they were answered."""
        left = iter(answers)
        parts: list[str] = []
        for number, row in enumerate(self._rows):
            for at, cell in enumerate(row):
                action = self._actions.get((number, at))
                value = cell.value
                if action is not None:
                    value = "" if action.verb is Verb.REMOVE else next(left)
                parts += [self._as_cell(value, cell), cell.end]
        return self._decoded.encoded("".join(parts))

    def _as_cell(self, value: str, cell: _Cell) -> str:
        if not cell.quoted and value == cell.value:
            return value
        if cell.quoted or any(sign in value for sign in (self._separator, '"', "\r", "\n")):
            return '"' + value.replace('"', '""') + '"'
        return value


def _rows(text: str, separator: str) -> Iterator[list[_Cell]]:
    next_cell = _CELLS[separator]
    row: list[_Cell] = []
    at = number = 0
    while at < len(text):
        found = next_cell(text, at)
        if found is None:
            raise UnreadableDocument(
                f"Row {number + 1}, cell {len(row) + 1}: a quote is not closed, or something follows it; "
                "write quotes inside a quoted cell twice, as spreadsheets do."
            )
        quoted, bare, end = found.groups()
        row.append(_Cell(bare if quoted is None else quoted.replace('""', '"'), quoted is not None, end))
        at = found.end()
        if end != separator:
            yield row
            row, number = [], number + 1
    if row:
        yield [*row, _Cell("", False, "")]


def _separator(text: str) -> str:
    """Return the separator that cuts most of the first rows into the same number of cells, and into most cells."""

    def cut(separator: str) -> tuple[float, int]:
        try:
            widths = Counter(len(row) for row in islice(_rows(text, separator), _ROWS_TRIED) if row[0].value or row[1:])
        except UnreadableDocument:
            return 0.0, 0
        [(width, rows)] = widths.most_common(1) or [(1, 0)]
        return (rows / widths.total(), width) if width > 1 else (0.0, 0)

    return max(_CELLS, key=cut)
