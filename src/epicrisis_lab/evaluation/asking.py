"""How an engine is asked for the entities of rows: in which label sets, and as notes or as the sentences they are."""

from __future__ import annotations

from collections.abc import Sequence

from epicrisis.domain.documents import Document
from epicrisis.domain.findings import Entity
from epicrisis.engines.contracts import EntityEngine, NamesEntities
from epicrisis_lab.corpora.catalogue import CLINICAL, corpus_of, label_sets_of
from epicrisis_lab.corpora.rows import LabRow
from epicrisis_lab.errors import MissingCapability
from epicrisis_lab.evaluation.ports import ExtractsMany

FindsEntities = EntityEngine | NamesEntities
Asked = tuple[bool, tuple[str, ...]]
"""Whether a row is read as a note, and the label sets it is read for."""


def extract_all(
    engine: FindsEntities, rows: Sequence[LabRow], label_sets: Sequence[str] = ()
) -> list[Sequence[Entity]]:
    """Return what ``engine`` finds in each row, in order: in ``label_sets``, or in those of the row's corpus.

    Raises:
        MissingCapability: the engine does not know a label set.
    """
    asked = [_asked(row, tuple(label_sets)) for row in rows]
    found: dict[int, Sequence[Entity]] = {}
    for question in sorted(set(asked)):
        places = [i for i, own in enumerate(asked) if own == question]
        answers = _extract(engine, [rows[i].document for i in places], *question)
        found.update(zip(places, answers, strict=True))
    return [found[i] for i in range(len(rows))]


def _asked(row: LabRow, label_sets: tuple[str, ...]) -> Asked:
    known = corpus_of(row.source)
    return known is not None and known.notes, label_sets or label_sets_of(row)


def _extract(
    engine: FindsEntities, documents: Sequence[Document], notes: bool, label_sets: Sequence[str]
) -> Sequence[Sequence[Entity]]:
    if isinstance(engine, NamesEntities) and (notes or not isinstance(engine, ExtractsMany)):
        return [
            [entity for name in label_sets for entity in named[name]] for named in engine.named(documents, label_sets)
        ]
    if isinstance(engine, ExtractsMany):
        each = [engine.extract_many(documents, name) for name in label_sets]
        return [[entity for entities in own for entity in entities] for own in zip(*each, strict=True)]
    if isinstance(engine, EntityEngine) and list(label_sets) == [CLINICAL]:
        return [engine.extract(document) for document in documents]
    raise MissingCapability(
        f"The engine {engine.card.name!r} has no label set {' or '.join(map(repr, label_sets))}; "
        "`--labels clinical` scores its own labels where they are written the same."
    )
