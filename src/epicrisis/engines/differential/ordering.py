"""Tests as they can be ordered: "Full blood count and C-reactive protein" is two, each with its LOINC code."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from epicrisis.domain.advice import TestOrder
from epicrisis.domain.patients import Concept
from epicrisis.domain.records import Code, CodeSystem
from epicrisis.engines.codes.loinc.linker import build
from epicrisis.engines.differential.knowledge.reading import LANGUAGES
from epicrisis.engines.differential.measuring import check_digit
from epicrisis.engines.record_contracts import Coded, Mention
from epicrisis.errors import InvalidWordList
from epicrisis.text.phrases import folded

FILE = "orders.toml"

_ASIDE = re.compile(r"(?<!\s)\s*+\([^()]*+\)")
_WORD = re.compile(r"[\w-]+")


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of one language that tests are told apart by."""

    parting: re.Pattern[str]
    alternative: re.Pattern[str]
    condition: re.Pattern[str]
    qualifier: re.Pattern[str]
    act: re.Pattern[str]


def orders_of(test: str, language: str) -> tuple[TestOrder, ...]:
    """Return the orders that ``test`` takes; none for what nobody orders, or only where something else is so.

    Where one of its parts has no code, it is one order in its own words: "joint aspiration with culture".
    """
    words, bare = order_words()[language], _ASIDE.sub("", test)
    if words.condition.search(folded(bare)) or words.act.search(folded(bare)):
        return ()
    orders = tuple(TestOrder(part, _code_of(part, language)) for part in _parts(bare, words))
    return orders if all(each.code is not None for each in orders) else (TestOrder(bare),)


def is_asked_for(ordered: Concept, test: str, language: str) -> bool:
    """Return whether what is ``ordered`` is ``test``, or one of its parts: by its LOINC code, or by its words."""
    words = order_words()[language]
    codes, names = loinc_of(ordered, language), _named(ordered.text, words)
    for part in _parts(_ASIDE.sub("", test), words, every=True):
        code = _code_of(part, language)
        if (code is not None and code.code in codes) or ((wanted := _named(part, words)) and wanted <= names):
            return True
    return False


def loinc_of(ordered: Concept, language: str) -> frozenset[str]:
    """Return the LOINC codes of what is ordered: those it carries, or else the one its words have."""
    carried = frozenset(code.code for code in ordered.codes if code.system == CodeSystem.LOINC)
    known = _code_of(ordered.text, language)
    return carried or (frozenset() if known is None else frozenset({known.code}))


def _parts(test: str, words: _Words, *, every: bool = False) -> list[str]:
    """Return the tests of one line; of two alternatives the first, or with ``every`` both."""
    parts = [part.strip(" .;") for part in words.parting.split(test)]
    split = [words.alternative.split(part) for part in parts if part]
    return [each.strip() for one in split for each in (one if every else one[:1]) if each.strip()]


def _named(text: str, words: _Words) -> frozenset[str]:
    """Return the words that name a test, without those that say how it is done."""
    return frozenset(_WORD.findall(words.qualifier.sub(" ", folded(text))))


@cache
def _code_of(part: str, language: str) -> Code | None:
    words = order_words()[language]
    bare = " ".join(words.qualifier.sub(" ", folded(part)).split())
    known = _codes(language).get(bare)
    if known is not None:
        return known
    [found] = _linker().link([Mention(part, Coded.MEASUREMENT, language)], most=1)
    return Code(CodeSystem.LOINC, found[0].code, found[0].display) if found else None


_linker = cache(build)


@cache
def order_file() -> Mapping[str, Any]:
    """Return the tests as their file has them.

    Raises:
        InvalidWordList: it does not say its source and version, a list is not sorted, or a check digit is wrong.
    """
    content = tomllib.loads((files(__package__) / FILE).read_text(encoding="utf-8"))
    if not (content.get("source") and content.get("version")):
        raise InvalidWordList(f"{FILE}: no `source` or no `version`; say where the codes come from.")
    lists = [each for table in content["words"].values() for each in table.values()]
    lists += [content["codes"][name][language] for name in content["codes"] for language in LANGUAGES]
    if any(each != sorted(set(each)) for each in lists):
        raise InvalidWordList(f"{FILE}: a list is not sorted, or has a word twice.")
    for name, row in content["codes"].items():
        number, _, digit = row["code"].partition("-")
        if str(check_digit(number)) != digit:
            raise InvalidWordList(f"{FILE}: the check digit of `{name}` is wrong.")
    return content


@cache
def _codes(language: str) -> Mapping[str, Code]:
    rows = order_file()["codes"].values()
    return {name: Code(CodeSystem.LOINC, row["code"], row["display"]) for row in rows for name in row[language]}


@cache
def order_words() -> Mapping[str, _Words]:
    """Return by language the words that tests are told apart by."""
    return {language: _words_of(order_file()["words"][language]) for language in LANGUAGES}


def _words_of(lists: Mapping[str, list[str]]) -> _Words:
    return _Words(
        parting=re.compile(rf"[,;+/]|\b(?:{_either(lists['joins'])})\b", re.IGNORECASE),
        alternative=re.compile(rf"\b(?:{_either(lists['alternatives'])})\b", re.IGNORECASE),
        condition=re.compile(rf"\b(?:{_either(lists['conditions'])})\b"),
        qualifier=re.compile(rf"(?<![\w-])(?:{_either(lists['qualifiers'])})(?![\w-])"),
        act=re.compile(rf"\b(?:{_either(lists['acts'])})\b"),
    )


def _either(phrases: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, phrases), key=len, reverse=True))
