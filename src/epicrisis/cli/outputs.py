"""Where the answers of ``epicrisis annotate`` go; each sink takes them batch by batch, in order."""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import typer

from epicrisis.cli.faults import say
from epicrisis.cli.rows import failure_to_plain, write_row
from epicrisis.cli.terminal import Screen, legend, show
from epicrisis.formats import brat, html
from epicrisis.formats.jsonl import to_plain
from epicrisis.services.outcomes import Failure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from epicrisis.domain.annotations import AnnotatedDocument
    from epicrisis.text.alignment import OffsetUnit

_NOT_IN_A_FILE_NAME = re.compile(r"[^\w.-]+")
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Item:
    """The answer to one note, and the line it stood on where it came as a row."""

    answer: AnnotatedDocument | Failure
    line: int | None = None


class Sink(Protocol):
    """Something that takes answers."""

    def take(self, batch: Sequence[Item]) -> None:
        """Take the next answers."""
        ...

    def close(self) -> None:
        """Finish what was begun."""
        ...


class Rows:
    """One JSON object a line; a failure is a row of its own."""

    def __init__(self, offset_unit: OffsetUnit) -> None:
        self._offset_unit = offset_unit

    def take(self, batch: Sequence[Item]) -> None:
        """Write the rows of ``batch`` and let them go at once, for somebody may be waiting."""
        for item in batch:
            if isinstance(item.answer, Failure):
                write_row(failure_to_plain(item.answer, item.line))
            else:
                write_row(to_plain(item.answer, offset_unit=self._offset_unit))
        sys.stdout.flush()

    def close(self) -> None:
        """Every row is out already."""


class Json:
    """One JSON object, or a list where several notes were given; failures go to stderr."""

    def __init__(self, offset_unit: OffsetUnit, *, several: bool) -> None:
        self._offset_unit = offset_unit
        self._several = several
        self._found: list[dict[str, object]] = []

    def take(self, batch: Sequence[Item]) -> None:
        """Keep the answers until all are there."""
        for answer in _told(batch):
            self._found.append(to_plain(answer, offset_unit=self._offset_unit))

    def close(self) -> None:
        """Write them."""
        if self._several or self._found:
            write_json(self._found if self._several else self._found[0])


class Terminal:
    """The note with its findings marked, for people; failures go to stderr."""

    def __init__(self) -> None:
        self._console = Screen()
        self._explained = False

    def take(self, batch: Sequence[Item]) -> None:
        """Show the notes, the legend before the first."""
        for answer in _told(batch):
            if not self._explained:
                self._console.print(legend(), end="\n\n")
                self._explained = True
            show(answer, self._console)

    def close(self) -> None:
        """Every note is shown already."""


class Page:
    """One HTML page with every note."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._notes: list[AnnotatedDocument] = []

    def take(self, batch: Sequence[Item]) -> None:
        """Keep the notes until all are there."""
        self._notes += [item.answer for item in batch if not isinstance(item.answer, Failure)]

    def close(self) -> None:
        """Write the page."""
        _write_whole(self._path, html.page(self._notes), option="--html")


class BratFolder:
    """A folder brat opens: the note (.txt) and its annotations (.ann) side by side, and the configuration."""

    def __init__(self, folder: Path, *, option: str = "--brat") -> None:
        self._folder = folder
        self._option = option
        self._names: set[str] = set()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as cause:
            raise _unwritable(folder, option, cause) from cause
        self.configure(brat.CONFIGURATION)

    def configure(self, configuration: str) -> None:
        """Write what brat has to know of the folder."""
        _write_whole(self._folder / "annotation.conf", configuration, option=self._option)

    def take(self, batch: Sequence[Item]) -> None:
        """Write the two files of each note."""
        for item in batch:
            if not isinstance(item.answer, Failure):
                name = _free_name(item.answer.document.id, self._names)
                _write_whole(self._folder / f"{name}.txt", item.answer.document.text, option=self._option)
                _write_whole(self._folder / f"{name}.ann", brat.write(item.answer), option=self._option)

    def close(self) -> None:
        """Every file is written already."""


class FileFolder:
    """A folder with a file a note."""

    def __init__(self, folder: Path, *, option: str) -> None:
        self._folder = folder
        self._option = option
        self._names: dict[str, set[str]] = {}
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as cause:
            raise _unwritable(folder, option, cause) from cause

    def write(self, id: str, content: str | bytes, *, ending: str = ".txt") -> None:  # noqa: A002
        """Write ``content`` to the file of the note ``id``, whose name has that ``ending``."""
        name = _free_name(id, self._names.setdefault(ending, set()))
        _write_whole(self._folder / f"{name}{ending}", content, option=self._option)


def write_json(plain: object) -> None:
    """Write ``plain`` to standard output, indented; UTF-8 whatever the locale."""
    sys.stdout.buffer.write(json.dumps(plain, ensure_ascii=False, indent=2).encode() + b"\n")
    sys.stdout.flush()


def _free_name(id: str, names: set[str]) -> str:  # noqa: A002
    """Return what a file of the note ``id`` is called: as none of ``names``, which it joins."""
    # An id is any string, "../../etc/passwd" too; a file name is not.
    stem = _NOT_IN_A_FILE_NAME.sub("_", id).strip("._")[:_LONGEST_NAME] or "note"
    name, copies = stem, 1
    while name.casefold() in names:
        copies += 1
        name = f"{stem}-{copies}"
    names.add(name.casefold())
    return name


def _told(batch: Sequence[Item]) -> list[AnnotatedDocument]:
    """Return the answers, once stderr was told of the failures."""
    for item in batch:
        if isinstance(item.answer, Failure):
            say(item.answer.code, f"{item.answer.id}: {item.answer.message}")
    return [item.answer for item in batch if not isinstance(item.answer, Failure)]


def _write_whole(path: Path, content: str | bytes, *, option: str) -> None:
    """Write the file so that nobody ever sees half of it: beside it first, then in its place."""
    try:
        with tempfile.NamedTemporaryFile("wb", dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            try:
                file.write(content.encode() if isinstance(content, str) else content)
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).chmod(0o666 & ~_umask())
                Path(file.name).replace(path)
            except OSError:
                Path(file.name).unlink(missing_ok=True)
                raise
    except OSError as cause:
        raise _unwritable(path, option, cause) from cause


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _unwritable(path: Path, option: str, cause: OSError) -> typer.BadParameter:
    return typer.BadParameter(f"'{path}' cannot be written: {cause.strerror}.", param_hint=option)
