"""The files among what ``epicrisis redact`` is given: JSON, CSV, Parquet, Word and PDF, each whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from epicrisis.cli.inputs import Kind
from epicrisis.errors import UnreadableDocument
from epicrisis.formats.redacting.sniffing import RULED, FileKind, ending_of, likely_kind
from epicrisis.services.outcomes import Failure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from epicrisis.cli.inputs import Source
    from epicrisis.cli.redact_audit import Recorder
    from epicrisis.services.redact_files import RedactedFile, RedactFiles

_BEGINNING = 1024
_BINARY = frozenset({FileKind.PARQUET, FileKind.DOCX, FileKind.PDF})


@dataclass(frozen=True, slots=True)
class FileItem:
    """A file, what became of it, and how the name of the new one ends."""

    id: str
    answer: RedactedFile | Failure
    ending: str


class Files:
    """Redacts sources that are files; what is wrong with one is told of it alone."""

    def __init__(
        self,
        redact_files: RedactFiles,
        recorder: Recorder,
        *,
        policy: str,
        patient: str | None,
        language: str | None,
        rules: Mapping[str, str],
        header: bool,
    ) -> None:
        self._redact_files = redact_files
        self._recorder = recorder
        self._policy = policy
        self._patient = patient
        self._language = language
        self._rules = rules
        self._header = header
        # A policy that cannot be used is wrong with all of them, and told before the first is read.
        redact_files.check(policy, patient)

    def redacted(self, source: Source, kind: FileKind) -> FileItem:
        """Return the file of ``source``, of ``kind``, redacted, or why it cannot be, once that is recorded."""
        name = Path(source.argument).name
        try:
            data = source.bytes(self._redact_files.limits.file_bytes)
        except Exception as error:  # noqa: BLE001  whatever one file does, the others are redacted
            answer: RedactedFile | Failure = Failure.of(source.id, error)
        else:
            answer = self._answer(source, data, kind, name)
        return FileItem(source.id, answer, ending_of(kind, name=name))

    def _answer(self, source: Source, data: bytes, kind: FileKind, name: str) -> RedactedFile | Failure:
        from epicrisis.services.redact_files import GivenFile

        given = GivenFile(
            data,
            name=name,
            kind=kind,
            language=self._language,
            rules=self._rules if kind in RULED else {},
            header=self._header,
        )
        try:
            made: RedactedFile | Failure = self._redact_files.one(given, policy=self._policy, patient=self._patient)
        except Exception as error:  # noqa: BLE001  as above
            made = Failure.of(source.id, error)
        self._recorder.file(self._redact_files, given, made)
        return made


def kind_of(source: Source) -> FileKind:
    """Return what ``source`` is likely to be: text, unless it is a file that begins otherwise or is named so."""
    # A pipe gives its bytes once, to whoever reads the note.
    path = Path(source.argument)
    if source.kind is not Kind.FILE or (path.exists() and not path.is_file()):
        return FileKind.TEXT
    try:
        with source.open() as stream:
            beginning = stream.read(_BEGINNING)
    except (UnreadableDocument, OSError):
        # Whoever reads it in earnest says what is wrong.
        beginning = b""
    return likely_kind(beginning, name=path.name)


def require_folder(kind: FileKind) -> None:
    """Refuse to write to the terminal what is not for reading there.

    Raises:
        BadParameter: ``kind`` is one of those.
    """
    if kind in _BINARY:
        raise typer.BadParameter(f"a {kind.value} file goes to a folder: add --out DIR", param_hint="--out")


def rules_said(said: list[str]) -> Mapping[str, str]:
    """Return the rules of ``--rule``.

    Raises:
        BadParameter: one of them is none.
    """
    from epicrisis.errors import InvalidInput
    from epicrisis.formats.redacting.actions import rules_of

    try:
        return rules_of(said)
    except InvalidInput as error:
        raise typer.BadParameter(str(error), param_hint="--rule") from error
