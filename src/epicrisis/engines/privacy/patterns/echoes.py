"""A name once found is found wherever it stands again: "Mr. Prueba" makes every later "Prueba" one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from epicrisis.domain.identifiers import Identifier, IdentifierKind
from epicrisis.engines.privacy.patterns.page import Page, mark
from epicrisis.engines.privacy.patterns.words import names

# From this score on a name is sure enough to be looked for elsewhere.
_SURE = 0.85
# "Li" and "Ana" are found by what stands beside them; as echoes they would be found in too many words.
_SHORTEST = 4


def echoes(page: Page, found: Sequence[Identifier]) -> Iterator[Identifier]:
    """Yield the words of sure names where they stand again, in capitals."""
    known = {
        page.keys[number].removesuffix("'s")
        for one in found
        if one.kind is IdentifierKind.NAME and one.score >= _SURE
        for number in _inside(page, one)
        if len(page.keys[number]) >= _SHORTEST and page.keys[number] not in names().particles
    }
    if not known:
        return
    for number in page.where_capital():
        word = page.words[number]
        key = word.key.removesuffix("'s")
        if key in known:
            end = word.start + len(word.text) - (len(word.key) - len(key))
            yield mark(
                word.start, end, IdentifierKind.NAME, "echo", "part of a name found elsewhere in the note", score=0.8
            )


def _inside(page: Page, one: Identifier) -> Iterator[int]:
    number = page.starting.get(one.span.start)
    while number is not None and number < len(page.words) and page.words[number].start < one.span.end:
        yield number
        number += 1
