"""Items of a record against items of another: the same, said again, missed or made up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from epicrisis.domain.spans import Span
from epicrisis_lab.evaluation.spans import Mark, Matching


@dataclass(frozen=True, slots=True)
class Item:
    """An item as it is compared: where and by which names it is told, and the facts that must agree as well.

    A found item agrees where each of its facts is among those of the gold at the same place. An ``optional`` item
    counts neither when it is found nor when it is missed. ``whose`` is the relative that has it.
    """

    span: Span
    names: tuple[str, ...]
    facts: tuple[frozenset[object], ...] = ()
    optional: bool = False
    whose: str = ""

    def agrees_with(self, gold: Item) -> bool:
        """Return whether the facts of this item are among those of ``gold``."""
        return all(own <= wanted for own, wanted in zip(self.facts, gold.facts, strict=True))


Likeness = Callable[[Item, Item], float]


def paired(label: str, gold: Sequence[Item], found: Sequence[Item], likeness: Likeness) -> Matching:
    """Pair the items of one list one to one, the likest first; ``likeness`` of a gold and a found item is 0 to 1.

    A found item that is like one paired already is that item said again, and counts neither way.
    """
    likest = sorted(
        (-score, number, other)
        for number, wanted in enumerate(gold)
        for other, item in enumerate(found)
        if (score := likeness(wanted, item)) > 0
    )
    left, free = dict(enumerate(gold)), dict(enumerate(found))
    pairs: list[tuple[Mark, Mark]] = []
    again = {other for _, _, other in likest}
    for _, number, other in likest:
        if number in left and other in free:
            wanted, item = left.pop(number), free.pop(other)
            if not wanted.optional:
                pairs.append((_mark(wanted, label), _mark(item, label)))
    return Matching(
        pairs=tuple(sorted(pairs)),
        missed=tuple(_mark(item, label) for item in left.values() if not item.optional),
        made_up=tuple(_mark(item, label) for other, item in free.items() if other not in again),
    )


def _mark(item: Item, label: str) -> Mark:
    return Mark(item.span.start, item.span.end, label)
