"""Whether every date, number, word and status of a sentence stands in the raw resources that it cites.

A sentence that lists things is taken apart, and each thing is held against those of its resources that it names: a date
of one drug beside the name of another is not derivable.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files

from epicrisis_lab.evaluation.patients.facts import drug, medications, problems
from epicrisis_lab.evaluation.patients.leads import DENIALS, LEADS, NEGATIVE, OF_ITSELF
from epicrisis_lab.evaluation.patients.proposals import of_record
from epicrisis_lab.evaluation.patients.ranges import without_ranges
from epicrisis_lab.evaluation.patients.raw import (
    Raw,
    Resource,
    codes,
    moment,
    numbers,
    strings,
    times,
    what,
    words_of,
)
from epicrisis_lab.evaluation.patients.sentences import Flaw, Sentence
from epicrisis_lab.evaluation.patients.statuses import PHRASES, STATUSES, slopes
from epicrisis_lab.evaluation.patients.tokens import clauses, dates, fragments, is_any, numbers_in, said, words_in

# "No dosage is recorded for 2 of 4 current medications": the four are not cited.
_OF_ALL = re.compile(r"^(?:no dosage|no date of onset|no consta la) ", re.I)
_OF_AGE = re.compile(r"\b(?:old|aged?|años?|mes(?:es)?|días?|edad)\b", re.I)
_CLOSING = re.compile(r"^(?:written by a program|escrito por un programa) ", re.I)
# What a sentence may name a visit for, or the end of the record, without citing it.
_OF_VISITS = re.compile(
    r"^(?:compared|nothing changed|the record has no|all that the record|the last dated|last visit|current stay)"
    r"|\balive as of|\bdied\b|^(?:se compara|sin cambios|la historia clínica no tiene|todo lo que|la última entrada"
    r"|última visita|ingreso|visita)|con vida a fecha|fallecid|falleci",
    re.I,
)
# What of a record a summary in Spanish says again in Spanish.
_ENGLISH = {"nunca": "never"}
# The one name that a summary in Spanish translates.
_PRESSURE = re.compile(r"presión arterial")
# "And seven more": things that a list counts and does not name.
_MORE = re.compile(r"\b(?P<count>\d+) (?:more|más)\b")
# They are looked at in phrases, and mean nothing alone.
_IN_PHRASES = frozenset({"high", "low", "range", "longer"})
# What a unit of UCUM is called at the bedside.
_BEDSIDE = {"mm[Hg]": "mmhg", "Cel": "c"}


def flaws(sentence: Sentence, raw: Raw, *, language: str, entries: int) -> Iterator[Flaw]:
    """Yield what of ``sentence`` cannot be derived; ``entries`` is how many things the whole summary cites."""
    cited: list[Resource] = []
    for reference in sentence.references:
        found = raw.cited(reference)
        if found is None:
            yield Flaw("reference", reference)
        else:
            cited.append(with_drug(found, raw))
    lead, _, parts = clauses(of_record(sentence.text))
    yield from _lead_flaws(lead, cited, raw)
    record = _Evidence(raw, cited, entries, sentence.text)
    yield from _denial_flaws(sentence.text, record)
    if any(pattern.search(sentence.text) for pattern, _ in DENIALS):
        # What it says is that there is nothing, and that was just looked at.
        return
    if lead:
        yield from _part_flaws(lead, cited, record, language)
    for part in parts:
        about: Sequence[Resource] = cited
        for fragment in fragments(part):
            about = meant(fragment, cited, about)
            yield from _part_flaws(fragment, about, record, language)


def meant(words: str, cited: Sequence[Resource], before: Sequence[Resource]) -> Sequence[Resource]:
    """Return those of ``cited`` whose names share most with ``words``; where there are none, those meant ``before``."""
    there = set(words_in(_PRESSURE.sub("blood pressure", words.casefold())))
    shares = [len(there & set(words_in(words_of(what(each))))) for each in cited]
    most = max(shares, default=0)
    return [each for each, share in zip(cited, shares, strict=True) if share == most] if most else before


def with_drug(resource: Resource, raw: Raw) -> Resource:
    """Return ``resource`` with its medication in it, where that is a resource of its own."""
    if "medicationReference" not in resource:
        return resource
    return {**resource, "medicationCodeableConcept": drug(resource, raw)}


class _Evidence:
    """What may stand in a sentence: of what it cites, and of the record as a whole."""

    def __init__(self, raw: Raw, cited: Sequence[Resource], entries: int, text: str) -> None:
        self.raw, self.patient, self.cited = raw, raw.patient, cited
        self.words = {*said(_shown(cited)), *_units(cited)}
        self.visits = raw.visits | raw.ends if _OF_VISITS.search(text) else frozenset()
        self.counts = {float(len(cited)), float(entries)}
        if _CLOSING.search(text):
            # A model may cite less than the plan it was given, and the plan not more than there is.
            self.counts |= {float(each) for each in range(entries, len(raw.resources) + 1)}
        if _OF_ALL.search(text):
            self.counts |= {float(len(problems(raw))), float(len(medications(raw, held=True)))}
        self.ages = {*_ages(raw, (*raw.ends, *dates(text)))} if _OF_AGE.search(text) else set()

    def has_date(self, date: str, about: Sequence[Resource]) -> bool:
        return any(time.startswith(date) for time in times(about))

    def is_visit(self, date: str) -> bool:
        return any(time.startswith(date) for time in self.visits)

    def has_number(self, token: str, about: Sequence[Resource]) -> bool:
        said_in = [float(each) for text in _shown(about) for each in numbers_in(text)]
        return is_any(token, (*numbers(list(about)), *said_in, *_derived(about))) or (
            len(token) == 4 and self.has_date(token, about)
        )

    def without_counted(self, found: re.Match[str]) -> str:
        """Return what of "and 7 more" is not borne out: nothing, where so many things are cited."""
        return "" if int(found["count"]) < len(self.cited) else found[0]

    def is_count(self, token: str, about: Sequence[Resource]) -> bool:
        return is_any(token, (*self.counts, *self.ages, *(float(each) for each in range(1, len(about) + 1))))


def _part_flaws(part: str, about: Sequence[Resource], record: _Evidence, language: str) -> Iterator[Flaw]:
    part, wrong = without_ranges(part, about, record.patient)
    yield from (Flaw("range", each) for each in wrong)
    for date in dates(part):
        if not record.has_date(date, about) and not record.is_visit(date):
            yield Flaw("mixed date" if record.has_date(date, record.cited) else "date", date)
    for token in numbers_in(_MORE.sub(record.without_counted, part)):
        if not record.has_number(token, about) and not record.is_count(token, about):
            yield Flaw("mixed number" if record.has_number(token, record.cited) else "number", token)
    names = " ".join(words_of(what(each)) for each in about).casefold()
    folded = part.casefold()
    for pattern, holds in PHRASES:
        # "Low density lipoprotein" is a name.
        if pattern.search(folded) and not pattern.search(names) and not holds(about, record.patient):
            yield Flaw("status", pattern.pattern.replace(r"\b", ""))
    for word in words_in(part):
        if word in record.words or word in neutral(language):
            continue
        if word in STATUSES:
            if not STATUSES[word](about, record.patient):
                yield Flaw("status", word)
        elif word not in _IN_PHRASES:
            yield Flaw("word", word)


def _lead_flaws(lead: str, cited: Iterable[Resource], raw: Raw) -> Iterator[Flaw]:
    for pattern, holds in LEADS:
        if lead and pattern.search(lead):
            for each in cited:
                if not holds(each, raw.patient):
                    yield Flaw("list", f"{lead}: {each['resourceType']}/{each.get('id', '')}")


def _denial_flaws(text: str, record: _Evidence) -> Iterator[Flaw]:
    known = [holds for pattern, holds in DENIALS if pattern.search(text)]
    for holds in known:
        if not holds(record.raw):
            yield Flaw("denial", text)
    if known or any(pattern.search(text) for pattern in OF_ITSELF):
        return
    for word in NEGATIVE.findall(text):
        # "No" may be a word of the record: "Concussion with no loss of consciousness".
        if not {word.casefold(), _ENGLISH.get(word.casefold(), "")} & record.words:
            yield Flaw("unchecked denial", text)
            return


@cache
def neutral(language: str) -> frozenset[str]:
    """Return the words that say nothing of a patient."""
    table = tomllib.loads(files(__package__).joinpath("neutral.toml").read_text(encoding="utf-8"))["words"]
    return frozenset(table[language].split())


def _shown(resources: Iterable[Resource]) -> Iterator[str]:
    return (text for each in resources for text in strings(each))


def _units(resources: Iterable[Resource]) -> Iterator[str]:
    for text in _shown(resources):
        yield from words_in(_BEDSIDE.get(text, ""))


def _ages(raw: Raw, ends: Iterable[str]) -> Iterator[float]:
    """Yield the age at each of ``ends`` in years, months and days."""
    born = moment(raw.patient.get("birthDate"))
    for text in ends:
        end = moment(text)
        if born is not None and end is not None:
            months = (end.year - born.year) * 12 + end.month - born.month - (end.day < born.day)
            yield from (float(months // 12), float(months), float((end - born).days))


def _derived(about: Sequence[Resource]) -> Iterator[float]:
    """Yield what follows from several results of one test: how much they move in a year, and how many they are."""
    for found in slopes(about).values():
        # In three figures or in two, as a reader wants them.
        yield from (abs(found), float(f"{abs(found):.3g}"), float(f"{abs(found):.2g}"))
    yield from map(float, Counter(code for each in about for code in codes(each.get("code", {}))).values())
