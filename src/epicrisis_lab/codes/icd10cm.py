"""ICD-10-CM as the linker keeps it: every code a note could be given, and the words of every term it is known by.

The classification is the tabular list of the US National Center for Health Statistics (public domain), as the package
``simple-icd-10-cm`` (MIT) carries it.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from epicrisis.engines.codes.icd10cm.linker import FOLDER, TERMS
from epicrisis.engines.codes.words.terms import words
from epicrisis.engines.shipped import shipped
from epicrisis_lab.codes.naming import own_terms, usual_names
from epicrisis_lab.codes.packing import Term, packed, write
from epicrisis_lab.codes.sides import sides
from epicrisis_lab.errors import MissingLibrary, UnreadableFile

# "S52.501A": the seventh character stands behind six and a dot.
_SEVENTH_AT, _LONGEST = 6, 8
# How much less likely a problem of a note is meant by a code that is about births, causes from outside or encounters.
_PENALTIES = (
    (re.compile(r"[OP]"), 0.06),
    (re.compile(r"[V-Y]"), 0.10),
    (re.compile(r"T[3-6]"), 0.08),
    (re.compile(r"Z"), 0.03),
)
_UNSPECIFIED = -0.02
_VAGUE, _NARROW, _SIDE, _LIGHT, _PLACE, _NUMBER = 0.15, 1.5, 0.5, 0.15, 0.5, 0.3
_SIDES = frozenset({"left", "right"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A code that may be given, what it is called, and the other terms it is known by."""

    code: str
    display: str
    others: tuple[str, ...] = ()


def entries() -> list[Entry]:
    """Return every code of the tabular list that a diagnosis may be given, in its order.

    Where a code takes a seventh character, it gets the one for a first encounter, or for what is not specified.

    Raises:
        MissingLibrary: the package with the classification is not installed.
    """
    if find_spec("simple_icd_10_cm") is None:
        raise MissingLibrary("The classification comes with a package: pip install simple-icd-10-cm")
    [path] = [each for each in files("simple_icd_10_cm").joinpath("data").iterdir() if each.name.endswith(".xml")]
    root = ElementTree.fromstring(path.read_text(encoding="utf-8"))
    return [entry for diagnosis in root.findall("chapter/section/diag") for entry in _entries(diagnosis, None)]


def _entries(diagnosis: Element, seventh: str | None) -> Iterator[Entry]:
    seventh = _seventh(diagnosis) or seventh
    below = diagnosis.findall("diag")
    if below:
        for each in below:
            yield from _entries(each, seventh)
        return
    code, display = _text(diagnosis, "name"), _text(diagnosis, "desc")
    notes = [*diagnosis.findall("inclusionTerm/note"), *diagnosis.findall("includes/note")]
    others = tuple(note.text or "" for note in notes)
    if seventh is None:
        yield Entry(code, display, others)
        return
    display = f"{display}, initial encounter" if seventh == "A" else display
    yield Entry(f"{_padded(code)}{seventh}", display, others)


def _seventh(diagnosis: Element) -> str | None:
    known = [each.get("char", "") for each in diagnosis.findall("sevenChrDef/extension")]
    return next((each for each in ("A", "0") if each in known), known[0]) if known else None


def _text(element: Element, name: str) -> str:
    return element.findtext(name) or ""


def compiled(listed: Sequence[Entry]) -> dict[str, NDArray[np.generic]]:
    """Return the arrays of ``Index`` and ``Sides`` for ``listed``."""
    known = {entry.code: number for number, entry in enumerate(listed)}
    whole, sided = sides(listed)
    usual = usual_names()
    terms = [Term(number, said, _penalty(entry)) for number, entry in enumerate(listed) for said in own_terms(entry)]
    frequency = Counter(word for term in terms for word in term.said)
    unended = {code[:-1]: number for code, number in known.items() if len(code) == _LONGEST}
    terms += [Term(_number_of(each.code, known, unended), said, each.penalty) for said, each in usual.items()]
    # Names made by rule say how often a part is named, not how much the word tells.
    frequency.update({word for said in usual for word in said} - set(frequency))
    weights = {word: _weight(word, count, len(terms)) for word, count in frequency.items()}
    arrays = packed([entry.code for entry in listed], [entry.display for entry in listed], terms, weights)
    return arrays | {"whole": np.array(whole, np.int32), "sided": np.array(sided, np.int32)}


def _number_of(code: str, known: Mapping[str, int], unended: Mapping[str, int]) -> int:
    """Return the number of ``code``, or of the same code with its seventh character."""
    found = known.get(code, unended.get(_padded(code)))
    if found is None:
        raise UnreadableFile(f"The classification has no code {code}; mend its line in defaults.tsv or findings.tsv.")
    return found


def _padded(code: str) -> str:
    head, _, tail = code.partition(".")
    return f"{head}.{tail.ljust(_SEVENTH_AT - len(head), 'X')}"


def _weight(word: str, frequency: int, terms: int) -> float:
    weight = math.log((terms + 1) / (frequency + 1)) + 1
    if word in words().vague:
        return weight * _VAGUE
    if word.isdecimal():
        return weight * _NUMBER
    if word in words().light:
        return weight * _LIGHT
    if word in _SIDES:
        return weight * _SIDE
    if word in words().places:
        return weight * _PLACE
    return weight * _NARROW if word in words().narrow else weight


def _penalty(entry: Entry) -> float:
    told = next((penalty for codes, penalty in _PENALTIES if codes.match(entry.code)), 0.0)
    return told + (_UNSPECIFIED if "nspecified" in entry.display else 0.0)


def ship(folder: Path | None = None) -> int:
    """Write the index into ``folder``, the one that ships by default, and its checksum on the card; count its codes."""
    listed = entries()
    write(compiled(listed), folder or shipped(FOLDER), TERMS)
    return len(listed)
