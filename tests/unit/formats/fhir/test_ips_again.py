"""What is written as an International Patient Summary and read again is the same patient."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fhir.resources.R4B.bundle import Bundle

from epicrisis.domain.moments import Moment
from epicrisis.domain.patients import PatientRecord
from epicrisis.domain.summaries import Baseline, Current
from epicrisis.engines.patients.baseline import baseline
from epicrisis.formats.fhir.ips import to_ips
from epicrisis.formats.patients.reading import read_record
from tests.samples import BUNDLES, content, needs_samples, samples
from tests.unit.formats.fhir.test_ips import BASELINE, RECORD

MADE = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def again(record: PatientRecord, held: Baseline) -> Baseline:
    """Return what holds in ``record`` after it was written as a summary and read from that."""
    written = json.dumps(to_ips(record, held, made=MADE))
    Bundle.model_validate_json(written)
    return baseline(read_record(written.encode()), at=held.at)


def things(held: Sequence[Current]) -> list[tuple[str, tuple[str, ...]]]:
    """Return names and codes, sorted."""
    entries = [each.entries[0] for each in held]
    return sorted((each.concept.text, tuple(code.code for code in each.concept.codes)) for each in entries)


def test_an_invented_record_comes_back() -> None:
    read = again(RECORD, BASELINE)

    assert things(read.problems) == things(BASELINE.problems)
    assert things(read.past_problems) == things(BASELINE.past_problems)
    assert things(read.medications) == things(BASELINE.medications)
    assert things(read.allergies) == things(BASELINE.allergies)
    assert [each.observation.quantity for each in read.labs] == [each.observation.quantity for each in BASELINE.labs]
    assert (read.identity.family, read.identity.born) == ("Ruiz Prueba", Moment.told("1950-02-28"))


@needs_samples
@pytest.mark.parametrize("file", [*samples("ips/*.json.gz"), *BUNDLES[::6]], ids=lambda file: file.name[:16])
def test_a_sample_comes_back(file: Path) -> None:
    record = read_record(content(file))
    held = baseline(record)

    read = again(record, held)

    for part in ("problems", "past_problems", "medications", "allergies"):
        assert things(getattr(read, part)) == things(getattr(held, part))
    assert len(read.labs) == len(held.labs)
    assert len(read.procedures) == len(held.procedures)
    assert len(read.immunizations) == len(held.immunizations)
