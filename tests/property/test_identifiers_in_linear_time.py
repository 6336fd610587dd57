"""Ten times the text takes the patterns about ten times as long, and each stretch is found where it stands."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from epicrisis.domain.documents import Document
from epicrisis.engines.registry import identifier_engine
from tests.property.test_linear_time import LONG, MOST, SHORT, SLACK, TRIES, UNITS, seconds

# What the patterns themselves begin to match, again and again.
OWN = {
    "titles": "Dr. ",
    "names": "Ana ",
    "surnames": "John Smith-",
    "initials": "A. B. ",
    "inverted": "Prueba, Ana, ",
    "kin": "wife, (",
    "labels": "Patient: ",
    "codes": "MRN: # ",
    "digits": "1",
    "groups": "123-",
    "dates": "1/1/",
    "months": "May 1 ",
    "ranges": "1-2 de ",
    "phones": "(555) 555-",
    "streets": "12 A Street, ",
    "towns": "Toledo, ",
    "hospitals": "St. Hospital of ",
    "mails": "a@a.",
    "addresses": "http://",
    "letters": "ABCD",
    "calles": "C/ de la ",
    "particles": "Dr. A de la ",
}


@pytest.mark.parametrize("unit", (UNITS | OWN).values(), ids=(UNITS | OWN).keys())
@pytest.mark.parametrize("language", ["en", "es"])
def test_identifiers_are_found_in_linear_time(language: str, unit: str) -> None:
    engine = identifier_engine("patterns", language)
    excess = []
    for _ in range(TRIES):
        spent = [
            seconds(lambda text: engine.find([Document("n1", text + "x", language)]), unit, n) for n in (SHORT, LONG)
        ]
        excess.append(spent[1] - MOST * spent[0] - SLACK)
        if excess[-1] <= 0:
            return

    pytest.fail(f"{LONG} characters take {min(excess):.2f} s more than {MOST} times {SHORT} characters do.")


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from([*OWN.values(), "\n", "é", "🙂", "\u0301", "\u00a0"]), min_size=1, max_size=30))
def test_whatever_is_found_lies_in_the_text_in_order_and_apart(parts: list[str]) -> None:
    text = "".join(parts) + "x"

    for language in ("en", "es"):
        [found] = identifier_engine("patterns", language).find([Document("n1", text, language)])
        ends = [0, *(one.span.end for one in found)]
        assert all(before <= one.span.start for before, one in zip(ends, found, strict=False))
        assert ends[-1] <= len(text)
