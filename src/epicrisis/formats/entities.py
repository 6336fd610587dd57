"""What label sets name in a document as plain JSON, the shape of ``/v1/entities``."""

from __future__ import annotations

from epicrisis.domain.findings import Entity
from epicrisis.domain.naming import Named, label_name
from epicrisis.formats.writing import Plain, Writer, probability
from epicrisis.text.alignment import OffsetUnit


def named_to_plain(named: Named, *, offset_unit: OffsetUnit = OffsetUnit.CODE_POINT) -> Plain:
    """Return ``named`` as values ``json.dumps`` takes; offsets count ``offset_unit``."""
    found = named.in_text_order()
    write = Writer.over(named.document.text, (entity.span for _, entity in found), offset_unit)
    return {
        "id": named.document.id,
        "language": named.document.language,
        "offset_unit": offset_unit.value,
        "label_sets": list(named.entities),
        "entities": [_entity(write, number, *pair) for number, pair in enumerate(found, 1)],
        "engine": named.engine,
        "version": named.version,
    }


def _entity(write: Writer, number: int, label_set: str, entity: Entity) -> Plain:
    name = label_name(entity.label)
    plain = {
        "id": f"T{number}",
        **write.span(entity.span),
        "label": name.english,
        "label_es": name.spanish,
        "label_set": label_set,
        "score": probability(entity.score),
    }
    return plain if name.sub is None else {**plain, "sub": name.sub}
