"""Corpus files, line by line: good rows come out, bad rows are reported, and the rest goes on."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from epicrisis.errors import InvalidRow
from epicrisis_lab.corpora.catalogue import with_known_layers
from epicrisis_lab.corpora.parsing import parse_row
from epicrisis_lab.corpora.rows import LabRow
from epicrisis_lab.errors import UnreadableFile

_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class BadRow:
    """A line that holds no row: where it stands and why, without its words."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Reading:
    """All rows of some files, in order, and the lines that hold none."""

    rows: tuple[LabRow, ...]
    bad: tuple[BadRow, ...]


def load_rows(paths: Iterable[Path], *, language: str = "en") -> Reading:
    """Read every row of ``paths``, whole, into memory."""
    rows: list[LabRow] = []
    bad: list[BadRow] = []
    for path in paths:
        for row in read_rows(path, language=language):
            if isinstance(row, LabRow):
                rows.append(row)
            else:
                bad.append(row)
    return Reading(tuple(rows), tuple(bad))


def read_rows(path: Path, *, language: str = "en") -> Iterator[LabRow | BadRow]:
    """Yield what each line of a ``.jsonl`` or ``.jsonl.gz`` file holds; blank lines hold nothing.

    Raises:
        UnreadableFile: the file is missing or cannot be opened.
    """
    with ExitStack() as stack:
        lines = _open(path, stack)
        number = 0
        while True:
            number += 1
            try:
                line = lines.readline()
            except (EOFError, OSError, zlib.error):
                # A download cut short: what came before it is still good.
                yield BadRow(str(path), number, "the gzip stream ends or breaks here; fetch the file again")
                return
            if not line:
                return
            if line.strip():
                yield _row(line, path, number, language)


def _open(path: Path, stack: ExitStack) -> BinaryIO:
    try:
        file = stack.enter_context(path.open("rb"))
        packed = file.read(2) == _GZIP
        file.seek(0)
    except OSError as error:
        reason = error.strerror or "cannot be opened"
        raise UnreadableFile(f"{path}: {reason}; name a .jsonl or .jsonl.gz file.") from error
    # By content and not by name: files are renamed more often than repacked.
    return cast("BinaryIO", stack.enter_context(gzip.GzipFile(fileobj=file))) if packed else file


def _row(line: bytes, path: Path, number: int, language: str) -> LabRow | BadRow:
    try:
        raw = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
    except UnicodeDecodeError as error:
        return BadRow(str(path), number, f"not UTF-8 at byte {error.start} of the line")
    except json.JSONDecodeError as error:
        return BadRow(str(path), number, f"not JSON at column {error.colno}: {error.msg}")
    except (ValueError, RecursionError):
        return BadRow(str(path), number, "not JSON we can read: a number too long or objects too deep")
    try:
        row = parse_row(raw, language=language)
    except InvalidRow as error:
        return BadRow(str(path), number, str(error))
    return with_known_layers(row)
