"""Published case reports whose conditions and findings are marked (Ada Health): a look from outside.

A report is about the condition that is marked in it and stands in its title. Its findings are given as symptoms, in the
words of the report; those that name an illness instead, and those that may be or are somebody else's, are left out.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from epicrisis.assembly import Pipeline
from epicrisis.domain.assertions import Assertion, Experiencer, Status
from epicrisis.domain.differentials import Case
from epicrisis.domain.documents import Document
from epicrisis.domain.patients import Sex
from epicrisis.domain.spans import Span
from epicrisis.engines.case_contracts import DifferentialEngine
from epicrisis.services.assess import Question
from epicrisis.services.diagnose import Presentation
from epicrisis.services.outcomes import answered
from epicrisis_lab.errors import UnreadableFile
from epicrisis_lab.evaluation.differentials.counting import Ranked
from epicrisis_lab.knowledge.naming import Names

FILE = Path("diagnosis/cases/ada_case_reports.jsonl.gz")
# Titles stand first, and are no longer.
_TITLE = 200
# As far as a clause reaches on either side of what is marked in it.
_AROUND = 300
_DENIED = frozenset({Status.ABSENT, Status.NORMAL})
_TOLD = _DENIED | {Status.PRESENT}
MOST = 20


class Mark(NamedTuple):
    """What is marked in a report: ``condition``, ``finding``, ``factor`` or ``modifier``."""

    kind: str
    span: Span


@dataclass(frozen=True, slots=True)
class Report:
    """A case report: what stands in its file, in the order of the text."""

    id: str
    text: str
    marks: tuple[Mark, ...]

    def of(self, kind: str) -> list[Span]:
        """Return where something of that kind is marked, each place once."""
        return list(dict.fromkeys(each.span for each in self.marks if each.kind == kind))

    def words(self, kind: str) -> list[str]:
        """Return what is marked as something of that kind, each wording once."""
        return list(dict.fromkeys(" ".join(self.text[each.start : each.end].split()) for each in self.of(kind)))

    @property
    def about(self) -> list[str]:
        """Return the conditions that are marked somewhere and named in the title."""
        title = " ".join(self.text[:_TITLE].split()).casefold()
        return [each for each in self.words("condition") if each.casefold() in title]


@dataclass(frozen=True, slots=True)
class Covered:
    """A report about one of our conditions: how many findings were told, and what was understood."""

    report: str
    condition: str
    told: int
    case: Case


def load_reports(file: Path) -> list[Report]:
    """Read the reports in ``file``.

    Raises:
        UnreadableFile: it is missing, or holds something else.
    """
    try:
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            return [_report(json.loads(line)) for line in lines if line.strip()]
    except (OSError, EOFError, KeyError, TypeError, ValueError) as cause:
        raise UnreadableFile(f"{file} cannot be read as marked case reports.") from cause


def covered(reports: Sequence[Report], names: Names, pipeline: Pipeline) -> Iterator[Covered]:
    """Yield the reports about a condition of ours, as ``pipeline`` understands their findings."""
    for report in reports:
        meant = [found for words in report.about if (found := names.condition(words)) is not None]
        if not meant:
            continue
        symptoms = list(dict.fromkeys(_symptoms(report, names, pipeline)))
        age, sex = _demographics(report, pipeline)
        case, _ = pipeline.differentials.case(Presentation(age=age, sex=sex, symptoms=tuple(symptoms)))
        yield Covered(report.id, meant[0], len(symptoms), case)


def places(cases: Sequence[Covered], engine: DifferentialEngine) -> list[int]:
    """Return where ``engine`` ranks the condition of each of ``cases``, counting from 1."""
    return [Ranked.of(engine.differential(each.case, most=MOST), each.condition).place for each in cases]


def _report(row: dict[str, Any]) -> Report:
    marks = [
        Mark(entity["type"], Span(start, start + length))
        for entity in row["entities"]
        for start, length in entity["spans"]
    ]
    return Report(row["id"], row["text"], tuple(sorted(marks, key=lambda each: each.span)))


def _symptoms(report: Report, names: Names, pipeline: Pipeline) -> Iterator[str]:
    illnesses = report.of("condition")
    spans = [each for each in report.of("finding") if not any(each.overlaps(other) for other in illnesses)]
    for span, judged in zip(spans, _judged(report, spans, pipeline), strict=True):
        words = " ".join(report.text[span.start : span.end].split())
        if judged.status not in _TOLD or judged.experiencer is not Experiencer.PATIENT:
            continue
        if words and names.condition(words) is None:
            yield f"no {words}" if judged.status in _DENIED else words


def _judged(report: Report, spans: Sequence[Span], pipeline: Pipeline) -> list[Assertion]:
    """Return how the assertion engine judges each of ``spans``, asked about in the clauses around it."""
    questions = []
    for span in spans:
        start = max(0, span.start - _AROUND)
        text = report.text[start : span.end + _AROUND]
        questions.append(Question(Document("1", text, "en"), (Span(span.start - start, span.end - start),)))
    return [answered(each).assertions[0] for each in pipeline.assessment.many(questions)]


def _demographics(report: Report, pipeline: Pipeline) -> tuple[float | None, Sex]:
    """Return the age and sex that stand where the first factor is marked."""
    first = next(iter(report.of("factor")), None)
    if first is None:
        return None, Sex.UNKNOWN
    told = pipeline.extract(report.text[first.start : first.end + _AROUND], language="en").demographics
    return told.years, Sex.UNKNOWN if told.sex is None else Sex(told.sex.value)
