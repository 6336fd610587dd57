"""What in a record wants a physician's eye: findings by rule, each with the entries that make it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations

from epicrisis.domain.patients import AllergyIntolerance, Condition, MedicationUse, Source, UseStatus, Verification
from epicrisis.domain.records import Flag
from epicrisis.domain.summaries import Baseline, Current
from epicrisis.engines.patients.drugs import place_of
from epicrisis.engines.patients.spells import ENDED, is_noted
from epicrisis.engines.summary.rules.allergies import allergies_of
from epicrisis.engines.summary.rules.ingredients import DrugClass, ingredients
from epicrisis.engines.summary.rules.medications import orders_of, uses_of
from epicrisis.engines.summary.rules.problems import conditions_of
from epicrisis.engines.summary.rules.relevance import relevance
from epicrisis.engines.summary.rules.results import Reading, readings
from epicrisis.engines.summary.rules.wording import Words

_SYSTEMIC, _INSULIN = "systemic", "insulin"


class Conflict(StrEnum):
    """How close a medication comes to an allergy."""

    SAME = "same"
    CLASS = "class"
    CROSS = "cross"


# What a note says of a drug that nobody takes any more, or never did.
_OVER = frozenset({*ENDED, UseStatus.NOT_TAKEN})


@dataclass(frozen=True, slots=True)
class AllergyConflict:
    """Current medications, and an allergy against them: by ``ingredient``, or by the class of the drugs."""

    kind: Conflict
    allergy: Current
    medications: tuple[Current, ...]
    ingredient: str = ""
    drug_class: DrugClass | None = None
    allergen_class: DrugClass | None = None


@dataclass(frozen=True, slots=True)
class Repeated:
    """Several current orders with one ``ingredient``, or of one class of which one drug at a time is usual."""

    orders: tuple[tuple[MedicationUse, ...], ...]
    ingredient: str = ""
    drug_class: DrugClass | None = None


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A problem that is active in one place of the record and denied in another."""

    problem: Current
    denied: tuple[Condition, ...]


def allergy_conflicts(baseline: Baseline) -> Iterator[AllergyConflict]:
    """Yield each allergy to current medications, to their class, or to a class that may cross."""
    for allergy in baseline.allergies:
        name = allergies_of(allergy)[0].concept.text
        substances = ingredients().of_allergy(name)
        named = ingredients().classes_named(name)
        classes = list({each.id: each for each in (*named, *ingredients().classes_of(substances))}.values())
        if not substances and not classes:
            continue
        against: dict[tuple[object, ...], AllergyConflict] = {}
        for medication in baseline.medications:
            found = _conflict(allergy, medication, substances, named, classes)
            if found is not None:
                key = (found.kind, found.ingredient, found.drug_class.id if found.drug_class is not None else "")
                before = against[key].medications if key in against else ()
                against[key] = replace(found, medications=(*before, medication))
        yield from against.values()


def same_twice(baseline: Baseline, words: Words) -> Iterator[Repeated]:
    """Yield the ingredients that several current orders hold, and the classes that several belong to.

    A cream and a tablet are two things, and so are two insulins. A class is told only where its members are different
    ingredients: the same one is told already.
    """
    orders = [tuple(order) for each in baseline.medications for order in orders_of(each, words)]
    parts = [(order, ingredients().of(order[0].concept.text)) for order in orders]
    by_ingredient: dict[tuple[str, str], list[tuple[MedicationUse, ...]]] = {}
    for order, substances in parts:
        for substance in sorted(each for each in substances if not each.startswith(_INSULIN)):
            by_ingredient.setdefault((substance, place_of(order[0]) or _SYSTEMIC), []).append(order)
    told: set[tuple[int, ...]] = set()
    for (substance, _), several in by_ingredient.items():
        key = tuple(map(id, several))
        if len(several) > 1 and key not in told:
            told.add(key)
            yield Repeated(tuple(several), ingredient=substance)
    systemic = [(order, substances) for order, substances in parts if (place_of(order[0]) or _SYSTEMIC) == _SYSTEMIC]
    for drug_class in ingredients().classes.values():
        of_class = [(order, members) for order, substances in systemic if (members := substances & drug_class.members)]
        differ = any(one != other for (_, one), (_, other) in combinations(of_class, 2))
        if drug_class.once and differ:
            yield Repeated(tuple(order for order, _ in of_class), drug_class=drug_class)


