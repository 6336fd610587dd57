"""Entities: does the engine mark what the annotators marked?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from epicrisis.domain.documents import Document
from epicrisis.domain.findings import Entity, EntityLabel
from epicrisis.engines.contracts import EntityEngine
from epicrisis_lab.corpora.catalogue import CLINICAL, label_set_of
from epicrisis_lab.corpora.rows import LabRow
from epicrisis_lab.errors import MissingCapability, NothingToScore
from epicrisis_lab.evaluation.mistakes import Mistake, span_mistakes
from epicrisis_lab.evaluation.ports import ExtractsMany
from epicrisis_lab.evaluation.scored import Scored
from epicrisis_lab.evaluation.spans import Mark, Matching, match_overlap, match_strict, span_tally
from epicrisis_lab.evaluation.tally import joined


@dataclass(frozen=True, slots=True)
class _Labels:
    """The labels of some files: how to write each, which are counted, and which make the headline figure."""

    spelling: dict[str, str]
    headline: set[str]
    in_gold: set[str]

    def mark(self, start: int, end: int, label: str) -> Mark | None:
        spelled = self.spelling.get(label.casefold())
        return None if spelled is None else Mark(start, end, spelled)


def score_entities(engine: EntityEngine, rows: Sequence[LabRow], *, label_set: str | None = None) -> Scored:
    """Score ``engine`` on the rows whose entities were annotated.

    Each is asked for in the label set of its corpus, or all in ``label_set``.

    Raises:
        NothingToScore: no row has annotated entities.
        MissingCapability: the engine does not know the label set.
    """
    marked = [row for row in rows if "entities" in row.layers]
    labels = _labels(marked)
    if not labels.in_gold:
        raise NothingToScore("No row of these files has marked entities; name a file of sentences or documents.")
    strict: list[Matching] = []
    overlap: list[Matching] = []
    mistakes: list[Mistake] = []
    for row, entities in zip(marked, _extract_all(engine, marked, label_set), strict=True):
        gold = _marks(((entity.span.start, entity.span.end, entity.label) for entity in row.entities), labels)
        found = _marks(((entity.span.start, entity.span.end, entity.label) for entity in entities), labels)
        strict.append(match_strict(gold, found))
        overlap.append(match_overlap(gold, found))
        mistakes.extend(span_mistakes(row.id, row.source, row.text, strict[-1]))
    groups = {"strict": strict, "overlap": overlap}
    tallies = [
        span_tally(
            matchings,
            {
                f"entities.{way}": labels.headline,
                f"entities.all.{way}": set(labels.spelling.values()),
                **{f"entities.{way}.{label}": {label} for label in sorted(labels.in_gold)},
            },
        )
        for way, matchings in groups.items()
    ]
    return Scored(rows=len(marked), tally=joined(*tallies), mistakes=tuple(mistakes))


def _labels(rows: Sequence[LabRow]) -> _Labels:
    entities = [entity for row in rows for entity in row.entities]
    spelling = {entity.label.casefold(): entity.label for entity in reversed(entities)}
    in_gold = set(spelling.values())
    with_status = {spelling[entity.label.casefold()] for entity in entities if entity.status is not None}
    if not with_status:
        return _Labels(spelling, in_gold, in_gold)
    # A file with statuses is annotated after our own guidelines: each clinical label was looked for, found or not.
    clinical = {label.value.casefold(): label.value for label in EntityLabel}
    concepts = with_status | {label.value for label in EntityLabel if label.is_concept}
    return _Labels(clinical | spelling, concepts, in_gold)


def _marks(spans: Iterator[tuple[int, int, str]], labels: _Labels) -> list[Mark]:
    return [mark for mark in (labels.mark(*span) for span in spans) if mark is not None]


def _extract_all(engine: EntityEngine, rows: Sequence[LabRow], label_set: str | None) -> list[Sequence[Entity]]:
    asked = [label_set or label_set_of(row) for row in rows]
    found: dict[int, Sequence[Entity]] = {}
    for name in sorted(set(asked)):
        places = [i for i, wanted in enumerate(asked) if wanted == name]
        answers = _extract(engine, [rows[i].document for i in places], name)
        found.update(zip(places, answers, strict=True))
    return [found[i] for i in range(len(rows))]


def _extract(engine: EntityEngine, documents: Sequence[Document], label_set: str) -> Sequence[Sequence[Entity]]:
    if isinstance(engine, ExtractsMany):
        return engine.extract_many(documents, label_set)
    if label_set == CLINICAL:
        return [engine.extract(document) for document in documents]
    raise MissingCapability(
        f"The engine {engine.card.name!r} has no label set {label_set!r}; "
        "`--labels clinical` scores its own labels where they are written the same."
    )
