from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from epicrisis.errors import InvalidInput
from epicrisis.services.experiments import ALONE, MOST_ARMS, MOST_WEIGHT, Arm, Capability, Experiment, Mode, draws

KEY = b"a key of the tests"
HALVES = Experiment((Arm("control"), Arm("new", "rules")))


def arm_of(experiment: Experiment, patient: str, key: bytes = KEY) -> str:
    return experiment.arm_of(draws(key, Capability.ASSERTION, patient)).name


def test_a_patient_is_in_the_same_arm_every_time() -> None:
    assert len({arm_of(HALVES, "patient 7") for _ in range(20)}) == 1
    assert {arm_of(HALVES, f"patient {number}") for number in range(20)} == {"control", "new"}


def test_no_release_deals_patients_out_anew() -> None:
    arms = [arm_of(HALVES, f"patient {number}") for number in range(6)]

    assert arms == ["new", "control", "new", "control", "control", "control"]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(lambda patient: arm_of(HALVES, patient, b"another key"), id="another key"),
        pytest.param(lambda patient: arm_of(replace(HALVES, salt="again"), patient), id="another salt"),
        pytest.param(lambda p: HALVES.arm_of(draws(KEY, Capability.READERS, p)).name, id="another capability"),
    ],
)
def test_patients_are_dealt_out_anew_by(other: Callable[[str], str]) -> None:
    patients = [f"patient {number}" for number in range(400)]

    same = sum(arm_of(HALVES, patient) == other(patient) for patient in patients)

    # Half of them by chance; 400 halves lie within 5 standard deviations of 10.
    assert 150 < same < 250


def test_without_a_live_arm_or_a_weight_the_control_answers() -> None:
    shadow = Experiment((Arm("new", "rules", mode=Mode.SHADOW),))
    resting = Experiment((Arm("control"), Arm("new", "rules", weight=0)))

    assert shadow.arm_of(draws(KEY, Capability.ASSERTION, "somebody")) is ALONE
    assert {arm_of(resting, f"patient {number}") for number in range(50)} == {"control"}


def test_the_shares_are_those_of_the_live_arms() -> None:
    experiment = Experiment((Arm("control", weight=3), Arm("new", "rules"), Arm("next", "model", mode=Mode.SHADOW)))

    assert experiment.shares == {"control": 0.75, "new": 0.25}
    assert [arm.name for arm in experiment.shadows] == ["next"]


@pytest.mark.parametrize(
    "arms",
    [
        (Arm("control"), Arm("new", "rules"), Arm("new", "model")),
        tuple(Arm(f"a{number}", "rules") for number in range(MOST_ARMS + 1)),
        (Arm("new"),),
        (Arm("control", "rules"),),
        (Arm("control", mode=Mode.SHADOW),),
        (Arm("control", weight=0), Arm("new", "rules", weight=0)),
    ],
    ids=["one name twice", "too many", "no engine", "a control of its own", "a shadow of itself", "nobody answers"],
)
def test_arms_that_cannot_be_are_refused(arms: tuple[Arm, ...]) -> None:
    with pytest.raises(InvalidInput):
        Experiment(arms)


@pytest.mark.parametrize(
    ("name", "engine", "weight"),
    [
        ("Ana Ruiz Prueba", "rules", 1.0),
        ("new", "/models/next", 1.0),
        ("new", "../next", 1.0),
        ("new", "rules", -1.0),
        ("new", "rules", float("nan")),
        ("new", "rules", float("inf")),
        ("new", "rules", MOST_WEIGHT + 1.0),
    ],
)
def test_an_arm_has_a_plain_name_an_engine_and_a_weight(name: str, engine: str, weight: float) -> None:
    with pytest.raises(InvalidInput) as refused:
        Arm(name, engine, weight)

    assert name == "new" or name not in str(refused.value)


def test_a_salt_is_a_short_word() -> None:
    with pytest.raises(InvalidInput, match="salt"):
        Experiment(salt="Ana Ruiz Prueba")
