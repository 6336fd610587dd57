"""A case finds itself first, whatever it has and however many others there are."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from epicrisis.domain.patients import Sex
from epicrisis.engines.differential.knowledge.reading import knowledge_base
from epicrisis.engines.similar.space import CaseSpace, case_space
from epicrisis.services.case_store import CaseRow, Narrowing
from epicrisis.storage.cases import MemoryCases

FINDINGS = st.dictionaries(st.sampled_from(sorted(knowledge_base().findings)), st.booleans(), min_size=1, max_size=12)
SOME = st.lists(FINDINGS.filter(lambda found: any(found.values())), min_size=2, max_size=12)


def row(number: int) -> CaseRow:
    return CaseRow(str(number), "", "ward", datetime.now(UTC), "en", None, Sex.UNKNOWN, None, "1", b"")


@given(SOME)
@settings(max_examples=30, deadline=None)
def test_a_case_finds_itself_first(cases: list[dict[str, bool]]) -> None:
    space: CaseSpace = case_space()
    store = MemoryCases()
    vectors = [space.vector(found, "", "en") for found in cases]

    async def searched() -> None:
        for number, vector in enumerate(vectors):
            assert vector is not None
            assert float(np.linalg.norm(vector)) == pytest.approx(1, abs=1e-5)
            await store.add(row(number), vector)
        for vector, found in zip(vectors, cases, strict=True):
            assert vector is not None
            [first] = await store.nearest(vector, Narrowing("", "1"), limit=1)
            # Of two that are the same, either.
            assert first.score == pytest.approx(1, abs=1e-5)
            assert space.implied(cases[int(first.row.id)]) == space.implied(found)

    asyncio.run(searched())
