"""Texts with the phenotypes marked in them, and the terms of exactly those names: what the HPO linker is held to."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from epicrisis.domain.records import Code, CodeSystem
from epicrisis.engines.codes.hpo.terms import as_it_stands
from epicrisis_lab.codes.hpo import Phenotype, names_of
from epicrisis_lab.codes.scoring import Coding
from epicrisis_lab.errors import UnreadableFile

# How much of the text on each side of a name is its sentence here.
_BESIDE = 100


def read_phenotypes(path: Path, listed: Sequence[Phenotype]) -> list[Coding]:
    """Return what is marked in ``path``, JSON Lines by gzip, with its code as it is today.

    A code that is none of ``listed``, such as a mode of inheritance, is no phenotype: none is right.

    Raises:
        UnreadableFile: there is no such file, or it holds something else.
    """
    today = {former: each.code for each in listed for former in (*each.formerly, each.code)}
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            return [coding for line in lines for coding in _codings(json.loads(line), today)]
    except (OSError, ValueError, KeyError) as cause:
        raise UnreadableFile(f"The phenotypes in '{path.name}' cannot be read ({type(cause).__name__}).") from cause


def _codings(document: Mapping[str, Any], today: Mapping[str, str]) -> list[Coding]:
    text = document["text"]
    return [
        Coding(
            each["text"],
            text[max(0, each["start"] - _BESIDE) : each["end"] + _BESIDE],
            (today[each["code"]],) if each["code"] in today else (),
        )
        for each in document["entities"]
    ]


def exactly(listed: Sequence[Phenotype], codings: Sequence[Coding]) -> list[tuple[Code, ...]]:
    """Return, for each name, the term that has it as it stands, but for plurals and small letters: the baseline."""
    known = dict(names_of(listed))
    found = [known.get(as_it_stands(each.name)) for each in codings]
    return [() if number is None else (_code(listed[number]),) for number in found]


def _code(phenotype: Phenotype) -> Code:
    return Code(CodeSystem.HPO, phenotype.code, phenotype.display, 1.0)
