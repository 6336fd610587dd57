from __future__ import annotations

import pytest

from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.places import Places


@pytest.mark.parametrize(
    ("span", "overlaps"),
    [(Span(0, 2), False), (Span(1, 3), True), (Span(5, 6), True), (Span(20, 21), False), (Span(9, 12), True)],
)
def test_a_span_overlaps_what_it_shares_a_character_with(span: Span, overlaps: bool) -> None:
    # The long one begins before the short one that ends first.
    assert Places([Span(9, 10), Span(2, 9), Span(3, 4)]).overlap(span) is overlaps


def test_no_places_overlap_nothing() -> None:
    assert not Places([]).overlap(Span(0, 1))
