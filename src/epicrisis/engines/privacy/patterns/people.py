"""Names of people by what leads up to them, what follows them, and lists of names; organizations by their last word."""

from __future__ import annotations

from collections.abc import Iterator

from epicrisis.domain.identifiers import Identifier, IdentifierKind
from epicrisis.engines.privacy.patterns.page import Page, mark
from epicrisis.engines.privacy.patterns.runs import Run, Runs
from epicrisis.engines.privacy.patterns.words import Names, Words

NAME = IdentifierKind.NAME


class People:
    """Finds names with the words of one language."""

    def __init__(self, words: Words, names: Names, runs: Runs) -> None:
        self._runs = runs
        self._words = words
        self._names = names
        self._sure = names.sure
        self._stop = words["stop"]
        self._leads = words["titles"] | words["kin"] | words.phrases["intros"].keys()

    def labelled(self, page: Page, at: int, label: str) -> Identifier | None:
        """Return the name that stands at offset ``at`` behind ``label``."""
        number = page.starting.get(at)
        if number is None:
            return None
        if page.keys[number] in self._words["titles"] and number + 1 < len(page.words):
            number += 2 if page.keys[number + 1] == "." else 1
        run = self._runs.at(page, number)
        if run is None:
            return None
        run = self._runs.inverted(page, run)
        if run.size == 1 and label in self._words["weak_labels"] and not self._runs.has_name(page, run):
            return None  # "CC: Headache"
        return mark(page.words[number].start, run.end, NAME, "label-name", f"a name behind '{label}'", score=0.96)

    def named(self, page: Page) -> Iterator[Identifier]:
        """Yield the names of a text, word by word."""
        titles, kin, intros = self._words["titles"], self._words["kin"], self._words.phrases["intros"]
        for number in page.where_capital(self._leads):
            word = page.words[number]
            if word.key in titles:
                yield from self._titled(page, number)
            if word.key in kin:
                yield from self._related(page, number)
            # A degree is in capitals too.
            if number and page.keys[number - 1] == "," and self._degree(page, number):
                yield from self._credited(page, number)
            if word.key in intros:
                yield from self._introduced(page, number)
            if word.capital:
                yield from self._listed(page, number)

    def _titled(self, page: Page, number: int) -> Iterator[Identifier]:
        title = page.words[number]
        if not (title.capital or title.key in ("don", "dona")) or title.text == "MS":
            return
        at = number + 1
        if at < len(page.words) and page.keys[at] == ".":
            at += 1
        elif title.initial:
            return  # "D" alone is a vitamin; "D." a title.
        begins = at
        while begins < at + 3 and begins < len(page.words) and page.keys[begins] in self._names.particles:
            begins += 1  # "Mrs. de la Fuente"
        run = self._runs.at(page, begins)
        if run is None or (title.key in self._words["weak_titles"] and not self._runs.has_name(page, run)):
            return
        run = self._runs.turned(page, run)
        yield mark(page.words[at].start, run.end, NAME, "title", f"a name behind the title '{title.key}'", score=0.96)

    def _related(self, page: Page, number: int) -> Iterator[Identifier]:
        yield from self._relation(page, number)
        at = number + 1
        while at < len(page.words) and page.keys[at] in (",", "(", "is", "named", ":", "-"):
            at += 1
        if at > number + 3 or at >= len(page.words):
            return
        if page.words[at].initial and page.keys[at + 1 : at + 2] != ["."]:
            return
        run = self._runs.at(page, at)
        # "Mother: Healthy." and "wife. The": a name stands in the same sentence, and is in no list of other words.
        if run is None:
            return
        led = page.keys[at - 1] in (",", "(", "named") or (at == number + 1 and not self._common(page, run))
        if not led and not self._runs.has_name(page, run):
            return
        run = self._runs.turned(page, run)
        yield mark(page.words[at].start, run.end, NAME, "kin", f"a name behind '{page.keys[number]}'", score=0.85)

    def _relation(self, page: Page, number: int) -> Iterator[Identifier]:
        """Yield the name before ", the patient's son" and before "(wife)"."""
        at = number - 1
        if at >= 2 and page.keys[at] == "patient's" and page.keys[at - 1] == "the":
            at -= 2
        if at < 1 or page.keys[at] not in (",", "(") or (at == number - 1 and page.keys[at] == ","):
            return
        first = at
        while first > 0 and at - first < 5 and self._in_name(page, first - 1):
            first -= 1
        while first < at and (not page.words[first].capital or page.keys[first] in self._stop):
            first += 1
        if first < at and page.words[at - 1].text[0].isalpha():
            yield mark(page.words[first].start, self._runs.end_of(page.words[at - 1]), NAME, "relation",
                       f"a name before '{page.keys[number]}'", score=0.9)  # fmt: skip

    def _credited(self, page: Page, number: int) -> Iterator[Identifier]:
        """Yield the name before ", M.D."."""
        if number < 2:
            return
        first = number - 1
        while first > 0 and number - first < 9 and self._in_name(page, first - 1):
            first -= 1
        while first < number - 1 and not page.words[first].capital:
            first += 1
        last = page.words[number - 2]
        if first >= number - 1 or (page.words[first].key in self._stop and first == number - 2):
            return
        run = Run(first, number - 1, self._runs.end_of(last), number - 1 - first)
        degree = self._degree(page, number)
        if degree in self._words["weak_credentials"] and not self._runs.has_name(page, run):
            return  # "CBC, GS, PT" are three tests
        yield mark(page.words[first].start, run.end, NAME, "credential", f"a name before '{degree}'", score=0.95)

    def _degree(self, page: Page, number: int) -> str | None:
        """Return the degree that begins at word ``number``, with or without its points: "MD", "Ph.D."."""
        word = page.words[number]
        if not word.capital:
            return None
        said = word.key
        for at in range(number + 1, min(number + 6, len(page.words) - 1), 2):
            if page.keys[at] != "." or not page.words[at + 1].initial:
                break
            said += page.keys[at + 1]
        return said if said in self._words["credentials"] else None

    def _introduced(self, page: Page, number: int) -> Iterator[Identifier]:
        after = self._words.follows("intros", page.keys, number)
        if not after or after >= len(page.words):
            return
        at = after + 1 if page.keys[after] in (":", ",") and after + 1 < len(page.words) else after
        run = self._runs.at(page, at)
        if run is not None:
            said = " ".join(page.keys[number:after])
            yield mark(page.words[at].start, run.end, NAME, "intro", f"a name behind '{said}'", score=0.9)

    def _listed(self, page: Page, number: int) -> Iterator[Identifier]:
        """Yield a name that begins with a given name, or with an unknown word before a surname."""
        word = page.words[number]
        if number and page.words[number - 1].capital and page.keys[number - 1] in self._names.given:
            return  # the run began one word before
        key = word.key.removesuffix("'s")
        given = key in self._names.given or any(part in self._sure for part in key.split("-") if "-" in key)
        # A word by itself that nobody is given as a name is none.
        run = self._runs.at(page, number) if given or (key not in self._stop and self._goes_on(page, number)) else None
        if run is None:
            return
        others = [page.words[at] for at in range(run.first + 1, run.after) if page.words[at].text[0].isalpha()]
        surname = any(other.key.removesuffix("'s") in self._names.surnames for other in others)
        initial = any(other.initial for other in others)
        if self._holy(page, number):
            return
        if given and others and (key in self._sure or surname or (initial and run.size == 2)):
            yield mark(word.start, run.end, NAME, "names", "a given name with what follows it", score=0.88)
        elif given and key in self._sure and not word.initial and not self._acronym(page, number):
            yield mark(word.start, self._runs.end_of(word), NAME, "given", "a given name alone", score=0.6)
        elif surname and run.size <= 4 and not word.initial and self._hinted(page, number):
            yield mark(
                word.start, run.end, NAME, "surname", "capitals and a surname behind a word that leads to a person"
            )
        elif initial and run.size == 2 and self._initialled(page, run) and self._hinted(page, number):
            yield mark(
                word.start, run.end, NAME, "initial", "a name and an initial where a person is spoken of", score=0.8
            )

    def _goes_on(self, page: Page, number: int) -> bool:
        """Return whether a name that begins at word ``number`` may have a second word."""
        behind = page.words[number + 1] if number + 1 < len(page.words) else None
        return behind is not None and (
            behind.capital or behind.key in (".", ",") or behind.key in self._names.particles
        )

    def _acronym(self, page: Page, number: int) -> bool:
        """Return whether a word stands in capitals among words that do not: "by ELISA"."""
        around = [page.words[at].text for at in (number - 1, number + 1) if 0 <= at < len(page.words)]
        return page.words[number].text.isupper() and not any(len(each) > 1 and each.isupper() for each in around)

    def _holy(self, page: Page, number: int) -> bool:
        """Return whether the word before makes a saint, and so a place or a thing, of the name: "Santa Barbara"."""
        before = number - 1 if not number or page.keys[number - 1] != "." else number - 2
        return before >= 0 and page.keys[before] in ("san", "santa", "st", "saint", "sant")

    def _initialled(self, page: Page, run: Run) -> bool:
        """Return whether a word and its initial stand like a person: "Lisa M., seen", not "Claritin D daily"."""
        word = page.words[run.first]
        ends = (
            run.after >= len(page.words)
            or page.keys[run.after] in (",", ")", "?", "\n")
            or page.keys[run.after - 1] == "."
        )
        return ends and len(word.text) > 2 and word.key not in self._words["lettered"]

    def _hinted(self, page: Page, number: int) -> bool:
        """Return whether the words before ``number`` lead to a person."""
        for length in (1, 2):
            before = number - length
            if before >= 0 and self._words.follows("hints", page.keys, before) == number:
                return True
        return number > 0 and page.keys[number - 1] == ","

    def _common(self, page: Page, run: Run) -> bool:
        return run.size > 2 or page.words[run.first].text.isupper()

    def _in_name(self, page: Page, at: int) -> bool:
        word = page.words[at]
        if word.key == ".":
            return at > 0 and page.words[at - 1].initial
        if word.key == ",":
            return at > 0 and page.words[at - 1].capital and page.words[at - 1].key not in self._words["credentials"]
        return (word.capital and word.key not in self._stop) or word.initial or word.key in self._names.particles
