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
    ("en", "40 mg per day, 30 mcg/kg per minute", "AMOUNT FREQUENCY AMOUNT"),
    ("en", "one a day, 10 mg a week ago", "COUNT FREQUENCY AMOUNT"),
    ("en", "5 mg Monday, Wednesday, and Friday", "AMOUNT FREQUENCY"),
    ("en", "2 mg on Tuesdays, mwf, every Thursday", "AMOUNT FREQUENCY FREQUENCY FREQUENCY"),
    ("en", "5/500 one tablet q.12", "AMOUNT COUNT FREQUENCY"),
    ("en", "20 to 40 mg, two grams", "AMOUNT AMOUNT"),
    ("en", "1-1/2 teaspoons q. noon", "COUNT FREQUENCY"),
    ("en", "12 hours on and 12 hours off", "FREQUENCY"),
    ("en", "1 drop od b.i.d., a 14-day course", "COUNT ROUTE FREQUENCY DURATION"),
    ("es", "4 mg lunes, miércoles y viernes", "AMOUNT FREQUENCY"),
    ("es", "20 mg los martes, 850 mg 1-0-1", "AMOUNT FREQUENCY AMOUNT FREQUENCY"),
    ("es", "1 comprimido cada 12 horas v.o. durante 7 días", "COUNT FREQUENCY ROUTE DURATION"),
    ("es", "0,5 mg/12 h", "AMOUNT FREQUENCY"),
    ("es", "1 comp/8h si dolor", "COUNT FREQUENCY AS_NEEDED"),
    ("es", "20 mg/día", "AMOUNT"),
]


@pytest.mark.parametrize(("language", "text", "parts"), SENTENCES, ids=[text for _, text, _ in SENTENCES])
def test_a_prescription_is_taken_apart(language: str, text: str, parts: str) -> None:
    pieces = grammar(language).pieces(folded(text), 0, len(text))

    assert " ".join(piece.part for piece in pieces) == parts


@pytest.mark.parametrize("text", ["seen Monday", "05/21/07", "12/31", "as of 4/97", "increased from 20 to 40", "7-7-7"])
def test_a_day_a_date_and_a_bare_number_are_no_pieces(text: str) -> None:
    assert grammar("en").pieces(text, 0, len(text)) == []


def test_two_doses_from_and_to_stay_two() -> None:
    text = "from 20 to 40 mg"

    (piece,) = grammar("en").pieces(text, 0, len(text))

    assert text[piece.span.start :] == "40 mg"


def test_what_is_left_beside_the_pieces_of_a_prescription() -> None:
    assert grammar("en").without_pieces("50 mcg patch, old q.72h.", Span(0, 24)) == "old"
    assert grammar("en").without_pieces("50 mcg patch, q.72h.", Span(0, 20)) == ""


def test_a_part_has_the_label_a_reader_would_give_it() -> None:
    assert Part.COUNT.label is EntityLabel.DOSE
    assert Part.AS_NEEDED.label is EntityLabel.FREQUENCY
    assert Part.FORM.label is None


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("0.5%", Part.STRENGTH),
        ("5/500 mg", Part.AMOUNT),
        ("5/500", Part.AMOUNT),
        ("two grams", Part.AMOUNT),
        ("two puffs", Part.COUNT),
        ("one", Part.COUNT),
    ],
)
def test_doses_are_told_apart(words: str, part: Part) -> None:
    assert grammar("en").part_of(words) is part


@pytest.mark.parametrize(("text", "is_supply"), [("#20 tablets", True), ("40 tablets", True), ("2 tablets", False)])
def test_what_a_pharmacy_hands_out_is_no_dose(text: str, is_supply: bool) -> None:
    assert grammar("en").is_supply(text, Span(0, len(text))) is is_supply
