from __future__ import annotations

import pytest

from epicrisis.engines.extraction.times import times
from epicrisis.text.phrases import folded

CASES = [
    ("Return in 2 weeks.", "en", ["in 2 weeks"]),
    ("See her in about two to three months.", "en", ["in about two to three months"]),
    ("Seen three days ago and on Monday.", "en", ["three days ago", "on Monday"]),
    ("On June 13, 2005 and 06/12/2008.", "en", ["June 13, 2005", "06/12/2008"]),
    ("Hernia repair 1991.", "en", ["1991"]),
    ("Sodium 140, pulse 88.", "en", []),
    ("Revisión en 4 semanas.", "es", ["en 4 semanas"]),
    ("Fractura hace tres años.", "es", ["hace tres años"]),
    ("El 12 de marzo de 2021.", "es", ["12 de marzo de 2021"]),
    ("Control la próxima semana.", "es", ["la próxima semana"]),
]


@pytest.mark.parametrize(("text", "language", "expected"), CASES, ids=[case[0] for case in CASES])
def test_times_are_found_as_they_are_written(text: str, language: str, expected: list[str]) -> None:
    assert [text[each.start : each.end] for each in times(folded(text), language)] == expected