def denied_allergies(baseline: Baseline) -> Iterator[tuple[AllergyIntolerance, tuple[Current, ...]]]:
    """Yield each "no known allergies" with the allergies it contradicts: "no known food allergy" none to penicillin."""
    for denial in baseline.allergies_denied:
        kind = relevance().denied_kind(denial.concept.text)
        against = tuple(each for each in baseline.allergies if not kind or _is_of_kind(kind, each))
        if against:
            yield denial, against


def denied_yet_active(baseline: Baseline) -> Iterator[Contradiction]:
    """Yield the active problems that the record, or a note in it, denies by the same name or code."""
    for problem in baseline.problems:
        names = {_name(entry) for entry in conditions_of(problem)}
        codes = {(code.system, code.code) for entry in conditions_of(problem) for code in entry.concept.codes}
        denied = tuple(
            each
            for each in baseline.denied
            if _name(each) in names or codes & {(code.system, code.code) for code in each.concept.codes}
        )
        if denied:
            yield Contradiction(problem, denied)


def noted_otherwise(baseline: Baseline) -> list[Current]:
    """Return the current medications of which a note says that they are not taken."""
    return [each for each in baseline.medications if any(is_noted(u) and u.status in _OVER for u in uses_of(each))]


def refuted_allergies(baseline: Baseline) -> list[Current]:
    """Return the allergies that one entry tells and another refutes."""
    refuted = Verification.REFUTED
    return [each for each in baseline.allergies if any(e.verification is refuted for e in allergies_of(each))]


def critical_results(baseline: Baseline) -> list[Reading]:
    """Return the latest results that are critical."""
    results = readings([*baseline.labs, *baseline.vitals])
    return [reading for reading in results if any(each.flag is Flag.CRITICAL for each in reading)]


def without_dosage(baseline: Baseline) -> list[Current]:
    """Return the current medications of which no entry says how they are taken."""
    return [each for each in baseline.medications if not any(map(_is_told, uses_of(each)))]


def ended_yet_active(baseline: Baseline) -> list[Current]:
    """Return the problems whose first entry is said to be active and to have ended by then."""
    firsts = [(each, conditions_of(each)[0]) for each in baseline.problems]
    return [each for each, first in firsts if first.ended is not None and first.ended <= baseline.at]


def ingredients_of(medication: Current) -> frozenset[str]:
    """Return the ingredients of ``medication``, by the first of its entries that has a name somebody knows."""
    found = (ingredients().of(use.concept.text) for use in uses_of(medication))
    return next((each for each in found if each), frozenset())


def sources(*things: Current | Condition) -> tuple[Source, ...]:
    """Return where all of ``things`` stand."""
    return tuple(
        source for each in things for source in (each.sources if isinstance(each, Current) else (each.source,))
    )


def _conflict(
    allergy: Current,
    medication: Current,
    substances: frozenset[str],
    named: list[DrugClass],
    classes: list[DrugClass],
) -> AllergyConflict | None:
    taken = ingredients_of(medication)
    named_ids = {each.id for each in named}
    # "Penicillin" names a class, and one of its members too; the class is what is meant.
    same = sorted(each for each in substances & taken if not any(each in drug.members for drug in named))
    if same:
        return AllergyConflict(Conflict.SAME, allergy, (medication,), ingredient=same[0])
    of_drug = ingredients().classes_of(taken)
    of_drug.sort(key=lambda each: each.id not in named_ids)
    for drug_class in of_drug:
        if any(drug_class.id == each.id for each in classes):
            return AllergyConflict(Conflict.CLASS, allergy, (medication,), drug_class=drug_class)
    for drug_class in of_drug:
        crossing = next((each for each in classes if drug_class.id in each.crosses), None)
        if crossing is not None:
            return AllergyConflict(Conflict.CROSS, allergy, (medication,), "", drug_class, crossing)
    return None


def _is_of_kind(kind: str, allergy: Current) -> bool:
    entries = allergies_of(allergy)
    categories = {category.lower() for entry in entries for category in entry.categories}
    if categories or kind != "medication":
        return kind in categories
    name = entries[0].concept.text
    return bool(ingredients().of_allergy(name) or ingredients().classes_named(name))


def _is_told(use: MedicationUse) -> bool:
    return any(each.text or each.dose is not None or each.frequency for each in use.dosages)


def _name(condition: Condition) -> str:
    return " ".join(condition.concept.text.casefold().split())
