from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epicrisis.engines.differential.matching import Phrasebook, Target
from epicrisis.engines.differential.searching import ALIKE
from epicrisis.engines.differential.wordlists import lists

PHRASES = {
    Target("chest-pain"): ["chest pain", "pain in the chest", "dolor torácico"],
    Target("chest-pain-pressure"): ["crushing chest pain"],
    Target("dyspnea"): ["shortness of breath", "SOB", "breathless"],
    Target("fever"): ["fever", "fiebre"],
    Target("nausea-vomiting"): ["N/V", "nausea and vomiting"],
    Target("hepatitis-a", is_condition=True): ["hepatitis A"],
    Target("history-of-asthma"): ["asthma"],
    Target("asthma", is_condition=True): ["asthma"],
    Target("palpitations"): ["palpitations"],
    Target("visual-loss"): ["sudden loss of vision"],
}


@pytest.fixture(scope="module")
def book() -> Phrasebook:
    return Phrasebook(PHRASES)


def found(book: Phrasebook, text: str, *, keeps_case: bool = True) -> list[tuple[str, str]]:
    return [
        (text[match.span.start : match.span.end], match.targets[0].id)
        for match in book.find(text, keeps_case=keeps_case)
    ]


def nearest(book: Phrasebook, text: str) -> str | None:
    match = book.nearest(text)
    return None if match is None else match.targets[0].id


def test_finds_what_is_named_where_it_stands(book: Phrasebook) -> None:
    assert found(book, "Has chest pain and fever.") == [("chest pain", "chest-pain"), ("fever", "fever")]


def test_the_longest_name_wins(book: Phrasebook) -> None:
    assert found(book, "Crushing chest pain.") == [("Crushing chest pain", "chest-pain-pressure")]


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("CHEST PAIN", "chest-pain"),
        ("chest pains", "chest-pain"),
        ("pain in my chest", "chest-pain"),
        ("pain in chest", "chest-pain"),
        ("Dolor toracico", "chest-pain"),
        ("dolor torácico", "chest-pain"),
        ("chest-pain", "chest-pain"),
        ("chest\npain", "chest-pain"),
        ("n/v", "nausea-vomiting"),
    ],
)
def test_case_accents_plurals_articles_and_hyphens_are_all_one(book: Phrasebook, text: str, finding: str) -> None:
    assert found(book, text, keeps_case=False) == [(text, finding)]


@pytest.mark.parametrize("text", ["chest. Pain", "chest, pain", "chest; pain", "chest\n\n\n\npain", "chest wall pain"])
def test_a_name_ends_with_its_sentence_or_item(book: Phrasebook, text: str) -> None:
    assert found(book, text) == []


@pytest.mark.parametrize("text", ["feverish", "afever", "breathlessness"])
def test_a_name_is_made_of_whole_words(book: Phrasebook, text: str) -> None:
    assert found(book, text) == []


def test_an_abbreviation_keeps_its_case_in_a_note(book: Phrasebook) -> None:
    assert found(book, "SOB since Monday") == [("SOB", "dyspnea")]
    assert found(book, "began to sob") == []
    assert found(book, "sob", keeps_case=False) == [("sob", "dyspnea")]


def test_a_letter_after_hepatitis_is_no_article(book: Phrasebook) -> None:
    assert found(book, "Hepatitis A in 2019.") == [("Hepatitis A", "hepatitis-a")]
    assert found(book, "Had a fever.") == [("fever", "fever")]


def test_what_means_two_things_means_both(book: Phrasebook) -> None:
    [match] = book.find("asthma")

    assert match.targets == (Target("history-of-asthma"), Target("asthma", is_condition=True))
    assert book.meaning("Asthma") == match.targets
    assert match.likeness == 1


def test_says_what_is_called_exactly_so(book: Phrasebook) -> None:
    assert book.meaning("the chest pains") == (Target("chest-pain"),)
    assert book.meaning("crushing pain") == ()


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("shortnes of breath", "dyspnea"),
        ("palpitasions", "palpitations"),
        ("loss of vision, sudden", "visual-loss"),
        ("chest pian", None),
        ("vision", None),
        ("xyzzy plugh", None),
        ("", None),
        ("…", None),
    ],
)
def test_a_symptom_alone_may_be_told_in_nearly_the_same_words(book: Phrasebook, text: str, finding: str | None) -> None:
    assert nearest(book, text) == finding


def test_says_how_alike_words_are_and_where_they_stand(book: Phrasebook) -> None:
    match = book.nearest(" loss of vision, sudden.")

    assert match is not None
    assert ALIKE <= match.likeness <= 1
    assert (match.span.start, match.span.end) == (1, 23)


