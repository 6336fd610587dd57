"""``epicrisis patient``: what is known of a patient on one page, from a record or from an EHR."""

from __future__ import annotations

import asyncio
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Annotated

import typer

from epicrisis.cli.progress import stages
from epicrisis.cli.read import files_among
from epicrisis.domain.summaries import Mode
from epicrisis.services.patient_records import Patience

if TYPE_CHECKING:
    from collections.abc import Callable

    from epicrisis.services.patient_summary import Given, Summarized, SummarizePatient, Wanted
    from epicrisis.settings import Settings


class Form(StrEnum):
    """In which form a summary is told."""

    MARKDOWN = "markdown"
    JSON = "json"
    IPS = "ips"


class SummaryLanguage(StrEnum):
    """The languages a summary is written in."""

    EN = "en"
    ES = "es"


def patient(
    record: Annotated[
        str | None,
        typer.Argument(metavar="FILE|-", help="A FHIR Bundle, a C-CDA document or HL7 v2 messages; - for stdin."),
    ] = None,
    ehr: Annotated[str, typer.Option("--ehr", help="The alias of an EHR of EPICRISIS_EHRS to ask instead.")] = "",
    patient: Annotated[str, typer.Option("--patient", help="The id of the patient there, or in the file.")] = "",
    mode: Annotated[
        Mode, typer.Option("--mode", help="Who writes: rules, a model over their plan, or one part by part.")
    ] = Mode.RULE,
    model: Annotated[str, typer.Option("--model", help="The language model, by its name.")] = "",
    language: Annotated[
        SummaryLanguage, typer.Option("--language", "-l", help="The language of the summary.")
    ] = SummaryLanguage.EN,
    since: Annotated[
        datetime | None,
        typer.Option("--since", formats=["%Y-%m-%d"], help="Changes count after this day; else after the last visit."),
    ] = None,
    timeout: Annotated[
        Patience, typer.Option("--timeout", help="How long the EHR is waited for: 8 seconds, or 30.")
    ] = Patience.FAST,
    notes: Annotated[bool, typer.Option("--notes/--no-notes", help="Read the newest notes in the record too.")] = True,
    form: Annotated[Form, typer.Option("--format", help="Markdown, JSON, or a FHIR patient summary.")] = Form.MARKDOWN,
    stream: Annotated[bool, typer.Option("--stream", help="Say on stderr how far it is, in a script too.")] = False,
) -> None:
    """Summarise a patient: what holds, what changed, what to consider, and what each sentence rests on."""
    if (record is None) == (not ehr and not patient) or (record is not None and ehr):
        raise typer.BadParameter("name a file, or an --ehr with a --patient", param_hint="FILE")
    if record is None and not patient:
        raise typer.BadParameter("say whose: name a --patient", param_hint="--patient")
    from epicrisis.domain.moments import Moment
    from epicrisis.services.patient_summary import GivenPatient, GivenRecord, Wanted
    from epicrisis.settings import load_settings

    settings = load_settings()
    wanted = Wanted(
        mode=mode,
        language=language.value,
        since=None if since is None else Moment.of_day(since.date()),
        model=model,
        read_notes=notes,
    )
    given: Given = GivenPatient(patient, ehr, patience=timeout)
    if record is not None:
        [source] = files_among([record])
        given = GivenRecord(source.bytes(settings.max_upload_bytes), patient)
    with stages(always=stream) as tell:
        summarized = asyncio.run(_summarized(_service(settings), given, wanted, tell))
    for why in summarized.summary.fallbacks:
        typer.echo(f"note: {why}", err=True)
    _write(summarized, form)


async def _summarized(
    service: SummarizePatient, given: Given, wanted: Wanted, tell: Callable[[str, int], None]
) -> Summarized:
    try:
        return await service(given, wanted, progress=lambda each: tell(each.stage, each.percent))
    finally:
        await service.close()


def _service(settings: Settings) -> SummarizePatient:
    from epicrisis.assembly import Pipeline, deidentification, load, summarizing

    # Engines are loaded when there is a note to read, and not for a record without one.
    @cache
    def pipeline() -> Pipeline:
        return load(settings.model_copy(update={"preload": ""}))

    return summarizing(settings, pipeline, lambda: deidentification(settings, pipeline()))


def _write(summarized: Summarized, form: Form) -> None:
    from epicrisis import __version__
    from epicrisis.cli.outputs import write_json
    from epicrisis.cli.told import print_words
    from epicrisis.formats.fhir.ips import to_ips
    from epicrisis.formats.patient_summaries import to_markdown, to_plain

    summary = summarized.summary
    if form is Form.MARKDOWN:
        print_words(to_markdown(summary))
    elif form is Form.JSON:
        write_json({"markdown": to_markdown(summary), **to_plain(summary), "version": __version__})
    else:
        write_json(to_ips(summarized.record, summary.baseline, language=summary.language, version=__version__))
