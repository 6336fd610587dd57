"""What holds of a patient and what changed, as plain JSON: by the names of the domain, with codes and sources.

Whose it is stays out: of the identity there is sex, and whether somebody has died.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from epicrisis.domain.moments import Moment
from epicrisis.domain.patients import Identity, Missing, Source
from epicrisis.domain.records import Code
from epicrisis.domain.summaries import Baseline, Current, Delta
from epicrisis.formats.writing import Plain, probability


def baseline_to_plain(baseline: Baseline) -> Plain:
    """Return what holds; a thing that several entries say has the words of the first, and the sources of all."""
    return dict(_plain(baseline))


def delta_to_plain(delta: Delta) -> Plain:
    """Return what changed, each change once."""
    return dict(_plain(delta))


def source_to_plain(source: Source) -> Plain:
    """Return the resource, and the stretch of its note in code points."""
    span = source.span
    return {"reference": source.reference, "start": span.start if span else None, "end": span.end if span else None}


def missing_to_plain(missing: Missing) -> Plain:
    """Return what could not be had, and why."""
    return {"section": missing.section, "why": missing.why}


def _plain(value: object) -> Any:
    write = _WRITERS.get(type(value))
    if write is not None:
        return write(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    return value


def _current(current: Current) -> Plain:
    plain = dict(_plain(current.entries[0]))
    del plain["source"]
    return {**plain, "sources": [source_to_plain(source) for source in current.sources]}


def _identity(identity: Identity) -> Plain:
    return {
        "sex": identity.sex.value,
        "is_dead": identity.is_dead,
        "died": None if identity.died is None else str(identity.died),
    }


def _code(code: Code) -> Plain:
    return {"system": code.system, "code": code.code, "display": code.display, "score": probability(code.score)}


_WRITERS: dict[type, Callable[[Any], Any]] = {
    Code: _code,
    Current: _current,
    Identity: _identity,
    Moment: str,
    Source: source_to_plain,
}
