"""Truths of experiments: weights hold, patients stay, and a weight that changes moves nobody between two others."""

from __future__ import annotations

from math import sqrt

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from epicrisis.services.experiments import MOST_ARMS, Arm, Capability, Experiment, draws

PATIENTS = [f"patient {number}" for number in range(3_000)]
# Of a right program, so far from its share an arm is once in some two million tries.
SIGMAS = 5.0

weights = st.lists(st.integers(1, 100), min_size=1, max_size=MOST_ARMS)
keys = st.binary(min_size=16, max_size=32)
capabilities = st.sampled_from(Capability)


def with_weights(*weights: float) -> Experiment:
    return Experiment(tuple(Arm(f"arm-{number}", "rules", weight) for number, weight in enumerate(weights)))


def dealt(experiment: Experiment, key: bytes, capability: Capability, *, most: int = len(PATIENTS)) -> list[str]:
    return [experiment.arm_of(draws(key, capability, patient)).name for patient in PATIENTS[:most]]


@given(weights=weights, key=keys, capability=capabilities)
@hypothesis_settings(max_examples=15, deadline=None, derandomize=True)
def test_each_arm_has_its_share_within_the_bounds_of_chance(
    weights: list[int], key: bytes, capability: Capability
) -> None:
    experiment = with_weights(*weights)
    arms = dealt(experiment, key, capability)

    for name, share in experiment.shares.items():
        bound = SIGMAS * sqrt(len(PATIENTS) * share * (1 - share)) + 1
        assert abs(arms.count(name) - len(PATIENTS) * share) <= bound


@given(weights=weights, changed=st.integers(0, 100), place=st.integers(0, MOST_ARMS - 1), key=keys)
@hypothesis_settings(max_examples=15, deadline=None, derandomize=True)
def test_a_changed_weight_moves_patients_to_that_arm_or_away_from_it_alone(
    weights: list[int], changed: int, place: int, key: bytes
) -> None:
    place %= len(weights)
    others = [*weights[:place], changed, *weights[place + 1 :]]
    if not sum(others):
        others[place] = 1

    before, after = (dealt(with_weights(*each), key, Capability.READERS, most=500) for each in (weights, others))

    moved = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    toward = others[place] > weights[place]
    assert all((new if toward else old) == f"arm-{place}" for old, new in moved)


@given(weights=weights, key=keys, order=st.randoms(use_true_random=False))
@hypothesis_settings(max_examples=15, deadline=None, derandomize=True)
def test_the_order_of_the_arms_says_nothing(weights: list[int], key: bytes, order: object) -> None:
    arms = list(with_weights(*weights).arms)
    order.shuffle(arms)  # type: ignore[attr-defined]

    one, other = (
        dealt(each, key, Capability.ASSERTION, most=500) for each in (Experiment(tuple(arms)), with_weights(*weights))
    )
    assert one == other
