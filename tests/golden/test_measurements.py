"""The sentences of ``measurements.py``, each read alone and without what a reader would have found in it."""

from __future__ import annotations

import pytest

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.documents import Document
from epicrisis.domain.records import Measurement, ReferenceRange
from epicrisis.engines.extraction.measurements.reader import measurements
from epicrisis.engines.extraction.note import Note
from tests.golden.measurements import CASES, Measured


def told(measurement: Measurement) -> str:
    """Return ``measurement`` as a case writes it."""
    quantity = measurement.quantity
    facts = [
        f"{measurement.name.text} = {measurement.value.text}",
        f"{{{quantity.ucum}}}" if quantity and quantity.ucum else "",
        measurement.part or "",
        quantity.comparator or "" if quantity else "",
        measurement.flag.value if measurement.flag else "",
        ends(measurement.reference),
        f"@{measurement.time.text}" if measurement.time else "",
    ]
    return " ".join(filter(None, facts))


def ends(reference: ReferenceRange | None) -> str:
    if reference is None:
        return ""
    low, high = ("" if end is None else f"{end:g}" for end in (reference.low, reference.high))
    return f"[{low}..{high}]"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.sentence)
def test_reads_what_was_measured(case: Measured) -> None:
    note = Note(AnnotatedDocument(Document("golden", case.sentence, case.language), (), ()))

    assert tuple(told(each) for each in measurements(note)) == case.answers
