"""``epicrisis summarize``: each note, or file, in a few of its own sentences."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from epicrisis.cli.inputs import sources
from epicrisis.cli.options import Engine, Language, prepared
from epicrisis.cli.texts import documents_in, outcomes_of
from epicrisis.cli.told import Telling, tell
from epicrisis.domain.note_summaries import Style
from epicrisis.text.alignment import OffsetUnit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from epicrisis.assembly import Pipeline
    from epicrisis.cli.inputs import Source
    from epicrisis.domain.documents import Document
    from epicrisis.domain.note_summaries import NoteSummary
    from epicrisis.services.outcomes import Failure
    from epicrisis.services.summarize import Wanted
    from epicrisis.settings import Settings

    Summarised = tuple[NoteSummary, Document]


class Form(StrEnum):
    """In which form a summary is told."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"


_ENDINGS = {Form.TEXT: ".txt", Form.JSON: ".json", Form.JSONL: ".jsonl"}


def summarize(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILE|-|TEXT...",
            help="Notes: files of every kind that `epicrisis read` reads, - for standard input, or a text in quotes.",
        ),
    ] = None,
    max_words: Annotated[int, typer.Option(min=1, help="How many words a summary has at most.")] = 150,
    min_words: Annotated[
        int | None,
        typer.Option(min=0, help="How many at least, where the note has them. [default: 50, or what --max-words says]"),
    ] = None,
    style: Annotated[
        Style, typer.Option(help="In the words of the note, or in those of a language model that is held against it.")
    ] = Style.EXTRACTIVE,
    form: Annotated[
        Form, typer.Option("--format", help="For people, as JSON, or a line of JSON for each sentence.")
    ] = Form.TEXT,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Write a file for each instead.")] = None,
    language: Language = None,
    engine: Engine = None,
    offset_unit: Annotated[OffsetUnit, typer.Option(help="What offsets count in JSON.")] = OffsetUnit.CODE_POINT,
) -> None:
    """Tell a note in short: problems, changes and plan first, in its own sentences, each with where it stands."""
    from epicrisis.services.summarize import Wanted, bounds_of

    if min_words is not None and min_words > max_words:
        raise typer.BadParameter("is more than --max-words; name a smaller one", param_hint="--min-words")
    given = sources(inputs or [])
    settings, pipeline = prepared(engine, language)
    if style is Style.ABSTRACTIVE:
        from epicrisis.assembly import deidentification, rewording

        pipeline.summaries.rewording = rewording(settings, pipeline, lambda: deidentification(settings, pipeline))
    outcomes = _summarised(given, settings, pipeline, language, Wanted(bounds_of(max_words, min_words), style))
    raise typer.Exit(
        tell(outcomes, _telling(form, offset_unit), noun="notes", total=len(given), as_json=form is Form.JSON, out=out)
    )


def _telling(form: Form, offset_unit: OffsetUnit) -> Telling[Summarised]:
    from epicrisis.formats.note_summaries import note_summary_to_plain

    def plain(summarised: Summarised) -> dict[str, object]:
        return note_summary_to_plain(*summarised, offset_unit=offset_unit)

    def words(summarised: Summarised) -> str:
        summary, _ = summarised
        match form:
            case Form.TEXT:
                return "\n".join([summary.text, *(f"({warning})" for warning in summary.warnings)])
            case Form.JSON:
                return json.dumps(plain(summarised), ensure_ascii=False, indent=2)
            case Form.JSONL:
                return _lines(plain(summarised))

    return Telling(plain=plain, words=words, ending=_ENDINGS[form])


def _lines(plain: dict[str, object]) -> str:
    statements = plain["statements"]
    assert isinstance(statements, list)
    rows = ({"id": plain["id"], **statement} for statement in statements)
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _summarised(
    given: Sequence[Source], settings: Settings, pipeline: Pipeline, language: str | None, wanted: Wanted
) -> Iterator[list[tuple[str, Summarised | Failure]]]:
    for source in given:
        documents = documents_in(source, pipeline.intake, settings, language)
        yield outcomes_of(pipeline.summaries.many(documents, wanted), documents)
