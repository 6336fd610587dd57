"""Texts whose attributes are joined to their drugs, and whose values are joined to their tests, from three corpora."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from epicrisis.domain.findings import EntityLabel
from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.relations.pairs import Attribute, Layout
from epicrisis.text.sentences import sentence_spans
from epicrisis_lab.corpora.catalogue import normal_name
from epicrisis_lab.corpora.rows import GoldEntity, LabRow
from epicrisis_lab.errors import UnreadableFile

_OWN, _INVENTED = "relations_own.tsv", "relations_invented.tsv"
_MARK = re.compile(
    r"\{(?P<number>\d+):(?P<head>[^{}]+)\}"
    r"|\[(?:(?P<label>[A-Z]+):)?(?P<attribute>[^\[\]]+):(?P<heads>\d+(?:\+\d+)*)\]"
)

_HEADS = {"drugs": EntityLabel.MEDICATION, "tests": EntityLabel.TEST}
_ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "drugs": frozenset({EntityLabel.DOSE, EntityLabel.ROUTE, EntityLabel.FREQUENCY, EntityLabel.DURATION}),
    "tests": frozenset({EntityLabel.VALUE}),
}
# What two corpora call our labels.
_MACCROBAT = {
    "Medication": EntityLabel.MEDICATION,
    "Diagnostic_procedure": EntityLabel.TEST,
    "Dosage": EntityLabel.DOSE,
    "Administration": EntityLabel.ROUTE,
    "Frequency": EntityLabel.FREQUENCY,
    "Duration": EntityLabel.DURATION,
    "Lab_value": EntityLabel.VALUE,
}
_PHEE = {
    "Drug": EntityLabel.MEDICATION,
    "Dosage": EntityLabel.DOSE,
    "Route": EntityLabel.ROUTE,
    "Freq": EntityLabel.FREQUENCY,
    "Duration": EntityLabel.DURATION,
}
# In MACCROBAT these modify diseases more often than drugs, and say nothing of drugs then.
_OF_MANY = frozenset({EntityLabel.FREQUENCY, EntityLabel.DURATION})


@dataclass(frozen=True, slots=True)
class Linked:
    """A text laid out, of drugs or of tests, and the heads each attribute belongs to, by their numbers."""

    row: str
    source: str
    kind: str
    layout: Layout
    heads: tuple[frozenset[int], ...]


@dataclass(frozen=True, slots=True)
class _Own:
    """What was marked by hand in a sentence: its heads, and the numbers of those each attribute belongs to, from 1.

    Invented sentences have the labels of their attributes, too.
    """

    text: str
    heads: tuple[Span, ...]
    joined: Mapping[Span, frozenset[int]]
    labels: Mapping[Span, str]


def linked(row: LabRow) -> Iterator[Linked]:
    """Yield what ``row`` says of its drugs and of its tests, where its attributes are joined to them."""
    reader = _READERS.get(normal_name(row.source))
    if reader is None:
        return
    for kind in _HEADS:
        told = reader(row, kind)
        if told is not None and told.layout.attributes and told.layout.heads:
            yield told


def invented() -> Iterator[Linked]:
    """Yield the sentences invented for layouts that the corpora have too few of."""
    for number, (language, kind, sentence) in enumerate(_rows(_INVENTED), 1):
        own = _unmarked(sentence)
        attributes = tuple(Attribute(span, own.labels[span]) for span in sorted(own.joined))
        layout = Layout(own.text, own.heads, attributes, sentence_spans(own.text, language))
        heads = tuple(frozenset(each - 1 for each in own.joined[attribute.span]) for attribute in attributes)
        yield Linked(f"invented-{number}", "invented", kind, layout, heads)


def _maccrobat(row: LabRow, kind: str) -> Linked | None:
    labels = [_MACCROBAT.get(entity.label) for entity in row.entities]
    heads = _spans(row.entities, labels, {_HEADS[kind]})
    joined: dict[Span, set[Span]] = {}
    for relation in row.relations:
        one, other = row.entities[relation.head], row.entities[relation.tail]
        if relation.kind == "MODIFY" and labels[relation.tail] is _HEADS[kind]:
            joined.setdefault(one.span, set()).add(other.span)
    attributes = [
        attribute
        for attribute in _attributes(row.entities, labels, kind)
        if attribute.label not in _OF_MANY or attribute.span in joined
    ]
    return _told(row, kind, heads, attributes, joined)


def _phee(row: LabRow, kind: str) -> Linked | None:
    """Join what stands in one treatment: an attribute whose smallest treatment names one drug belongs to that."""
    labels = [_PHEE.get(entity.label) for entity in row.entities]
    heads = _spans(row.entities, labels, {_HEADS[kind]})
    treatments = sorted(
        (entity.span for entity in row.entities if entity.label == "Treatment"), key=lambda span: (len(span), span)
    )
    joined: dict[Span, set[Span]] = {}
    attributes = []
    for attribute in _attributes(row.entities, labels, kind):
        around = next((span for span in treatments if span.contains(attribute.span)), None)
        inside = [head for head in heads if around is not None and around.contains(head)]
        if len(inside) == 1 and not inside[0].overlaps(attribute.span):
            attributes.append(attribute)
            joined[attribute.span] = set(inside)
    return _told(row, kind, heads, attributes, joined)


def _mtsamples(row: LabRow, kind: str) -> Linked | None:
    """Join what was marked by hand; where a sentence names one drug, all its attributes belong to it."""
    labels = [entity.label for entity in row.entities]
    heads = _spans(row.entities, labels, {_HEADS[kind]})
    own = _own().get((row.id, kind))
    if own is None:
        if len(heads) != 1:
            return None
        attributes = _attributes(row.entities, labels, kind)
        return _told(row, kind, heads, attributes, {each.span: {heads[0]} for each in attributes})
    if own.text != row.text:
        raise UnreadableFile(f"{_OWN}: the sentence of {row.id} ({kind}) is not that of the corpus; mark it again.")
    attributes = [each for each in _attributes(row.entities, labels, kind) if each.span in own.joined]
    joined = {span: {own.heads[number - 1] for number in numbers} for span, numbers in own.joined.items()}
    return _told(row, kind, own.heads, attributes, joined)


_READERS: Mapping[str, Callable[[LabRow, str], Linked | None]] = {
    "maccrobat2020": _maccrobat,
    "mtsamples_status": _mtsamples,
    "phee": _phee,
}


def _spans(entities: Sequence[GoldEntity], labels: Sequence[str | None], wanted: set[EntityLabel]) -> list[Span]:
    found = (entity.span for entity, label in zip(entities, labels, strict=True) if label in wanted)
    return sorted(set(found))


def _attributes(entities: Sequence[GoldEntity], labels: Sequence[str | None], kind: str) -> list[Attribute]:
    found = {
        entity.span: Attribute(entity.span, label)
        for entity, label in zip(entities, labels, strict=True)
        if label is not None and label in _ATTRIBUTES[kind]
    }
    return [found[span] for span in sorted(found)]


def _told(
    row: LabRow,
    kind: str,
    heads: Sequence[Span],
    attributes: Sequence[Attribute],
    joined: Mapping[Span, set[Span]],
) -> Linked:
    numbers = {head: number for number, head in enumerate(heads)}
    layout = Layout(row.text, tuple(heads), tuple(attributes), sentence_spans(row.text, row.language))
    own = tuple(frozenset(numbers[head] for head in joined.get(each.span, ())) for each in attributes)
    return Linked(row.id, normal_name(row.source), kind, layout, own)


@cache
def _own() -> Mapping[tuple[str, str], _Own]:
    return {(identity, kind): _unmarked(sentence) for identity, kind, sentence in _rows(_OWN)}


def _rows(file: str) -> Iterator[list[str]]:
    content = (files("epicrisis_lab.training") / "annotated" / file).read_text(encoding="utf-8")
    yield from (line.split("\t") for line in content.splitlines() if not line.startswith("#"))


def _unmarked(sentence: str) -> _Own:
    text, at = "", 0
    heads: list[Span] = []
    joined: dict[Span, frozenset[int]] = {}
    labels: dict[Span, str] = {}
    for mark in _MARK.finditer(sentence):
        text += sentence[at : mark.start()]
        words = mark["head"] or mark["attribute"]
        span = Span(len(text), len(text) + len(words))
        if mark["head"]:
            heads.append(span)
        else:
            joined[span] = frozenset(int(number) for number in mark["heads"].split("+")) - {0}
            labels[span] = mark["label"] or ""
        text, at = text + words, mark.end()
    return _Own(text + sentence[at:], tuple(heads), joined, labels)
