"""What the arguments of a command mean: a file, standard input, or the text itself."""

from __future__ import annotations

import re
import sys
from collections import Counter
from dataclasses import dataclass, replace
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import typer

from epicrisis.errors import TextTooLong, UnreadableDocument
from epicrisis.text.guard import decode

if TYPE_CHECKING:
    from collections.abc import Sequence

# An argument that names no file but looks as if it should: "notes/visit.txt", "visit.txt", and not "Denies fever."
_LOOKS_LIKE_A_FILE = re.compile(
    r"(?:[.~]{0,2}|\S{2,})/\S+|.*\.(?:txt|text|md|jsonl|ndjson|json|rtf|docx?|parquet|pdf|xml|html?|csv|tsv)",
    re.IGNORECASE,
)
_LONGEST_FILE_NAME = 4096
_ROWS = frozenset({".jsonl", ".ndjson"})

# A code point takes at most four bytes, in UTF-8 and UTF-16 alike; a byte order mark takes up to three.
_BYTES_PER_CHARACTER = 4
_MARK = 3


class Kind(Enum):
    """Where the text of a source comes from."""

    FILE = auto()
    STDIN = auto()
    TEXT = auto()


@dataclass(frozen=True, slots=True)
class Source:
    """One argument: where it points, and the id its note gets."""

    argument: str
    kind: Kind
    id: str

    @property
    def holds_rows(self) -> bool:
        """Return whether this is JSON Lines where JSON Lines were asked for: standard input, or a file named so."""
        return self.kind is Kind.STDIN or (self.kind is Kind.FILE and Path(self.argument).suffix in _ROWS)

    def read(self, max_chars: int) -> str:
        """Return the text.

        Raises:
            UnreadableDocument: there is no such file, or it cannot be opened.
            UnreadableText: it holds no text.
            TextTooLong: it is longer than ``max_chars`` characters could be.
        """
        if self.kind is Kind.TEXT:
            return self.argument
        with self.open() as stream:
            data = _whole(stream, self.id, max_chars)
        return decode(data)

    def bytes(self, most: int) -> bytes:
        """Return what the file or standard input holds, or one byte more than ``most`` of it: so it is too much.

        Raises:
            UnreadableDocument: there is no such file, or it cannot be read.
        """
        with self.open() as stream:
            try:
                return stream.read(most + 1)
            except OSError as cause:
                raise UnreadableDocument(f"The file cannot be read: {cause.strerror}.") from cause

    def open(self) -> BinaryIO:
        """Open the file or standard input.

        Raises:
            UnreadableDocument: there is no such file, or it cannot be opened.
        """
        if self.kind is Kind.STDIN:
            return sys.stdin.buffer
        path = Path(self.argument)
        try:
            return path.open("rb")
        except FileNotFoundError as cause:
            raise UnreadableDocument(
                f"There is no file '{path}'; check the name, or pipe the text in if it is one."
            ) from cause
        except IsADirectoryError as cause:
            raise UnreadableDocument(f"'{path}' is a folder; name the files in it, such as {path}/*.txt.") from cause
        except OSError as cause:
            raise UnreadableDocument(f"The file '{path}' cannot be read: {cause.strerror}.") from cause


def sources(arguments: Sequence[str], *, apart: bool = True) -> list[Source]:
    """Return what ``arguments`` mean; none means standard input, unless a person sits at it.

    Files of one name have an id each where they are told ``apart``.
    """
    if not arguments and sys.stdin.isatty():
        raise typer.BadParameter("name a file, give a text in quotes, or pipe one in", param_hint="FILE|-|TEXT")
    if list(arguments).count("-") > 1:
        raise typer.BadParameter("standard input can be read only once", param_hint="-")
    given = [_source(argument, number) for number, argument in enumerate(arguments or ["-"], 1)]
    return _told_apart(given) if apart else given


def _told_apart(given: list[Source]) -> list[Source]:
    """Return ``given`` with an id each: files of one name, in two folders or of two kinds, are told by their paths."""
    times = Counter(source.id for source in given)
    named = [replace(source, id=_writable(source.argument)) if times[source.id] > 1 else source for source in given]
    seen: Counter[str] = Counter()
    apart = []
    for source in named:
        seen[source.id] += 1
        apart.append(source if seen[source.id] == 1 else replace(source, id=f"{source.id}-{seen[source.id]}"))
    return apart


def _source(argument: str, number: int) -> Source:
    if argument == "-":
        return Source(argument, Kind.STDIN, "stdin")
    # An empty argument is a text without words, not the folder one stands in.
    if (
        argument
        and len(argument) <= _LONGEST_FILE_NAME
        and (_LOOKS_LIKE_A_FILE.fullmatch(argument.strip()) or _exists(argument))
    ):
        return Source(argument, Kind.FILE, _writable(Path(argument).stem))
    return Source(argument, Kind.TEXT, f"text-{number}")


def _writable(name: str) -> str:
    """Return ``name`` as an id is written to files and screens: a file name may hold bytes that are no text."""
    return name.encode(errors="replace").decode()


def _exists(argument: str) -> bool:
    try:
        return Path(argument).exists()
    except OSError:
        # A part of it is too long for a file name: a text then.
        return False


def _whole(stream: BinaryIO, id: str, max_chars: int) -> bytes:  # noqa: A002
    most = max_chars * _BYTES_PER_CHARACTER + _MARK
    try:
        data = stream.read(most + 1)
    except OSError as cause:
        raise UnreadableDocument(f"The text '{id}' cannot be read: {cause.strerror}.") from cause
    if len(data) > most:
        raise TextTooLong(
            f"The text '{id}' has more than {max_chars:,} characters; split it, or raise EPICRISIS_MAX_CHARS."
        )
    return data
