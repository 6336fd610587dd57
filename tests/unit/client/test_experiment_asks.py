from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from epicrisis.client import Arm, ArmInfo, Experiment, experiment_asks
from epicrisis.client.asking import Ask, Told

PLAIN: dict[str, Any] = {
    "capability": "assertion", "salt": "spring-2", "set_by": "api", "set_at": 1.5,
    "arms": [
        {"name": "control", "engines": ["rules-1", "rules-es-1"], "mode": "live", "weight": 90.0, "share": 0.9},
        {"name": "next", "engines": [], "mode": "shadow", "weight": 1.0, "share": 0.0},
    ],
}  # fmt: skip
TOLD = Experiment(
    "assertion",
    (ArmInfo("control", ("rules-1", "rules-es-1"), "live", 90.0, 0.9), ArmInfo("next", (), "shadow", 1.0, 0.0)),
    "spring-2",
    "api",
    datetime(1970, 1, 1, 0, 0, 1, 500_000, tzinfo=UTC),
    "7",
)


def answered(ask: Ask[Any], **plain: Any) -> Any:
    return ask.read(Told(json.dumps({"request_id": "7", **plain}).encode(), {}))


def test_arms_are_sent_as_the_route_reads_them() -> None:
    ask = experiment_asks.compare(
        "assertion", [Arm("control", weight=90), Arm("next", "model", mode="shadow")], salt=""
    )

    assert (ask.method, ask.path, ask.key) == ("PUT", "/v1/engines/experiments/assertion", "")
    assert json.loads(ask.body or b"") == {
        "arms": [
            {"name": "control", "engine": "", "weight": 90, "mode": "live"},
            {"name": "next", "engine": "model", "weight": 1.0, "mode": "shadow"},
        ],
        "salt": "",
    }


def test_what_is_compared_comes_back_as_a_value() -> None:
    compared = experiment_asks.compare("assertion", [Arm("control")], salt="")

    assert answered(compared, **PLAIN) == TOLD
    assert answered(experiment_asks.experiments(), engines=[], experiments=[PLAIN]) == (TOLD,)


def test_what_the_settings_say_was_set_at_no_time() -> None:
    ended = answered(experiment_asks.end("assertion"), **PLAIN | {"arms": [], "set_by": "settings", "set_at": None})

    assert (ended.arms, ended.set_by, ended.set_at) == ((), "settings", None)


@pytest.mark.parametrize(("capability", "path"), [("a/../b", "a%2F..%2Fb"), ("?x", "%3Fx"), ("ñ", "%C3%B1")])
def test_a_capability_is_one_step_of_an_address(capability: str, path: str) -> None:
    assert experiment_asks.end(capability).path == f"/v1/engines/experiments/{path}"
