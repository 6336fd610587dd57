"""Conditions of the knowledge base by their codes of ICD-10-CM."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from epicrisis.engines.differential.knowledge.entries import Condition
from epicrisis.engines.differential.knowledge.reading import knowledge_base

_TABLE = "coded.toml"
# With or without its dot; letters stand in the third place (C7A, Z3A) and after the dot.
_CODE = re.compile(r"([A-Z]\d[0-9A-Z])\.?([0-9A-Z]{0,4})", re.IGNORECASE)
_CATEGORY = 3


def is_code(words: str) -> bool:
    """Return whether ``words`` are a code and nothing else, as ICD-10-CM writes one."""
    return _CODE.fullmatch(words.strip()) is not None


def coded(code: str) -> Condition | None:
    """Return the condition whose code that is, or lies beneath; ``None`` where there is none, or more than one."""
    found = _CODE.fullmatch(code.strip())
    if found is None:
        return None
    whole = "".join(found.groups()).upper()
    for length in range(len(whole), _CATEGORY - 1, -1):
        if own := _by_code().get(whole[:length]):
            return own[0] if len(own) == 1 else None
        if (name := categories().get(whole[:length])) is not None:
            return knowledge_base().conditions[name] if name else None
    return None


@cache
def categories() -> Mapping[str, str]:
    """Return beginnings of codes that are of one condition, with its id, or with nothing where they are of none."""
    table: dict[str, str] = tomllib.loads(files(__package__).joinpath(_TABLE).read_text(encoding="utf-8"))["categories"]
    return table


@cache
def _by_code() -> Mapping[str, tuple[Condition, ...]]:
    found: dict[str, tuple[Condition, ...]] = {}
    for each in knowledge_base().conditions.values():
        code = each.icd10cm.replace(".", "")
        found[code] = (*found.get(code, ()), each)
    return found