def test_a_name_that_is_added_is_found_at_once() -> None:
    book = Phrasebook({Target("fever"): ["fever"]})
    assert nearest(book, "hot flushes") is None

    book.add(Target("flushing"), ["hot flushes", ""])

    assert nearest(book, "hot flushs") == "flushing"
    assert found(book, "hot flushes") == [("hot flushes", "flushing")]


@pytest.mark.parametrize("language", ["en", "es"])
def test_ships_the_words_of_both_languages(language: str) -> None:
    assert lists(language).keys() == lists("en").keys() >= {"articles", "denials", "lettered"}


@given(st.lists(st.sampled_from([*"aefhinpstv AS./,-\n🙂é", "chest pain", "fever ", "SOB "]), max_size=20))
def test_what_is_found_stands_in_the_text_in_order_and_apart(pieces: list[str]) -> None:
    text = "".join(pieces)

    matches = Phrasebook(PHRASES).find(text)

    assert all(0 <= match.span.start < match.span.end <= len(text) for match in matches)
    assert all(match.span.end <= after.span.start for match, after in pairwise(matches))
    assert all(match.targets for match in matches)


BOUNDS = {
    Target("tachypnea"): ["RR > 20", "RR over 20"],
    Target("gcs-critical-low"): ["Glasgow ≤ 8"],
    Target("hemoglobin-critical-low"): ["Hb < 7", "Hb below 7"],
    Target("ph-low"): ["pH < 7.35"],
    Target("high-fever"): ["fever of 39"],
}


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("RR >20", "tachypnea"), ("RR > 20", "tachypnea"), ("Glasgow ≤8", "gcs-critical-low"),
        ("Glasgow <= 8", "gcs-critical-low"), ("Hb <7", "hemoglobin-critical-low"), ("pH < 7,35", "ph-low"),
        ("fever of 39.4", "high-fever"),
    ],
)  # fmt: skip
def test_a_number_with_a_bound_is_found_with_its_bound(text: str, finding: str) -> None:
    assert found(Phrasebook(BOUNDS), text) == [(text, finding)]


@pytest.mark.parametrize(
    "text", ["RR 20", "RR < 20", "Hb 7", "Hb 7.9", "Hb < 7.9", "Hb below 7.9", "pH 7.35", "Glasgow 8"]
)
def test_a_number_is_no_bound(text: str) -> None:
    assert found(Phrasebook(BOUNDS), text) == []
    assert nearest(Phrasebook(BOUNDS), text) is None


@pytest.mark.parametrize("text", ["Potassium 5.9 (H).", "WBC 14.2 H", "H&P done.", "H pylori test sent."])
def test_a_letter_is_no_name(text: str) -> None:
    book = Phrasebook({Target("headache"): ["H/A", "H"]})

    assert found(book, text) == []
    assert found(book, "Has H/A today.") == [("H/A", "headache")]


@pytest.mark.parametrize("text", ["as a child", "all is well on treatment", "he does", "a pad"])
def test_a_little_word_is_no_abbreviation(text: str) -> None:
    book = Phrasebook({Target("stenosis"): ["AS", "ALL", "ON", "HE", "DOE", "PAD"]})

    assert found(book, text, keeps_case=False) == []
    assert found(book, text.upper()) == []


def test_a_short_abbreviation_in_small_letters_is_one_where_it_stands_alone() -> None:
    book = Phrasebook({Target("rhythm"): ["AF"], Target("kidney"): ["CKD"]})

    assert found(book, "af", keeps_case=False) == [("af", "rhythm")]
    assert found(book, "ckd with af", keeps_case=False) == [("ckd", "kidney")]


def test_phrases_that_share_words_are_both_told() -> None:
    book = Phrasebook(
        {
            Target("pressure"): ["crushing chest pain"],
            Target("arm"): ["chest pain radiating to the arm"],
            Target("side"): ["unilateral headache"],
            Target("pulsating"): ["throbbing headache"],
        }
    )

    [match] = book.find("Crushing chest pain radiating to the arm.")
    assert [each.id for each in match.targets] == ["pressure", "arm"]
    [match] = book.find("A unilateral throbbing headache.")
    assert [each.id for each in match.targets] == ["side", "pulsating"]


def test_what_its_own_words_deny_is_denied(book: Phrasebook) -> None:
    febrile = Phrasebook({Target("fever"): ["febrile"], Target("bloody"): ["bloody stool"], Target("stool"): ["stool"]})

    told = [
        (match.targets[0].id, match.is_denied)
        for text in ("Afebrile.", "Non-bloody stool.", "Non, bloody stool.")
        for match in febrile.find(text)
    ]

    assert told == [("fever", True), ("bloody", True), ("stool", False), ("bloody", False)]
    assert nearest(book, "afeverish") is None
