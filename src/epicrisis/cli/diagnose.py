"""``epicrisis diagnose``: what may explain a case, and why."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any

import typer

from epicrisis.cli.faults import ExitCode, say
from epicrisis.cli.inputs import sources
from epicrisis.cli.options import Engine, Language, prepared
from epicrisis.cli.presentations import Given, Kind, Presentations
from epicrisis.cli.progress import counted
from epicrisis.cli.rows import failure_to_plain, write_row
from epicrisis.domain.differentials import Differential, Severity
from epicrisis.domain.patients import Sex
from epicrisis.services.outcomes import Failure
from epicrisis.text.alignment import OffsetUnit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from epicrisis.services.diagnose import Diagnose

    Answered = list[tuple["Given", "Differential | Failure"]]

_MOST = 5


def diagnose(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILE|-|TEXT...",
            help="Notes, rows (*.jsonl), tables (*.csv) or records of patients (*.json in FHIR, C-CDA, HL7 v2).",
        ),
    ] = None,
    symptom: Annotated[
        list[str] | None, typer.Option("--symptom", "-s", help="Ask without a file: a symptom; may be repeated.")
    ] = None,
    condition: Annotated[
        list[str] | None, typer.Option("--condition", help="What the patient is known to have; may be repeated.")
    ] = None,
    age: Annotated[float | None, typer.Option(min=0, max=130, help="In years.")] = None,
    sex: Annotated[Sex | None, typer.Option(case_sensitive=False, help="Of the patient.")] = None,
    severity: Annotated[Severity | None, typer.Option(case_sensitive=False, help="How ill the patient is.")] = None,
    most: Annotated[int, typer.Option("--most", min=1, max=50, help="How many conditions to tell at most.")] = _MOST,
    kind: Annotated[
        Kind | None, typer.Option("--as", help="What the files hold; the end of their names tells it otherwise.")
    ] = None,
    patient: Annotated[
        str, typer.Option("--patient", metavar="ID", help="The id of the patient meant, in a record of several.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line, for each case one.")] = False,
    language: Language = None,
    engine: Engine = None,
    offset_unit: Annotated[OffsetUnit, typer.Option(help="What offsets count in JSON.")] = OffsetUnit.CODE_POINT,
) -> None:
    """Rank what may explain a case: how likely, what speaks for and against it, and what to ask next. No diagnosis."""
    asked = {
        "symptoms": symptom, "conditions": condition, "age": age,
        "sex": sex and sex.value, "severity": severity and severity.value,
    }  # fmt: skip
    told = {name: value for name, value in asked.items() if value not in (None, [])}
    if told and inputs:
        raise typer.BadParameter(
            "leave it out to ask by --symptom: a file says for each case whose it is", param_hint="FILE"
        )
    given = [] if told else sources(inputs or [])
    settings, pipeline = prepared(None, differential=engine) if _ranks(engine) else prepared(engine)
    reading = Presentations(settings, pipeline, language, patient=patient)
    batches = [[Given("1", reading.asked(told))]] if told else reading.batches(given, kind)
    shown = _Shown(as_json=as_json, offset_unit=offset_unit)
    answered = (_answered(batch, pipeline.differentials, most) for batch in batches)
    for batch in counted(answered, "cases", total=1 if told else None):
        shown.take(batch)
    shown.close()
    if shown.refused:
        raise typer.Exit(ExitCode.SOME_FAILED)


def _ranks(engine: str | None) -> bool:
    """Return whether that engine ranks conditions, and reads no notes."""
    from epicrisis.engines.registry import Group, installed

    return engine in installed(Group.DIFFERENTIAL) and engine not in installed(Group.READERS)


@cache
def _names(language: str) -> Mapping[str, str]:
    from epicrisis.engines.differential.knowledge.reading import knowledge_base

    return {each.id: each.names[language] for each in knowledge_base().findings.values()}


def _answered(batch: Iterable[Given], differentials: Diagnose, most: int) -> Answered:
    return [(given, _answer(given, differentials, most)) for given in batch]


def _answer(given: Given, differentials: Diagnose, most: int) -> Differential | Failure:
    if isinstance(given.told, Failure):
        return given.told
    try:
        return differentials.one(given.told, most=most)
    except Exception as error:  # noqa: BLE001  whatever one case does, the others are ranked
        return Failure.of(given.id, error)


@dataclass
class _Shown:
    """Shows the answers, and at the end how many there were, how many were refused and why, how many had alarms."""

    as_json: bool
    offset_unit: OffsetUnit
    cases: int = 0
    alarming: int = 0
    refused: Counter[str] = field(default_factory=Counter)

    def take(self, batch: Sequence[tuple[Given, Differential | Failure]]) -> None:
        """Show the next answers and let them go at once, for somebody may be waiting."""
        for given, answer in batch:
            self.cases += 1
            if isinstance(answer, Failure):
                self.refused[answer.code] += 1
                self._refuse(given, answer)
            else:
                self.alarming += bool(answer.alarms)
                self._tell(given, answer)
        sys.stdout.flush()

    def close(self) -> None:
        """Tell stderr what came of several."""
        if self.cases > 1:
            why = ", ".join(f"{code} {count}" for code, count in sorted(self.refused.items()))
            refused = f"{self.refused.total()} refused" + (f" ({why})" if why else "")
            typer.echo(f"{self.cases} cases: {self.alarming} with alarms, {refused}", err=True)

    def _refuse(self, given: Given, failure: Failure) -> None:
        if self.as_json:
            write_row(failure_to_plain(failure, given.line))
        else:
            # The id of a row may be the number of a patient; its line is nobody's.
            where = failure.id if given.line is None else f"line {given.line}"
            say(failure.code, f"{where}: {failure.message}")

    def _tell(self, given: Given, found: Differential) -> None:
        assert not isinstance(given.told, Failure)
        if not self.as_json:
            from epicrisis.cli.differential_view import show
            from epicrisis.cli.terminal import Screen

            language = given.told.language
            show(given.id, found, Screen(), language=language, names=_names(language))
            return
        from epicrisis.formats.differentials import differential_to_plain

        told = differential_to_plain(
            found, language=given.told.language, note=given.told.note, offset_unit=self.offset_unit
        )
        row: dict[str, Any] = {"id": given.id, **told}
        write_row(row if given.line is None else {**row, "line": given.line})
