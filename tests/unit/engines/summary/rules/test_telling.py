from __future__ import annotations

from epicrisis.domain.patients import Source
from epicrisis.engines.summary.rules.telling import MOST, Told, listed, statement
from epicrisis.engines.summary.rules.wording import words_in

EN = words_in("en")


def told(count: int) -> list[Told]:
    return [Told(f"item {number}", (Source(f"Condition/{number}"),)) for number in range(count)]


def test_nothing_to_list_is_no_sentence() -> None:
    assert list(listed(EN, "problems.active", [])) == []


def test_a_few_things_make_one_sentence_with_all_their_sources() -> None:
    (only,) = listed(EN, "problems.active", told(2))

    assert only.text == "Active problems (2): item 0; item 1."
    assert [source.reference for source in only.sources] == ["Condition/0", "Condition/1"]


def test_many_things_make_even_sentences_that_name_each_once() -> None:
    sentences = list(listed(EN, "problems.active", told(MOST + 1)))

    assert [text.count("item") for text in (each.text for each in sentences)] == [3, 4]
    assert sentences[1].text.startswith("Active problems (7), continued: item 3;")
    assert {source for each in sentences for source in each.sources} == {s for item in told(7) for s in item.sources}


def test_what_is_only_counted_is_cited_too() -> None:
    (only,) = listed(EN, "problems.past", told(1), others=[Told("", (Source("Condition/9"),))])

    assert only.text == "Past problems (2): item 0; and one more."
    assert Source("Condition/9") in only.sources


def test_a_sentence_names_each_source_once_in_the_order_it_rests_on_them() -> None:
    first, second = Source("Condition/1"), Source("Condition/2")

    made = statement("It is so.", second, Told("", (first, second)))

    assert made.sources == (second, first)
