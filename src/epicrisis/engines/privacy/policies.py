"""Policies: what becomes of each kind of identifier, one TOML file each; we ship some, an installation adds its own."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from epicrisis.domain.identifiers import IdentifierKind
from epicrisis.domain.redactions import Operator, Policy
from epicrisis.errors import InvalidPolicy, UnknownPolicy

USUAL = "safe-harbor"
CONTRACT_H = "contract-h"

_KEYS = ("ages_up_to", "finer", "mask", "operators", "source", "summary")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_FINER = re.compile(r"[A-Z0-9][A-Z0-9_-]{0,63}")
_LONGEST_MASK = 40

# What an operator cannot do well it does not do at all: a date drawn at random would break every interval of the note.
_FOR_ALL = frozenset({Operator.KEEP, Operator.MASK, Operator.LABEL, Operator.HASH, Operator.ENCRYPT})
_ONLY: Mapping[Operator, frozenset[IdentifierKind]] = {
    Operator.SHIFT: frozenset({IdentifierKind.DATE}),
    Operator.GENERALISE: frozenset({IdentifierKind.AGE, IdentifierKind.DATE, IdentifierKind.LOCATION}),
    Operator.SURROGATE: frozenset(IdentifierKind)
    - {IdentifierKind.AGE, IdentifierKind.BIOMETRIC, IdentifierKind.DATE, IdentifierKind.PROFESSION},
}


@cache
def shipped() -> Mapping[str, Policy]:
    """Return the policies that come with epicrisis, by name.

    Raises:
        InvalidPolicy: a file breaks the rules of policies.
    """
    folder = files("epicrisis.engines.privacy") / "policies"
    found = {
        file.name.removesuffix(".toml"): file.read_text(encoding="utf-8")
        for file in folder.iterdir()
        if file.name.endswith(".toml")
    }
    return {name: policy_of(name, content) for name, content in sorted(found.items())}


def all_policies(folder: Path | None = None) -> Mapping[str, Policy]:
    """Return the shipped policies and those in ``folder``, ``*.toml`` each; a file may not take a shipped name.

    Raises:
        InvalidPolicy: the folder or a file of it cannot be read, or breaks the rules of policies.
    """
    policies = dict(shipped())
    if folder is None:
        return policies
    if not folder.is_dir():
        raise InvalidPolicy(f"There is no folder '{folder}' of policies; make it, or name another.")
    for path in sorted(folder.glob("*.toml")):
        if path.stem in policies:
            raise InvalidPolicy(f"'{path.name}' has the name of a policy we ship; give it another.")
        policies[path.stem] = policy_file(path)
    return policies


def policy_file(path: Path) -> Policy:
    """Return the policy in a file, which is called as the file is.

    Raises:
        InvalidPolicy: the file cannot be read, or breaks the rules of policies.
    """
    try:
        content = path.read_text(encoding="utf-8")
    except OSError as cause:
        raise InvalidPolicy(f"The policy '{path}' cannot be read: {cause.strerror}.") from cause
    except UnicodeDecodeError as cause:
        raise InvalidPolicy(f"The policy '{path}' is not UTF-8 (byte {cause.start}).") from cause
    return policy_of(path.stem, content)


def find(policies: Mapping[str, Policy], name: str) -> Policy:
    """Return the policy ``name``.

    Raises:
        UnknownPolicy: there is none; the message lists those there are, and does not repeat what was asked.
    """
    if name not in policies:
        raise UnknownPolicy(f"There is no policy of that name; try one of {sorted(policies)}.")
    return policies[name]


def policy_of(name: str, content: str) -> Policy:
    """Return the policy that ``content``, TOML, describes.

    Raises:
        InvalidPolicy: it does not; the message names the policy, the key and what it may hold.
    """
    if not _NAME.fullmatch(name):
        raise InvalidPolicy(f"A policy is called by small letters, digits and hyphens, and {name!r} is not.")
    try:
        table = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise InvalidPolicy(f"Policy {name!r} is not TOML: {error}.") from error
    unknown = sorted(set(table) - set(_KEYS))
    if unknown:
        raise InvalidPolicy(f"Policy {name!r} has {unknown}, which mean nothing; it may hold {list(_KEYS)}.")
    return Policy(
        name=name,
        summary=_summary(name, table.get("summary")),
        operators=dict(_operators(name, table.get("operators"))),
        finer=dict(_finer(name, table.get("finer", {}))),
        mask=_mask(name, table.get("mask", "[REDACTED]")),
        ages_up_to=_age(name, table.get("ages_up_to")),
    )


def _operators(name: str, table: object) -> Iterator[tuple[IdentifierKind, Operator]]:
    if not isinstance(table, dict):
        raise InvalidPolicy(f"Policy {name!r} has no table [operators]; give each kind its operator there.")
    kinds = set(IdentifierKind.__members__)
    unknown, missing = sorted(set(table) - kinds), sorted(kinds - set(table))
    if unknown:
        raise InvalidPolicy(f"Policy {name!r}: there are no kinds {unknown}; they are {sorted(kinds)}.")
    if missing:
        # Nothing is decided by silence: a kind forgotten is no kind that may stand.
        raise InvalidPolicy(
            f"Policy {name!r} says nothing of {missing}; give each its operator, `keep` if it may stand."
        )
    for key, value in table.items():
        kind, operator = IdentifierKind[key], _operator(name, key, value)
        if operator not in _FOR_ALL and kind not in _ONLY[operator]:
            raise InvalidPolicy(
                f"Policy {name!r}: {key} cannot take {operator.value!r}; "
                f"try one of {[each.value for each in Operator if each in _FOR_ALL or kind in _ONLY[each]]}."
            )
        yield kind, operator


def _finer(name: str, table: object) -> Iterator[tuple[str, Operator]]:
    if not isinstance(table, dict):
        raise InvalidPolicy(f"Policy {name!r}: [finer] is a table from finer labels, such as ZIP, to operators.")
    for key, value in table.items():
        if not _FINER.fullmatch(key):
            raise InvalidPolicy(f"Policy {name!r}: {key!r} in [finer] is not written as labels are: capitals, _ and -.")
        yield key, _operator(name, key, value)


def _operator(name: str, key: str, value: Any) -> Operator:
    try:
        return Operator(value)
    except ValueError:
        known = [each.value for each in Operator]
        raise InvalidPolicy(f"Policy {name!r}: {key} takes one of {known}.") from None


def _summary(name: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise InvalidPolicy(f"Policy {name!r} has no summary; say in a sentence what is left of a note.")
    return value


def _mask(name: str, value: object) -> str:
    # Brackets keep the mask from running into the words beside it, and tell a second redaction what it is.
    if not (isinstance(value, str) and re.fullmatch(r"\[[A-Z][A-Z _-]*\]", value) and len(value) <= _LONGEST_MASK):
        raise InvalidPolicy(f"Policy {name!r}: the mask is capital letters in square brackets, such as '[REDACTED]'.")
    return value


def _age(name: str, value: object) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 150):
        return value
    raise InvalidPolicy(f"Policy {name!r}: ages_up_to is a whole number of years, such as 89.")
