"""CSV by column. A cell nobody changed keeps its letters, and the others their quotes; so the dialect stays.

What is read is RFC 4180 with any of four separators: comma, semicolon, tab, bar.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from epicrisis.errors import UnreadableDocument
from epicrisis.formats.redacting.actions import REDACT, Action, Verb
from epicrisis.formats.redacting.asking import Ask, Once, Options, Question
from epicrisis.formats.redacting.columns import Columns
from epicrisis.formats.redacting.encodings import decoded

_ROWS_TRIED = 50
# "7.4": a measured value, as in a column of numbers in Parquet. Read without its neighbours it might be 7 April.
_MEASURED = re.compile(r"\s*[+-]?\d{1,3}\.\d{1,3}\s*")


def _cell(separator: str) -> str:
    # Possessive repeats, for a cell may be as long as the file.
    return rf'(?:"((?:[^"]++|"")*+)"|((?!")[^{separator}\r\n]*+))([{separator}]|\r\n|\n|\r|\Z)'


_COMMA = re.compile(_cell(","))
_SEMICOLON = re.compile(_cell(";"))
_TAB = re.compile(_cell("\t"))
_BAR = re.compile(_cell("|"))
# How the next cell is read, by what separates it from the one behind it.
_CELLS = {",": _COMMA.match, ";": _SEMICOLON.match, "\t": _TAB.match, "|": _BAR.match}


class _Cell(NamedTuple):
    """A cell with what ends it: a separator, a line break, or the end of the file."""

    value: str
    quoted: bool
    end: str


@dataclass(frozen=True, slots=True)
class _Column:
    """What is done about the cells of a column, and how often each value stands in it."""

    action: Action
    times: Counter[str] = field(default_factory=Counter)

    def questions(self) -> Iterator[tuple[str, Question]]:
        """Yield each value that is asked about, and what is asked."""
        verb = self.action.verb
        if verb is Verb.KEEP or verb is Verb.REMOVE:
            return
        for value, times in self.times.items():
            if value.strip() and not (verb is Verb.REDACT and _MEASURED.fullmatch(value)):
                yield value, self.action.question(value, times=times)

    def answered(self, answer: Ask) -> Mapping[str, str]:
        """Return what each value that changes becomes."""
        if self.action.verb is Verb.REMOVE:
            return dict.fromkeys(self.times, "")
        return {value: answer(question) for value, question in self.questions()}


class Separated:
    """A CSV file: read twice, cell by cell, for a table in pieces takes ten times the memory of one in a string."""

    def __init__(self, data: bytes, options: Options) -> None:
        """Read ``data``.

        Raises:
            UnreadableDocument: it is not text, or its quotes do not match.
            InvalidInput: a rule has no known action.
        """
        self._decoded = decoded(data)
        self._separator = _separator(self._decoded.text)
        self._columns: list[_Column] = []
        # A first row that is no header after all is somebody's row: it is read too.
        self._first = _Column(REDACT)
        self._header = options.header
        self._count(Columns(options.rules))
        self._once = Once()
        for column in (self._first, *self._columns):
            for _, question in column.questions():
                self._once.ask(question)
        self.questions = self._once.questions()

    def written(self, answers: Sequence[str]) -> bytes:
        """Return the file with the cells as they were answered."""
        answer = self._once.answered(answers)
        first, *columns = (column.answered(answer) for column in (self._first, *self._columns))
        parts: list[str] = []
        for number, row in enumerate(_rows(self._decoded.text, self._separator)):
            named = self._header and number == 0
            for at, cell in enumerate(row):
                value = (first if named else columns[at]).get(cell.value, cell.value)
                parts += (self._as_cell(value, cell), cell.end)
        return self._decoded.encoded("".join(parts))

    def _count(self, actions: Columns) -> None:
        names: list[str] = []
        for number, row in enumerate(_rows(self._decoded.text, self._separator)):
            for at in range(len(self._columns), len(row)):
                names.append(row[at].value if self._header and number == 0 else "")
                self._columns.append(_Column(actions.action(names[at], at + 1)))
            for column, cell in zip(self._columns, row, strict=False):
                (self._first if self._header and number == 0 else column).times[cell.value] += 1

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
