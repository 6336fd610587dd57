"""``epicrisis read``: the text of files, or where on its page every word of it stands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from epicrisis.cli.inputs import Kind, sources
from epicrisis.cli.options import Language
from epicrisis.cli.told import Telling, tell
from epicrisis.services.outcomes import Failure
from epicrisis.text.alignment import OffsetUnit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from epicrisis.cli.inputs import Source
    from epicrisis.domain.pages import ReadFile
    from epicrisis.services.read_files import ReadFiles


def read(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILE|-...",
            help="PDF, DOCX, RTF, HTML, text in any encoding, pictures, C-CDA, HL7 v2, FHIR, or a ZIP of those.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON: each document with its pages.")] = False,
    boxes: Annotated[bool, typer.Option("--boxes", help="In JSON: say where on its page each word stands.")] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Write a text file for each instead.")
    ] = None,
    language: Language = None,
    offset_unit: Annotated[OffsetUnit, typer.Option(help="What offsets count in JSON.")] = OffsetUnit.CODE_POINT,
) -> None:
    """Read the text of files of every kind that hospitals send, scanned pages too."""
    if boxes and not as_json:
        raise typer.BadParameter("boxes are told in JSON: add --json", param_hint="--boxes")
    if as_json and out is not None:
        raise typer.BadParameter("choose one of --json and --out", param_hint="--json")
    given = files_among(inputs or [])
    from epicrisis.assembly import file_reading
    from epicrisis.formats.read_files import file_to_plain
    from epicrisis.settings import load_settings

    reading = file_reading(load_settings())
    telling: Telling[ReadFile] = Telling(
        plain=lambda file: file_to_plain(file, boxes=boxes, offset_unit=offset_unit),
        words=lambda file: file.text,
        doubts=lambda file: file.warnings,
    )
    outcomes = (read_source(reading, source, language) for source in given)
    raise typer.Exit(tell(outcomes, telling, noun="files", total=len(given), as_json=as_json, out=out))


def files_among(inputs: Sequence[str]) -> list[Source]:
    """Return what ``inputs`` mean, which are files or standard input.

    Raises:
        BadParameter: one of them is a text.
    """
    given = sources(list(inputs))
    if any(source.kind is Kind.TEXT for source in given):
        raise typer.BadParameter("reads files: name one that is there, or - for standard input", param_hint="FILE|-")
    return given


def read_source(reading: ReadFiles, source: Source, language: str | None) -> list[tuple[str, ReadFile | Failure]]:
    """Return the documents in ``source`` with an id for each, or why it cannot be read."""
    from epicrisis.services.read_files import FileToRead

    try:
        data = source.bytes(reading.limits.file_bytes)
        name = Path(source.argument).name if source.kind is Kind.FILE else ""
        files = reading.one(FileToRead(data, name=name, language=language))
    except Exception as error:  # noqa: BLE001  whatever one file does, the others are read
        return [(source.id, Failure.of(source.id, error))]
    return list(_named(source.id, files))


def _named(id: str, files: Sequence[ReadFile]) -> Iterator[tuple[str, ReadFile]]:  # noqa: A002
    from epicrisis.formats.read_files import names_of

    for name, file in zip(names_of(files), files, strict=True):
        yield (id if len(files) == 1 else f"{id}-{name}"), file
