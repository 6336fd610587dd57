"""JSON Lines in, in batches and in order; a row that cannot be read is told and the rest goes on."""

from __future__ import annotations

import json
import select
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from epicrisis.domain.documents import first_surrogate
from epicrisis.domain.spans import Span
from epicrisis.errors import EpicrisisError, InvalidRow, TextTooLong
from epicrisis.services.outcomes import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator

# Enough rows for the engine to sort and batch well, few enough that memory stays small and answers keep coming.
BATCH_ROWS = 64
BATCH_BYTES = 1_000_000

_CHUNK = 1 << 16
# The longest way to write a character in JSON: "\u0041", and twice that beyond the basic plane.
_BYTES_PER_CHARACTER = 12
_REST_OF_A_ROW = 4096


@dataclass(frozen=True, slots=True)
class Row:
    """One row as sent: ``{"id", "text", "language", "targets"}``, all but the text optional, or a plain line."""

    line: int
    id: str
    text: str
    language: str | None = None
    targets: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row whose fields nobody has looked at: an object as sent, or a plain line as its ``text``."""

    line: int
    id: str
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that could not be read, and why."""

    line: int
    failure: Failure


def batches(stream: BinaryIO, max_chars: int) -> Iterator[list[Row | BadRow]]:
    """Yield the rows of ``stream`` in order; a batch ends when it is full, or when nothing more has come yet.

    So a file is read in full batches, and a program that sends one row and waits for its answer gets it.
    """
    for batch in raw_batches(stream, max_chars):
        yield [row if isinstance(row, BadRow) else _checked(row) for row in batch]


def raw_batches(stream: BinaryIO, max_chars: int) -> Iterator[list[RawRow | BadRow]]:
    """Yield what ``batches`` yields, before anybody has looked at the fields of a row."""
    batch: list[RawRow | BadRow] = []
    size = 0
    for line, number in _lines(stream, max_chars * _BYTES_PER_CHARACTER + _REST_OF_A_ROW):
        if line is None:
            full = True
        else:
            batch += _rows(line, number, max_chars)
            size += len(line)
            full = len(batch) >= BATCH_ROWS or size >= BATCH_BYTES
        if full and batch:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def write_row(plain: dict[str, Any]) -> None:
    """Write one row to standard output: UTF-8 whatever the locale, for that is what JSON is (RFC 8259)."""
    sys.stdout.buffer.write(json.dumps(plain, ensure_ascii=False).encode() + b"\n")


def failure_to_plain(failure: Failure, line: int | None = None) -> dict[str, Any]:
    """Return the row that tells of ``failure``."""
    plain = {"id": failure.id, "error": {"code": failure.code, "message": failure.message}}
    return plain if line is None else {**plain, "line": line}


def bad(number: int, error: EpicrisisError, id: str | None = None) -> BadRow:  # noqa: A002
    """Return the row on line ``number`` as one that could not be read, under its line where it has no ``id``."""
    return BadRow(number, Failure.of(str(number) if id is None else id, error))


def _lines(stream: BinaryIO, longest: int) -> Iterator[tuple[bytes | None, int]]:
    """Yield each line with its number, cut one byte over ``longest``; ``None`` whenever nothing more has come yet."""
    rest = bytearray()
    number = 1
    while chunk := _available(stream):
        *ended, unfinished = chunk.split(b"\n")
        for piece in ended:
            rest += piece[: longest + 1 - len(rest)]
            yield bytes(rest), number
            rest.clear()
            number += 1
        rest += unfinished[: longest + 1 - len(rest)]
        if not _more_waits(stream):
            yield None, number
    if rest:
        yield bytes(rest), number


def _available(stream: BinaryIO) -> bytes:
    # read1 gives what is there; read would wait for the chunk to fill.
    read = getattr(stream, "read1", stream.read)
    chunk: bytes = read(_CHUNK)
    return chunk


def _more_waits(stream: BinaryIO) -> bool:
    try:
        return bool(select.select([stream], [], [], 0)[0])
    except (OSError, ValueError):
        # Not something one can wait for, such as bytes in memory: all of it is there.
        return True


def _rows(line: bytes, number: int, max_chars: int) -> list[RawRow | BadRow]:
    """Return the row in ``line``, or none where it is blank."""
    if line.isspace() or not line:
        return []
    try:
        if len(line) > max_chars * _BYTES_PER_CHARACTER + _REST_OF_A_ROW:
            raise TextTooLong(f"Line {number} is longer than {max_chars:,} characters can be; split its text.")
        text = line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r")
        return [_row(text, number)]
    except UnicodeDecodeError as error:
        return [bad(number, InvalidRow(f"Line {number} is not UTF-8 (byte {error.start}); convert the file first."))]
    except EpicrisisError as error:
        return [bad(number, error)]


def _row(text: str, number: int) -> RawRow:
    if not text.lstrip().startswith("{"):
        return RawRow(number, str(number), {"text": text})
    try:
        fields = json.loads(text)
    except RecursionError as cause:
        raise InvalidRow(f"Line {number} nests too deeply; send an object with a text.") from cause
    except json.JSONDecodeError as cause:
        raise InvalidRow(f"Line {number} is not JSON from column {cause.colno} on.") from cause
    except ValueError as cause:
        raise InvalidRow(f"Line {number} holds a number JSON readers refuse.") from cause
    return RawRow(number, _id(fields, number), fields)


def _id(fields: dict[str, Any], number: int) -> str:
    id = fields.get("id", number)  # noqa: A001
    if isinstance(id, bool) or not isinstance(id, str | int):
        raise InvalidRow(f"Line {number}: the id is neither a string nor a whole number.")
    if isinstance(id, str) and first_surrogate(id) is not None:
        raise InvalidRow(f"Line {number}: the id has a lone surrogate, which no file can hold.")
    return str(id)


def _checked(row: RawRow) -> Row | BadRow:
    try:
        return _with_text(row.fields, row.line, row.id)
    except EpicrisisError as error:
        return bad(row.line, error, row.id)


def _with_text(fields: dict[str, Any], number: int, id: str) -> Row:  # noqa: A002
    text, language = fields.get("text"), fields.get("language")
    if not isinstance(text, str):
        raise InvalidRow(f"Line {number} has no text; send a string in the field 'text'.")
    if language is not None and not isinstance(language, str):
        raise InvalidRow(f"Line {number}: the language is not a string; send a code like 'en', or none.")
    return Row(number, id, text, language, _targets(fields.get("targets", []), number))


def _targets(targets: object, number: int) -> tuple[Span, ...]:
    pairs = [_bounds(target) for target in targets] if isinstance(targets, list) else [None]
    if None in pairs:
        raise InvalidRow(f'Line {number}: the targets are not a list of {{"start", "end"}} objects.')
    return tuple(Span(*pair) for pair in pairs if pair is not None)


def _bounds(target: object) -> tuple[int, int] | None:
    match target:
        case {"start": int() as start, "end": int() as end}:
            return start, end
        case _:
            return None
