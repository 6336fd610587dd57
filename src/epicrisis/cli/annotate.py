"""``epicrisis annotate``: whole notes, to the terminal, as JSON, as a page, for brat."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from epicrisis.cli.faults import ExitCode
from epicrisis.cli.inputs import sources
from epicrisis.cli.options import Engine, Language, prepared
from epicrisis.cli.progress import counted
from epicrisis.cli.rows import BadRow, batches
from epicrisis.errors import EpicrisisError
from epicrisis.services.outcomes import Failure
from epicrisis.text.alignment import OffsetUnit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from epicrisis.assembly import Pipeline
    from epicrisis.cli.inputs import Source
    from epicrisis.cli.outputs import Item, Sink
    from epicrisis.domain.documents import Document

_NOTES_AT_ONCE = 16


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
    reading = _Reading(pipeline, settings.max_chars, language)
    total = None if as_jsonl and any(source.holds_rows for source in given) else len(given)
    some_failed = False
    for batch in counted(reading.answers(given, rows=as_jsonl), "notes", total=total):
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


class _Reading:
    """Reads sources batch by batch, so that memory stays small and the engine has enough to sort."""

    def __init__(self, pipeline: Pipeline, max_chars: int, language: str | None) -> None:
        self._pipeline = pipeline
        self._max_chars = max_chars
        self._language = language

    def answers(self, given: Sequence[Source], *, rows: bool) -> Iterator[Sequence[Item]]:
        """Yield the answers in the order of ``given``."""
        for holds_rows, group in groupby(given, key=lambda source: rows and source.holds_rows):
            if holds_rows:
                for source in group:
                    yield from self._of_rows(source)
            else:
                yield from self._of_notes(list(group))

    def _of_notes(self, given: Sequence[Source]) -> Iterator[Sequence[Item]]:
        for start in range(0, len(given), _NOTES_AT_ONCE):
            documents = [self._document(source) for source in given[start : start + _NOTES_AT_ONCE]]
            yield self._annotated(documents, [None] * len(documents))

    def _of_rows(self, source: Source) -> Iterator[Sequence[Item]]:
        try:
            stream = source.open()
        except EpicrisisError as error:
            yield self._annotated([Failure.of(source.id, error)], [None])
            return
        with stream:
            for batch in batches(stream, self._max_chars):
                documents = [
                    row.failure
                    if isinstance(row, BadRow)
                    else self._pipeline.intake.attempt(row.text, id=row.id, language=row.language or self._language)
                    for row in batch
                ]
                yield self._annotated(documents, [row.line for row in batch])

    def _document(self, source: Source) -> Document | Failure:
        try:
            return self._pipeline.intake(source.read(self._max_chars), id=source.id, language=self._language)
        except EpicrisisError as error:
            return Failure.of(source.id, error)

    def _annotated(self, documents: Sequence[Document | Failure], lines: Iterable[int | None]) -> list[Item]:
        from epicrisis.cli.outputs import Item

        answers = self._pipeline.annotation.many(documents)
        return [Item(answer, line) for answer, line in zip(answers, lines, strict=True)]
