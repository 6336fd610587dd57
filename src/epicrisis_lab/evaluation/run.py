"""One evaluation: files in, figures of one engine on one task out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from epicrisis.domain.spans import Span
from epicrisis_lab.baselines.entities import WORK
from epicrisis_lab.corpora.headers import Bare, without_headers
from epicrisis_lab.corpora.reading import BadRow, load_rows
from epicrisis_lab.corpora.rows import LabRow
from epicrisis_lab.errors import NothingToScore
from epicrisis_lab.evaluation.asking import extract_all
from epicrisis_lab.evaluation.bootstrap import intervals
from epicrisis_lab.evaluation.calibration import Bin
from epicrisis_lab.evaluation.engines import assertion_engine, entity_engine, identifier_engine
from epicrisis_lab.evaluation.mistakes import Mistake
from epicrisis_lab.evaluation.scored import Scored
from epicrisis_lab.evaluation.tasks.assertion import score_assertion
from epicrisis_lab.evaluation.tasks.cues import score_cues
from epicrisis_lab.evaluation.tasks.entities import score_entities
from epicrisis_lab.evaluation.tasks.identifiers import is_mention, score_identifiers
from epicrisis_lab.evaluation.tasks.relations import score_relations
from epicrisis_lab.evaluation.tasks.sentences import score_sentences
from epicrisis_lab.evaluation.ward import as_on_a_ward


class Task(StrEnum):
    """What can be measured."""

    ENTITIES = "entities"
    ASSERTION = "assertion"
    CUES = "cues"
    SENTENCES = "sentences"
    IDENTIFIERS = "identifiers"
    RELATIONS = "relations"
    RECORDS = "records"
    SUMMARIES = "summaries"
    PATIENTS = "patients"
    DIFFERENTIALS = "differentials"


@dataclass(frozen=True, slots=True)
class Batch:
    """The rows of some files in one language, and what was left out: bad rows, and how many of another language."""

    files: tuple[str, ...]
    language: str
    rows: tuple[LabRow, ...]
    bad: tuple[BadRow, ...]
    other_language: int = 0


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures of one engine on one task; ``docs/reference/metrics.md`` says what each name means.

    ``metrics`` maps a name to a number, to ``None`` where it is undefined, or to a confusion of counts; ``label_sets``
    are those that were asked for by name, ``mentions``, ``bare`` and ``ward`` as ``Ask`` has them.
    """

    task: str
    files: tuple[str, ...]
    rows: int
    engine: str
    language: str
    metrics: Mapping[str, Any]
    intervals: Mapping[str, tuple[float, float]]
    skipped: int
    reliability: Mapping[str, tuple[Bin, ...]] = field(default_factory=dict)
    mistakes: tuple[Mistake, ...] = ()
    label_sets: tuple[str, ...] = ()
    mentions: str = ""
    bare: Bare | None = None
    ward: bool = False

    def as_json(self, *, reliability: bool = False) -> dict[str, Any]:
        """Return the evaluation as one JSON object, with the bins of its scores where asked; mistakes stay out."""
        figures: dict[str, Any] = {
            "task": self.task,
            "files": list(self.files),
            "rows": self.rows,
            "engine": self.engine,
            "language": self.language,
            "metrics": dict(self.metrics),
            "intervals": {name: list(interval) for name, interval in self.intervals.items()},
            "skipped": self.skipped,
            "label_sets": list(self.label_sets),
            "mentions": self.mentions,
            "bare": self.bare.value if self.bare else "",
            "ward": self.ward,
        }
        if reliability:
            figures["reliability"] = {name: [asdict(each) for each in bins] for name, bins in self.reliability.items()}
        return figures

    @classmethod
    def from_json(cls, figures: Mapping[str, Any]) -> Evaluation:
        """Return the evaluation ``as_json`` wrote."""
        return cls(
            task=figures["task"],
            files=tuple(figures["files"]),
            rows=figures["rows"],
            engine=figures["engine"],
            language=figures["language"],
            metrics=figures["metrics"],
            intervals={name: (low, high) for name, (low, high) in figures["intervals"].items()},
            skipped=figures["skipped"],
            label_sets=tuple(figures.get("label_sets", ())),
            mentions=figures.get("mentions", ""),
            bare=Bare(figures["bare"]) if figures.get("bare") else None,
            ward=figures.get("ward", False),
            reliability={
                name: tuple(Bin(**each) for each in bins) for name, bins in figures.get("reliability", {}).items()
            },
        )


