"""A ZIP of documents: each read on its own and under its own name, archives within it one level deep."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from lzma import LZMAError
from pathlib import PurePosixPath

from epicrisis.errors import EpicrisisError, InvalidInput, MissingDependency, UnreadableDocument
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.contained.unpacking import unpacked
from epicrisis.formats.documents import opening
from epicrisis.formats.documents.attached import named, with_warnings
from epicrisis.formats.documents.kinds import Kind, kind_of
from epicrisis.formats.documents.parsed import Parsed

_MACINTOSH = "__MACOSX"


def read(data: bytes, limits: Limits) -> list[Parsed]:
    """Return what is in each file of the archive, under its base name; hidden files are passed over.

    Files of one base name in several folders are told by their folders too: ``ana/note.txt`` is not ``luis/note.txt``.

    A file that cannot be read is told by its number in a warning of the first text, and the others are read: one bad
    file fails alone. The limits hold for the archive and the archives in it together.

    Raises:
        UnreadableDocument: it is damaged, protected, over the limits, names places outside itself, or holds nothing
            that can be read.
        EpicrisisError: what was wrong with the only file in it.
    """
    archive = _Archive(limits)
    archive.read(data)
    if archive.parsed:
        return with_warnings(archive.parsed, archive.warnings)
    if len(archive.refused) == 1:
        raise archive.refused[0]
    if archive.refused:
        raise UnreadableDocument(" ".join([f"None of {len(archive.refused)} files can be read.", archive.warnings[0]]))
    raise UnreadableDocument("The archive is empty; send one with files in it.")


class _Archive:
    """What has been read of an archive, and what is left of its limits."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._entries = limits.entries
        self._bytes = limits.unpacked
        self.parsed: list[Parsed] = []
        self.refused: list[EpicrisisError] = []
        self.warnings: list[str] = []

    def read(self, data: bytes, *, place: str = "", is_inner: bool = False) -> None:
        """Read the files of ``data``; ``place`` says where the archive stands in the one around it."""
        for number, (name, content) in enumerate(self._files(data), start=1):
            entry = f"{place}{number}"
            try:
                if len(content) > self._limits.file_bytes:
                    raise UnreadableDocument(f"It is too large: up to {self._limits.file_bytes} bytes are read.")
                kind = kind_of(content, name=name)
                if kind is not Kind.ZIP:
                    self.parsed += named(opening.read(kind, content, self._limits), name)
                elif is_inner:
                    raise UnreadableDocument("It is an archive in an archive in another; unpack it, and send that.")
                else:
                    self.read(content, place=f"{entry}.", is_inner=True)
            except (InvalidInput, MissingDependency) as error:
                self.refused.append(error)
                self.warnings.append(f"File {entry} of the archive cannot be read: {error}")

    def _files(self, data: bytes) -> Iterator[tuple[str, bytes]]:
        """Yield the files of an archive that are nobody's own notes on it, by base name, or by path where two agree."""
        try:
            files = unpacked(data, replace(self._limits, entries=self._entries, unpacked=self._bytes))
        except LZMAError as error:
            raise UnreadableDocument("The archive is damaged; pack it again, and send that.") from error
        self._entries -= len(files)
        self._bytes -= sum(map(len, files.values()))
        told = [(PurePosixPath(path.replace("\\", "/")).parts, content) for path, content in files.items()]
        told = [(parts, content) for parts, content in told if not any(map(_is_hidden, parts))]
        times = Counter(parts[-1] for parts, _ in told)
        for parts, content in told:
            yield parts[-1] if times[parts[-1]] == 1 else "/".join(parts), content


def _is_hidden(part: str) -> bool:
    return part.startswith(".") or part == _MACINTOSH
