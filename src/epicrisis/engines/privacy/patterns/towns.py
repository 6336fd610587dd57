"""Towns, provinces and countries: by their name, by the state behind them, and by who lives there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from epicrisis.domain.identifiers import Identifier, IdentifierKind
from epicrisis.engines.privacy.patterns.finer import CITY
from epicrisis.engines.privacy.patterns.page import Page, mark
from epicrisis.engines.privacy.patterns.runs import Run, Runs
from epicrisis.engines.privacy.patterns.words import Words, by_first_word, places

LOCATION = IdentifierKind.LOCATION

_ZIP = re.compile(r",? {1,2}(?P<zip>\d{5}(?:-\d{4})?)(?![\w-])")
_POSTCODE_ES = re.compile(r"(?<![\w.,/-])(?:0[1-9]|[1-4]\d|5[0-2])\d{3}(?=[ .,]{1,3}[A-ZÁÉÍÓÚÑ])")
# States whose codes are words or degrees as well: only with a ZIP code behind them.
_WORDY_CODES = frozenset(["DO", "HI", "IN", "MA", "MD", "ME", "MS", "OK", "OR", "PA"])


class Towns:
    """Finds towns with the words of one language."""

    def __init__(self, words: Words, runs: Runs, language: str) -> None:
        self._words = words
        self._runs = runs
        self._spanish = language == "es"
        lists = places()
        self._codes = lists["codes"]
        # "Lives in ZIP 12345", "lives in ALF": a label and a ward are no towns.
        self._no_towns = words["wards"] | words["stop"] | {each for label in words.labels for each in label.words}
        self._states = by_first_word(lists["states"])
        towns = lists["cities_es"] | lists["provinces"] | lists["countries"] if self._spanish else lists["cities_en"]
        self._towns = by_first_word(towns)

    def found(self, page: Page) -> Iterator[Identifier]:
        """Yield the towns of a text."""
        if self._spanish:
            for match in _POSTCODE_ES.finditer(page.text):
                yield mark(*match.span(), LOCATION, "zip", "five digits of a Spanish province before a town", sub="ZIP")
        lives = self._words.phrases["lives"]
        for number in page.where_capital(lives):
            if page.words[number].capital:
                yield from self._town(page, number)
            if page.keys[number] in lives:
                yield from self._home(page, number)

    def zipped(self, page: Page, end: int) -> int:
        """Return where the ZIP code ends that stands at offset ``end``; ``end`` where none does."""
        found = _ZIP.match(page.text, end)
        return found.end() if found else end

    def known(self, page: Page, number: int) -> int:
        """Return the word after the town that begins at word ``number``; 0 where none does."""
        return page.phrase(self._towns, number)

    def behind(self, page: Page, number: int, end: int) -> int:
        """Return where a town and its state end that begin at word ``number``, or ``end`` where none does."""
        while number < len(page.words) and page.keys[number] in (",", "\n"):
            number += 1
        run = self._runs.at(page, number) if number < len(page.words) else None
        if run is None or run.size > 3:
            return end
        if page.words[run.first].text in self._codes:
            return page.words[run.first].end
        behind = run.after + 1
        if behind < len(page.words) and page.keys[run.after] == ",":
            state = self.state(page, behind)
            if state:
                return page.words[state - 1].end
        last = page.words[run.after - 1]
        return last.end if last.text in self._codes or run.size <= 2 else end

    def state(self, page: Page, number: int) -> int:
        """Return the word after the state that begins at ``number``; 0 where none does."""
        if page.words[number].text in self._codes:
            return number + 1
        return page.phrase(self._states, number)

    def _town(self, page: Page, number: int) -> Iterator[Identifier]:
        after = page.phrase(self._towns, number)
        if not after:
            yield from self._with_state(page, number)
            return
        start, end = page.words[number].start, page.words[after - 1].end
        if self._spanish:
            if self._placed(page, number, after):
                yield mark(start, end, LOCATION, "town", "a town, province or country by its name", score=0.8)
            return
        state = self.state(page, after + 1) if after + 1 < len(page.words) and page.keys[after] == "," else 0
        if state:
            yield self._zipped(page, number, page.words[state - 1].end)
        elif self._placed(page, number, after):
            yield mark(
                start, end, LOCATION, "town", "a town by its name behind a word that leads to a place", score=0.8
            )

    def _with_state(self, page: Page, number: int) -> Iterator[Identifier]:
        """Yield what is a town because a state stands behind it: "Johnmouth, OH"."""
        if page.keys[number] in self._words["stop"] or (number and page.words[number - 1].capital):
            return
        run = self._runs.at(page, number)
        if run is None or run.size > 3 or run.after + 1 >= len(page.words) or page.keys[run.after] != ",":
            return
        code = page.words[run.after + 1]
        if page.words[number].text.isupper() and len(page.words[number].text) <= 3:
            return  # "NT, ND": not tender, not distended
        if code.text in self._codes and (code.text not in _WORDY_CODES or _ZIP.match(page.text, code.end)):
            yield self._zipped(page, number, code.end, sub=self._city(page, run))

    def _zipped(self, page: Page, number: int, end: int, *, sub: str | None = CITY) -> Identifier:
        start, end = page.words[number].start, self.zipped(page, end)
        return mark(start, end, LOCATION, "town-state", "a town and its state", score=0.92, sub=sub)

    def _city(self, page: Page, run: Run) -> str | None:
        """Return the finer label of capitals before a state, which may be a street as well: "Prueba Lane, OH"."""
        streets = self._words["streets"]
        return None if any(page.keys[at] in streets for at in range(run.first, run.after)) else CITY

    def _placed(self, page: Page, number: int, after: int) -> bool:
        """Return whether a name of a town is used as one: behind "in" or "from", or between commas in an address."""
        before = page.keys[number - 1] if number else "\n"
        if self._spanish:
            return (
                before in ("en", "de", "a", "(", ",", ".", ":", "desde", "\n")
                or page.words[number - 1].text.isdecimal()
            )
        behind = page.keys[after] if after < len(page.words) else "."
        if behind in ("criteria", "score", "scale", "classification", "virus", "scientific", "heart", "strain"):
            return False
        if before == "," and number > 1:
            return page.words[number - 2].capital or page.keys[number - 2] == "hospital"
        return before in ("in", "from", "near", "to", "at", "of", "our", "(") or behind in (
            "clinic",
            "hospital",
            "office",
        )

    def _home(self, page: Page, number: int) -> Iterator[Identifier]:
        after = self._words.follows("lives", page.keys, number)
        if not after or after >= len(page.words):
            return
        run = self._runs.at(page, after)
        if run is None or all(key in self._no_towns for key in page.keys[run.first : run.after]):
            return
        said = " ".join(page.keys[number:after])
        start, end, sub = page.words[after].start, run.end, None
        if run.after + 1 < len(page.words) and page.keys[run.after] == ",":
            state = self.state(page, run.after + 1)
            end, sub = (page.words[state - 1].end, self._city(page, run)) if state else (end, None)
        yield mark(start, end, LOCATION, "home", f"capitals behind '{said}'", score=0.9, sub=sub)
