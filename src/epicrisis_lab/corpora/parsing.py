"""From one decoded JSON object to one row, or the reason why it is none.

Reasons name the field and the offsets, never the value: a value may hold words of a patient.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeGuard, TypeVar

from epicrisis.domain.assertions import CueKind, Experiencer, SentenceLabel, Status, Temporality
from epicrisis.domain.spans import Span
from epicrisis.errors import InvalidInput, InvalidRow
from epicrisis_lab.corpora.rows import GoldCue, GoldEntity, GoldRelation, GoldScope, GoldTarget, LabRow, Layer

_Member = TypeVar("_Member", bound=StrEnum)

# The older corpora mark one label where we keep three axes.
_FOLDED = {
    "HISTORICAL": (Status.PRESENT, Temporality.PAST, Experiencer.PATIENT),
    "FAMILY": (Status.PRESENT, Temporality.CURRENT, Experiencer.FAMILY),
}
# BioScope, NUBes and CT-EBM-SP call uncertainty speculation.
_CUE_KINDS = {"SPEC": CueKind.UNCERTAINTY, **{kind.value: kind for kind in CueKind}}


def parse_row(raw: object, *, language: str = "en") -> LabRow:
    """Return the row ``raw`` holds; ``language`` is for rows that do not say theirs.

    Raises:
        InvalidRow: a field is missing, of another type or unknown, or offsets do not fit the text.
    """
    if not isinstance(raw, dict):
        raise InvalidRow("the line is not a JSON object")
    text = _text(raw, "text")
    identity = _text(raw, "id")
    cues = tuple(_cue(item, f"cues[{i}]", text) for i, item in _items(raw, "cues"))
    entities = tuple(_entity(item, f"entities[{i}]", text) for i, item in _items(raw, "entities"))
    pair = raw.get("start") is not None
    row = LabRow(
        id=identity,
        text=text,
        language=_text(raw, "lang", language),
        source=_text(raw, "source", "unknown"),
        doc=_text(raw, "doc", identity),
        entities=entities,
        targets=(_target(raw, text),) if pair else tuple(_targets_of(entities)),
        cues=cues,
        scopes=tuple(_scope(item, f"scopes[{i}]", text, len(cues)) for i, item in _items(raw, "scopes")),
        sentence_label=_member(SentenceLabel, raw["sentence_label"], "sentence_label")
        if raw.get("sentence_label") is not None
        else None,
        layers=_layers(raw, pair=pair),
        pair=pair,
        relations=tuple(_relation(item, f"relations[{i}]", len(entities)) for i, item in _items(raw, "relations")),
    )
    try:
        _ = row.document
    except InvalidInput as error:
        raise InvalidRow(f"text: {error}") from error
    return row


def _text(raw: Mapping[str, Any], key: str, default: str | None = None) -> str:
    value = raw.get(key, default)
    if value is None:
        value = default
    if not isinstance(value, str) or not value:
        raise InvalidRow(f"{key} is missing or not a text")
    return value


def _items(raw: Mapping[str, Any], key: str) -> enumerate[Mapping[str, Any]]:
    value = raw.get(key)
    if value is None:
        return enumerate([])
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise InvalidRow(f"{key} is not a list of objects")
    return enumerate(value)


def _layers(raw: Mapping[str, Any], *, pair: bool) -> frozenset[Layer]:
    named: set[Layer] = set()
    if raw.get("entities") is not None:
        named.add("entities")
    if pair or any("status" in entity for entity in raw.get("entities") or ()):
        named.add("targets")
    if raw.get("cues") is not None:
        named.add("cues")
    if raw.get("scopes") is not None:
        named.add("scopes")
    if raw.get("sentence_label") is not None:
        named.add("sentence_label")
    return frozenset(named)


def _target(raw: Mapping[str, Any], text: str) -> GoldTarget:
    span = _span(raw, "target", text)
    _check_quote(raw.get("concept"), span, "target", text)
    label = raw.get("label")
    status, temporality, experiencer = (
        _FOLDED[label]
        if isinstance(label, str) and label in _FOLDED
        else (_member(Status, label, "label"), Temporality.CURRENT, Experiencer.PATIENT)
    )
    if raw.get("temporality") is not None:
        temporality = _member(Temporality, raw["temporality"], "temporality")
    if raw.get("experiencer") is not None:
        experiencer = _member(Experiencer, raw["experiencer"], "experiencer")
    kind = raw.get("entity_type")
    return GoldTarget(
        span=span,
        status=status,
        temporality=temporality,
        experiencer=experiencer,
        label=kind if isinstance(kind, str) else None,
        derived=raw.get("derived") is True,
    )


def _entity(raw: Mapping[str, Any], where: str, text: str) -> GoldEntity:
    span = _span(raw, where, text)
    _check_quote(raw.get("text"), span, where, text)
    status = raw.get("status")
    temporality, experiencer, code = raw.get("temporality"), raw.get("experiencer"), raw.get("code")
    sub = raw.get("sub")
    return GoldEntity(
        span=span,
        label=_text(raw, "label"),
        status=None if status is None else _member(Status, status, f"{where}.status"),
        temporality=None if temporality is None else _member(Temporality, temporality, f"{where}.temporality"),
        experiencer=None if experiencer is None else _member(Experiencer, experiencer, f"{where}.experiencer"),
        code=code if isinstance(code, str) else None,
        sub=sub if isinstance(sub, str) else None,
    )


def _targets_of(entities: tuple[GoldEntity, ...]) -> list[GoldTarget]:
    return [
        GoldTarget(
            span=entity.span,
            status=entity.status,
            temporality=entity.temporality or Temporality.CURRENT,
            experiencer=entity.experiencer or Experiencer.PATIENT,
            label=entity.label,
        )
        for entity in entities
        if entity.status is not None
    ]


def _cue(raw: Mapping[str, Any], where: str, text: str) -> GoldCue:
    return GoldCue(_span(raw, where, text), _kind(raw, where), _parts(raw, where, text))


def _scope(raw: Mapping[str, Any], where: str, text: str, cues: int) -> GoldScope:
    cue = raw.get("cue")
    if not _is_count(cue) or cue >= cues:
        raise InvalidRow(f"{where}.cue is not an index into the {cues} cues of the row")
    return GoldScope(_span(raw, where, text), _kind(raw, where), cue, _parts(raw, where, text))


def _relation(raw: Mapping[str, Any], where: str, entities: int) -> GoldRelation:
    head, tail = raw.get("head"), raw.get("tail")
    if not _is_count(head) or not _is_count(tail) or max(head, tail) >= entities:
        raise InvalidRow(f"{where}: head and tail are not indexes into the {entities} entities of the row")
    return GoldRelation(_text(raw, "type"), head, tail)


def _kind(raw: Mapping[str, Any], where: str) -> CueKind:
    kind = raw.get("kind")
    if not isinstance(kind, str) or kind not in _CUE_KINDS:
        raise InvalidRow(f"{where}.kind is not one of {', '.join(sorted(_CUE_KINDS))}")
    return _CUE_KINDS[kind]


def _parts(raw: Mapping[str, Any], where: str, text: str) -> tuple[Span, ...]:
    parts = raw.get("parts")
    if parts is None:
        return ()
    if not isinstance(parts, list) or not all(isinstance(part, list) and len(part) == 2 for part in parts):
        raise InvalidRow(f"{where}.parts is not a list of offset pairs")
    return tuple(_span({"start": start, "end": end}, f"{where}.parts", text) for start, end in parts)


def _span(raw: Mapping[str, Any], where: str, text: str) -> Span:
    start, end = raw.get("start"), raw.get("end")
    if not _is_count(start) or not _is_count(end):
        raise InvalidRow(f"{where}: start and end are not whole numbers from 0")
    if start >= end or end > len(text):
        raise InvalidRow(f"{where}: offsets {start} to {end} mark nothing in a text of {len(text)} characters")
    return Span(start, end)


def _is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _check_quote(quoted: object, span: Span, where: str, text: str) -> None:
    if quoted is not None and quoted != text[span.start : span.end]:
        raise InvalidRow(f"{where}: offsets {span.start} to {span.end} do not mark the words given beside them")


def _member(kind: type[_Member], value: object, where: str) -> _Member:
    if isinstance(value, str) and value in kind.__members__.values():
        return kind(value)
    raise InvalidRow(f"{where} is not one of {', '.join(kind)}")
