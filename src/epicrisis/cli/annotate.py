"""``epicrisis annotate``: whole notes, to the terminal, as JSON, as a page, for brat."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from epicrisis.cli.faults import ExitCode
from epicrisis.cli.inputs import sources
from epicrisis.cli.notes import Notes
from epicrisis.cli.options import Engine, Language, prepared
from epicrisis.cli.progress import counted
from epicrisis.services.outcomes import Failure
from epicrisis.text.alignment import OffsetUnit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from epicrisis.assembly import Pipeline
    from epicrisis.cli.inputs import Source
    from epicrisis.cli.notes import Batch
    from epicrisis.cli.outputs import Item, Sink


def annotate(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(metavar="FILE|-|TEXT...", help="Notes: files, - for standard input, or a text in quotes."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON: an object, or a list for several.")] = False,
    as_jsonl: Annotated[
        bool,
        typer.Option("--jsonl", help='Print one JSON object a line; - and *.jsonl hold rows {"id", "text"} or lines.'),
    ] = False,
    html: Annotated[Path | None, typer.Option("--html", metavar="PATH", help="Also write one page to open.")] = None,
    brat: Annotated[Path | None, typer.Option("--brat", metavar="DIR", help="Also write .txt and .ann files.")] = None,
    language: Language = None,
    engine: Engine = None,
    offset_unit: Annotated[OffsetUnit, typer.Option(help="What offsets count in JSON.")] = OffsetUnit.CODE_POINT,
) -> None:
    """Find every problem, test, procedure and drug in a note, each with its status and the words that decided it."""
    if as_json and as_jsonl:
        raise typer.BadParameter("choose one of --json and --jsonl", param_hint="--json")
    given = sources(inputs or [])
    settings, pipeline = prepared(engine, language)
    sinks = _sinks(given, offset_unit, as_json=as_json, as_jsonl=as_jsonl, html=html, brat=brat)
    notes = Notes(pipeline.intake, max_chars=settings.max_chars, language=language)
    total = None if as_jsonl and any(source.holds_rows for source in given) else len(given)
    some_failed = False
    answers = (_annotated(pipeline, batch) for batch in notes.batches(given, rows=as_jsonl))
    for batch in counted(answers, "notes", total=total):
        some_failed |= any(isinstance(item.answer, Failure) for item in batch)
        for sink in sinks:
            sink.take(batch)
    for sink in sinks:
        sink.close()
    if some_failed:
        raise typer.Exit(ExitCode.SOME_FAILED)


def _sinks(
    given: Sequence[Source],
    offset_unit: OffsetUnit,
    *,
    as_json: bool,
    as_jsonl: bool,
    html: Path | None,
    brat: Path | None,
) -> list[Sink]:
    from epicrisis.cli import outputs

    sinks: list[Sink] = []
    if as_jsonl:
        sinks.append(outputs.Rows(offset_unit))
    elif as_json:
        sinks.append(outputs.Json(offset_unit, several=len(given) > 1))
    else:
        sinks.append(outputs.Terminal())
    if html is not None:
        sinks.append(outputs.Page(html))
    if brat is not None:
        sinks.append(outputs.BratFolder(brat))
    return sinks


def _annotated(pipeline: Pipeline, batch: Batch) -> list[Item]:
    from epicrisis.cli.outputs import Item

    answers = pipeline.annotation.many(batch.documents)
    return [Item(answer, line) for answer, line in zip(answers, batch.lines, strict=True)]
