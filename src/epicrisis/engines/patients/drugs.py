"""What drug an entry is about: its substances, the strength of one unit, and where it goes, from its name alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from epicrisis.domain.patients import Dosage, MedicationUse
from epicrisis.domain.records import Quantity
from epicrisis.text.phrases import folded
from epicrisis.text.wordlists import parsed

FILE = "drugs.toml"

# As many names as a server meets in a while; each is some hundred bytes.
_KEPT = 4096
_TO = "to-"

# A brand in brackets, as RxNorm has it, and the number of an application in front: "NDA020800 0.3 ML Epinephrine".
_BRAND = re.compile(r"\[[^\[\]]*\]|\ba?nda\d{4,9}\b")
_PARTS = re.compile(r"[/+;]|(?<!\w)(?:and|plus|y|with|con)(?!\w)|(?<=[a-z]{5})-(?=[a-z]{5})")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*\d*|\d+(?:[.,]\d+)*")
_THOUSANDS = re.compile(r",(?=\d{3}(?:\D|$))")
# "Vitamin B 12" is a name and "K 20 mg" is none.
_LETTER_AND_NUMBER = re.compile(
    r"(?<![^\W\d_])([a-z]) (\d{1,2})(?![\d.,])(?! ?(?:mg|mcg|g|ml|unt|%|ug|iu|meq|mmol|day|hr|h)\b)"
)


@dataclass(frozen=True, slots=True)
class Drug:
    """The ``substances`` of a drug in order of the alphabet, the ``strength`` of one unit, and where it goes.

    ``place`` is ``systemic``, or ``eye``, ``skin``, ``inhaled`` and such; nothing where the name does not say.
    """

    substances: tuple[str, ...]
    strength: str = ""
    place: str = ""


@lru_cache(maxsize=_KEPT)
def drug_of(name: str) -> Drug:
    """Return the drug that ``name`` names: of "Lisinopril 10 MG Oral Tablet" it is lisinopril, 10 mg, systemic."""
    low = _without_brand(name)
    strengths = [told for match in _strengths().finditer(low) if (told := _strength(match))]
    bare = _strengths().sub(" ", low)
    found = set(_WORD.findall(bare))
    place = next((each for each, words in _places() if found & words), "")
    substances = sorted({_without_salt(each) for each in _named(bare)})
    return Drug(tuple(map(" ".join, substances)), " / ".join(strengths), place)


def substances_in(name: str, *, salts: bool) -> tuple[str, ...]:
    """Return the substances that ``name`` names, in its order, with their ``salts`` or without."""
    named = _named(_strengths().sub(" ", _without_brand(name)))
    return tuple(" ".join(each if salts else _without_salt(each)) for each in named)


def place_of(use: MedicationUse) -> str:
    """Return where the drug of an entry goes, by its name or by its route; nothing where neither says."""
    named = drug_of(use.concept.text).place
    if named:
        return named
    return next((place for each in use.dosages if each.route and (place := drug_of(each.route).place)), "")


def regimen(use: MedicationUse) -> tuple[str, str, str]:
    """Return strength, dose and frequency of an entry, each in words and numbers that can be compared, or nothing."""
    dosage = use.dosages[0] if use.dosages else Dosage()
    return drug_of(use.concept.text).strength, _amount(dosage.dose), _frequency(dosage)


def changed(before: MedicationUse, after: MedicationUse) -> tuple[str, str] | None:
    """Return what the dose was and is, where both entries tell the same part of it and it differs; else ``None``."""
    told = zip(regimen(before), regimen(after), strict=True)
    # A tablet of 10 mg and a dose of 10 mg change as one.
    pairs = list(dict.fromkeys((old, new) for old, new in told if old and new and old != new))
    return (", ".join(old for old, _ in pairs), ", ".join(new for _, new in pairs)) if pairs else None


def told(use: MedicationUse) -> str:
    """Return all that is told of the dose: "10 mg, 1 {tablet}, 2/d"; a dose of one strength is told once."""
    return ", ".join(dict.fromkeys(filter(None, regimen(use))))


def _without_brand(name: str) -> str:
    return _LETTER_AND_NUMBER.sub(r"\1\2", _BRAND.sub(" ", " ".join(folded(name).split())))


def _named(bare: str) -> list[tuple[str, ...]]:
    """Return the words that name each substance of ``bare``, a folded name without brand and strengths."""
    beside = _beside()
    parts = (
        tuple(word for word in _WORD.findall(part) if not (word[0].isdigit() or word in beside))
        for part in _PARTS.split(bare)
    )
    return [words for words in parts if words]


def _without_salt(words: tuple[str, ...]) -> tuple[str, ...]:
    lists = _lists()
    while len(words) > 1 and words[-1] in lists["salts"] and words[0] not in lists["minerals"]:
        words = words[:-1]
    return words


def _strength(match: re.Match[str]) -> str:
    """Return a strength as it is written least, "0.50 MG / ML" as "0.5 mg/ml"; nothing for what a package holds."""
    if match["unit"] in _lists()["volumes"] and not match["per"]:
        return ""
    numbers = "/".join(map(_plain, match["number"].split("/")))
    return f"{numbers} {match['unit']}{(match['per'] or '').replace(' ', '')}"


def _plain(number: str) -> str:
    bare = _THOUSANDS.sub("", number).replace(",", ".")
    return f"{float(bare):.10g}" if bare.count(".") <= 1 else number


def _amount(dose: Quantity | None) -> str:
    return "" if dose is None else f"{dose.value:g} {dose.ucum or dose.unit or ''}".strip()


def _frequency(dosage: Dosage) -> str:
    if not dosage.frequency or not dosage.period_days:
        return ""
    return f"{dosage.frequency / dosage.period_days:.3g}/d"


@cache
def _lists() -> Mapping[str, frozenset[str]]:
    text = (files(__package__) / FILE).read_text(encoding="utf-8")
    return {key: frozenset(words) for key, words in parsed(FILE, text).items()}


@cache
def _places() -> tuple[tuple[str, frozenset[str]], ...]:
    lists = _lists()
    return tuple((key.removeprefix(_TO), lists[key]) for key in sorted(lists) if key.startswith(_TO))


@cache
def _beside() -> frozenset[str]:
    return _lists()["beside"].union(*(words for _, words in _places()))


@cache
def _strengths() -> re.Pattern[str]:
    lists = _lists()
    units = "|".join(sorted(map(re.escape, lists["units"] | lists["volumes"]), key=lambda unit: (-len(unit), unit)))
    number = r"\d{1,7}(?:[.,]\d{1,6}){0,2}"
    per = rf"(?: ?/ ?(?:{number} ?)?(?:{units}|h|hour|day|dose|spray))?"
    number = rf"(?P<number>{number}(?:/{number}){{0,3}})"
    return re.compile(rf"(?<![\w.,]){number} ?(?P<unit>%|(?:{units})(?![^\W_]))(?P<per>{per})(?![^\W_])")
