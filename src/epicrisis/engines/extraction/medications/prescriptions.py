"""What belongs to each drug: the attributes that the reader found, and those it missed, joined by relations."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from epicrisis.domain.findings import Entity, EntityLabel
from epicrisis.domain.spans import Span
from epicrisis.engines.entities.sig import Grammar, Part, Piece
from epicrisis.engines.extraction.medications.drugs import Drug
from epicrisis.engines.extraction.medications.owners import owners
from epicrisis.engines.extraction.note import Found, Note
from epicrisis.engines.extraction.relations.linking import related

_LABELS = (EntityLabel.DOSE, EntityLabel.ROUTE, EntityLabel.FREQUENCY, EntityLabel.DURATION)
# How far behind a drug its prescription may run, how wide a gap in it may be, and how sure a pattern is.
_FAR, _GAP, _SURE = 200, 25, 0.8
_BESIDE = re.compile(r"\s?(?:(?:of|de)\s)?")
_JOINS = re.compile(r"\s*+(?:,\s*+)?(?:(?:and|or|to|y|o)\s++)?")


@dataclass(slots=True)
class Prescription:
    """A drug and what was joined to it, in the order of the text."""

    drug: Drug
    attributes: list[Found] = field(default_factory=list)
    form: Span | None = None

    @property
    def end(self) -> int:
        """Return where the last word of the prescription ends."""
        ends = [self.drug.names[-1].end, *(each.span.end for each in self.attributes)]
        return max(ends if self.form is None else [*ends, self.form.end])


def prescriptions(note: Note, low: str, drugs: Sequence[Drug], grammar: Grammar) -> list[Prescription]:
    """Return one prescription per drug, in their order; ``low`` is the text as ``phrases.folded`` returns it."""
    told = [Prescription(drug) for drug in drugs]
    found = [piece for each in note.of(*_LABELS) for piece in _read(low, each, grammar)]
    seen: list[_Attribute] = []
    for number in range(len(drugs)):
        pieces = list(_beside(note, low, drugs, number, grammar, found))
        told[number].form = next((piece.span for piece in pieces if piece.part is Part.FORM), None)
        seen += [_Attribute(piece.span, piece.part.label, _SURE) for piece in pieces if piece.part.label is not None]
    heads = [_head(drug) for drug in drugs]
    attributes = _joined(low, list(_apart(low, _united(found, seen), heads)), {drug.span.start for drug in drugs})
    numbers = {head.span: number for number, head in enumerate(heads)}
    joined = [each.as_found() for each in attributes]
    by_form = owners(note, low, heads, joined)
    for relation in related(note, heads, joined):
        if relation.attribute.span not in by_form and not _is_far(note, relation.head.span, relation.attribute.span):
            told[numbers[relation.head.span]].attributes.append(relation.attribute)
    for each in joined:
        if each.span in by_form:
            told[by_form[each.span]].attributes.append(each)
    return told


@dataclass(frozen=True, slots=True, order=True)
class _Attribute:
    span: Span
    label: EntityLabel
    score: float

    def as_found(self) -> Found:
        return Found(Entity(self.span, self.label, self.score), None)


def _is_far(note: Note, drug: Span, attribute: Span) -> bool:
    """Return whether a heading stands between a drug and what would be told of it: "FLUIDS: 2400 cc"."""
    sections = [note.annotated.section_of(span) for span in (drug, attribute)]
    return sections[0] != sections[1] and drug.end <= attribute.start


def _read(low: str, found: Found, grammar: Grammar) -> Iterator[_Attribute]:
    """Yield what the reader found, as one attribute or two: "q.6h. x 5 days", "five weekly".

    A number of tablets to be handed out is none.
    """
    # The stop of a sentence is none of "q.4h."
    doubled = low[found.span.start : found.span.end].endswith("..")
    span, score = Span(found.span.start, found.span.end - doubled), found.entity.score
    if found.label is EntityLabel.DOSE and grammar.is_supply(low, span):
        return
    cuts: list[tuple[int, EntityLabel]] = []
    for piece in grammar.pieces(low, span.start, span.end):
        label = piece.part.label
        if label is not None and (not cuts or cuts[-1][1] is not label):
            cuts.append((piece.span.start, label))
    if len(cuts) == 1 and _says(low, span, grammar) and found.label is not EntityLabel.DOSE:
        yield _Attribute(span, cuts[0][1], score)
        return
    if found.label is not EntityLabel.ROUTE and len(cuts) > 1:
        ends = [*(start for start, _ in cuts[1:]), span.end]
        for (start, label), end in zip([(span.start, cuts[0][1]), *cuts[1:]], ends, strict=True):
            yield _Attribute(Span(start, start + len(low[start:end].rstrip(" ,"))), label, score)
        return
    yield _Attribute(span, found.label, score)


def _says(low: str, span: Span, grammar: Grammar) -> bool:
    """Return whether one piece is all there is in a stretch, so that its words tell what it is: "v.o." is a route."""
    pieces = grammar.pieces(low, span.start, span.end)
    return len(pieces) == 1 and not low[span.start : pieces[0].span.start] + low[pieces[0].span.end : span.end].strip(
        "."
    )


def _head(drug: Drug) -> Found:
    """Return a drug as one head, by all its names: a dose behind the brand belongs to both."""
    entity = drug.found.entity
    return Found(Entity(Span(drug.span.start, drug.names[-1].end), entity.label, entity.score), drug.found.assertion)


def _beside(
    note: Note, low: str, drugs: Sequence[Drug], number: int, grammar: Grammar, found: Sequence[_Attribute]
) -> Iterator[Piece]:
    """Yield the pieces of a prescription right before a drug, and in the row behind it."""
    drug = drugs[number]
    sentence = note.sentence(drug.span)
    first, last = drug.span.start, drug.names[-1].end
    start = max(
        [sentence.start, first - 2 * _GAP, *(each.names[-1].end for each in drugs[max(0, number - 1) : number])]
    )
    at = first
    for piece in reversed(grammar.pieces(low, start, first) if start < first else []):
        if not _BESIDE.fullmatch(low, piece.span.end, at) or piece.part is Part.DURATION:
            break
        yield piece
        at = piece.span.start
    following = drugs[number + 1].span.start if number + 1 < len(drugs) else len(low)
    end = min(following, max(sentence.end, last), last + _FAR)
    edges = (bisect_left(found, place, key=lambda each: each.span.start) for place in (last, max(last, end)))
    marked = found[slice(*edges)]
    at = last
    for piece in grammar.pieces(low, last, end) if last < end else ():
        for each in marked:
            if each.span.start > piece.span.start:
                break
            at = max(at, each.span.end)
        if piece.span.start - at > _GAP or len(low[at : piece.span.start].split()) > 3:
            return
        is_beside = not low[at : piece.span.start].strip(" ,-")
        # "112/70" is the strength of two drugs in one only where it stands beside their name.
        if is_beside or not (piece.part is Part.FORM or grammar.is_combined(low[piece.span.start : piece.span.end])):
            yield piece
        at = max(at, piece.span.end)


def _united(found: Sequence[_Attribute], seen: Sequence[_Attribute]) -> list[_Attribute]:
    """Return what the reader found and what patterns saw; where both mark the same, their words together."""
    united = list(found)
    for each in sorted(set(seen)):
        near = bisect_left(found, each.span.start - _FAR, key=lambda other: other.span.start)
        over = [
            place
            for place in range(near, bisect_left(found, each.span.end, key=lambda other: other.span.start))
            if found[place].span.overlaps(each.span)
        ]
        if not over:
            united.append(each)
        elif found[over[0]].label is each.label and all(each.span.contains(found[place].span) for place in over[1:]):
            own = united[over[0]]
            span = Span(min(own.span.start, each.span.start), max(own.span.end, each.span.end))
            united[over[0]] = _Attribute(span, own.label, own.score)
    return sorted(united)


def _apart(low: str, attributes: Sequence[_Attribute], heads: Sequence[Found]) -> Iterator[_Attribute]:
    """Yield what stands outside of the names of drugs: of "high-dose methotrexate" the first word."""
    ends = [head.span.end for head in heads]
    for each in attributes:
        number = bisect_right(ends, each.span.start)
        if number == len(heads) or heads[number].span.start >= each.span.end:
            yield each
        elif words := low[each.span.start : max(each.span.start, heads[number].span.start)].rstrip():
            yield _Attribute(Span(each.span.start, each.span.start + len(words)), each.label, each.score)


def _joined(low: str, attributes: Sequence[_Attribute], starts: Collection[int]) -> list[_Attribute]:
    """Return ``attributes`` with the words of one frequency together: "q.4h. p.r.n.", "daily at bedtime".

    What stands right before a drug, at one of ``starts``, is of that: "aspirin daily, p.r.n. nitroglycerin".
    """
    joined: list[_Attribute] = []
    for each in attributes:
        if joined and each.label is EntityLabel.FREQUENCY is joined[-1].label:
            last = joined[-1].span
            is_near = last.end <= each.span.start and _JOINS.fullmatch(low, last.end, each.span.start) is not None
            is_of_next = each.span.end + 1 in starts and last.end < each.span.start
            if last.end > each.span.start or (is_near and not is_of_next):
                span = Span(last.start, max(last.end, each.span.end))
                joined[-1] = _Attribute(span, each.label, joined[-1].score)
                continue
        if joined and joined[-1].span.end > each.span.start:
            continue
        joined.append(each)
    return joined
