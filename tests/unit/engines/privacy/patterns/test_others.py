"""What another engine marked, as the patterns hear it."""

from __future__ import annotations

import pytest

from epicrisis.domain.documents import Document
from epicrisis.domain.identifiers import Identifier, IdentifierKind
from epicrisis.domain.spans import Span
from epicrisis.engines.privacy.patterns.engine import PatternIdentifierEngine


def told(text: str, marked: str, kind: IdentifierKind) -> list[tuple[str, str | None]]:
    start = text.index(marked)
    other = Identifier(Span(start, start + len(marked)), kind, 0.5, "model", "it reads like one")
    found = PatternIdentifierEngine().look(Document("1", text, "en")).told([other]).identifiers
    return [(text[one.span.start : one.span.end], one.sub) for one in found]


@pytest.mark.parametrize("marked", ["Mr. Qadiriya", "Mr.", "Mr"])
def test_a_title_is_nobody_s_name(marked: str) -> None:
    assert told("Mr. Qadiriya was seen.", marked, IdentifierKind.NAME) == [("Qadiriya", None)]


def test_a_label_is_no_number() -> None:
    assert told("The MRN was checked.", "MRN", IdentifierKind.MRN) == []


def test_what_the_patterns_know_in_parts_keeps_its_finer_labels() -> None:
    text = "He is from Boston, MA 02139."

    assert told(text, "Boston, MA 02139", IdentifierKind.LOCATION) == [("Boston, MA 02139", "CITY")]


def test_what_goes_further_than_the_patterns_is_heard() -> None:
    assert told("Seen by Dr. Roe Qadiriya.", "Roe Qadiriya", IdentifierKind.NAME) == [("Roe Qadiriya", None)]


@pytest.mark.parametrize(
    ("text", "marked", "kind"),
    [
        ("Proventil MDI and Azmacorta MDI bid.", "Azmacorta", IdentifierKind.NAME),
        ("At a family gathering she fell.", "gathering", IdentifierKind.NAME),
        ("The brother is 2-1/2.", "2-1/2", IdentifierKind.DATE),
        ("Vicodin 1-2tabs po Q6H prn", "Q6H", IdentifierKind.NAME),
    ],
)
def test_what_no_identifier_looks_like_is_not_heard(text: str, marked: str, kind: IdentifierKind) -> None:
    assert told(text, marked, kind) == []


def test_who_types_no_capitals_is_heard_in_small_letters() -> None:
    assert told("pt qadiriya called today.", "qadiriya", IdentifierKind.NAME) == [("qadiriya", None)]


@pytest.mark.parametrize("marked", ["3/4/21 10:45", "2010", "09/06"])
def test_figures_that_can_be_a_date_are_heard(marked: str) -> None:
    assert (marked, None) in told(f"Seen {marked} again.", marked, IdentifierKind.DATE)
