"""What every code linker keeps, whoever wrote it; the linkers are those that are installed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from epicrisis.domain.records import CodeSystem
from epicrisis.domain.sections import SectionCategory
from epicrisis.engines.record_contracts import Coded, CodeLinker, Mention
from epicrisis.engines.registry import Group, code_linker, installed, prove

NAMES = {
    Coded.PROBLEM: ("type 2 diabetes", "hypertension", "pneumonia"),
    Coded.MEASUREMENT: ("hemoglobin", "systolic", "creatinine"),
    Coded.MEDICATION: ("Tylenol", "metoprolol succinate", "hydrocodone/acetaminophen"),
}
STRANGE = ("", " ", "\n", "\u200b", "🙂", "zzzzqqq", "x" * 5000, "(((", "aspirin " * 300, "12345", "?")


@pytest.fixture(params=installed(Group.CODES))
def linker(request: pytest.FixtureRequest) -> CodeLinker:
    return code_linker(request.param)


def mentions(linker: CodeLinker) -> list[Mention]:
    """Return things of the kinds that ``linker`` knows."""
    return [
        Mention(name, kind, sentence=f"{name} was noted.")
        for kind, names in NAMES.items()
        if kind in linker.kinds
        for name in names
    ]


def test_there_are_linkers_to_hold_to_this() -> None:
    assert {"ingredients", "loinc"} <= set(installed(Group.CODES))


def test_everything_it_knows_has_a_code_of_one_system(linker: CodeLinker) -> None:
    answers = linker.link(mentions(linker))

    assert all(answers)
    assert len({code.system for codes in answers for code in codes}) == 1
    assert {code.system for codes in answers for code in codes} <= {system.value for system in CodeSystem}


def test_codes_say_what_they_are_and_the_likeliest_comes_first(linker: CodeLinker) -> None:
    for codes in linker.link(mentions(linker)):
        assert all(code.code.strip() and code.display.strip() for code in codes)
        assert all(0 <= code.score <= 1 for code in codes)
        assert [code.score for code in codes] == sorted((code.score for code in codes), reverse=True)
        assert len({code.code for code in codes}) == len(codes)


def test_answers_once_per_mention_and_in_order(linker: CodeLinker) -> None:
    asked = mentions(linker)

    answers = linker.link([*asked, asked[0]])

    assert list(answers[: len(asked)]) == [linker.link([mention])[0] for mention in asked]
    assert answers[-1] == answers[0]


def test_no_more_codes_than_were_asked_for(linker: CodeLinker) -> None:
    assert all(len(codes) <= 1 for codes in linker.link(mentions(linker), most=1))
    assert list(linker.link([])) == []


def test_things_of_other_kinds_have_no_code(linker: CodeLinker) -> None:
    others = [Mention(name, kind) for kind in Coded if kind not in linker.kinds for name in NAMES[kind]]

    assert list(linker.link(others)) == [()] * len(others)


def test_a_language_its_card_does_not_name_has_no_code(linker: CodeLinker) -> None:
    foreign = [Mention(mention.text, mention.kind, language="fi") for mention in mentions(linker)]

    assert list(linker.link(foreign)) == [()] * len(foreign)


@pytest.mark.parametrize("text", STRANGE, ids=range(len(STRANGE)))
def test_words_that_name_nothing_break_nothing(linker: CodeLinker, text: str) -> None:
    [kind, *_] = linker.kinds

    [codes] = linker.link([Mention(text, kind, sentence=text, section=SectionCategory.OTHER, unit="not a unit")])

    assert len(codes) <= 5


def test_threads_get_the_same_answers(linker: CodeLinker) -> None:
    asked = mentions(linker)
    expected = list(linker.link(asked))

    with ThreadPoolExecutor(max_workers=8) as pool:
        answers = list(pool.map(lambda _: list(linker.link(asked)), range(16)))

    assert all(answer == expected for answer in answers)


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=60), sentence=st.text(max_size=80), unit=st.none() | st.text(max_size=8))
@pytest.mark.parametrize("name", installed(Group.CODES))
def test_no_text_is_too_odd_to_ask_about(name: str, text: str, sentence: str, unit: str | None) -> None:
    found = code_linker(name)

    answers = found.link([Mention(text, kind, sentence=sentence, unit=unit) for kind in found.kinds])

    assert all(0 <= code.score <= 1 for codes in answers for code in codes)


def test_the_card_says_what_the_linker_is(linker: CodeLinker) -> None:
    card = linker.card

    assert card.name in installed(Group.CODES)
    assert card.version
    assert card.summary
    assert card.licence
    assert card.languages
    assert card.limits
    assert prove(Group.CODES, card.name) == card
