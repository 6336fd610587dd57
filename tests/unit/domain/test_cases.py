from __future__ import annotations

from collections.abc import Mapping

import pytest

from epicrisis.domain.cases import Compared, age_kept, compared, found_once
from epicrisis.domain.differentials import Observed


def with_a_cough(found: Mapping[str, bool]) -> Mapping[str, bool]:
    return {**found, "cough": True} if found.get("coughing-fits") else found


def test_says_what_two_cases_have_in_common_and_what_not() -> None:
    asked = {"fever": True, "rash": False, "pain": True, "itching": True, "chills": False}
    kept = {"fever": True, "rash": False, "pain": False, "vomiting": True, "nausea": False}

    assert compared(asked, kept, dict) == Compared(
        shared=("fever",), both_absent=("rash",), opposed=("pain",), only_asked=("itching",), only_kept=("vomiting",)
    )


def test_what_goes_without_saying_is_shared_whoever_says_it() -> None:
    fits, cough = {"coughing-fits": True}, {"cough": True}

    assert compared(fits, cough, with_a_cough) == Compared(shared=("cough",), only_asked=("coughing-fits",))
    assert compared(cough, fits, with_a_cough) == Compared(shared=("cough",), only_kept=("coughing-fits",))
    assert compared(fits, {"cough": False}, with_a_cough) == Compared(opposed=("cough",), only_asked=("coughing-fits",))


def test_a_finding_that_is_told_both_ways_is_there() -> None:
    assert found_once([Observed("fever", False), Observed("fever"), Observed("rash", False)]) == {
        "fever": True, "rash": False,
    }  # fmt: skip


@pytest.mark.parametrize(("age", "kept"), [(None, None), (0.25, 0.25), (89.0, 89.0), (90.0, 90.0), (104.0, 90.0)])
def test_an_old_age_is_kept_as_ninety(age: float | None, kept: float | None) -> None:
    assert age_kept(age) == kept
