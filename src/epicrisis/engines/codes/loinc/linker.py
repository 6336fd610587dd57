"""Finds LOINC codes for laboratory tests and vital signs: by name, by what its unit measures, and by specimen.

The codes are those of LOINC (loinc.org), Logical Observation Identifiers Names and Codes of the Regenstrief Institute.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from epicrisis.domain.records import Code, CodeSystem
from epicrisis.engines.codes.loinc.specimens import USUAL, specimen_of
from epicrisis.engines.contracts import EngineCard
from epicrisis.engines.extraction.lists import LANGUAGES, word_lists
from epicrisis.engines.extraction.measurements.analytes import named_by
from epicrisis.engines.extraction.measurements.letters import cell_of
from epicrisis.engines.extraction.measurements.units import measured_by
from epicrisis.engines.record_contracts import Coded, Mention
from epicrisis.errors import InvalidWordList

FILE = "codes.toml"

# Name and unit agree; the name alone, where there is one code for it; the likeliest of several, and the others.
_BOTH, _NAME, _LIKELIEST, _OTHER = 0.98, 0.92, 0.75, 0.2
# Blood of an artery or a vein has few codes of its own; otherwise it is blood.
_BLOOD = frozenset({"arterial", "venous"})
# What is counted per high power field is a sediment of urine, whatever its sentence says.
_SEDIMENT = "field"
# Both pressures stand under the name of one: "systolic is 110/60".
_OF_THE_ARM = frozenset({"blood-pressure", "systolic-pressure"})
_PARTS = {"diastolic": "diastolic-pressure", "systolic": "systolic-pressure"}
_OF_BLOOD = ("in Blood", "Capillary blood", "of Blood", "Red Blood", "Serum", "Plasma", "plasma")


@dataclass(frozen=True, slots=True)
class _Row:
    """A code: what its unit measures, or nothing where it has none, and its specimen where it is not the usual one."""

    code: str
    measures: str
    specimen: str
    display: str


class LoincLinker:
    """Codes for the tests that notes name most, in English and Spanish; it stays silent where two would do."""

    card = EngineCard(
        name="loinc",
        version="1",
        summary="Finds the LOINC code of common laboratory tests and vital signs by name, unit and specimen.",
        languages=("en", "es"),
        licence="LOINC License, version 3.0",
        limits=(
            "Knows some 250 codes; a test that is not among them has none.",
            "Tells specimens apart by the words of the sentence alone: urine, cerebrospinal fluid, arterial blood.",
            "Without a unit it takes the code of the most usual one, at a lower score.",
            "Never tells methods apart: a troponin or a glomerular filtration rate has the code without a method.",
        ),
    )
    kinds = frozenset({Coded.MEASUREMENT})

    def link(self, mentions: Sequence[Mention], *, most: int = 5) -> list[tuple[Code, ...]]:
        """Return the codes of each mention, in order: the likeliest first, ``most`` at most, or none."""
        return [self._codes(mention)[:most] for mention in mentions]

    def _codes(self, mention: Mention) -> tuple[Code, ...]:
        language = mention.language.partition("-")[0].lower()
        if mention.kind not in self.kinds or language not in self.card.languages:
            return ()
        rows = [row for analyte in _meant(mention, language) for row in _rows().get(analyte, ())]
        measures = None if mention.unit is None else measured_by(mention.unit)
        if measures != _SEDIMENT:
            rows = _of_specimen(rows, specimen_of(mention, language))
        if mention.unit is None:
            return _without_unit(rows)
        return tuple(_code(row, _BOTH) for row in rows if row.measures == measures)[:1]


def build() -> LoincLinker:
    """Build the linker; its codes are read on first use."""
    return LoincLinker()


def codes_file() -> Mapping[str, Any]:
    """Return the codes as their file has them.

    Raises:
        InvalidWordList: it does not say its source and version, or gives a code to what has no name.
    """
    content = tomllib.loads((files("epicrisis.engines.codes.loinc") / FILE).read_text(encoding="utf-8"))
    if not (content.get("source") and content.get("version")):
        raise InvalidWordList(f"{FILE}: no `source` or no `version`; say where the codes come from.")
    named = {analyte for language in LANGUAGES for analyte in word_lists("analytes", language)}
    if not set(content["codes"]) <= named:
        raise InvalidWordList(f"{FILE}: {sorted(set(content['codes']) - named)} have no name in words/analytes.*.toml.")
    return content


def _meant(mention: Mention, language: str) -> tuple[str, ...]:
    """Return what ``mention`` may name; the systolic pressure of a pulmonary artery is none of the arm."""
    named = named_by(mention.text, language) or cell_of(mention.text, mention.unit)
    if mention.part is None or mention.part in _rows():
        return named if mention.part is None else (mention.part,)
    part = _PARTS.get(mention.part)
    return (part,) if part is not None and not _OF_THE_ARM.isdisjoint(named) else ()


def _of_specimen(rows: Sequence[_Row], specimen: str) -> list[_Row]:
    own = [row for row in rows if row.specimen == specimen]
    if own or specimen not in _BLOOD:
        return own or [row for row in rows if row.specimen == USUAL and _has_no_specimen(row)]
    return [row for row in rows if row.specimen == USUAL]


def _has_no_specimen(row: _Row) -> bool:
    """Return whether the code is of the patient, or of the specimen that its name says: it is not one of blood."""
    return not any(words in row.display for words in _OF_BLOOD)


def _without_unit(rows: Sequence[_Row]) -> tuple[Code, ...]:
    if len(rows) == 1:
        return (_code(rows[0], _NAME),)
    return tuple(_code(row, _OTHER if place else _LIKELIEST) for place, row in enumerate(rows))


def _code(row: _Row, score: float) -> Code:
    return Code(CodeSystem.LOINC, row.code, row.display, score)


@cache
def _rows() -> Mapping[str, tuple[_Row, ...]]:
    content = codes_file()
    return {analyte: tuple(_Row(*row) for row in rows) for analyte, rows in content["codes"].items()}
