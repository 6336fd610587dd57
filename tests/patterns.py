"""The regular expressions of the source, and strings made to trouble each of them."""

from __future__ import annotations

import ast
import importlib
import re
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from re import _constants as constants  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any
from unittest.mock import patch

SOURCE = Path(__file__).resolve().parent.parent / "src" / "epicrisis"

# How a pattern is put to work; each is a way of its own through the text.
USES = {"match", "fullmatch", "search", "finditer", "findall", "sub", "subn", "split"}

# One letter for each class a pattern may name, and one that hardly any pattern does.
_LETTERS = {
    constants.CATEGORY_DIGIT: "1",
    constants.CATEGORY_NOT_DIGIT: "a",
    constants.CATEGORY_SPACE: " ",
    constants.CATEGORY_NOT_SPACE: "a",
    constants.CATEGORY_WORD: "a",
    constants.CATEGORY_NOT_WORD: "-",
}
_SPEAKS_OF_RE = re.compile(r"\b(?:re|regex)\b")
_OTHERS = "a1 \nA.-"
MOST_LETTERS = 12
TAIL = "\x00\x01"


@dataclass
class Written:
    """A pattern as it stands in the source, and the ways it is used there."""

    where: str
    pattern: re.Pattern[str]
    uses: set[str] = field(default_factory=set)


def module_name(path: Path) -> str:
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def sources() -> Sequence[tuple[Path, str]]:
    """Return every module of the source, and what it says."""
    return [(path, path.read_text(encoding="utf-8")) for path in sorted(SOURCE.rglob("*.py"))]


@cache
def trees() -> Sequence[tuple[Path, ast.Module]]:
    """Return every module that speaks of ``re`` or ``regex``, as a tree; the others, most of them, write no pattern."""
    return [(path, ast.parse(text, str(path))) for path, text in sources() if _SPEAKS_OF_RE.search(text)]


def users(labels: Collection[str]) -> Iterator[tuple[Path, ast.Module]]:
    """Yield every module that speaks of one of ``labels``, as a tree."""
    spoken, read = re.compile(rf"\b(?:{'|'.join(map(re.escape, labels))})\b"), dict(trees())
    for path, text in sources():
        if spoken.search(text):
            yield path, read.get(path) or ast.parse(text, str(path))


