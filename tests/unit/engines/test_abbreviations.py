"""A short form is what its long form is."""

from __future__ import annotations

import re
import time
from itertools import pairwise

from epicrisis.domain.findings import Entity
from epicrisis.domain.spans import Span
from epicrisis.engines.entities.abbreviations import consistent, definitions


def entity(text: str, words: str, label: str = "Disease", *, nth: int = 0) -> Entity:
    start = -1
    for _ in range(nth + 1):
        start = text.index(words, start + 1)
    return Entity(Span(start, start + len(words)), label, 0.9)


def found(text: str, *entities: Entity) -> list[tuple[str, str]]:
    return [(text[e.span.start : e.span.end], e.label) for e in consistent(text, entities)]


def test_definitions_are_found_with_their_long_form() -> None:
    text = "Posttransplant lymphoproliferative disorder (PTLD) and chronic kidney disease (CKD), not (n = 3)."

    spelled = [(d.short, text[d.long.start : d.long.end].strip()) for d in definitions(text)]

    assert spelled == [
        ("PTLD", "Posttransplant lymphoproliferative disorder"),
        ("CKD", "chronic kidney disease"),
    ]


def test_a_short_form_is_tagged_wherever_it_stands() -> None:
    text = "Chronic kidney disease (CKD) is common. CKD progresses; CKD-related death is rare."

    assert found(text, entity(text, "Chronic kidney disease")) == [
        ("Chronic kidney disease", "Disease"),
        ("CKD", "Disease"),
        ("CKD", "Disease"),
        ("CKD", "Disease"),
    ]


def test_a_short_form_of_something_else_is_not_tagged() -> None:
    text = "The common bile duct (CBD) was wide. CBD stones were seen."

    assert found(text, entity(text, "CBD", nth=1)) == []


def test_a_name_tagged_in_most_of_its_places_is_tagged_in_all() -> None:
    text = "Amnesia came. After amnesia, amnesia again; amnesia at last."
    tagged = [entity(text, "amnesia", nth=n) for n in (0, 1)]

    assert [word for word, _ in found(text, *tagged)] == ["amnesia", "amnesia", "amnesia"]


def test_a_name_tagged_once_among_many_is_left_alone() -> None:
    text = "pain pain pain pain"

    assert len(found(text, entity(text, "pain"))) == 1


def test_brackets_without_end_take_linear_time() -> None:
    assert list(definitions("(AB" * 50_000)) == []


def test_what_is_added_never_overlaps_and_the_longer_name_wins() -> None:
    text = "Acute renal failure. Then renal failure, renal failure; acute renal failure, acute renal failure."
    tagged = [entity(text, "renal failure", nth=2), entity(text, "renal failure", nth=1)]
    tagged.append(entity(text, "acute renal failure"))

    spans = [e.span for e in consistent(text, tagged)]

    assert all(not a.overlaps(b) for a, b in pairwise(spans))


def test_many_names_take_linear_time() -> None:
    def seconds(names: int) -> float:
        text = " ".join(f"lesion{n % names} and more" for n in range(4 * names))
        tagged = [Entity(Span(m.start(), m.end()), "Disease") for m in re.finditer(r"lesion\d+", text)][: 3 * names]
        began = time.process_time()
        consistent(text, tagged)
        return time.process_time() - began

    assert any(seconds(4_000) <= 12 * seconds(400) + 0.15 for _ in range(5))
