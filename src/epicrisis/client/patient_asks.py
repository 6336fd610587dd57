"""What can be asked about patients: a summary from a record, or from an EHR the server knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from epicrisis.client.asking import FILE, Ask, Plain, Told, in_json, key_from, with_query
from epicrisis.client.events import AS_EVENTS
from epicrisis.client.results import Progress, SummarizedPatient
from epicrisis.domain.patients import Missing, Source
from epicrisis.domain.spans import Span
from epicrisis.domain.summaries import Heading, Mode, Statement, SummarySection, Support
from epicrisis.errors import InvalidInput

_SUMMARIES = "/v1/patient-summaries"

Record = bytes | Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class InEhr:
    """A patient of an EHR: their id there, its alias, and what it is asked with."""

    patient: str = field(repr=False)
    ehr: str = ""
    token: str = field(default="", repr=False)
    key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class How:
    """How a summary is to be; what is ``None`` is as the server has it."""

    mode: str | None = None
    language: str | None = None
    since: date | None = None
    timeout: str | None = None
    model: str | None = None
    model_type: str | None = None
    read_notes: bool | None = None

    @property
    def options(self) -> dict[str, Any]:
        """Return it as it is asked for."""
        return {**asdict(self), "since": self.since and self.since.isoformat()}


def summarize_patient(
    of: Record | InEhr, how: How, *, progress: Callable[[Progress], object] | None
) -> Ask[SummarizedPatient]:
    """Ask for the summary of a patient; ``progress`` hears how far the server is."""
    return _ask(of, how, _summary, progress=progress)


def patient_ips(of: Record | InEhr, how: How) -> Ask[dict[str, Any]]:
    """Ask for the International Patient Summary of a patient."""
    return _ask(of, how, lambda told: dict(told.plain), form="ips")


def _ask(
    of: Record | InEhr,
    how: How,
    read: Callable[[Told], Any],
    *,
    form: str | None = None,
    progress: Callable[[Progress], object] | None = None,
) -> Ask[Any]:
    asked = {**how.options, "format": form}
    path, headers = _SUMMARIES, {} if progress is None else AS_EVENTS
    if isinstance(of, bytes):
        path, body, headers = with_query(path, **asked), of, {**FILE, **headers}
    elif isinstance(of, Mapping):
        body = in_json(record=of, **asked)
    else:
        told = {"patient": of.patient, "ehr": of.ehr or None, "token": of.token or None, "key": of.key or None}
        body = in_json(**told, **asked)
    return Ask(
        "POST",
        path,
        read,
        body,
        key="" if progress is None else key_from(None),
        headers=headers,
        progress=progress,
        hears=lambda plain: Progress(plain["stage"], plain["percent"]),
    )


def given(record: Record | None, patient: str, ehr: str, token: str, key: str) -> Record | InEhr:
    """Return what is to be summarised.

    Raises:
        InvalidInput: it is a record and a patient of an EHR, or neither.
    """
    if (record is None) == (not patient):
        raise InvalidInput("Give a record, or the id of a patient in an EHR.")
    return InEhr(patient, ehr, token, key) if record is None else record


def _summary(told: Told) -> SummarizedPatient:
    plain = told.plain
    return SummarizedPatient(
        markdown=plain["markdown"],
        sections=tuple(
            SummarySection(Heading(each["heading"]), tuple(map(_statement, each["statements"])))
            for each in plain["sections"]
        ),
        baseline=plain["baseline"],
        delta=plain["delta"],
        missing=tuple(Missing(each["section"], each["why"]) for each in plain["missing"]),
        language=plain["language"],
        mode=Mode(plain["mode"]),
        asked=Mode(plain["asked"]),
        model=plain["model"],
        fallbacks=tuple(plain["fallbacks"]),
        unsupported=tuple(map(_statement, plain["unsupported"])),
        seconds=plain["timing"]["total"],
        request_id=plain["request_id"],
    )


def _statement(plain: Plain) -> Statement:
    sources = tuple(
        Source(each["reference"], Span(each["start"], each["end"]) if each.get("end") is not None else None)
        for each in plain["sources"]
    )
    return Statement(plain["text"], sources, Support(plain["support"]), plain["why"])
