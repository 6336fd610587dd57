"""Where what ``epicrisis redact`` has redacted goes: rows, JSON, or the new text or file alone."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from epicrisis.cli.faults import say
from epicrisis.cli.redact_files import FileItem
from epicrisis.cli.rows import failure_to_plain, write_row
from epicrisis.services.outcomes import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from epicrisis.cli.inputs import Source
    from epicrisis.domain.documents import Document
    from epicrisis.domain.redactions import Redaction
    from epicrisis.formats.writing import Plain

    Write = Callable[[Redaction, Document], Plain]


@dataclass(frozen=True, slots=True)
class NoteItem:
    """A note, what became of it, and the line it stood on where it came as a row."""

    document: Document | Failure
    answer: Redaction | Failure
    line: int | None

    def plain(self, write: Write) -> Plain | None:
        """Return the redaction for JSON, or ``None`` where there is none."""
        if isinstance(self.answer, Failure) or isinstance(self.document, Failure):
            return None
        return write(self.answer, self.document)


class Rows:
    """One JSON object a line; a failure is a row of its own."""

    def __init__(self, write: Write) -> None:
        self._write = write

    def take(self, item: NoteItem | FileItem) -> None:
        """Take the next answer."""
        # No file is told as JSON: offsets are into the text of a note.
        assert isinstance(item, NoteItem)
        plain = item.plain(self._write)
        if isinstance(item.answer, Failure):
            plain = failure_to_plain(item.answer, item.line)
        if plain is not None:
            write_row(plain)
        sys.stdout.flush()

    def close(self) -> None:
        """Every one is out already."""


class Json:
    """One JSON object, or a list where several notes were given; failures go to stderr."""

    def __init__(self, write: Write, *, several: bool) -> None:
        self._write = write
        self._several = several
        self._found: list[Plain] = []

    def take(self, item: NoteItem | FileItem) -> None:
        """Take the next answer."""
        # No file is told as JSON: offsets are into the text of a note.
        assert isinstance(item, NoteItem)
        _tell_failure(item.answer)
        plain = item.plain(self._write)
        if plain is not None:
            self._found.append(plain)

    def close(self) -> None:
        """Write them."""
        from epicrisis.cli.outputs import write_json

        if self._several or self._found:
            write_json(self._found if self._several else self._found[0])


class Texts:
    """The new text or file alone: on standard output, or in a file for each; failures go to stderr."""

    def __init__(self, given: Sequence[Source], out: Path | None) -> None:
        from epicrisis.cli.inputs import Kind
        from epicrisis.cli.outputs import FileFolder

        files = [Path(source.argument) for source in given if source.kind is Kind.FILE]
        if out is not None and any(file.parent.resolve() == out.resolve() for file in files):
            raise typer.BadParameter(
                f"the notes stand in '{out}', and would be written over; name another folder", param_hint="--out"
            )
        self._folder = None if out is None else FileFolder(out, option="--out")

    def take(self, item: NoteItem | FileItem) -> None:
        """Take the next answer."""
        _tell_failure(item.answer)
        if isinstance(item, FileItem):
            if not isinstance(item.answer, Failure):
                self._put(item.id, item.answer.data, item.ending)
        elif not isinstance(item.answer, Failure):
            self._put(item.answer.original_id, item.answer.document.text.encode(), ".txt")

    def _put(self, id: str, data: bytes, ending: str) -> None:  # noqa: A002
        if self._folder is not None:
            self._folder.write(id, data, ending=ending)
            return
        # Every character as it is, whatever the terminal speaks: what was not replaced is not changed.
        sys.stdout.buffer.write(data + (b"" if data.endswith(b"\n") else b"\n"))
        sys.stdout.flush()

    def close(self) -> None:
        """Every one is out already."""


def _tell_failure(answer: object) -> None:
    """Tell stderr where there is no redaction."""
    if isinstance(answer, Failure):
        say(answer.code, f"{answer.id}: {answer.message}")
