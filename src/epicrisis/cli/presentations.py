"""What cases are given as, each as a presentation: notes, rows of JSON Lines or CSV, and records of patients."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from epicrisis.cli import inputs
from epicrisis.cli.rows import BadRow, RawRow, raw_batches
from epicrisis.cli.tables import UPPER, table_batches
from epicrisis.cli.texts import documents_in
from epicrisis.errors import EpicrisisError, InvalidRow
from epicrisis.services.outcomes import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pydantic import ValidationError

    from epicrisis.api.schemas.differentials import DifferentialRequest
    from epicrisis.assembly import Pipeline
    from epicrisis.cli.inputs import Source
    from epicrisis.services.diagnose import Presentation
    from epicrisis.settings import Settings


class Kind(StrEnum):
    """What a file holds."""

    NOTE = "note"
    ROWS = "rows"
    CSV = "csv"
    RECORD = "record"


@dataclass(frozen=True, slots=True)
class Given:
    """One case as it was given: its id, the line it stood on where it came as a row, and what is told of it.

    ``beside`` are fields of its row that tell nothing of the patient.
    """

    id: str
    told: Presentation | Failure
    line: int | None = None
    beside: Mapping[str, Any] = field(default_factory=dict)


_KINDS = {
    ".jsonl": Kind.ROWS, ".ndjson": Kind.ROWS, ".csv": Kind.CSV,
    ".json": Kind.RECORD, ".xml": Kind.RECORD, ".hl7": Kind.RECORD,
}  # fmt: skip
# Said for all rows at once, and not in each.
_OPTIONS = {"most": "--most", "offset_unit": "--offset-unit"}


class Presentations:
    """Reads cases, batch by batch; what cannot be read is a failure in its place."""

    def __init__(
        self,
        settings: Settings,
        pipeline: Pipeline,
        language: str | None,
        *,
        beside: Sequence[str] = (),
        patient: str = "",
    ) -> None:
        """Read with ``pipeline``; rows may have fields ``beside`` those of ``/v1/differentials``.

        ``patient`` is the id of the one that is meant, in a record of several.
        """
        self._patient = patient
        self._beside = tuple(beside)
        self._settings = settings
        self._pipeline = pipeline
        self._language = language

    def batches(self, given: Sequence[Source], kind: Kind | None = None) -> Iterator[list[Given]]:
        """Yield the cases in ``given`` in their order; where no ``kind`` is named, the end of its name tells a file."""
        for source in given:
            try:
                match kind or _kind_of(source):
                    case Kind.NOTE:
                        yield self._notes(source)
                    case Kind.RECORD:
                        yield [self._record(source)]
                    case Kind.ROWS:
                        with source.open() as stream:
                            for batch in raw_batches(stream, self._settings.max_chars):
                                yield [self._of_row(row) for row in batch]
                    case Kind.CSV:
                        with source.open() as stream:
                            for batch in table_batches(stream, self._settings.max_chars):
                                yield [self._of_row(row) for row in batch]
            except EpicrisisError as error:
                yield [Given(source.id, Failure.of(source.id, error))]

    def asked(self, fields: dict[str, Any]) -> Presentation:
        """Return what ``fields`` tell, those of ``/v1/differentials``.

        Raises:
            InvalidRow: one of them is not what it should be, or there is none that tells something.
            EpicrisisError: its text cannot be read.
        """
        from pydantic import ValidationError

        from epicrisis.api.schemas.differentials import DifferentialRequest

        for option in _OPTIONS.keys() & fields.keys():
            raise InvalidRow(f"{option} is not said in a row; say {_OPTIONS[option]} for all.")
        try:
            return self._presentation(DifferentialRequest.model_validate(fields))
        except ValidationError as error:
            raise InvalidRow(" ".join(_faults(error))) from None

    def _notes(self, source: Source) -> list[Given]:
        from epicrisis.services.diagnose import Presentation

        documents = documents_in(source, self._pipeline.intake, self._settings, self._language)
        return [
            Given(each.id, each if isinstance(each, Failure) else Presentation(language=each.language, note=each))
            for each in documents
        ]

    def _record(self, source: Source) -> Given:
        from epicrisis.engines.differential.measuring import laboratory
        from epicrisis.formats.contained.limits import Limits
        from epicrisis.formats.patients.reading import read_record
        from epicrisis.services.charts import presentation_of

        limits = Limits(file_bytes=self._settings.max_upload_bytes, seconds=self._settings.file_seconds)
        record = read_record(source.bytes(limits.file_bytes), patient=self._patient, limits=limits)
        told = presentation_of(record, language=self._language, tells=lambda loinc: loinc in laboratory())
        if told.note is None:
            return Given(source.id, told)
        # What the text says of its language, and not its record.
        note = self._pipeline.intake.attempt(told.note.text, id=told.note.id)
        if isinstance(note, Failure):
            typer.echo(f"note: {source.id}: its newest note was left out: {note.message}", err=True)
            return Given(source.id, replace(told, note=None))
        return Given(source.id, replace(told, note=note))

    def _of_row(self, row: RawRow | BadRow) -> Given:
        if isinstance(row, BadRow):
            return Given(row.failure.id, row.failure, row.line)
        beside = {name: row.fields[name] for name in self._beside if row.fields.get(name) not in (None, "")}
        taken = {"id", *self._beside}
        try:
            told = self.asked({name: _worded(name, value) for name, value in row.fields.items() if name not in taken})
        except EpicrisisError as error:
            return Given(row.id, Failure.of(row.id, error), row.line)
        return Given(row.id, told, row.line, beside)

    def _presentation(self, asked: DifferentialRequest) -> Presentation:
        from epicrisis.domain.differentials import Observed
        from epicrisis.domain.records import ReferenceRange
        from epicrisis.engines.differential.measuring import Result
        from epicrisis.services.diagnose import Presentation
        from epicrisis.text.language import detect_language

        language, note = asked.language or self._language, None
        if asked.text is not None:
            note = self._pipeline.intake(asked.text, id="1", language=language)
        told = ". ".join((*asked.symptoms, *asked.conditions))
        return Presentation(
            language=note.language if note is not None else language or detect_language(told),
            age=asked.age,
            sex=asked.sex,
            severity=asked.severity,
            symptoms=tuple(asked.symptoms),
            conditions=tuple(asked.conditions),
            results=tuple(
                Result(each.loinc, each.value, each.unit, ReferenceRange(each.low, each.high), each.comparator)
                for each in asked.results
            ),
            findings=tuple(Observed(each.finding, each.present, each.finding) for each in asked.findings),
            note=note,
        )


def _worded(name: str, value: Any) -> Any:
    """Return the value of a field; words of a closed list may be written small in any row, as in a table."""
    return value.strip().upper() if name in UPPER and isinstance(value, str) else value


def _kind_of(source: Source) -> Kind:
    if source.kind is not inputs.Kind.FILE:
        return Kind.NOTE
    return _KINDS.get(Path(source.argument).suffix.lower(), Kind.NOTE)


def _faults(error: ValidationError) -> Iterator[str]:
    """Yield what is wrong with each field, without what it holds; the name of an unknown one is of that too."""
    for fault in error.errors(include_input=False, include_context=False, include_url=False):
        if fault["type"] == "extra_forbidden":
            yield "It has a field that is not read; docs/how-to/rank-diagnoses.md lists those that are."
        else:
            where = ".".join(map(str, fault["loc"]))
            yield f"{where}: {fault['msg']}." if where else f"{fault['msg']}."