def load_batch(files: Sequence[Path], language: str | None = None) -> Batch:
    """Read ``files``; where ``language`` is given, rows of another language are left out and counted.

    Raises:
        NothingToScore: no good row is left, or the files mix languages and none is chosen.
        UnreadableFile: a file is missing or cannot be opened.
    """
    reading = load_rows(files, language=language or "en")
    found = sorted({row.language for row in reading.rows})
    if language is None and len(found) > 1:
        raise NothingToScore(f"The files hold rows in {' and '.join(found)}; choose one with --language.")
    chosen = language or (found[0] if found else "en")
    rows = tuple(row for row in reading.rows if row.language == chosen)
    if not rows:
        raise NothingToScore(
            f"The files hold no good row in {chosen!r}: {len(reading.bad)} bad, {_counts(reading.rows)}."
        )
    return Batch(
        files=tuple(str(file) for file in files),
        language=chosen,
        rows=rows,
        bad=reading.bad,
        other_language=len(reading.rows) - len(rows),
    )


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked for: label sets by name (none: those of each corpus); where weights of baselines lie.

    ``mentions`` names the engine that says which clinical mentions a redaction should leave alone, where the rows do
    not; ``bare`` takes the invented headers off Spanish notes before they are read; ``ward`` has entities looked for in
    the texts as a ward would write them.
    """

    label_sets: tuple[str, ...] = ()
    work: Path = WORK
    mentions: str = ""
    bare: Bare | None = None
    ward: bool = False


def evaluate(
    task: Task, batch: Batch, engine: str, *, ask: Ask | None = None, samples: int = 1000, seed: int = 0
) -> Evaluation:
    """Score the engine called ``engine`` on ``batch``; ``samples`` 0 leaves the intervals out.

    Raises:
        NothingToScore: the rows hold nothing this task can be scored on.
        MissingCapability: the engine cannot do what the task asks.
    """
    ask = ask or Ask()
    scored = _SCORERS[task](engine, batch, ask)
    return Evaluation(
        task=task.value,
        files=batch.files,
        rows=scored.rows,
        engine=engine,
        language=batch.language,
        metrics={**scored.tally.figures(), **scored.confusions},
        intervals={
            name: interval
            for name, interval in intervals(scored.tally, samples=samples, seed=seed).items()
            if not name.endswith(".support")
        },
        skipped=len(batch.bad),
        reliability=scored.reliability,
        mistakes=scored.mistakes,
        label_sets=ask.label_sets,
        mentions=ask.mentions,
        bare=ask.bare,
        ward=ask.ward,
    )


def _counts(rows: Sequence[LabRow]) -> str:
    languages = sorted({row.language for row in rows})
    return ", ".join(f"{sum(row.language == each for row in rows)} in {each!r}" for each in languages) or "no other"


def _entities(engine: str, batch: Batch, ask: Ask) -> Scored:
    rows = [as_on_a_ward(row) for row in batch.rows] if ask.ward else batch.rows
    return score_entities(entity_engine(engine, batch.language, ask.work), rows, label_sets=ask.label_sets)


def _assertion(engine: str, batch: Batch, _: Ask) -> Scored:
    return score_assertion(assertion_engine(engine, batch.language), batch.rows)


def _cues(engine: str, batch: Batch, _: Ask) -> Scored:
    return score_cues(assertion_engine(engine, batch.language), batch.rows)


def _sentences(engine: str, batch: Batch, _: Ask) -> Scored:
    return score_sentences(assertion_engine(engine, batch.language), batch.rows)


# The label sets that together hold the problems, procedures and drugs of a language.
_MENTIONS = {"en": ("clinical",), "es": ("diseases", "symptoms", "procedures", "medications")}


def _identifiers(engine: str, batch: Batch, ask: Ask) -> Scored:
    rows = [rest for row in batch.rows if (rest := without_headers(row, ask.bare))] if ask.bare else batch.rows
    if not rows:
        raise NothingToScore("Without their headers these rows are empty; leave --bare out.")
    return score_identifiers(identifier_engine(engine, batch.language), rows, _mentions(rows, batch.language, ask))


def _mentions(rows: Sequence[LabRow], language: str, ask: Ask) -> list[list[Span]] | None:
    if not ask.mentions:
        return None
    reader = entity_engine(ask.mentions, language, ask.work)
    found = extract_all(reader, rows, _MENTIONS.get(language, ()))
    return [[each.span for each in own if is_mention(each.label)] for own in found]


def _relations(engine: str, batch: Batch, _: Ask) -> Scored:
    return score_relations(engine, batch.rows)


_SCORERS: Mapping[Task, Callable[[str, Batch, Ask], Scored]] = {
    Task.ENTITIES: _entities,
    Task.ASSERTION: _assertion,
    Task.CUES: _cues,
    Task.SENTENCES: _sentences,
    Task.IDENTIFIERS: _identifiers,
    Task.RELATIONS: _relations,
}
