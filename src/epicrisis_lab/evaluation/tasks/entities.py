"""Entities: does the engine mark what the annotators marked?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from epicrisis.domain.findings import Entity, EntityLabel
from epicrisis_lab.corpora.catalogue import corpus_of
from epicrisis_lab.corpora.rows import GoldEntity, LabRow
from epicrisis_lab.errors import NothingToScore
from epicrisis_lab.evaluation.asking import FindsEntities, extract_all
from epicrisis_lab.evaluation.mistakes import Mistake, span_mistakes
from epicrisis_lab.evaluation.scored import Scored
from epicrisis_lab.evaluation.spans import Mark, Matching, match_overlap, match_strict, span_tally
from epicrisis_lab.evaluation.tally import Tally, joined


@dataclass(frozen=True, slots=True)
class _Labels:
    """The labels of some files: how to write each, which are counted, and which make the headline figure."""

    spelling: dict[str, str]
    headline: set[str]
    in_gold: set[str]

    def mark(self, entity: GoldEntity | Entity) -> Mark | None:
        spelled = self.spelling.get(entity.label.casefold())
        return None if spelled is None else Mark(entity.span.start, entity.span.end, spelled)


def score_entities(engine: FindsEntities, rows: Sequence[LabRow], *, label_sets: Sequence[str] = ()) -> Scored:
    """Score ``engine`` on the rows whose entities were annotated.

    Each is asked for in the label sets of its corpus, or all in ``label_sets``.

    Raises:
        NothingToScore: no row has annotated entities.
        MissingCapability: the engine does not know a label set.
    """
    marked = [row for row in rows if "entities" in row.layers]
    labels = _labels(marked)
    if not labels.in_gold:
        raise NothingToScore("No row of these files has marked entities; name a file of sentences or documents.")
    answers = extract_all(engine, marked, label_sets)
    strict: list[Matching] = []
    overlap: list[Matching] = []
    mistakes: list[Mistake] = []
    for row, entities in zip(marked, answers, strict=True):
        gold, found = _marks(_scored(row), labels), _marks(entities, labels)
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
    return Scored(rows=len(marked), tally=joined(*tallies, *_by_sub(marked, answers)), mistakes=tuple(mistakes))


def _scored(row: LabRow) -> list[GoldEntity]:
    known = corpus_of(row.source)
    return [entity for entity in row.entities if known is None or entity.label not in known.unscored]


def _labels(rows: Sequence[LabRow]) -> _Labels:
    entities = [entity for row in rows for entity in _scored(row)]
    spelling = {entity.label.casefold(): entity.label for entity in reversed(entities)}
    in_gold = set(spelling.values())
    with_status = {spelling[entity.label.casefold()] for entity in entities if entity.status is not None}
    if not with_status:
        return _Labels(_finer(rows) | spelling, in_gold, in_gold)
    # A file with statuses is annotated after our own guidelines: each clinical label was looked for, found or not.
    clinical = {label.value.casefold(): label.value for label in EntityLabel}
    concepts = with_status | {label.value for label in EntityLabel if label.is_concept}
    return _Labels(clinical | spelling, concepts, in_gold)


def _finer(rows: Sequence[LabRow]) -> dict[str, str]:
    """Return the finer labels an engine may answer with, and what each counts as: HUMAN is a SPECIES in LivingNER."""
    corpora = {row.source: corpus_of(row.source) for row in rows}.values()
    return {sub.casefold(): label for known in corpora if known for sub in known.subs for label in known.labels}


def _marks(entities: Iterable[GoldEntity | Entity], labels: _Labels) -> list[Mark]:
    return [mark for mark in map(labels.mark, entities) if mark is not None]


def _by_sub(rows: Sequence[LabRow], answers: Sequence[Sequence[Entity]]) -> Iterator[Tally]:
    """Yield the tally of the finer labels, where a corpus keeps any."""
    kept = [known.subs if (known := corpus_of(row.source)) else frozenset() for row in rows]
    subs = frozenset[str]().union(*kept)
    if not subs:
        return
    matchings = [
        match_strict(
            [Mark(each.span.start, each.span.end, each.sub) for each in _scored(row) if each.sub in own],
            [Mark(each.span.start, each.span.end, each.label) for each in entities if each.label in own],
        )
        for row, entities, own in zip(rows, answers, kept, strict=True)
    ]
    yield span_tally(matchings, {f"entities.strict.sub.{sub}": {sub} for sub in sorted(subs)})