def calls_of_re(tree: ast.Module) -> Iterator[ast.Call]:
    """Yield the calls of the functions of ``re`` that take a pattern."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.func.attr in {*USES, "compile"}
        ):
            yield node


def all_patterns() -> tuple[list[Written], list[str]]:
    """Return every pattern of the source, and the places of those that could not be found."""
    found: dict[tuple[str, str], Written] = {}
    inline, lost = [], []
    for path, tree in trees():
        name = module_name(path)
        named = {id(call): (target, place) for call, target, place in _assigned(tree)}
        for call in calls_of_re(tree):
            where = f"{name}:{call.lineno}"
            function, first = call.func.attr, call.args[0]  # type: ignore[attr-defined]
            if function == "compile" and id(call) in named:
                target, place = named[id(call)]
                held = getattr(importlib.import_module(name), target, None)
                label = target if place is None else f"{target}[{place}]"
                held = held[place] if place is not None and isinstance(held, tuple) else held
                if isinstance(held, re.Pattern):
                    found[name, label] = Written(f"{name}.{label}", held)
                    continue
            if function != "compile" and isinstance(first, ast.Constant) and isinstance(first.value, str):
                inline.append(Written(where, re.compile(first.value), {function}))
            elif not _is_escaped(first):
                lost.append(where)
    for path, tree in users({label.partition("[")[0] for _, label in found}):
        _note_uses(module_name(path), tree, found)
    return [*found.values(), *inline], lost


def built_patterns(work: Callable[[], object], places: Collection[str]) -> dict[str, list[Written]]:
    """Return, by place, the patterns that ``work`` has the source build there: out of word lists, when first needed.

    Each is used in every way in which its module uses any: what a function returns, nobody can follow by reading.
    """
    built: dict[str, dict[re.Pattern[str], Written]] = {place: {} for place in places}
    uses = {module_name(path): _uses_in(tree) for path, tree in trees()}
    compiled = re.compile

    def noted(pattern: Any, flags: int = 0) -> Any:
        made, caller = compiled(pattern, flags), sys._getframe(1)
        name = caller.f_globals.get("__name__", "")
        where = f"{name}:{caller.f_lineno}"
        if where in built:
            built[where].setdefault(made, Written(f"{where}#{len(built[where])}", made, set(uses[name])))
        return made

    with patch.object(re, "compile", noted):
        work()
    return {place: list(found.values()) for place, found in built.items()}


def _uses_in(tree: ast.Module) -> set[str]:
    return {
        node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in USES
        if not _is_of_another(node, node.func)
    } or {"search"}


def _is_of_another(call: ast.Call, method: ast.Attribute) -> bool:
    """Return whether ``call`` is surely none of a pattern of the module.

    ``re.sub(...)`` brings its own, and ``text.split(",")`` splits a text: what a pattern splits is no constant.
    """
    of_re = isinstance(method.value, ast.Name) and method.value.id == "re"
    of_text = method.attr == "split" and (not call.args or isinstance(call.args[0], ast.Constant))
    return of_re or of_text


def troubles(pattern: re.Pattern[str]) -> list[str]:
    """Return what to repeat to trouble ``pattern``: its own letters, pairs of them, and what it begins to match."""
    tree = parser.parse(pattern.pattern, pattern.flags)
    letters = list(dict.fromkeys([*_letters(tree), *_OTHERS]))[:MOST_LETTERS]
    sample = _sample(tree)
    pairs = [one + other for one in letters[:6] for other in letters[:6] if one != other]
    return list(dict.fromkeys([*letters, *pairs, *((sample, sample[:-1], sample[1:]) if len(sample) > 2 else ())]))


def _assigned(tree: ast.Module) -> Iterator[tuple[ast.Call, str, int | None]]:
    """Yield each call whose value is a constant of the module, with its place where it stands in a tuple of calls."""
    for node in tree.body:
        if not isinstance(node, ast.Assign | ast.AnnAssign):
            continue
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        if isinstance(target, ast.Name) and isinstance(node.value, ast.Call):
            yield node.value, target.id, None
        elif isinstance(target, ast.Name) and isinstance(node.value, ast.Tuple):
            calls = [each for each in node.value.elts if isinstance(each, ast.Call)]
            if len(calls) == len(node.value.elts):
                yield from ((call, target.id, place) for place, call in enumerate(calls))


def _is_escaped(node: ast.expr) -> bool:
    """Return whether the pattern is a word taken as it is, which is searched for in linear time."""
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "re.escape"


def _note_uses(name: str, tree: ast.Module, found: Mapping[tuple[str, str], Written]) -> None:
    # A tuple of patterns has one name: whatever is done with it may be done with each of them.
    held: dict[tuple[str, str], list[Written]] = {}
    for (module, label), written in found.items():
        held.setdefault((module, label.partition("[")[0]), []).append(written)
    names = {target: patterns for (module, target), patterns in held.items() if module == name}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if (str(node.module), alias.name) in held:
                    names[alias.asname or alias.name] = held[str(node.module), alias.name]
    used_as_call = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in names:
            used_as_call.add(id(node.value))
            if node.attr in USES:
                for written in names[node.value.id]:
                    written.uses.add(node.attr)
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Name)
            and isinstance(node.ctx, ast.Load)
            and node.id in names
            and id(node) not in used_as_call
        ):
            # Handed on, to be used in whatever way.
            for written in names[node.id]:
                written.uses |= {"fullmatch", "finditer"}


def _letters(tree: Any) -> Iterator[str]:
    for code, value in tree:
        match code:
            case constants.LITERAL:
                yield chr(value)
            case constants.NOT_LITERAL:
                yield "a" if value != ord("a") else "b"
            case constants.RANGE:
                yield chr(value[0])
            case constants.CATEGORY:
                yield _LETTERS.get(value, "a")
            case constants.IN:
                yield from _letters([each for each in value if each[0] is not constants.NEGATE])
            case constants.BRANCH:
                for branch in value[1]:
                    yield from _letters(branch)
            case constants.SUBPATTERN:
                yield from _letters(value[3])
            case constants.ASSERT | constants.ASSERT_NOT:
                yield from _letters(value[1])
            case constants.MAX_REPEAT | constants.MIN_REPEAT | constants.POSSESSIVE_REPEAT:
                yield from _letters(value[2])
            case constants.ATOMIC_GROUP:
                yield from _letters(value)


def _sample(tree: Any) -> str:
    """Return a string such as the pattern matches, roughly."""
    said = ""
    for code, value in tree:
        match code:
            case constants.BRANCH:
                said += _sample(value[1][0])
            case constants.SUBPATTERN:
                said += _sample(value[3])
            case constants.MAX_REPEAT | constants.MIN_REPEAT | constants.POSSESSIVE_REPEAT:
                said += _sample(value[2]) * min(max(value[0], 1), 8)
            case constants.ATOMIC_GROUP:
                said += _sample(value)
            case constants.ASSERT | constants.ASSERT_NOT:
                pass
            case _:
                said += next(_letters([(code, value)]), "")
    return said
