from __future__ import annotations

import pytest

from epicrisis.domain.findings import EntityLabel
from epicrisis.engines.extraction.note import Found, Note
from epicrisis.engines.extraction.relations.chains import KINDS, joined, weights_of
from epicrisis.engines.extraction.relations.linking import Relation, related
from epicrisis.engines.extraction.relations.pairs import Attribute, Layout
from tests.unit.engines.extraction.marked import note

ATTRIBUTES = (EntityLabel.DOSE, EntityLabel.ROUTE, EntityLabel.FREQUENCY, EntityLabel.DURATION)


def pairs(marked: str) -> list[tuple[str, str]]:
    """Return the words of each attribute and of its head."""
    told = note(marked)
    return [(_words(told, each.attribute), _words(told, each.head)) for each in _related(told)]


def _related(told: Note) -> list[Relation]:
    if any(True for _ in told.of(EntityLabel.TEST)):
        return [*related(told, [*told.of(EntityLabel.TEST)], [*told.of(EntityLabel.VALUE)])]
    return [*related(told, [*told.of(EntityLabel.MEDICATION)], [*told.of(*ATTRIBUTES)])]


def _words(told: Note, found: Found) -> str:
    return told.text[found.span.start : found.span.end]


def test_a_dose_belongs_to_the_drug_of_its_item_and_not_to_the_nearer_one() -> None:
    found = pairs("[Lisinopril|MEDICATION] [10 mg|DOSE] [daily|FREQUENCY], [Lasix|MEDICATION] [40 mg|DOSE]")

    assert found == [("10 mg", "Lisinopril"), ("daily", "Lisinopril"), ("40 mg", "Lasix")]


def test_a_dose_that_stands_first_belongs_to_the_drug_behind_it() -> None:
    found = pairs("He received [1 g|DOSE] of [ceftriaxone|MEDICATION] and [500 mg|DOSE] of [azithromycin|MEDICATION].")

    assert found == [("1 g", "ceftriaxone"), ("500 mg", "azithromycin")]


def test_what_a_list_shares_belongs_to_each_of_its_drugs() -> None:
    found = pairs("He takes [aspirin|MEDICATION] and [clopidogrel|MEDICATION] [daily|FREQUENCY].")

    assert found == [("daily", "aspirin"), ("daily", "clopidogrel")]


def test_a_dose_is_never_shared() -> None:
    found = pairs("He takes [aspirin|MEDICATION] and [clopidogrel|MEDICATION] [75 mg|DOSE] [daily|FREQUENCY].")

    assert ("75 mg", "aspirin") not in found


def test_values_said_respectively_follow_their_tests() -> None:
    found = pairs(
        "The [pH|TEST], [sodium|TEST] and [urea|TEST] were [7.5|VALUE], [138|VALUE] and [40|VALUE], respectively."
    )

    assert found == [("7.5", "pH"), ("138", "sodium"), ("40", "urea")]


def test_a_word_for_several_tests_belongs_to_each() -> None:
    found = pairs("It was [negative|VALUE] for [CD31|TEST] and [CD34|TEST].")

    assert found == [("negative", "CD31"), ("negative", "CD34")]


def test_an_attribute_far_from_any_drug_is_left_out() -> None:
    found = pairs("[Aspirin|MEDICATION] was given.\n\nShe walks [daily|FREQUENCY].")

    assert found == []


def test_nothing_is_related_where_there_is_nothing_to_relate() -> None:
    assert pairs("[Aspirin|MEDICATION] was given.") == []


@pytest.mark.parametrize("kind", KINDS)
def test_scores_are_shares_and_the_same_each_time(kind: str) -> None:
    told = note("[Lasix|MEDICATION] [40 mg|DOSE] [daily|FREQUENCY] and [20 mg|DOSE] of [Zocor|MEDICATION]")
    heads = tuple(each.span for each in told.of(EntityLabel.MEDICATION))
    attributes = tuple(Attribute(each.span, each.label) for each in told.of(*ATTRIBUTES))
    layout = Layout(told.text, heads, attributes, [each.span for each in told.annotated.sentences])

    first, again = joined(layout, weights_of(kind)), joined(layout, weights_of(kind))

    assert first == again
    assert all(0 < each.score <= 1 for each in first)
