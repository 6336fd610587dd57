"""Relations: does an engine join each dose to its drug, and each value to its test, as the annotators did?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.relations.linking import heads_of
from epicrisis.engines.extraction.relations.pairs import Layout
from epicrisis_lab.corpora.linked import Linked, linked
from epicrisis_lab.corpora.rows import LabRow
from epicrisis_lab.errors import MissingCapability, NothingToScore
from epicrisis_lab.evaluation.mistakes import Mistake
from epicrisis_lab.evaluation.scored import Scored
from epicrisis_lab.evaluation.spans import Mark, Matching, span_tally

NEAREST = "nearest"
_KINDS = ("drugs", "tests")
# A joiner gives the heads of each attribute of a layout, by their numbers.
Joiner = Callable[[Layout, str], Sequence[tuple[int, ...]]]


def score_relations(engine: str, rows: Sequence[LabRow]) -> Scored:
    """Score the joiner called ``engine`` on the rows whose attributes are joined to their heads.

    It is given heads and attributes as the annotators marked them. A relation is an attribute and one head; an
    attribute that several heads share is as many relations.

    Raises:
        MissingCapability: no joiner has that name.
        NothingToScore: no row has relations we can read.
    """
    if engine not in _JOINERS:
        raise MissingCapability(f"{engine} joins no attributes to heads; try one of {sorted(_JOINERS)}.")
    texts = [[*linked(row)] for row in rows]
    marked = [own for own in texts if own]
    if not marked:
        raise NothingToScore("No row of these files has relations; try maccrobat2020, phee or mtsamples_status.")
    answers = [[(told, _JOINERS[engine](told.layout, told.kind)) for told in own] for own in marked]
    labels = {
        kind: {each.label for own in marked for told in own if told.kind == kind for each in told.layout.attributes}
        for kind in _KINDS
    }
    groups = {
        f"relations.{name}": {f"{kind}.{label}" for kind in kinds for label in labels[kind]}
        for name, kinds in {"all": _KINDS, **{kind: (kind,) for kind in _KINDS if labels[kind]}}.items()
    }
    matchings = [_matching(own) for own in answers]
    return Scored(
        rows=len(marked),
        tally=span_tally(matchings, groups),
        mistakes=tuple(mistake for own in answers for mistake in _mistakes(own)),
    )


def nearest(layout: Layout, _: str) -> list[tuple[int, ...]]:
    """Return the head nearest to each attribute in its sentence, of two equally near ones the one before it."""
    return [_nearest(layout, each.span) for each in layout.attributes]


def learnt(layout: Layout, kind: str) -> list[tuple[int, ...]]:
    """Return the heads that the shipped scorer joins each attribute to."""
    return heads_of(layout, kind)[1]


_JOINERS: Mapping[str, Joiner] = MappingProxyType({NEAREST: nearest, "model": learnt, "spanish": learnt})


def _nearest(layout: Layout, span: Span) -> tuple[int, ...]:
    own = next((each for each in reversed(layout.sentences) if each.start <= span.start), None)
    inside = [number for number, head in enumerate(layout.heads) if own is not None and own.contains(head)]
    near = sorted(inside, key=lambda number: _apart(layout.heads[number], span))
    return tuple(near[:1])


def _apart(one: Span, other: Span) -> int:
    return max(one.start - other.end, other.start - one.end)


def _matching(answers: Sequence[tuple[Linked, Sequence[tuple[int, ...]]]]) -> Matching:
    pairs: list[tuple[Mark, Mark]] = []
    missed: list[Mark] = []
    made_up: list[Mark] = []
    for told, given in answers:
        for attribute, gold, found in zip(told.layout.attributes, told.heads, given, strict=True):
            mark = Mark(attribute.span.start, attribute.span.end, f"{told.kind}.{attribute.label}")
            pairs += [(mark, mark)] * len(gold & set(found))
            missed += [mark] * len(gold - set(found))
            made_up += [mark] * len(set(found) - gold)
    return Matching(tuple(pairs), tuple(missed), tuple(made_up))


def _mistakes(answers: Sequence[tuple[Linked, Sequence[tuple[int, ...]]]]) -> Iterator[Mistake]:
    for told, given in answers:
        for attribute, gold, found in zip(told.layout.attributes, told.heads, given, strict=True):
            if gold != set(found):
                kind = "missed" if not found else "made up" if not gold else "other head"
                head = told.layout.heads[min(gold)] if gold else attribute.span
                answer = told.layout.heads[min(found)] if found else attribute.span
                yield Mistake(
                    kind=f"{kind} {attribute.label}",
                    row=told.row,
                    source=told.source,
                    text=told.layout.text,
                    gold=Mark(head.start, head.end, "gold head" if gold else attribute.label),
                    predicted=Mark(answer.start, answer.end, "head" if found else attribute.label),
                )
