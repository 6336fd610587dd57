"""What epicrisis says of the same bytes: the only module here that asks it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from threading import Event

from epicrisis.assembly import Pipeline, deidentification, load
from epicrisis.assembly.summaries import models_of, scrubbing, writers
from epicrisis.domain.moments import Moment
from epicrisis.domain.patients import PatientRecord
from epicrisis.domain.summaries import Change, Mode, PatientSummary, Statement
from epicrisis.engines.patients.baseline import baseline
from epicrisis.engines.patients.delta import delta
from epicrisis.engines.summary.rules.plan import sections
from epicrisis.formats.patient_summaries import to_markdown
from epicrisis.formats.patients.reading import read_record
from epicrisis.settings import load_settings
from epicrisis_lab.evaluation.patients.sentences import Sentence

DEMO = "smollm2"
"""The model that is meant where the settings name none: a package carries it."""


@dataclass(frozen=True, slots=True)
class Written:
    """A summary: its sentences with what they cite, and the page that a reader gets."""

    sentences: tuple[Sentence, ...]
    markdown: str


@dataclass(frozen=True, slots=True)
class Told:
    """A change as epicrisis tells it."""

    kind: str
    name: str
    references: tuple[str, ...]


def read(data: bytes) -> PatientRecord:
    """Return the record in ``data``."""
    return read_record(data)


def ruled(record: PatientRecord, language: str) -> PatientSummary:
    """Return the summary that the rules alone write."""
    held, changed = baseline(record), delta(record)
    told = sections(held, changed, missing=record.missing, language=language)
    return PatientSummary(told, held, changed, language, Mode.RULE, Mode.RULE, "", record.missing)


def worded(record: PatientRecord, mode: Mode, language: str, seconds: float) -> PatientSummary:
    """Return the summary that the language model of this installation words, as far as ``seconds`` reach.

    Raises:
        EpicrisisError: there is none, or it fails.
    """
    plan = ruled(record, language)
    settings = load_settings()
    if not settings.summary_model:
        settings = settings.model_copy(update={"summary_model": DEMO})
    scrub = scrubbing(settings, lambda: deidentification(settings, _pipeline()))
    writer = writers(models_of(settings), scrub)("", "")
    narrated = writer.write(
        plan.sections,
        baseline=plan.baseline,
        delta=plan.delta,
        mode=mode,
        language=language,
        stop=Event(),
        seconds=seconds,
        progress=lambda _: None,
    )
    return replace(
        plan, sections=narrated.sections, mode=mode, model=writer.name, unsupported=tuple(narrated.unsupported)
    )


@cache
def _pipeline() -> Pipeline:
    return load()


def written(summary: PatientSummary) -> Written:
    """Return what a reader gets of ``summary``."""
    return Written(tuple(map(_sentence, summary.statements())), to_markdown(summary))


def changes(record: PatientRecord, since: str, until: str) -> Sequence[Told]:
    """Return what changed after ``since`` and until ``until``, times as the record writes them."""
    found = delta(record, since=Moment.told(since), until=Moment.told(until))
    return [_told(each) for each in found.changes]


def _sentence(statement: Statement) -> Sentence:
    return Sentence(statement.text, tuple(dict.fromkeys(each.reference for each in statement.sources)))


def _told(change: Change) -> Told:
    references = (change.item.source.reference, *(each.reference for each in change.sources))
    return Told(change.kind.value, change.item.concept.text, tuple(dict.fromkeys(references)))
