"""Which entries of a record are about the same thing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import TypeVar

from epicrisis.domain.patients import AllergyIntolerance, Concept, Condition, MedicationUse
from epicrisis.engines.patients.drugs import drug_of, place_of
from epicrisis.text.phrases import folded
from epicrisis.text.wordlists import parsed

_T = TypeVar("_T")

# As many names as a server meets in a while.
_KEPT = 16_384
FILE = "names.toml"

_WORD = re.compile(r"\w+")


@lru_cache(maxsize=_KEPT)
def words_of(text: str) -> str:
    """Return the words of a name as they are compared: in small letters, without accents, marks and kind."""
    return " ".join(_WORD.findall(folded(without_kind(text))))


def without_kind(text: str) -> str:
    """Return a name without what SNOMED CT says of its kind: "Asthma" of "Asthma (disorder)"."""
    return _patterns()[0].sub("", text)


def allergen_of(text: str) -> str:
    """Return what an allergy of that name is to, in small letters without accents: "penicillin"."""
    return _patterns()[1].sub("", " ".join(folded(without_kind(text)).split()))


def same_conditions(conditions: Sequence[Condition]) -> list[tuple[Condition, ...]]:
    """Return ``conditions`` in groups that are one problem each; one of the left knee is none of the right."""
    return _grouped(conditions, lambda each: each.concept, _site)


def _site(condition: Condition) -> str:
    """Return where a condition is, unless its name says so: the kidney of "chronic kidney disease" tells nothing."""
    site = words_of(condition.body_site)
    return "" if f" {site} " in f" {words_of(condition.concept.text)} " else site


def same_allergies(allergies: Sequence[AllergyIntolerance]) -> list[tuple[AllergyIntolerance, ...]]:
    """Return ``allergies`` in groups that are about one substance each."""
    return _grouped(allergies, lambda each: Concept(allergen_of(each.concept.text), each.concept.codes), lambda _: "")


def same_concepts(items: Sequence[_T], concept: Callable[[_T], Concept]) -> list[tuple[_T, ...]]:
    """Return ``items`` in groups of the same concept."""
    return _grouped(items, concept, lambda _: "")


def same_drugs(uses: Sequence[MedicationUse]) -> list[tuple[MedicationUse, ...]]:
    """Return ``uses`` in groups that are one drug each, whatever the strength: "Lisinopril 10 MG", "lisinopril 20 mg".

    One name in one code is one drug. Of what does not say where it goes, there is one more only where the others go to
    several places.
    """
    substances = [drug_of(use.concept.text).substances or (words_of(use.concept.text),) for use in uses]
    places = [place_of(use) for use in uses]
    known: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for each, place in zip(substances, places, strict=True):
        known[each] |= {place} - {""}

    def place_at(at: int) -> str:
        only = known[substances[at]]
        return places[at] or (next(iter(only)) if len(only) == 1 else "")

    keys: list[list[Hashable]] = [
        [("drug", substances[at], place_at(at)), *((code.system, code.code) for code in use.concept.codes)]
        for at, use in enumerate(uses)
    ]
    return [tuple(uses[at] for at in group) for group in _joined(keys)]


def _grouped(
    items: Sequence[_T], concept: Callable[[_T], Concept], beside: Callable[[_T], str]
) -> list[tuple[_T, ...]]:
    """Return groups of ``items`` that share a code, or the words; ``beside`` must be the same too.

    A classification is coarser than what it classifies: ICD-10 has one code for arthrosis of many joints. So its codes
    join only what has no code of a terminology, and only where they mean one group and not several.
    """
    concepts = list(map(concept, items))
    besides = list(map(beside, items))
    fine = [[(code.system, code.code) for code in each.codes if not _is_coarse(code.system)] for each in concepts]
    keys: list[list[Hashable]] = [
        [(besides[at], "words", words_of(each.text)), *((besides[at], *code) for code in fine[at])]
        for at, each in enumerate(concepts)
    ]
    groups = _joined(keys)
    home = {at: number for number, group in enumerate(groups) for at in group}
    meant: dict[Hashable, set[int]] = defaultdict(set)
    coarse: list[list[Hashable]] = [
        [(besides[at], code.system, code.code) for code in each.codes if _is_coarse(code.system)]
        for at, each in enumerate(concepts)
    ]
    is_fine = {number: any(fine[at] for at in group) for number, group in enumerate(groups)}
    for at, codes in enumerate(coarse):
        for key in codes:
            meant[key].add(home[at])
    links: list[list[Hashable]] = [[("group", number)] for number in range(len(groups))]
    for key, numbers in meant.items():
        finer = {number for number in numbers if is_fine[number]}
        for number in numbers - finer if len(finer) > 1 else numbers:
            links[number].append(key)
    joined = _joined(links)
    return [tuple(items[at] for at in sorted(at for number in group for at in groups[number])) for group in joined]


def _joined(keys: Sequence[Iterable[Hashable]]) -> list[list[int]]:
    """Return the places of ``keys`` in groups that hang together by a key they share, in the order of the first."""
    parents = list(range(len(keys)))

    def root(at: int) -> int:
        while parents[at] != at:
            parents[at] = at = parents[parents[at]]
        return at

    first: dict[Hashable, int] = {}
    for at, own in enumerate(keys):
        for key in own:
            one, other = sorted((root(at), root(first.setdefault(key, at))))
            parents[other] = one
    groups: dict[int, list[int]] = defaultdict(list)
    for at in range(len(keys)):
        groups[root(at)].append(at)
    return list(groups.values())


def _is_coarse(system: str) -> bool:
    return "icd" in system.lower() or system.startswith("urn:oid:2.16.840.1.113883.6.90")


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what tells the kind of a thing behind its name, and what says around it that it is an allergy."""
    lists = parsed(FILE, (files(__package__) / FILE).read_text(encoding="utf-8"))
    kinds, before, behind = (
        "|".join(re.escape(words) for words in sorted(lists[key], key=len, reverse=True))
        for key in ("kinds", "allergy-before", "allergy-behind")
    )
    return (
        re.compile(rf"(?<!\s)\s*+\((?:{kinds})\)\s*+$", re.IGNORECASE),
        re.compile(rf"^(?:{before}) |[ -](?:{behind})$"),
    )
