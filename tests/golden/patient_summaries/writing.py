"""Writes the summaries beside ``charts.py`` anew: ``python -m tests.golden.patient_summaries.writing``."""

from __future__ import annotations

from pathlib import Path

from epicrisis.domain.moments import Moment
from epicrisis.domain.patients import PatientRecord
from epicrisis.domain.summaries import Mode, PatientSummary
from epicrisis.engines.patients.baseline import baseline
from epicrisis.engines.patients.delta import delta
from epicrisis.engines.summary.rules.plan import sections
from epicrisis.formats.patient_summaries import to_markdown
from tests.golden.patient_summaries.charts import RECORDS, when

HERE = Path(__file__).parent
LANGUAGES = ("en", "es")
# A record without a date is told as of the day on which somebody asks.
UNDATED = {"empty": when("2022-03-01")}


def summary_of(record: PatientRecord, language: str = "en", *, at: Moment | None = None) -> PatientSummary:
    """Return the summary of ``record`` by rule."""
    holds, changed = baseline(record, at=at), delta(record, until=at)
    told = sections(holds, changed, missing=record.missing, language=language)
    return PatientSummary(told, holds, changed, language, Mode.RULE, Mode.RULE, "rules", record.missing)


def markdown_of(name: str, language: str) -> str:
    """Return what is said of the patient ``name``."""
    return to_markdown(summary_of(RECORDS[name], language, at=UNDATED.get(name)))


def page(name: str, language: str) -> Path:
    """Return where the summary of ``name`` is kept."""
    return HERE / f"{name}.{language}.md"


if __name__ == "__main__":
    for name in RECORDS:
        for language in LANGUAGES:
            page(name, language).write_text(markdown_of(name, language), encoding="utf-8")
