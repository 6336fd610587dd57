from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epicrisis.domain.records import CodeSystem
from epicrisis.engines.codes.icd10cm.linker import Icd10cmLinker, build
from epicrisis.engines.codes.icd10cm.spelling import Spelling
from epicrisis.engines.codes.icd10cm.terms import plain_words, single, words
from epicrisis.engines.record_contracts import Coded, Mention

CODED = [
    ("hypertension", "I10"), ("HTN", "I10"), ("high blood pressure", "I10"),
    ("Type II diabetes mellitus", "E11.9"), ("diabetes", "E11.9"),
    ("left lower lobe pneumonia", "J18.9"), ("pneumonias", "J18.9"),
    ("acute on chronic systolic heart failure", "I50.23"), ("CHF", "I50.9"),
    ("burning with urination", "R30.0"), ("SOB", "R06.02"),
    ("fracture of the right distal radius", "S52.501A"),
    ("carcinoma of the left breast", "C50.912"), ("metastatic disease", "C79.9"),
    ("tear of the right rotator cuff", "M75.101"),
    ("bilateral inguinal hernias", "K40.20"), ("right knee pain", "M25.561"), ("left sided weakness", "G81.90"),
    ("Parkinson’s disease", "G20.A1"), ("Crohn's disease", "K50.90"),
    ("hyperlipdemia", "E78.5"), ("osteoporesis", "M81.0"),
    ("iron-deficiency anaemia", "D50.9"), ("oesophagitis", "K20.90"),
    ("C6 radiculopathy", "M54.12"), ("hepatitis C", "B19.20"), ("hepatitis", "K75.9"),
    ("nausea/vomiting", "R11.2"), ("status post appendectomy", "Z90.49"),
]  # fmt: skip


@pytest.fixture(scope="module")
def linker() -> Icd10cmLinker:
    return build()


def first(linker: Icd10cmLinker, name: str, sentence: str = "") -> str | None:
    [codes] = linker.link([Mention(name, Coded.PROBLEM, sentence=sentence)])
    return codes[0].code if codes else None


@pytest.mark.parametrize(("name", "code"), CODED)
def test_what_notes_call_a_problem_has_its_code(linker: Icd10cmLinker, name: str, code: str) -> None:
    assert first(linker, name) == code


@pytest.mark.parametrize("name", ["", "the patient", "Zellerqvist", "x y z", "12345", "🫀"])
def test_what_no_term_names_has_no_code(linker: Icd10cmLinker, name: str) -> None:
    assert first(linker, name) is None


def test_letters_are_read_by_the_words_around_them(linker: Icd10cmLinker) -> None:
    assert first(linker, "MS", "Relapsing MS on interferon.") == "G35.D"
    assert first(linker, "MS", "Rheumatic heart with valve disease and MS.") == "I05.0"


def test_the_likeliest_stands_first_and_five_at_most(linker: Icd10cmLinker) -> None:
    [codes] = linker.link([Mention("chest pain", Coded.PROBLEM)])
    [two] = linker.link([Mention("chest pain", Coded.PROBLEM)], most=2)

    assert len(codes) == 5
    assert two == codes[:2]
    assert [code.score for code in codes] == sorted((code.score for code in codes), reverse=True)
    assert all(code.system == CodeSystem.ICD_10_CM and 0 < code.score < 1 for code in codes)
    assert len({code.code for code in codes}) == 5


def test_another_kind_or_language_has_none(linker: Icd10cmLinker) -> None:
    assert linker.link([Mention("hypertension", Coded.MEDICATION), Mention("asma", Coded.PROBLEM, "es")]) == [(), ()]


def test_neighbours_change_nothing(linker: Icd10cmLinker) -> None:
    names = [Mention(name, Coded.PROBLEM) for name, _ in CODED]
    alone = {mention: linker.link([mention])[0] for mention in names}
    random.Random(3).shuffle(names)

    assert linker.link(names) == [alone[mention] for mention in names]


@given(st.text(max_size=300))
def test_any_text_has_an_answer(name: str) -> None:
    [codes] = build_once().link([Mention(name, Coded.PROBLEM)])

    assert len(codes) <= 5


def build_once() -> Icd10cmLinker:
    return _BUILT.setdefault("linker", build())


_BUILT: dict[str, Icd10cmLinker] = {}


def test_both_sides_say_the_same_in_plain_words() -> None:
    said = plain_words("Chronic renal stones, b/l")
    listed = plain_words("Chronic calculus of kidney, bilateral", shortened=False)

    assert set(said) == set(listed) == {"chronic", "kidney", "calculus", "bilateral"}


@pytest.mark.parametrize(
    ("word", "one"),
    [("ulcers", "ulcer"), ("biopsies", "biopsy"), ("abscess", "abscess"), ("diabetes", "diabetes"), ("masses", "mass")],
)
def test_a_plural_is_the_same_word(word: str, one: str) -> None:
    assert single(word) == one


def test_no_word_is_mended_into_another_that_is_known() -> None:
    spelling = Spelling(["hypertension", "hypotension", "pneumonia"])

    assert spelling.mended("hypotension") == "hypotension"
    assert spelling.mended("pneumnia") == "pneumonia"
    assert spelling.mended("pneuomnia") == "pneumonia"
    assert spelling.mended("zneumonia") == "zneumonia"
    assert spelling.mended("stone") == "stone"


def test_no_list_says_a_word_twice() -> None:
    known = words()

    assert known.fillers.isdisjoint(known.narrow | known.vague)
    assert known.light.isdisjoint(known.narrow | known.places)
    assert not set(known.abbreviations) & set(known.ambiguous)
