from __future__ import annotations

import pytest

from epicrisis.text.tokens import token_spans

# The tokens of each case stand between spaces; taking the spaces marked by ~ out gives the text.
CASES = [
    "Lasix 40mg p.o. b.i.d. q.4h.",
    "BP 120/80~, temp 98.6~-~99.1~, EF 40%~.",
    "x-ray~: 23-year-old~, 2+ edema at L4-L5~.",
    "c/o pain~, h/o HTN~, n/v/d~, w/ fever~, w/o cough",
    "mg~/~dL and~/~or 1,000~/~mL",
    "on 01/22/08 at 12:30~...",
    "Crohn's~; Crohn’s~; J.P. is well~. Go",
    '(~chest~) [~pain~] "~no~"',
    "paracetamol c/8h~. ¿~Fiebre~? Sí~.",
    "pneu\u00admonia e\u0301te",
    "Ki~=~-2 to +3",
    "---- ***",
]


@pytest.mark.parametrize("case", CASES)
def test_cuts_where_a_rule_would_look_a_word_up(case: str) -> None:
    text = case.replace("~", "")

    assert [text[span.start : span.end] for span in token_spans(text)] == case.replace("~", " ").split()


def test_reads_control_and_invisible_characters_as_spaces() -> None:
    text = "chest\x00pain \u200bfever\u00a0"

    assert [text[span.start : span.end] for span in token_spans(text)] == ["chest", "pain", "fever"]
