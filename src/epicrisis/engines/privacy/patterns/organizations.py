"""Hospitals, employers and schools: by their last word, by their name, and by who was seen or works there."""

from __future__ import annotations

from collections.abc import Iterator

from epicrisis.domain.identifiers import Identifier, IdentifierKind
from epicrisis.engines.privacy.patterns.page import Page, mark
from epicrisis.engines.privacy.patterns.runs import Runs
from epicrisis.engines.privacy.patterns.towns import Towns
from epicrisis.engines.privacy.patterns.words import Words, by_first_word, names, places

ORGANIZATION = IdentifierKind.ORGANIZATION

# The most words a hospital or an employer has.
_LONGEST = 7
# What stands before where somebody was seen.
_SEEN = frozenset({"at", "from", "in", "to"})
# What leads nowhere with the "to" behind it: "responded to Keppra", "as opposed to Lap-Band".
_NO_WAY = frozenset({
    "added", "addition", "allergic", "allergy", "changed", "compared", "contrast", "due", "equal", "exposed",
    "exposure", "opposed", "related", "responded", "response", "secondary", "similar", "switched", "well",
})  # fmt: skip


class Organizations:
    """Finds organizations with the words of one language, and the professions of who works there."""

    def __init__(self, words: Words, runs: Runs, towns: Towns, language: str) -> None:
        self._words = words
        self._runs = runs
        self._towns = towns
        self._spanish = language == "es"
        self._hospitals = by_first_word(places()["hospitals"])
        self._ends = words.phrases["organizations"].keys() | words.phrases["organization_pairs"].keys()
        self._leads = self._ends | words.phrases["works"].keys() | (set() if self._spanish else _SEEN)

    def found(self, page: Page) -> Iterator[Identifier]:
        """Yield the organizations and professions of a text."""
        works = self._words.phrases["works"]
        for number in page.where_capital(self._leads):
            key = page.keys[number]
            if page.words[number].capital:
                yield from self._known(page, number)
            if key in self._ends:
                yield from self._organization(page, number)
            if key in works:
                yield from self._profession(page, number)
            if key in _SEEN and not self._spanish:
                yield from self._visited(page, number)

    def labelled(self, page: Page, at: int, label: str) -> Identifier | None:
        """Return the organization that stands at offset ``at`` behind ``label``."""
        number = page.starting.get(at)
        run = self._runs.at(page, number) if number is not None else None
        if run is None:
            return None
        start, why = page.words[run.first].start, f"capitals behind '{label}'"
        return mark(start, run.end, ORGANIZATION, "label-organization", why, score=0.9)

    def _known(self, page: Page, number: int) -> Iterator[Identifier]:
        after = page.phrase(self._hospitals, number)
        if after and not (self._spanish and page.keys[number] in ("la", "clinic")):
            end = page.words[self._care_behind(page, after) - 1].end
            yield mark(
                page.words[number].start, end, ORGANIZATION, "hospital", "a hospital known by its name", score=0.9
            )

    def _care_behind(self, page: Page, after: int) -> int:
        """Return the word after the ones that go on with the name of a hospital: "UCLA Med. Ctr", "UCLA clinic"."""
        at = after
        while at < len(page.words) and at - after < _LONGEST:
            if page.keys[at] in self._words["care"]:
                after = at + 1
            elif page.keys[at] != "." or page.keys[at - 1] not in ("med", "mt", "st"):
                break
            at += 1
        return after

    def _organization(self, page: Page, number: int) -> Iterator[Identifier]:
        if self._spanish:
            yield from self._spanish_organization(page, number)
            return
        after = self._words.follows("organization_pairs", page.keys, number) or number + 1
        if page.keys[number] not in self._words["organizations"] and after == number + 1:
            return
        if number and page.keys[number - 1] in ("the", "of", "for"):
            return  # "COURSE IN THE HOSPITAL" names none
        if page.words[number].text == "SYSTEM" and page.keys[after : after + 1] == [":"]:
            return  # "RESPIRATORY SYSTEM:" is a heading
        named = page.words[number].capital
        first = number
        while first > 0 and number - first < _LONGEST and self._in_organization(page, first - 1):
            first -= 1
        while first < number and not (page.words[first].capital and self._telling(page, first)):
            first += 1
        # "the Dallas clinic" is one, "the pain clinic" is none, nor is "Medical Center" alone.
        telling = [at for at in range(first, number) if self._telling(page, at)]
        if first == number or not telling or not (named or self._towns.known(page, first)):
            return
        while first and page.keys[first - 1] in names().particles and not page.words[first - 1].capital:
            first -= 1  # "de la Fuente Family Clinic"
        behind = self._words.follows("organization_pairs", page.keys, after - 1)
        after = max(after, behind)
        yield mark(
            page.words[first].start, page.words[after - 1].end, ORGANIZATION, "organization",
            f"capitals before '{' '.join(page.keys[number:after])}'", score=0.92,
        )  # fmt: skip

    def _in_organization(self, page: Page, at: int) -> bool:
        word = page.words[at]
        if word.key == ".":
            return at > 0 and page.keys[at - 1] in ("st", "mt", "ft", "med")
        return word.key in self._words["organization_links"] or (
            word.capital and word.key not in ("dr", "mr", "mrs", "ms")
        )

    def _telling(self, page: Page, at: int) -> bool:
        key = page.keys[at]
        return (
            page.words[at].capital
            and key not in self._words["organization_plain"]
            and key not in self._words["organization_links"]
            and key not in self._words["stop"]
        )

    def _spanish_organization(self, page: Page, number: int) -> Iterator[Identifier]:
        if not page.words[number].capital:
            return
        at = last = number + 1
        while at < len(page.words) and at - number < _LONGEST + 3:
            if page.words[at].capital and page.keys[at] not in ("servicio", "c", "avda", "calle", "unidad", "seccion"):
                last = at + 1
            elif page.keys[at] not in self._words["organization_links"]:
                break
            at += 1
        telling = [each for each in range(number + 1, last) if page.words[each].capital]
        if any(page.keys[each] not in self._words["organization_plain"] for each in telling):
            end = page.words[last - 1].end
            why = f"capitals behind '{page.keys[number]}'"
            yield mark(page.words[number].start, end, ORGANIZATION, "organization", why, score=0.9)

    def _visited(self, page: Page, number: int) -> Iterator[Identifier]:
        """Yield where somebody was seen: capitals behind "admitted to", whatever they are called."""
        near = 1 if page.keys[number] == "in" else _LONGEST
        before = range(max(0, number - near), number)
        # "Post-surgery at" is one too.
        if not any(page.keys[at].rpartition("-")[2] in self._words["visits"] for at in before):
            return
        if page.keys[number] == "to" and number and page.keys[number - 1] in _NO_WAY:
            return
        at = number + 1
        while at < len(page.words) and at < number + 3 and page.keys[at] in ("the", "our"):
            at += 1
        last = at
        while last < len(page.words) and last - at < _LONGEST:
            word = page.words[last]
            dotted = word.key == "." and page.keys[last - 1] in ("st", "mt", "ft", "med", "hosp", "univ", "ctr")
            linked = word.key in ("of", "&") and last + 1 < len(page.words) and page.words[last + 1].capital
            if not (word.capital and word.key not in ("dr", "mr", "ms", "mrs")) and not (
                last > at and (dotted or linked)
            ):
                break
            last += 1
        inside = [page.words[each] for each in range(at, last) if page.words[each].text[0].isalpha()]
        if not inside:
            return
        plain = self._words["wards"] | self._words["stop"] | self._words["organization_plain"]
        named = any(word.key not in plain and word.key not in self._words["months"] for word in inside)
        whole = len(inside) > 1 and inside[-1].key in ("hospital", "hosp", "health") and inside[0].key != "emergency"
        # "the LAD" is an artery, and "SUMMARY IN DETAIL" a heading.
        vague = at > number + 1 or near == 1 or len(inside[0].text) < 3
        if inside[0].text[1:2] == "-":
            return  # "seen in M-mode"
        if (named or whole) and not (vague and all(word.text.isupper() for word in inside)):
            start, end = page.words[at].start, page.words[last - 1].end
            yield mark(start, end, ORGANIZATION, "visited", "capitals where somebody was seen", score=0.75)

    def _profession(self, page: Page, number: int) -> Iterator[Identifier]:
        after = self._words.follows("works", page.keys, number)
        if not after:
            return
        at = after + 1 if after < len(page.words) and page.keys[after] in (":", "a", "an") else after
        reach = page.keys[at : at + _LONGEST + 2]
        # "a teacher, music at Prueba School": up to where the employer is named, or to the first word that goes on.
        length = reach.index("at") if "at" in reach else 0
        if not length or not all(key[0].isalpha() or key in ",/" for key in reach[:length]):
            ends = (each for each, key in enumerate(reach[:5]) if key in self._words["goes_on"] or not key[0].isalpha())
            length = next(ends, min(5, len(reach)))
        if not length:
            return
        last = page.words[at + length - 1]
        why = f"what stands behind '{' '.join(page.keys[number:after])}'"
        yield mark(page.words[at].start, last.end, IdentifierKind.PROFESSION, "profession", why, score=0.7)
        if reach[length : length + 1] == ["at"]:
            yield from self._employer(page, at + length + 1)

    def _employer(self, page: Page, at: int) -> Iterator[Identifier]:
        last = at
        while last < len(page.words) and last - at < _LONGEST:
            if not page.words[last].capital and not (last > at and page.keys[last] in (",", "and", "&", "of")):
                break
            last += 1
        while last > at and not page.words[last - 1].capital:
            last -= 1
        if last > at:
            end = page.words[last - 1].end
            yield mark(page.words[at].start, end, ORGANIZATION, "employer", "capitals where somebody works", score=0.85)
