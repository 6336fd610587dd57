from __future__ import annotations

import json

import pytest

from epicrisis.domain.documents import Document
from epicrisis.domain.findings import Entity
from epicrisis.domain.naming import Named
from epicrisis.domain.spans import Span
from epicrisis.formats.entities import named_to_plain
from epicrisis.text.alignment import OffsetUnit

NAMED = Named(
    Document(id="n1", text="🫀 Varón con fiebre", language="es"),
    {
        "symptoms": (Entity(Span(12, 18), "SINTOMA", 0.87654),),
        "species": (Entity(Span(2, 7), "HUMAN", 0.5),),
        "diseases": (),
    },
    "words",
    "1",
)


def test_says_what_was_looked_for_and_found_in_the_order_of_the_text() -> None:
    assert named_to_plain(NAMED) == {
        "id": "n1",
        "language": "es",
        "offset_unit": "code_point",
        "label_sets": ["symptoms", "species", "diseases"],
        "entities": [
            {"id": "T1", "start": 2, "end": 7, "text": "Varón", "label": "SPECIES", "label_es": "SPECIES",
             "label_set": "species", "score": 0.5, "sub": "HUMAN"},
            {"id": "T2", "start": 12, "end": 18, "text": "fiebre", "label": "SYMPTOM", "label_es": "SINTOMA",
             "label_set": "symptoms", "score": 0.8765},
        ],
        "engine": "words",
        "version": "1",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("unit", "places"), [(OffsetUnit.UTF16, [(3, 8), (13, 19)]), (OffsetUnit.BYTE, [(5, 11), (16, 22)])]
)
def test_counts_the_unit_asked_for(unit: OffsetUnit, places: list[tuple[int, int]]) -> None:
    plain = json.loads(json.dumps(named_to_plain(NAMED, offset_unit=unit)))

    assert plain["offset_unit"] == unit
    assert [(each["start"], each["end"]) for each in plain["entities"]] == places
