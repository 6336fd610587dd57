"""The names a code is known by: its description and notes, plain names, and findings at parts of the body."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import TYPE_CHECKING, Any

from epicrisis.engines.codes.icd10cm.terms import plain_words
from epicrisis_lab.errors import UnreadableFile

if TYPE_CHECKING:
    from epicrisis_lab.codes.icd10cm import Entry

Said = tuple[str, ...]

# "Hypertension (arterial) (benign)": what stands in brackets changes nothing.
_BRACKETS = re.compile(r"\s*\([^()]*\)")
# A first encounter is what every injury gets, and no part of its name.
_ENCOUNTER = re.compile(r", initial encounter.*")
# What a description denies or leaves open is what a note means that says nothing of it: "Laceration without foreign body
# of nose", "Migraine, not intractable, without status migrainosus", "with unspecified severity".
_LEFT_OPEN = re.compile(
    r",? (?:without (?:mention of )?[^,;]*?(?= of |,|;|$)|not (?:intractable|specified as [^,;]*)"
    r"|(?:with|of) unspecified (?:severity|degree|stage|duration))"
)


def own_terms(entry: Entry) -> Collection[Said]:
    """Return the plain words of each term ``entry`` is known by in the classification, equal ones once."""
    described = _ENCOUNTER.sub("", _BRACKETS.sub("", entry.display))
    terms = chain([described, _LEFT_OPEN.sub("", described)], (_BRACKETS.sub("", each) for each in entry.others))
    said = (plain_words(term, shortened=False) for term in terms)
    return dict.fromkeys(each for each in said if each)


def plain_names() -> Mapping[Said, str]:
    """Return the codes of the plain names in ``defaults.tsv``, by the words of each name."""
    return {plain_words(name): code for name, code in _rows("defaults.tsv", 2)}


def findings_at_parts() -> Mapping[Said, str]:
    """Return the codes of findings at parts of the body, by the words of both.

    A part that ``findings.tsv`` gives no code for a finding has the code of the part it lies within.

    Raises:
        UnreadableFile: a part lies within itself.
    """
    listed: dict[str, dict[str, str]] = {}
    for finding, part, code in _rows("findings.tsv", 3):
        listed.setdefault(finding, {})[part] = code
    parts = _parts()
    names = dict[Said, str]()
    for finding, at in listed.items():
        for part in [*at, *(part for part in parts["within"] if part not in at)]:
            code = next((at[each] for each in _wholes(part, parts["within"]) if each in at), None)
            for said in parts["said"].get(finding, [finding]) if code else ():
                names.setdefault(plain_words(f"{part} {said}"), str(code))
    return names


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
