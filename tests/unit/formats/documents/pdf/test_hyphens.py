from __future__ import annotations

import pytest

from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.documents.pdf.hyphens import joined
from tests.office import pdf


@pytest.mark.parametrize(
    ("first", "second", "whole", "left"),
    [
        ("predni-", "sone", (), "predni"),
        ("(predni-", "sone.", (), "(predni"),
        ("hiper-", "tensión", (), "hiper"),
        ("follow-", "up.", (), "follow-"),
        ("anti-", "inflammatory", ("anti-inflammatory",), "anti-"),
        ("anti-", "biotic", ("antibiotic",), "anti"),
        ("left-", "sided", (), "left-"),
        ("community-", "acquired", (), "community-"),
        ("insulin-", "dependent,", (), "insulin-"),
        ("gram-", "negative", (), "gram-"),
        ("beta-", "blocker.", (), "beta-"),
        ("beta-", "blockers", (), "beta-"),
        ("alcohol-", "related", (), "alcohol-"),
        ("beta-", "blocker", ("betablocker",), "beta"),
        ("sub-", "sided", (), "sub"),
        ("retro-", "grade", (), "retro"),
        ("un-", "controlled", (), "un"),
        ("cor-", "related", (), "cor"),
        ("in-", "dependent", (), "in"),
        ("sero-", "positivo", (), "sero"),
        ("beta-", "bloqueante", (), "beta"),
        ("insulino-", "dependiente", (), "insulino"),
        ("up-to-", "date", (), "up-to-"),
        ("short-", "or", (), None),
        ("pre-", "y", (), None),
        ("COVID-", "19", (), None),
        ("Garcia-", "Prueba", (), None),
        ("T-", "cell", (), None),
        ("-", "cough", (), None),
        ("prednisone", "daily", (), None),
    ],
)
def test_a_word_that_a_line_cuts_is_one(first: str, second: str, whole: tuple[str, ...], left: str | None) -> None:
    assert joined(first, second, whole) == left


def test_both_parts_keep_their_boxes() -> None:
    pytest.importorskip("reportlab")
    from epicrisis.formats.documents.pdf.document import read

    [only] = read(pdf("He takes predni-\nsone daily for asthma.\nSee him at a follow-\nup visit."), Limits())

    assert only.file.text == "He takes prednisone daily for asthma.\nSee him at a follow-up visit."
    words = [only.file.text[each.span.start : each.span.end] for each in only.file.placed]
    assert words[2:5] == ["predni", "sone", "daily"]
    assert only.file.placed[3].box.top > only.file.placed[2].box.top
