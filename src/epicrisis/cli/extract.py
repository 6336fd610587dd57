"""``epicrisis extract``: one coded record of each note, file or recording."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from epicrisis.cli.inputs import Kind, sources
from epicrisis.cli.options import Engine, Language, prepared
from epicrisis.cli.texts import documents_in, outcomes_of
from epicrisis.cli.told import Telling, tell
from epicrisis.text.alignment import OffsetUnit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from epicrisis.assembly import Pipeline
    from epicrisis.cli.inputs import Source
    from epicrisis.domain.documents import Document
    from epicrisis.domain.records import NoteRecord
    from epicrisis.services.outcomes import Failure
    from epicrisis.settings import Settings

    Outcome = tuple[str, "Extracted | Failure"]
    Extracted = tuple[NoteRecord, Document]


class Form(StrEnum):
    """In which form a record is told."""

    SUMMARY = "summary"
    JSON = "json"
    FHIR = "fhir"
    CSV = "csv"
    JSONL = "jsonl"
    OMOP = "omop"


def extract(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILE|-|TEXT...",
            help="Notes: files of every kind that `epicrisis read` reads, - for standard input, or a text in quotes.",
        ),
    ] = None,
    form: Annotated[
        Form,
        typer.Option(
            "--as",
            help="For people; as JSON; as a FHIR R4 Bundle; as rows in CSV or JSON Lines; or as rows of OMOP note_nlp.",
        ),
    ] = Form.SUMMARY,
    audio: Annotated[bool, typer.Option("--audio", help="The files are recordings: write them down first.")] = False,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Write a file for each instead.")] = None,
    language: Language = None,
    engine: Engine = None,
    offset_unit: Annotated[OffsetUnit, typer.Option(help="What offsets count in JSON.")] = OffsetUnit.CODE_POINT,
) -> None:
    """Make one record of a note: problems, medications, results, allergies, histories, with codes and their words."""
    given = sources(inputs or [])
    if audio and any(source.kind is Kind.TEXT for source in given):
        raise typer.BadParameter("hears recordings: name a file, or - for standard input", param_hint="--audio")
    settings, pipeline = prepared(engine, language)
    outcomes = _extracted(given, settings, pipeline, language, audio=audio)
    raise typer.Exit(
        tell(outcomes, _telling(form, offset_unit), noun="notes", total=len(given), as_json=form is Form.JSON, out=out)
    )


def _telling(form: Form, offset_unit: OffsetUnit) -> Telling[Extracted]:
    from epicrisis.cli import record_forms as forms

    def plain(extracted: Extracted) -> object:
        return forms.as_json(*extracted, offset_unit=offset_unit)

    by_form: dict[Form, Callable[[NoteRecord, Document], str]] = {
        Form.SUMMARY: forms.summary, Form.JSON: forms.json_text, Form.FHIR: forms.fhir, Form.CSV: forms.csv_rows,
        Form.JSONL: forms.json_lines, Form.OMOP: partial(forms.omop, ids=count(1)),
    }  # fmt: skip
    words = by_form[form]
    among = forms.fhir_line if form is Form.FHIR else words
    return Telling(
        plain=plain,
        words=lambda extracted: words(*extracted),
        among=lambda extracted: among(*extracted),
        head=forms.csv_head() if form is Form.CSV else "",
        ending=forms.ENDINGS[form.value],
    )


def _extracted(
    given: Sequence[Source], settings: Settings, pipeline: Pipeline, language: str | None, *, audio: bool
) -> Iterator[list[Outcome]]:
    for source in given:
        documents = documents_in(source, pipeline.intake, settings, language, audio=audio)
        yield outcomes_of(pipeline.extraction.many(documents), documents)
