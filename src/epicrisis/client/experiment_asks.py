"""What can be asked about versions of an engine: which are compared, to compare others, and to go back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from epicrisis.client.asking import Ask, Plain, Told, in_json
from epicrisis.client.compared import ArmInfo, Experiment

_ENGINES = "/v1/engines"


@dataclass(frozen=True, slots=True)
class Arm:
    """One version to compare: an ``engine`` by name, or a folder of EPICRISIS_MODELS; without, what the settings name.

    Its ``weight`` counts beside those of the other arms that are ``live``; a ``shadow`` is asked beside them.
    """

    name: str
    engine: str = ""
    weight: float = 1.0
    mode: str = "live"


def experiments() -> Ask[tuple[Experiment, ...]]:
    """Ask which versions are compared."""

    def read(told: Told) -> tuple[Experiment, ...]:
        plain = told.plain
        return tuple(_experiment(each, plain["request_id"]) for each in plain["experiments"])

    return Ask("GET", _ENGINES, read)


def compare(capability: str, arms: Sequence[Arm], *, salt: str) -> Ask[Experiment]:
    """Ask for ``arms`` to be compared from now on."""
    body = in_json(arms=[asdict(arm) for arm in arms], salt=salt)
    return Ask("PUT", _path(capability), _set, body)


def end(capability: str) -> Ask[Experiment]:
    """Ask for the engine of the settings alone from now on."""
    return Ask("DELETE", _path(capability), _set)


def _path(capability: str) -> str:
    return f"{_ENGINES}/experiments/{quote(capability, safe='')}"


def _set(told: Told) -> Experiment:
    plain = told.plain
    return _experiment(plain, plain["request_id"])


def _experiment(plain: Plain, request_id: str) -> Experiment:
    at = plain["set_at"]
    return Experiment(
        capability=plain["capability"],
        arms=tuple(
            ArmInfo(each["name"], tuple(each["engines"]), each["mode"], each["weight"], each["share"])
            for each in plain["arms"]
        ),
        salt=plain["salt"],
        set_by=plain["set_by"],
        set_at=None if at is None else datetime.fromtimestamp(at, UTC),
        request_id=request_id,
    )
