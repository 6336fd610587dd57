"""Ten invented patients are summarised as the pages beside this file say, word for word."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from epicrisis.engines.patients.baseline import baseline
from epicrisis.engines.patients.delta import delta
from epicrisis.engines.summary.rules.plan import sections
from tests.golden.patient_summaries.charts import RECORDS
from tests.golden.patient_summaries.writing import LANGUAGES, markdown_of, page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", RECORDS)
def test_a_patient_is_told_as_the_page_says(name: str, language: str) -> None:
    expected = page(name, language).read_text(encoding="utf-8")

    told = markdown_of(name, language)

    assert told == expected


@pytest.mark.parametrize("name", RECORDS)
def test_no_page_tells_whose_it_is(name: str) -> None:
    pages = [page(name, language).read_text(encoding="utf-8") for language in LANGUAGES]

    assert not [word for text in pages for word in ("Prueba", "Zenobia", "PRUEBA-0001") if word in text]


def test_each_page_is_of_a_patient_that_is_there() -> None:
    there = {path.name for path in page("x", "en").parent.glob("*.??.md")}

    assert there == {page(name, language).name for name in RECORDS for language in LANGUAGES}


@pytest.mark.parametrize("name", RECORDS)
def test_a_summary_takes_milliseconds(name: str) -> None:
    holds, changed = baseline(RECORDS[name]), delta(RECORDS[name])
    sections(holds, changed)

    assert min(seconds(lambda: sections(holds, changed)) for _ in range(5)) < 0.010


def seconds(work: Callable[[], object]) -> float:
    """Return the processor time that ``work`` takes."""
    began = time.process_time()
    work()
    return time.process_time() - began
