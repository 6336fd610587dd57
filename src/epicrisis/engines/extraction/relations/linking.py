"""Which dose belongs to which drug, and which value to which test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from epicrisis.domain.findings import EntityLabel
from epicrisis.engines.extraction.note import Found, Note
from epicrisis.engines.extraction.relations.chains import Joined, joined, weights_of
from epicrisis.engines.extraction.relations.pairs import Attribute, Layout
from epicrisis.engines.extraction.relations.sharing import shared


@dataclass(frozen=True, slots=True)
class Relation:
    """An attribute and the drug or test it says something of, and how sure that is (0 to 1)."""

    head: Found
    attribute: Found
    score: float


def related(note: Note, heads: Sequence[Found], attributes: Sequence[Found]) -> tuple[Relation, ...]:
    """Return which of ``heads`` each of ``attributes`` belongs to, in the order of the text.

    All are joined at once, by what a learnt scorer sees of each pair and of each two in a row. An attribute that
    belongs to none is left out; one that several heads share ("aspirin and clopidogrel daily") comes once per head. Ask
    for drugs with their attributes, or for tests with their values, not for both at once.
    """
    if not heads or not attributes:
        return ()
    sources = sorted(heads, key=lambda each: each.span)
    targets = sorted(attributes, key=lambda each: each.span)
    layout = Layout(
        note.text,
        tuple(each.span for each in sources),
        tuple(Attribute(each.span, each.label) for each in targets),
        [sentence.span for sentence in note.annotated.sentences],
    )
    kind = "tests" if sources[0].label is EntityLabel.TEST else "drugs"
    return tuple(
        Relation(sources[number], attribute, one.score)
        for attribute, one, numbers in zip(targets, *heads_of(layout, kind), strict=True)
        for number in numbers
    )


def heads_of(layout: Layout, kind: str) -> tuple[list[Joined], list[tuple[int, ...]]]:
    """Return the head of each attribute of ``layout``, and beside it all heads that share the attribute."""
    own = joined(layout, weights_of(kind))
    return own, shared(layout, [each.head for each in own])
