"""What looks like an identifier and is none: eponyms, drugs, devices and everyday words, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from epicrisis.domain.identifiers import Identifier, IdentifierKind
from epicrisis.engines.privacy.patterns.page import Page
from epicrisis.engines.privacy.patterns.words import names, tabled

# What leads up to a name leaves no doubt: "Mr. Parkinson" is a person.
_SURE = frozenset({"title", "label-login", "label-name", "credential", "intro", "relation"})
# "Responded well to Keppra": capitals behind a small word may be a drug.
_GUESSED = frozenset({"visited"})
_GENERIC = "it ends as the generic names of drugs do"
# Shorter words end like a drug by chance.
_SHORTEST_GENERIC = 8
_EPONYM = "an eponym: what stands beside it makes it the name of a thing"
_LINKS = frozenset({"de", "del", "la", "of", "-"})


@dataclass(frozen=True, slots=True)
class Lookalikes:
    """Words that are spared wherever they stand alone, with their reasons; and the words that make a name a thing.

    ``stems`` are how the generic names of drugs end.
    """

    alone: Mapping[str, str]
    heads: frozenset[str]
    heads_before: frozenset[str]
    stems: tuple[str, ...] = ()

    def excuse(self, page: Page, found: Identifier) -> str | None:
        """Return why ``found`` is no identifier, or ``None`` where it is one."""
        pattern = found.found_by.partition(":")[2]
        if (found.kind is not IdentifierKind.NAME and pattern not in _GUESSED) or pattern in _SURE:
            return None
        inside = [number for number in _numbers(page, found) if page.words[number].text[0].isalpha()]
        keys = [page.keys[number].removesuffix("'s") for number in inside]
        if not keys:
            return None
        if self._is_thing(page, inside[0], inside[-1]) and not self._whole_name(keys):
            return _EPONYM
        if pattern == "echo":
            return None
        reasons = [self.alone.get(key) or self._generic(key) for key in keys]
        return reasons[0] if all(reasons) else None

    def _generic(self, key: str) -> str | None:
        listed = key in names().given or key in names().surnames
        return _GENERIC if len(key) >= _SHORTEST_GENERIC and key.endswith(self.stems) and not listed else None

    def _whole_name(self, keys: list[str]) -> bool:
        """Return whether a given name and another stand there: "John Wilson" is a person, whatever follows."""
        known = names()
        first, last = keys[0], keys[-1]
        return len(keys) > 1 and first in known.given and (last in known.surnames or first in known.sure)

    def _is_thing(self, page: Page, first: int, last: int) -> bool:
        after = [page.keys[at] for at in range(last + 1, min(last + 3, len(page.words)))]
        if after and (after[0] in self.heads or (len(after) > 1 and after[0].isalpha() and after[1] in self.heads)):
            return True
        at = first - 1
        while at >= 0 and first - at <= 3 and page.keys[at] in _LINKS:
            at -= 1
        return at >= 0 and at < first - 1 and page.keys[at] in self.heads_before


@cache
def lookalikes() -> Lookalikes:
    """Return the shipped look-alikes."""
    return read_lookalikes(
        "lookalikes.toml", (files(__package__) / "words" / "lookalikes.toml").read_text(encoding="utf-8")
    )


def read_lookalikes(file: str, content: str) -> Lookalikes:
    """Return the look-alikes in ``content``; raises as ``tabled`` does."""
    table = tabled(file, content)
    alone = {word: group["why"] for group in table["groups"] for word in group["words"].split()}
    return Lookalikes(
        alone,
        frozenset(table["heads"].split()),
        frozenset(table["heads_before"].split()),
        tuple(table.get("stems", "").split()),
    )


def _numbers(page: Page, found: Identifier) -> range:
    first = page.starting.get(found.span.start)
    if first is None:
        return range(0)
    after = first
    while after < len(page.words) and page.words[after].start < found.span.end:
        after += 1
    return range(first, after)
