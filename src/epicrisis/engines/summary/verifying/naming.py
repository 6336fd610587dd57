"""What a thing may be called: its words and codes, the same without what a name may leave out, and its other names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain

from epicrisis.domain.patients import Concept
from epicrisis.engines.patients.drugs import substances_in
from epicrisis.engines.patients.sameness import allergen_of, without_kind
from epicrisis.engines.summary.verifying.tokens import plain_unit, stems
from epicrisis.text.wordlists import parsed

Name = tuple[str, ...]

_BRACKETS = re.compile(r"\[([^\[\]]{0,80})\]")
_STRENGTH = re.compile(r"(?<![\d.])(\d{1,9}(?:\.\d{1,9})?)\s{0,3}([A-Za-z%]{1,24}(?:/[A-Za-z]{1,24})?)")
_SPECIMEN = re.compile(r"\s(?:in|by|of) (?:Blood|Serum|Plasma|Automated|Urine)\b.*$")
# Of what a number in the name of a drug counts: never how much of it there is.
_NO_STRENGTH = frozenset(("actuat", "day", "hr"))


def names_of(concept: Concept) -> frozenset[Name]:
    """Return every name of a problem, a test or a procedure."""
    found: set[Name] = set()
    for told in (concept.text, *(code.display for code in concept.codes)):
        found |= _of_thing(told)
    return frozenset(found)


def drug_names_of(concept: Concept) -> frozenset[Name]:
    """Return every name of a drug: as the record writes it, by its ingredients together, and by its brand.

    A drug of two ingredients is not called by one of them: "amoxicillin" is another drug than co-amoxiclav.
    """
    found: set[Name] = set()
    for told in (concept.text, *(code.display for code in concept.codes)):
        found |= _of_drug(told)
    return frozenset(found)


def allergen_names_of(concept: Concept) -> frozenset[Name]:
    """Return every name of an allergy, and those of what it is to."""
    told = (concept.text, *(code.display for code in concept.codes))
    return names_of(concept) | _with_others({stems(allergen_of(each)) for each in told})


@lru_cache(maxsize=4_096)
def strengths_of(told: str) -> tuple[tuple[float, str], ...]:
    """Return the numbers with a unit in the name of a drug: (500, "mg")."""
    return tuple(
        (float(number), plain_unit(unit))
        for number, unit in _STRENGTH.findall(told)
        if plain_unit(unit) not in _NO_STRENGTH
    )


@lru_cache(maxsize=4_096)
def _of_thing(told: str) -> frozenset[Name]:
    found = {stems(told)}
    plain = without_kind(told)
    found.add(stems(plain))
    if "[" in plain:
        # "Hemoglobin [Mass/volume] in Blood" (LOINC): property, specimen and method.
        plain = plain.partition("[")[0]
        found.add(stems(plain))
    found.add(stems(_SPECIMEN.sub("", plain)))
    for name in tuple(found):
        found |= set(_shorter(name))
    return _with_others(found)


@lru_cache(maxsize=4_096)
def _of_drug(told: str) -> frozenset[Name]:
    found = {stems(told), *map(stems, _BRACKETS.findall(told))}
    for salts in (True, False):
        whole = list(map(stems, substances_in(told, salts=salts)))
        found.add(tuple(chain.from_iterable(whole)))
        if len(whole) == 2:
            found.update(whole[0] + (link,) + whole[1] for link in ("and", "y", "with", "con"))
    return _with_others(found)


def _shorter(name: Name) -> Iterator[Name]:
    """Yield what says less and is still so: "fracture" of a fracture of clavicle, "sinusitis" of a chronic one."""
    lists = _lists()
    if not name or name[0] in lists["kept"]:
        return
    head = name
    for at, word in enumerate(name[1:], 1):
        if word in lists["prepositions"]:
            head = name[:at]
            yield head
            break
    for whole in (name, head):
        rest = whole
        while len(rest) > 1 and rest[0] in lists["qualifiers"]:
            rest = rest[1:]
            yield rest
        if len(rest) > 1 and rest[-1] in lists["qualifiers"]:
            yield rest[:-1]


def _with_others(names: set[Name]) -> frozenset[Name]:
    others = _others()
    found = {name for name in names if name and any(not word[0].isdigit() for word in name)}
    for _ in range(2):
        found |= {other for name in found for other in others.get(name, ())}
    return frozenset(found)


@cache
def beside(kind: str) -> frozenset[str]:
    """Return the words that may stand beside every fact of ``kind``, a result or a dosage taken daily."""
    return frozenset(stem for word in _read()[f"beside_{kind}"] for stem in stems(word))


@cache
def units() -> frozenset[str]:
    """Return the units a number may have, as they are compared."""
    return frozenset(plain_unit(unit) for unit in _read()["units"])


@cache
def _lists() -> Mapping[str, frozenset[str]]:
    lists = _read()
    return {
        key: frozenset(stem for word in lists[key] for stem in stems(word))
        for key in ("kept", "prepositions", "qualifiers")
    }


@cache
def _others() -> Mapping[Name, frozenset[Name]]:
    found: dict[Name, set[Name]] = {}
    for row in _read()["same"]:
        names = [stems(name) for name in row.split(" = ")]
        for name in names:
            found.setdefault(name, set()).update(names)
    for row in _read()["broader"]:
        more, _, less = row.partition(" > ")
        found.setdefault(stems(more), set()).add(stems(less))
    return {name: frozenset(others) for name, others in found.items()}


@cache
def _read() -> Mapping[str, tuple[str, ...]]:
    name = "names.toml"
    return parsed(name, (files("epicrisis.engines.summary.verifying") / "words" / name).read_text(encoding="utf-8"))
