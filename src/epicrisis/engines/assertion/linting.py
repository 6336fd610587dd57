"""The rules a word list of cues must keep, and how its phrases are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, product
from typing import Any

from epicrisis.domain.assertions import CueKind, Status
from epicrisis.engines.assertion.words import END, START, forms_of
from epicrisis.errors import InvalidWordList

_ROLES = ("cue", "pseudo", "stop")
_DIRECTIONS = ("forward", "backward", "both")
_HEADS = ("first", "last")
_SHAPES = (START, END, "<number>", "<year>")
_PLACES = ([START], [END])
_SOURCED = ("classes", "hints", "suffixes", "odds")
_TABLES = ("head", "sources", *_SOURCED, "groups")


def lint(tables: Mapping[str, Any]) -> None:
    """Check that every list is sorted, unique and sourced, and that every phrase can be read.

    Raises:
        InvalidWordList: names the first entry that breaks a rule.
    """
    missing = [name for name in _TABLES if name not in tables]
    if missing:
        raise InvalidWordList(f"The word list has no {missing[0]!r}.")
    if tables["head"] not in _HEADS:
        raise InvalidWordList(f"head: {tables['head']!r} is none of {list(_HEADS)}.")
    for name in _SOURCED:
        if not tables["sources"].get(name):
            raise InvalidWordList(f"sources.{name}: say where the entries come from.")
    for table in ("classes", "hints", "suffixes"):
        for name, words in tables[table].items():
            _check_order(f"{table}.{name}", words)
    for name, row in tables["odds"].items():
        _check_odds(name, row)
    _check_groups(tables["groups"], tables["classes"])


def expand(phrase: str) -> Iterator[tuple[list[str], int]]:
    """Yield each reading of ``phrase``: its elements, and how many of the last must follow but are not part of it.

    ``{name}`` stands for a word of that class, ``<number>`` and ``<year>`` for a shape, ``<start>`` and ``<end>`` for
    those of a clause; ``word?`` may be left out; words in square brackets must follow.
    """
    choices: list[list[tuple[list[str], bool]]] = []
    following = False
    for part in phrase.split():
        following = following or (len(part) > 1 and part.startswith("["))
        word = part.strip("[]") if len(part) > 1 else part
        bare = word.removesuffix("?") or word
        elements = [bare] if len(bare) > 1 and bare[0] in "{<" else forms_of(bare)
        choices.append([(elements, following), ([], following)] if bare != word else [(elements, following)])
    for reading in product(*choices):
        elements = [element for words, _ in reading for element in words]
        ahead = sum(len(words) for words, follows in reading if follows and words not in _PLACES)
        if any(words for words, follows in reading if not follows and words not in _PLACES):
            yield elements, ahead


def _check_groups(groups: Sequence[Mapping[str, Any]], classes: Mapping[str, Any]) -> None:
    names: list[str] = []
    homes: dict[tuple[str, str, str], str] = {}
    for group in groups:
        name = str(group.get("name", ""))
        if not name or name in names:
            raise InvalidWordList(f"Group {name!r} needs a name of its own.")
        names.append(name)
        _check_group(name, group)
        for phrase in group["phrases"]:
            _check_phrase(name, phrase, classes)
            key = (group.get("kind", group["role"]), group.get("direction", ""), phrase)
            if group["role"] == "cue" and key in homes:
                raise InvalidWordList(f"{name}: {phrase!r} already stands in {homes[key]!r}; keep one.")
            homes[key] = name
    for group in groups:
        for stopped in group.get("stops", ()):
            if stopped not in names and stopped not in set(CueKind):
                raise InvalidWordList(f"{group['name']}: {stopped!r} is neither a kind of cue nor a group.")


def _check_group(name: str, group: Mapping[str, Any]) -> None:
    if not group.get("source"):
        raise InvalidWordList(f"{name}: no `source`; say where the phrases come from.")
    if group.get("role") not in _ROLES:
        raise InvalidWordList(f"{name}: role {group.get('role')!r} is none of {list(_ROLES)}.")
    if group["role"] == "cue":
        if group.get("kind") not in set(CueKind):
            raise InvalidWordList(f"{name}: kind {group.get('kind')!r} is none of {[kind.value for kind in CueKind]}.")
        if group.get("direction") not in _DIRECTIONS:
            raise InvalidWordList(f"{name}: direction {group.get('direction')!r} is none of {list(_DIRECTIONS)}.")
        if group.get("reach", -1) < 0:
            raise InvalidWordList(f"{name}: no `reach` in words; 0 keeps a cue to its own words.")
    if group["role"] == "stop" and not group.get("stops"):
        raise InvalidWordList(f"{name}: no `stops`; say which kinds or groups it stops.")
    _check_order(name, group.get("phrases", ()))


def _check_order(name: str, entries: Sequence[str]) -> None:
    if not entries:
        raise InvalidWordList(f"{name}: the list is empty.")
    for entry in entries:
        if entry != " ".join(entry.lower().split()) or not entry:
            raise InvalidWordList(f"{name}: {entry!r} must be in lower case with single blanks.")
    for before, after in pairwise(entries):
        if not before < after:
            raise InvalidWordList(f"{name}: {after!r} stands after {before!r}; keep the list sorted, each entry once.")


def _check_phrase(group: str, phrase: str, classes: Mapping[str, Any]) -> None:
    readings = list(expand(phrase))
    if not readings:
        raise InvalidWordList(f"{group}: {phrase!r} holds no words of its own.")
    for element in {element for elements, _ in readings for element in elements if len(element) > 1}:
        if element.startswith("{") and element.strip("{}") not in classes:
            raise InvalidWordList(f"{group}: {phrase!r} names no class we have, {element}.")
        if element.startswith("<") and element not in _SHAPES:
            raise InvalidWordList(f"{group}: {phrase!r} names no shape we have, {element}.")


def _check_odds(name: str, row: Mapping[str, float]) -> None:
    own = name.rpartition("/")[2]
    if set(row) != {status.value for status in Status} or abs(sum(row.values()) - 1.0) > 1e-6:
        raise InvalidWordList(f"odds.{name}: give every status its share; together they make 1.")
    if own not in row or row[own] < max(row.values()):
        raise InvalidWordList(f"odds.{name}: the status it decides must have the largest share.")
