"""The names a code is known by: its description and notes, plain names, and findings at parts of the body."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import TYPE_CHECKING, Any

from epicrisis.engines.codes.words.terms import plain_words
from epicrisis_lab.errors import UnreadableFile

if TYPE_CHECKING:
    from epicrisis_lab.codes.icd10cm import Entry

# The plain words of a name, sorted.
Said = tuple[str, ...]

# How much more (below zero) or less likely than a description a name is what a note means: a plain name is what most
# people mean by it, and a part of the body alone is only the rest of what could not be read.
_PLAIN, _BY_RULE, _PART_ALONE = -0.03, -0.01, 0.12
# What any sign or illness may be coded as is meant only where nothing else fits.
_CATCH_ALL, _SELDOM = frozenset({"I99.8", "Q89.9", "R68.89", "R69", "R93.89"}), 0.08

# "Hypertension (arterial) (benign)": what stands in brackets changes nothing.
_BRACKETS = re.compile(r"\s*\([^()]*\)")
# A first encounter is what every injury gets, and no part of its name.
_ENCOUNTER = re.compile(r", initial encounter.*")
# What a description denies or leaves open is what a note means that says nothing of it: "Laceration without foreign
# body of nose", "Migraine, not intractable, without status migrainosus", "with unspecified severity".
_LEFT_OPEN = re.compile(
    r",? (?:without (?:mention of )?[^,;]*?(?= of |,|;|$)|not (?:intractable|specified as [^,;]*)"
    r"|(?:with|of) unspecified (?:severity|degree|stage|duration))"
)


@dataclass(frozen=True, slots=True)
class Usual:
    """The code of a name that notes use, and how much less likely it is meant than a description that fits as well."""

    code: str
    penalty: float


def own_terms(entry: Entry) -> Collection[Said]:
    """Return the plain words of each term ``entry`` is known by in the classification, equal ones once."""
    described = _ENCOUNTER.sub("", _BRACKETS.sub("", entry.display))
    terms = chain([described, _LEFT_OPEN.sub("", described)], (_BRACKETS.sub("", each) for each in entry.others))
    said = (_said(term, shortened=False) for term in terms)
    return dict.fromkeys(each for each in said if each)


def usual_names() -> Mapping[Said, Usual]:
    """Return the codes of names that notes use, by their words: ``defaults.tsv`` goes before what rules make."""
    plain = {
        _said(name): Usual(code, _SELDOM if code in _CATCH_ALL else _PLAIN) for name, code in _rows("defaults.tsv", 2)
    }
    return {**_with_parts(plain), **_findings_at_parts(), **plain}


def _with_parts(plain: Mapping[Said, Usual]) -> Mapping[Said, Usual]:
    """Return ``plain`` names with the part of the body that their codes are about anyway: "cataract of the eye"."""
    implied = _parts()["implied"]
    return {
        tuple(sorted({*said, part})): Usual(usual.code, _BY_RULE)
        for beginning, part in implied.items()
        for said, usual in plain.items()
        if usual.code.startswith(beginning)
    }


def _findings_at_parts() -> Mapping[Said, Usual]:
    """Return the codes of findings at parts of the body, by the words of both.

    A part that ``findings.tsv`` gives no code for a finding has the code of the part it lies within.

    Raises:
        UnreadableFile: a part lies within itself.
    """
    listed: dict[str, dict[str, str]] = {}
    for finding, part, code in _rows("findings.tsv", 3):
        listed.setdefault(finding, {})[part] = code
    parts = _parts()
    names = dict[Said, Usual]()
    for finding, at in listed.items():
        for part in [*at, *(part for part in parts["within"] if part not in at)]:
            found = next((at[each] for each in _wholes(part, parts["within"]) if each in at), None)
            for said in parts["said"].get(finding, [finding]) if found else ():
                names.setdefault(_said(f"{part} {said}"), Usual(str(found), _BY_RULE if said else _PART_ALONE))
    return names


def _said(name: str, *, shortened: bool = True) -> Said:
    return tuple(sorted(plain_words(name, shortened=shortened)))


def _wholes(part: str, within: Mapping[str, str]) -> Iterator[str]:
    """Yield ``part``, what it lies within, what that lies within, and so on."""
    seen = set[str]()
    while part not in seen:
        yield part
        if part not in within:
            return
        seen.add(part)
        part = within[part]
    raise UnreadableFile(f"'{part}' lies within itself; mend parts.toml.")


@cache
def _parts() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(_text("parts.toml"))


def _rows(name: str, columns: int) -> list[list[str]]:
    rows = [line.split("\t") for line in _text(name).splitlines() if line and not line.startswith("#")]
    if wrong := next((row for row in rows if len(row) != columns), None):
        raise UnreadableFile(f"The row '{wrong[0]}' of {name} should have {columns} columns.")
    return rows


def _text(name: str) -> str:
    return files("epicrisis.engines.codes.icd10cm").joinpath(name).read_text(encoding="utf-8")
