"""``epicrisis redact``: notes and files without what says whose they are, as text, as JSON, or a file each."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from epicrisis.cli.faults import ExitCode
from epicrisis.cli.inputs import sources
from epicrisis.cli.notes import Notes
from epicrisis.cli.options import Language, prepared
from epicrisis.cli.progress import counted
from epicrisis.cli.redact_audit import Recorder
from epicrisis.cli.redact_files import FileItem, Files, kind_of, require_folder, rules_said
from epicrisis.cli.redact_sinks import Json, NoteItem, Rows, Texts
from epicrisis.formats.redacting.sniffing import FileKind
from epicrisis.services.outcomes import Failure
from epicrisis.text.alignment import OffsetUnit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from epicrisis.assembly import Pipeline
    from epicrisis.cli.notes import Batch
    from epicrisis.domain.documents import Document
    from epicrisis.domain.redactions import Redaction
    from epicrisis.formats.writing import Plain
    from epicrisis.services.deidentify import Deidentify
    from epicrisis.settings import Settings


def redact(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILE|-|TEXT...",
            help="Notes: files (text, JSON, FHIR, CSV, Parquet, DOCX, PDF), - for standard input, or a text in quotes.",
        ),
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
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Write a file of the same kind for each instead.")
    ] = None,
    numbered: Annotated[
        bool,
        typer.Option("--numbered", help="Name those files 1, 2, 3 as they were given: a name may tell whose it is."),
    ] = False,
    rule: Annotated[
        list[str] | None,
        typer.Option(
            "--rule",
            metavar="PLACE=ACTION",
            help="What is done at a path of JSON or FHIR, or in a column: redact, keep, remove, or a kind, as NAME.",
        ),
    ] = None,
    header: Annotated[
        bool, typer.Option("--header/--no-header", help="Whether the first row of CSV files names their columns.")
    ] = True,
    said: Annotated[
        str,
        typer.Option("--as", metavar="NAME", help="Who the audit log says did it; your user name, hashed, without it."),
    ] = "",
    purpose: Annotated[
        str, typer.Option("--purpose", metavar="NAME", help="What for, as the audit log keeps it, such as research-12.")
    ] = "",
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
    if numbered and out is None:
        raise typer.BadParameter("names files: add --out DIR", param_hint="--numbered")
    rules = rules_said(rule or [])
    # What comes out is named as what was given, and by its kind.
    given = sources(inputs or [], apart=False)
    if numbered:
        given = [replace(source, id=str(number)) for number, source in enumerate(given, 1)]
    # What is told as JSON is notes, with offsets in their text.
    kinds = {} if as_json or as_jsonl else {source: kind_of(source) for source in given}
    if len(given) > 1 and not (as_json or as_jsonl) and out is None:
        raise typer.BadParameter("several notes go to --out, --json or --jsonl", param_hint="FILE")
    if out is None:
        for kind in kinds.values():
            require_folder(kind)
    from epicrisis.assembly import file_redaction

    settings, pipeline, deidentify, name = _made(policy, language)
    recorder = Recorder(deidentify, policy=name, said=said, purpose=purpose)
    notes = Notes(pipeline.intake, max_chars=settings.max_chars, language=language)
    if any(kind is not FileKind.TEXT for kind in kinds.values()):
        files = Files(
            file_redaction(settings, pipeline, deidentify),
            recorder,
            policy=name,
            patient=patient,
            language=language,
            rules=rules,
            header=header,
        )

    def plain(redaction: Redaction, original: Document) -> Plain:
        from epicrisis.formats.redactions import redaction_to_plain

        return redaction_to_plain(redaction, original, explain=explain, offset_unit=offset_unit)

    def redacted(batch: Batch) -> list[NoteItem]:
        answers = deidentify.many(batch.documents, policy=name, patient=patient)
        recorder.notes(batch.documents, answers)
        return list(map(NoteItem, batch.documents, answers, batch.lines))

    def batches() -> Iterator[Sequence[NoteItem | FileItem]]:
        for text, group in groupby(given, key=lambda source: kinds.get(source, FileKind.TEXT) is FileKind.TEXT):
            if text:
                yield from map(redacted, notes.batches(list(group), rows=as_jsonl))
            else:
                yield from ([files.redacted(source, kinds[source])] for source in group)

    sink = Rows(plain) if as_jsonl else Json(plain, several=len(given) > 1) if as_json else Texts(given, out)
    some_failed = False
    total = None if as_jsonl and any(source.holds_rows for source in given) else len(given)
    for items in counted(batches(), "notes", total=total):
        some_failed |= any(isinstance(item.answer, Failure) for item in items)
        for item in items:
            sink.take(item)
    sink.close()
    recorder.close()
    if some_failed:
        raise typer.Exit(ExitCode.SOME_FAILED)


def _made(policy: str, language: str | None) -> tuple[Settings, Pipeline, Deidentify, str]:
    """Return what redacts, and the name of the policy: one of the installation, or of the file it names."""
    from epicrisis.assembly import deidentification, is_installed
    from epicrisis.engines.privacy.policies import policy_file

    own = [policy_file(Path(policy))] if policy.endswith(".toml") else []
    settings, pipeline = prepared(None, language)
    # On a machine where nothing is kept this is a filter, and keeps nothing.
    deidentify = deidentification(settings, pipeline, *own, recorded=is_installed(settings))
    return settings, pipeline, deidentify, own[0].name if own else policy
