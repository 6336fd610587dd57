"""The contract of assertion engines, kept by a model of the hub whichever way it is loaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from epicrisis.engines.assertion.hugging_face.engine import load
from epicrisis.engines.contracts import AssertionEngine, LabelsSentences
from tests.contract.test_assertion_engines import *  # noqa: F403


@pytest.fixture(scope="module", params=["folder", "graph"])
def engine(request: pytest.FixtureRequest) -> AssertionEngine:
    where: Path = request.getfixturevalue(request.param)
    return load(str(where))


def test_it_keeps_both_contracts(engine: AssertionEngine) -> None:
    assert isinstance(engine, AssertionEngine)
    assert isinstance(engine, LabelsSentences)
