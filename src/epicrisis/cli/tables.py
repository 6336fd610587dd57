"""CSV in, in batches and in order, each row with the fields that a row of JSON Lines would have."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, BinaryIO

from epicrisis.cli.rows import BATCH_ROWS, BadRow, RawRow, bad
from epicrisis.domain.documents import first_surrogate
from epicrisis.errors import InvalidRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

COLUMNS = ("id", "age", "sex", "severity", "symptoms", "conditions", "text", "language")
_LISTS = frozenset({"symptoms", "conditions"})
UPPER = frozenset({"sex", "severity"})
_TELLING = frozenset({"symptoms", "text"})
_BETWEEN = ";"
_HEADER = f"The first line of a CSV names its columns, with commas between: some of {', '.join(COLUMNS)}"


def table_batches(stream: BinaryIO, max_chars: int) -> Iterator[list[RawRow | BadRow]]:
    """Yield the rows below the header of ``stream``; one that cannot be read is told in its place.

    Raises:
        InvalidRow: its first line is no header.
    """
    csv.field_size_limit(max(csv.field_size_limit(), max_chars))
    # One row in the letters of an old system does not cost the others.
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="")
    try:
        # Strict, or a quote that nobody closed would swallow the rows below it.
        yield from _batches(csv.reader(text, strict=True))
    finally:
        # Whoever opened the stream closes it.
        text.detach()


def _batches(cells: Any) -> Iterator[list[RawRow | BadRow]]:
    try:
        columns = _columns(next(cells, []))
    except csv.Error as cause:
        raise InvalidRow(f"{_HEADER}.") from cause
    batch: list[RawRow | BadRow] = []
    while True:
        line = cells.line_num + 1
        try:
            row = next(cells, None)
        except csv.Error:
            where = f"Line {line}" if line >= cells.line_num else f"What stands from line {line} to {cells.line_num}"
            batch.append(bad(line, InvalidRow(f"{where} is no row of a CSV; see whether its quotes are closed.")))
        else:
            if row is None:
                break
            if any(cell.strip() for cell in row):
                batch.append(_row(columns, row, line))
        if len(batch) == BATCH_ROWS:
            yield batch
            batch = []
    if batch:
        yield batch


def _columns(header: Sequence[str]) -> list[str]:
    columns = [name.strip().lower() for name in header]
    # What stands there may be a patient already, so it is not repeated.
    unknown = next((place for place, name in enumerate(columns, 1) if name not in COLUMNS), None)
    if unknown is not None:
        raise InvalidRow(f"{_HEADER}; column {unknown} is none of these.")
    if len(set(columns)) < len(columns) or not _TELLING & set(columns):
        raise InvalidRow(f"{_HEADER}; each once, and symptoms or text among them.")
    return columns


def _row(columns: Sequence[str], cells: Sequence[str], line: int) -> RawRow | BadRow:
    if any(first_surrogate(cell) is not None for cell in cells):
        return bad(line, InvalidRow(f"Line {line} is not UTF-8; convert the file first."))
    fields = {name: told for name, cell in zip(columns, cells, strict=False) if (told := _told(name, cell))}
    id = str(fields.pop("id", line))  # noqa: A001
    if len(cells) > len(columns):
        more = f"Line {line} has more cells than columns; put quotes around a cell with commas in it."
        return bad(line, InvalidRow(more), id)
    return RawRow(line, id, fields)


def _told(column: str, cell: str) -> str | list[str]:
    if column in _LISTS:
        return [each for part in cell.split(_BETWEEN) if (each := part.strip())]
    if column in UPPER:
        return cell.strip().upper()
    return cell if column == "text" and cell.strip() else cell.strip()
