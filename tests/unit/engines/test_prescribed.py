from __future__ import annotations

import pytest

from epicrisis.domain.findings import EntityLabel
from epicrisis.domain.spans import Span
from epicrisis.engines.encoder.tagging import Tagged
from epicrisis.engines.entities.prescribed import prescribed

# A sentence, the drug the encoder marked in it, and what is to be found beside it.
ROWS = [
    (
        "Vicodin 1-2tabs po Q6H prn",
        "Vicodin",
        "en",
        [("1-2tabs", "DOSE"), ("po", "ROUTE"), ("Q6H", "FREQUENCY")],
    ),
    ("Sedated with Versed 3, then woken.", "Versed", "en", [("3", "DOSE")]),
    ("Percocet 5 #40", "Percocet", "en", [("5", "DOSE")]),
    ("Cyclomydril x2 was used.", "Cyclomydril", "en", [("x2", "DOSE")]),
    ("Takes vitamin D 3, and rests.", "vitamin D", "en", []),
    ("Tylenol no. 3 and rest.", "Tylenol no.", "en", []),
    ("Potassium 4.1 today.", "Potassium", "en", []),
    ("Proventil MDI bid, and he rests.", "Proventil", "en", [("bid", "FREQUENCY")]),
    ("Percocet, #20 tablets, one to two PO q.3-4h.", "Percocet", "en", [("PO", "ROUTE"), ("q.3-4h.", "FREQUENCY")]),
    (
        "Invented shake one can po QID",
        "",
        "en",
        [("one can", "DOSE"), ("po", "ROUTE"), ("QID", "FREQUENCY")],
    ),
    ("Omeprazol 20 mg cada 24 horas", "Omeprazol", "es", [("20 mg", "DOSE"), ("cada 24 horas", "FREQUENCY")]),
    ("He smokes 2 packs per day.", "", "en", []),
    ("Aspirin. He smokes 2 packs per day.", "Aspirin", "en", []),
    ("Aspirin 81 mg po qd", "Aspirin", "de", []),
]


@pytest.mark.parametrize(("text", "drug", "language", "expected"), ROWS)
def test_adds_what_stands_in_a_row_with_a_drug(
    text: str, drug: str, language: str, expected: list[tuple[str, str]]
) -> None:
    marked = [Tagged(Span(text.index(drug), text.index(drug) + len(drug)), EntityLabel.MEDICATION, 0.9)] if drug else []

    found = prescribed(text, marked, language)

    added = [(text[each.span.start : each.span.end], str(each.label)) for each in found if each not in marked]
    assert [each for each in expected if each not in added] == []
    assert bool(added) == bool(expected)


@pytest.mark.parametrize(
    ("text", "name", "behind"),
    [
        ("Brimonidine ophthalmic once daily.", "Brimonidine", ("ophthalmic", "ROUTE")),
        ("Demerol 25 and rest.", "Demerol", ("25", "DOSE")),
        ("Tylenol no. 3 and rest.", "Tylenol no. 3", None),
        ("Oral vaccine given.", "Oral vaccine", None),
        ("Infusion of fluids.", "Infusion", None),
    ],
)
def test_a_drug_ends_before_its_route_and_its_bare_dose(text: str, name: str, behind: tuple[str, str] | None) -> None:
    marked = Tagged(Span(0, len(name if behind is None else f"{name} {behind[0]}")), EntityLabel.MEDICATION, 0.9)

    found = [(text[each.span.start : each.span.end], str(each.label)) for each in prescribed(text, [marked], "en")]

    assert (name, "MEDICATION") in found
    assert behind is None or behind in found


def test_changes_nothing_else_that_is_marked() -> None:
    text = "Aspirin 81 mg po qd"
    marked = [Tagged(Span(0, 7), EntityLabel.MEDICATION, 0.9), Tagged(Span(8, 19), EntityLabel.DOSE, 0.5)]

    found = prescribed(text, marked, "en")

    assert found == marked
