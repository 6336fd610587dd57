"""``epicrisis redact``: notes without what says whose they are, as text, as JSON, or a file each."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from epicrisis.cli.faults import ExitCode, say
from epicrisis.cli.inputs import sources
from epicrisis.cli.notes import Notes
from epicrisis.cli.options import Language, prepared
from epicrisis.cli.progress import counted
from epicrisis.cli.rows import failure_to_plain, write_row
from epicrisis.services.outcomes import Failure
from epicrisis.text.alignment import OffsetUnit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from epicrisis.assembly import Pipeline
    from epicrisis.cli.inputs import Source
    from epicrisis.cli.notes import Batch
    from epicrisis.domain.documents import Document
    from epicrisis.domain.redactions import Redaction
    from epicrisis.formats.writing import Plain
    from epicrisis.services.deidentify import Deidentify
    from epicrisis.settings import Settings

    Write = Callable[[Redaction, Document], Plain]


def redact(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(metavar="FILE|-|TEXT...", help="Notes: files, - for standard input, or a text in quotes."),
    ] = None,
    policy: Annotated[
        str,
        typer.Option(
            "--policy",
            "-p",
            metavar="NAME|FILE.toml",
            help="safe-harbor, limited-data-set, gdpr, research, contract-h, one of EPICRISIS_POLICIES, or a file.",
        ),
    ] = "safe-harbor",
    patient: Annotated[
        str | None,
        typer.Option("--patient", metavar="ID", help="Whose notes these are: dates of one patient move together."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON: an object, or a list for several.")] = False,
    as_jsonl: Annotated[
        bool,
        typer.Option("--jsonl", help='Print one JSON object a line; - and *.jsonl hold rows {"id", "text"} or lines.'),
    ] = False,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Write a .txt file a note instead.")] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="In JSON: say what found each identifier, and what was let stand.")
    ] = False,
    language: Language = None,
    offset_unit: Annotated[OffsetUnit, typer.Option(help="What offsets count in JSON.")] = OffsetUnit.CODE_POINT,
) -> None:
    """Hide who a note is about: names, numbers, places and dates, as a policy says."""
    if as_json + as_jsonl + (out is not None) > 1:
        raise typer.BadParameter("choose one of --json, --jsonl and --out", param_hint="--json")
    if explain and not (as_json or as_jsonl):
        raise typer.BadParameter("explains in JSON: add --json or --jsonl", param_hint="--explain")
    given = sources(inputs or [])
    if len(given) > 1 and not (as_json or as_jsonl) and out is None:
        raise typer.BadParameter("several notes go to --out, --json or --jsonl", param_hint="FILE")
    settings, pipeline, deidentify, name = _made(policy, language)
    notes = Notes(pipeline.intake, max_chars=settings.max_chars, language=language)

    def plain(redaction: Redaction, original: Document) -> Plain:
        from epicrisis.formats.redactions import redaction_to_plain

        return redaction_to_plain(redaction, original, explain=explain, offset_unit=offset_unit)

    def redacted(batch: Batch) -> list[_Item]:
        answers = deidentify.many(batch.documents, policy=name, patient=patient)
        return list(map(_Item, batch.documents, answers, batch.lines))

    sink = _Rows(plain) if as_jsonl else _Json(plain, several=len(given) > 1) if as_json else _Texts(given, out)
    some_failed = False
    total = None if as_jsonl and any(source.holds_rows for source in given) else len(given)
    for items in counted(map(redacted, notes.batches(given, rows=as_jsonl)), "notes", total=total):
        some_failed |= any(isinstance(item.answer, Failure) for item in items)
        for item in items:
            sink.take(item)
    sink.close()
    if some_failed:
        raise typer.Exit(ExitCode.SOME_FAILED)


@dataclass(frozen=True, slots=True)
class _Item:
    """A note, what became of it, and the line it stood on where it came as a row."""

    document: Document | Failure
    answer: Redaction | Failure
    line: int | None

    def plain(self, write: Write) -> Plain | None:
        """Return the redaction for JSON, or ``None`` where there is none."""
        if isinstance(self.answer, Failure) or isinstance(self.document, Failure):
            return None
        return write(self.answer, self.document)

    def tell_failure(self) -> None:
        """Tell stderr where there is no redaction."""
        if isinstance(self.answer, Failure):
            say(self.answer.code, f"{self.answer.id}: {self.answer.message}")


class _Rows:
    """One JSON object a line; a failure is a row of its own."""

    def __init__(self, write: Write) -> None:
        self._write = write

    def take(self, item: _Item) -> None:
        plain = item.plain(self._write)
        if isinstance(item.answer, Failure):
            plain = failure_to_plain(item.answer, item.line)
        if plain is not None:
            write_row(plain)
        sys.stdout.flush()

    def close(self) -> None:
        pass


class _Json:
    """One JSON object, or a list where several notes were given; failures go to stderr."""

    def __init__(self, write: Write, *, several: bool) -> None:
        self._write = write
        self._several = several
        self._found: list[Plain] = []

    def take(self, item: _Item) -> None:
        item.tell_failure()
        plain = item.plain(self._write)
        if plain is not None:
            self._found.append(plain)

    def close(self) -> None:
        from epicrisis.cli.outputs import write_json

        if self._several or self._found:
            write_json(self._found if self._several else self._found[0])


class _Texts:
    """The new text alone: on standard output, or in a file a note; failures go to stderr."""

    def __init__(self, given: Sequence[Source], out: Path | None) -> None:
        from epicrisis.cli.inputs import Kind
        from epicrisis.cli.outputs import TextFolder

        files = [Path(source.argument) for source in given if source.kind is Kind.FILE]
        if out is not None and any(file.parent.resolve() == out.resolve() for file in files):
            raise typer.BadParameter(
                f"the notes stand in '{out}', and would be written over; name another folder", param_hint="--out"
            )
        self._folder = None if out is None else TextFolder(out, option="--out")

    def take(self, item: _Item) -> None:
        item.tell_failure()
        if isinstance(item.answer, Failure):
            return
        text = item.answer.document.text
        if self._folder is not None:
            self._folder.write(item.answer.original_id, text)
        else:
            # Every character as it is, whatever the terminal speaks: what was not replaced is not changed.
            sys.stdout.buffer.write(text.encode() + (b"" if text.endswith("\n") else b"\n"))
            sys.stdout.flush()

    def close(self) -> None:
        pass


def _made(policy: str, language: str | None) -> tuple[Settings, Pipeline, Deidentify, str]:
    """Return what redacts, and the name of the policy: one of the installation, or of the file it names."""
    from epicrisis.assembly import deidentification
    from epicrisis.engines.privacy.policies import policy_file

    own = [policy_file(Path(policy))] if policy.endswith(".toml") else []
    settings, pipeline = prepared(None, language)
    return settings, pipeline, deidentification(settings, pipeline, *own), own[0].name if own else policy
