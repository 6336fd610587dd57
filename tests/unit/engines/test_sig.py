from __future__ import annotations

import pytest

from epicrisis.domain.findings import EntityLabel
from epicrisis.domain.spans import Span
from epicrisis.engines.entities.sig import Part, grammar
from epicrisis.text.phrases import folded

SENTENCES = [
    ("en", "2 tablets by mouth every 4-6 hours p.r.n. for 10 days", "COUNT ROUTE FREQUENCY AS_NEEDED DURATION"),
    ("en", "500 mg capsules one p.o. q.i.d. x7 days", "AMOUNT FORM COUNT ROUTE FREQUENCY DURATION"),
    ("en", "2% with 1:100,000 10 mL", "STRENGTH STRENGTH AMOUNT"),
    ("en", "5 g/m2, 45 mL per hour, 125 mg/5 mL", "AMOUNT AMOUNT AMOUNT"),
    ("en", "one-half tablet three times a day", "COUNT FREQUENCY"),
    ("es", "1 comprimido cada 12 horas v.o. durante 7 días", "COUNT FREQUENCY ROUTE DURATION"),
    ("es", "0,5 mg/12 h", "AMOUNT FREQUENCY"),
    ("es", "1 comp/8h si dolor", "COUNT FREQUENCY AS_NEEDED"),
    ("es", "20 mg/día", "AMOUNT"),
]


@pytest.mark.parametrize(("language", "text", "parts"), SENTENCES, ids=[text for _, text, _ in SENTENCES])
def test_a_prescription_is_taken_apart(language: str, text: str, parts: str) -> None:
    pieces = grammar(language).pieces(folded(text), 0, len(text))

    assert " ".join(piece.part for piece in pieces) == parts


def test_a_part_has_the_label_a_reader_would_give_it() -> None:
    assert Part.COUNT.label is EntityLabel.DOSE
    assert Part.AS_NEEDED.label is EntityLabel.FREQUENCY
    assert Part.FORM.label is None


@pytest.mark.parametrize(
    ("words", "part"),
    [("0.5%", Part.STRENGTH), ("5/500 mg", Part.AMOUNT), ("two puffs", Part.COUNT), ("one", Part.COUNT)],
)
def test_doses_are_told_apart(words: str, part: Part) -> None:
    assert grammar("en").part_of(words) is part


@pytest.mark.parametrize(("text", "is_supply"), [("#20 tablets", True), ("40 tablets", True), ("2 tablets", False)])
def test_what_a_pharmacy_hands_out_is_no_dose(text: str, is_supply: bool) -> None:
    assert grammar("en").is_supply(text, Span(0, len(text))) is is_supply
