"""Each list of a record as items to compare: what a reader wrote by hand, and what an engine found."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from epicrisis.domain.records import FamilyCondition, Measurement, Medication, NoteRecord, Stated
from epicrisis_lab.evaluation.records.gold import GoldRecord
from epicrisis_lab.evaluation.records.pairing import Item, Likeness
from epicrisis_lab.evaluation.records.words import bag, first_word, how_often, likeness

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?|\.\d+")


@dataclass(frozen=True, slots=True)
class Compared:
    """One list of records: its items by hand and by an engine, and how like two of them are."""

    name: str
    gold: Callable[[GoldRecord], Sequence[Item]]
    found: Callable[[NoteRecord], Sequence[Item]]
    likeness: Likeness


def by_names(gold: Item, found: Item) -> float:
    """Return how like the names are, of items whose facts agree."""
    return likeness(found.names[0], gold.names) if found.agrees_with(gold) else 0.0


def by_drug(gold: Item, found: Item) -> float:
    """Return what ``by_names`` does, of drugs: their first words must be the same."""
    first = first_word(found.names[0])
    return by_names(gold, found) if any(first == first_word(name) for name in gold.names) else 0.0


def by_place(gold: Item, found: Item) -> float:
    """Return 1 where the two overlap: words that may be cut differently."""
    return float(gold.span.overlaps(found.span) and found.agrees_with(gold))


def by_facts(gold: Item, found: Item) -> float:
    """Return 1 where the facts agree, and a little less for other words."""
    if not found.agrees_with(gold):
        return 0.0
    return 1.0 if gold.span.overlaps(found.span) else 0.9


def _gold_items(
    record: GoldRecord, head: str, name: str, facts: Callable[[Mapping[str, Any]], tuple[frozenset[object], ...]]
) -> list[Item]:
    return [
        Item(
            record.place(item[name]),
            (record.quoted(item[name]), *map(record.quoted, item.get("also", ()))),
            facts(item),
            bool(item.get("optional")),
        )
        for item in record.items(head)
    ]


def _one(*values: object) -> frozenset[object]:
    return frozenset(value for value in values if value is not None)


def _statuses(item: Mapping[str, Any]) -> tuple[frozenset[object], ...]:
    return (_one(item["status"], item.get("status_or")),)


def _name_alone(_: Mapping[str, Any]) -> tuple[frozenset[object], ...]:
    return ()


def _amounts(*words: str) -> frozenset[object]:
    together = sum((bag(each) for each in words if each), Counter[str]())
    return _one(tuple(sorted(together.items())))


def _often(words: str) -> frozenset[object]:
    return _one(tuple(sorted(how_often(words).items())) if words else ())


def _gold_drugs(record: GoldRecord) -> list[Item]:
    def facts(item: Mapping[str, Any]) -> tuple[frozenset[object], ...]:
        amounts = _amounts(record.quoted(item.get("strength")), record.quoted(item.get("dose")))
        return amounts, _often(record.quoted(item.get("frequency")))

    return _gold_items(record, "medications", "name", facts)


def _drug(drug: Medication) -> Item:
    amounts = _amounts(_words(drug.strength), _words(drug.dose))
    return Item(drug.name.span, (drug.name.text,), (amounts, _often(_words(drug.frequency))))


def _words(stated: Stated | None) -> str:
    return "" if stated is None else stated.text


def _gold_measurements(record: GoldRecord) -> list[Item]:
    def facts(item: Mapping[str, Any]) -> tuple[frozenset[object], ...]:
        number = item["number"]
        value = number if number is not None else tuple(sorted(bag(record.quoted(item["value"])).items()))
        # Where the record names no unit or no part, any or none may be found.
        unit, part = item["ucum"], item.get("part")
        return _one(value), frozenset({unit}) if unit else _ANY, frozenset({part}) if part else _ANY

    return _gold_items(record, "measurements", "name", facts)


class _Anything(frozenset[object]):
    def __ge__(self, other: object) -> bool:
        return True


_ANY = _Anything()


def _measured(measurement: Measurement) -> Item:
    numbers = _NUMBER.findall(measurement.value.text)
    quantity = measurement.quantity
    if quantity is not None and len(numbers) < 2:
        value: object = quantity.value
    else:
        value = tuple(sorted(bag(measurement.value.text).items()))
    unit = quantity.ucum if quantity else None
    return Item(
        measurement.name.span, (measurement.name.text,), (_one(value), frozenset({unit}), frozenset({measurement.part}))
    )


def _gold_allergies(record: GoldRecord) -> list[Item]:
    items = _gold_items(record, "allergies", "substance", _statuses)
    none = record.lists["no_known_allergies"]
    if none is not None:
        items.append(Item(record.place(none), (_NONE_KNOWN,), (_one(_NONE_KNOWN),)))
    return items


_NONE_KNOWN = "no known allergies"


def _allergies(record: NoteRecord) -> list[Item]:
    items = [_item(each.substance, each.status) for each in record.allergies]
    if record.no_known_allergies is not None:
        items.append(Item(record.no_known_allergies.span, (_NONE_KNOWN,), (_one(_NONE_KNOWN),)))
    return items


def _gold_family(record: GoldRecord) -> list[Item]:
    # A relative may be cut differently: "maternal aunt" and "aunt" are one; nobody and somebody are not.
    items = _gold_items(record, "family", "condition", _statuses)
    relatives = [record.quoted(item.get("relative")) for item in record.items("family")]
    return [replace(item, whose=whose) for item, whose in zip(items, relatives, strict=True)]


def _condition(family: FamilyCondition) -> Item:
    return replace(_item(family.condition, family.status), whose=_words(family.relative))


def by_relative(gold: Item, found: Item) -> float:
    """Return what ``by_names`` does, of conditions of the same relative."""
    same = likeness(found.whose, [gold.whose]) > 0 if found.whose and gold.whose else found.whose == gold.whose
    return by_names(gold, found) if same else 0.0


def _gold_social(record: GoldRecord) -> list[Item]:
    return _gold_items(record, "social", "words", lambda item: (_one(item["kind"]), _one(item["use"] or "")))


def _gold_follow_up(record: GoldRecord) -> list[Item]:
    return _gold_items(record, "follow_up", "words", _name_alone)


def _gold_demographics(record: GoldRecord) -> list[Item]:
    told = record.lists["demographics"]
    facts = {"years": ("age", _years(told.get("years"))), "sex": ("sex_words", told.get("sex"))}
    return [
        Item(record.place(told[quote]), (name,), (_one(name), _one(value)))
        for name, (quote, value) in facts.items()
        if quote in told and value is not None
    ]


def _years(years: float | None) -> float | None:
    # Ten months are 0.83 years to one reader and 0.8333 to another.
    return None if years is None else round(years, 1)


def _demographics(record: NoteRecord) -> list[Item]:
    told = record.demographics
    facts = ((told.age, "years", _years(told.years)), (told.sex_words, "sex", told.sex))
    return [
        Item(words.span, (name,), (_one(name), _one(value)))
        for words, name, value in facts
        if words is not None and value is not None
    ]


def _item(words: Stated, *facts: object) -> Item:
    return Item(words.span, (words.text,), tuple(_one(fact) for fact in facts))


def _all_problems(record: NoteRecord) -> Iterable[Any]:
    return (*record.problems, *record.denied, *record.hypothetical)


LISTS: tuple[Compared, ...] = (
    Compared(
        "problems",
        lambda record: _gold_items(record, "problems", "name", _statuses),
        lambda record: [_item(each.name, each.status) for each in _all_problems(record)],
        by_names,
    ),
    Compared(
        "problems.names",
        lambda record: _gold_items(record, "problems", "name", _name_alone),
        lambda record: [_item(each.name) for each in _all_problems(record)],
        by_names,
    ),
    Compared("medications", _gold_drugs, lambda record: [_drug(each) for each in record.medications], by_drug),
    Compared(
        "medications.names",
        lambda record: _gold_items(record, "medications", "name", _name_alone),
        lambda record: [_item(each.name) for each in record.medications],
        by_drug,
    ),
    Compared(
        "measurements", _gold_measurements, lambda record: [_measured(each) for each in record.measurements], by_names
    ),
    Compared(
        "procedures",
        lambda record: _gold_items(record, "procedures", "name", _statuses),
        lambda record: [_item(each.name, each.status) for each in record.procedures],
        by_names,
    ),
    Compared("allergies", _gold_allergies, _allergies, by_names),
    Compared("family", _gold_family, lambda record: [_condition(each) for each in record.family], by_relative),
    Compared(
        "social",
        _gold_social,
        lambda record: [_item(each.words, each.kind, each.use or "") for each in record.social],
        by_facts,
    ),
    Compared("follow-up", _gold_follow_up, lambda record: [_item(each.words) for each in record.follow_up], by_place),
    Compared("demographics", _gold_demographics, _demographics, by_names),
)
