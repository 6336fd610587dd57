from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epicrisis.domain.records import CodeSystem
from epicrisis.engines.codes.icd10cm.linker import Icd10cmLinker, build
from epicrisis.engines.codes.icd10cm.spelling import Spelling
from epicrisis.engines.codes.words.terms import plain_words, single, words
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
    ("bilateral inguinal hernias", "K40.20"), ("right knee pain", "M25.561"), ("left sided weakness", "G81.94"),
    ("Parkinson’s disease", "G20.A1"), ("Crohn's disease", "K50.90"),
    ("hyperlipdemia", "E78.5"), ("osteoporesis", "M81.0"),
    ("iron-deficiency anaemia", "D50.9"), ("oesophagitis", "K20.90"),
    ("C6 radiculopathy", "M54.12"), ("hepatitis C", "B19.20"), ("hepatitis", "K75.9"),
    ("nausea/vomiting", "R11.2"), ("status post appendectomy", "Z90.49"),
]  # fmt: skip


# Findings at parts of the body: the part that is named, or the one it lies within.
AT_PARTS = [
    ("laceration of the left forearm", "S51.812A"), ("cut on her right index finger", "S61.210A"),
    ("pain in the LLQ", "R10.32"), ("right calf pain", "M79.661"), ("shin pain", "M79.669"),
    ("contusion of the thigh", "S70.10XA"), ("left ankle sprain", "S93.402A"), ("broken collarbone", "S42.009A"),
    ("cellulitis of the right leg", "L03.115"), ("abscess of the buttock", "L02.31"), ("scalp mass", "R22.0"),
    ("second degree burn of the palm", "T23.259A"), ("ulcer of the left heel", "L97.429"),
    ("metastasis to the liver", "C78.7"), ("tumor of the sigmoid colon", "D49.0"), ("melanoma of the back", "C43.59"),
    ("nodule in the left upper lobe", "R91.1"), ("stenosis of the left main coronary artery", "I25.10"),
    ("effusion of the right knee", "M25.461"), ("bilateral knee osteoarthritis", "M17.0"),
]  # fmt: skip
NAMED = [
    ("elevated creatinine", "R79.89"), ("high potassium", "E87.5"), ("low hemoglobin", "D64.9"),
    ("allergic to Keflex", "Z88.1"), ("history of breast cancer", "Z85.3"), ("s/p cholecystectomy", "Z90.49"),
    ("blurry vision OS", "H53.8"), ("unable to walk", "R26.2"), ("herniated disk at C5-C6", "M50.20"),
    ("Mobitz type II", "I44.1"), ("old CVA", "Z86.73"), ("CN 3 palsy on the left", "H49.02"),
    ("ductal carcinoma in situ", "D05.10"), ("failure to progress", "O62.2"), ("prematurity", "P07.30"),
    ("3.9 cm renal cyst", "N28.1"), ("right hemiplegia", "G81.91"), ("cataract of the right eye", "H26.9"),
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


@pytest.mark.parametrize(("name", "code"), AT_PARTS)
def test_a_finding_has_the_code_of_its_part_and_side(linker: Icd10cmLinker, name: str, code: str) -> None:
    assert first(linker, name) == code


@pytest.mark.parametrize(("name", "code"), NAMED)
def test_the_words_of_the_ward_are_known(linker: Icd10cmLinker, name: str, code: str) -> None:
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


def test_no_category_fills_the_five_while_others_fit(linker: Icd10cmLinker) -> None:
    [codes] = linker.link([Mention("laceration", Coded.PROBLEM)])

    categories = [code.code[:3] for code in codes]
    assert len(codes) == 5
    assert max(map(categories.count, categories)) <= 2


def test_words_beside_a_name_choose_between_equal_codes(linker: Icd10cmLinker) -> None:
    [alone] = linker.link([Mention("cystic lesion", Coded.PROBLEM)])
    [beside] = linker.link([Mention("cystic lesion", Coded.PROBLEM, sentence="A cystic lesion of the left kidney.")])

    assert "N28.1" not in {code.code for code in alone}
    assert "N28.1" in {code.code for code in beside}


def test_no_side_is_said_that_the_name_leaves_open(linker: Icd10cmLinker) -> None:
    [codes] = linker.link([Mention("knee pain", Coded.PROBLEM)])

    assert codes[0].code == "M25.569"
    assert not any("right" in code.display or "left" in code.display for code in codes)


def test_common_words_are_no_abbreviations(linker: Icd10cmLinker) -> None:
    assert first(linker, "pain in all joints", "She has pain in all joints.") == "M25.50"
    assert first(linker, "fever as well as chills", "Fever as well as chills.") in {"R50.9", "R68.83"}


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


def test_how_large_and_how_long_is_no_part_of_a_name() -> None:
    assert plain_words("3-cm cyst") == plain_words("a cyst of 2.5 x 3 cm") == plain_words("cyst")
    assert plain_words("30-pound weight loss") == plain_words("weight loss")
    assert "2" in plain_words("type 2 diabetes")


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
    assert known.fillers.isdisjoint(known.light | known.places)
    assert not set(known.abbreviations) & set(known.ambiguous)
