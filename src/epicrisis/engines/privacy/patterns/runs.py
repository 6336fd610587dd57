"""Words in a row that may be a name: capitals, initials, and the small words between them."""

from __future__ import annotations

from dataclasses import dataclass

from epicrisis.engines.privacy.patterns.page import Page, Word
from epicrisis.engines.privacy.patterns.words import Names, Words

_MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Run:
    """Words in a row that may be a name: the first, the one after the last, and where the name ends."""

    first: int
    after: int
    end: int
    size: int


class Runs:
    """Reads names word by word, with the words of one language that end them."""

    def __init__(self, words: Words, names: Names) -> None:
        self._words = words
        self._names = names
        self._stop = words["stop"]
        self._known = names.given | names.surnames

    def at(self, page: Page, first: int) -> Run | None:
        """Return the longest name that may begin at word ``first``: capitals, initials and small words between them."""
        at, after, size = first, first, 0
        while at < len(page.words) and size < _MOST_WORDS:
            word = page.words[at]
            if word.capital and (word.initial or not self._ends_before(page, at)):
                size += 1
                at += 1
                # The point of an initial belongs to it; any other ends a sentence.
                if at < len(page.words) and page.keys[at] == "." and (word.initial or word.key in self._words["binds"]):
                    at += 1
                after = at
            elif size and word.key in self._names.particles and self._small_words(page, at):
                at += 1
            elif size and word.key == "," and at + 1 < len(page.words) and page.keys[at + 1] in self._words["suffixes"]:
                at = after = at + 2
            else:
                break
        if not size:
            return None
        return Run(first, after, self.end_of(page.words[after - 1]), size)

    def inverted(self, page: Page, run: Run) -> Run:
        """Return ``run`` with what follows a comma: "Prueba, Ana M."."""
        at = run.after
        if at + 1 >= len(page.words) or page.keys[at] != "," or page.keys[at + 1] in self._words["credentials"]:
            return run
        behind = self.at(page, at + 1)
        if behind is None or behind.size > 3:
            return run
        return Run(run.first, behind.after, behind.end, run.size + behind.size)

    def turned(self, page: Page, run: Run) -> Run:
        """Return ``run`` with a given name behind a comma, where no sentence would go on: "Dr. Prueba, Ana."."""
        turned = self.inverted(page, run)
        if turned.after == run.after or page.keys[run.after + 1] in self._names.given:
            return turned
        ends = turned.after >= len(page.words) or page.keys[turned.after] in (".", ",", ")", "\n")
        return turned if ends and turned.size == run.size + 1 else run

    def has_name(self, page: Page, run: Run) -> bool:
        """Return whether a word of ``run`` is a listed name."""
        keys = {page.keys[at].removesuffix("'s") for at in range(run.first, run.after)}
        return not keys.isdisjoint(self._known)

    def end_of(self, word: Word) -> int:
        """Return where the name in ``word`` ends: before the "'s" of "Prueba's"."""
        return word.end - 2 if word.text[-2:] in ("'s", "’s") and len(word.text) > 3 else word.end

    def _ends_before(self, page: Page, at: int) -> bool:
        key = page.keys[at]
        return key in self._stop or key in self._words["credentials"] or key in self._words["titles"]

    def _small_words(self, page: Page, at: int) -> bool:
        """Return whether small words lead to another capital soon."""
        for ahead in range(at + 1, min(at + 3, len(page.words))):
            if page.words[ahead].capital:
                return not self._ends_before(page, ahead)
            if page.keys[ahead] not in self._names.particles:
                return False
        return False
