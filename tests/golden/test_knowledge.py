"""The shipped tables keep their rules, and rank what a textbook would on presentations of a few words."""

from __future__ import annotations

from collections import Counter
from functools import cache

import numpy as np
import pytest

from epicrisis.domain.differentials import Case, Differential, FindingKind, Observed
from epicrisis.domain.patients import Concept, Sex
from epicrisis.domain.records import Code, CodeSystem
from epicrisis.engines.artifacts import Artifact
from epicrisis.engines.codes.icd10cm.linker import FOLDER, TERMS
from epicrisis.engines.codes.words.index import Index
from epicrisis.engines.differential.coded import categories, coded, is_code
from epicrisis.engines.differential.engine import build
from epicrisis.engines.differential.hearing import hearing
from epicrisis.engines.differential.knowledge.base import LEAST, MOST
from epicrisis.engines.differential.knowledge.checking import faults
from epicrisis.engines.differential.knowledge.entries import Shows, Specialty
from epicrisis.engines.differential.knowledge.reading import LANGUAGES, knowledge_base, tables, words_in
from epicrisis.engines.differential.measuring import Result, laboratory
from epicrisis.engines.differential.whose import ages, sexes
from epicrisis.engines.patients.ranges import Assay, known
from epicrisis.engines.shipped import shipped

BASE = knowledge_base()
# What contract D knew, at least, by its category of ICD-10-CM.
CONTRACT_D = ["J45", "I10", "E11", "J15", "N39", "I21", "J44", "K21", "M54", "R51"]
# What the matcher does not find by its own name: a name that begins with a denial, or has more words than it reads.
ANYWAY = 20


@cache
def codes() -> frozenset[str]:
    """Return every code of ICD-10-CM that the linker can answer."""
    told = Index.read(Artifact(shipped(FOLDER)).path(TERMS)).codes
    return frozenset(told[number] for number in range(len(told)))


def assay(loinc: str) -> Assay | None:
    return known(Concept("", (Code(CodeSystem.LOINC, loinc, ""),)))


def ranked(*symptoms: str, age: float | None = None, sex: Sex = Sex.UNKNOWN, language: str = "en") -> Differential:
    heard = hearing(language).of_symptoms(symptoms)
    assert heard.unmatched == ()
    return build().differential(Case(age, sex, None, heard.observed), language=language)


def test_the_tables_keep_their_rules() -> None:
    words = {language: list(words_in(tables(), language)) for language in LANGUAGES}

    assert list(faults(BASE, words, is_icd10cm=codes().__contains__)) == []


def test_codes_are_known_and_nonsense_is_not() -> None:
    assert len(codes()) > 30_000
    assert {"I10", "I21.9", "E11.9"} <= codes()
    assert "X99.99" not in codes()


@pytest.mark.parametrize("category", CONTRACT_D)
def test_knows_what_contract_d_knew(category: str) -> None:
    assert any(each.icd10cm.partition(".")[0] == category for each in BASE.conditions.values())


def test_every_specialty_has_conditions_and_every_condition_symptoms_or_signs() -> None:
    seen = np.array([each.kind in (FindingKind.SYMPTOM, FindingKind.SIGN) for each in BASE.findings.values()])

    assert {each.specialty for each in BASE.conditions.values()} == set(Specialty)
    for each, named in zip(BASE.conditions, BASE.named[:, seen], strict=True):
        assert named.sum() >= 5, each


def test_a_child_is_never_commoner_than_its_parent() -> None:
    children = [(column, parent) for column, parent in enumerate(BASE.parent) if parent is not None]
    below, above = map(list, zip(*children, strict=True))

    assert np.all(BASE.likelihood[:, below] <= BASE.likelihood[:, above] + 1e-9)
    assert np.all(BASE.background[below] <= BASE.background[above] + 1e-9)
    assert BASE.likelihood.min() >= LEAST
    assert BASE.likelihood.max() <= MOST


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_finding_is_found_by_its_own_name(language: str) -> None:
    names = {each.id: each.names[language] for each in BASE.findings.values()}
    missed = [
        each
        for each, name in names.items()
        if (each, True) not in [(one.finding, one.present) for one in hearing(language).of_symptoms([name]).observed]
    ]

    assert len(missed) <= ANYWAY, missed


def test_numbers_of_one_test_are_told_in_one_unit() -> None:
    units: dict[str, set[str]] = {}
    for each in BASE.measures:
        units.setdefault(each.loinc, set()).add(each.unit)

    assert [loinc for loinc, told in units.items() if len(told) > 1] == []


def test_a_threshold_can_be_told_in_the_usual_unit_of_its_test() -> None:
    lost = {
        each.loinc
        for each in BASE.measures
        if each.threshold is not None
        and (test := assay(each.loinc)) is not None
        and test.told(1.0, test.unit, each.unit) is None
    }

    assert lost == set()


def test_what_is_high_or_low_has_a_threshold_or_a_usual_range() -> None:
    unread = {
        each.loinc
        for each in BASE.measures
        if each.threshold is None and each.shows is not Shows.POSITIVE and assay(each.loinc) is None
    }

    assert unread == set()


def test_a_result_that_shows_something_shows_nothing_against_it() -> None:
    for loinc in {each.loinc for each in BASE.measures}:
        for value in (0.01, 1.0, 50.0, 5_000.0):
            shown = {
                each.finding: each.present
                for each in laboratory().read(Result(loinc, value), age=40.0, sex=Sex.FEMALE).observed
            }
            for name, present in shown.items():
                parents = BASE.findings[name].parents
                # Very high is high.
                assert not present or all(shown.get(parent, True) for parent in parents), (loinc, value, name)


@pytest.mark.parametrize(
    ("condition", "age", "sex", "symptoms"),
    [
        ("acute-myocardial-infarction", 66, Sex.MALE, ["crushing chest pain", "sweating", "pain in left arm"]),
        ("asthma", 19, Sex.FEMALE, ["wheeze", "shortness of breath", "cough at night"]),
        ("type-2-diabetes-mellitus", 52, Sex.MALE, ["thirst", "passing a lot of urine", "weight loss"]),
        ("gastroesophageal-reflux-disease", 44, Sex.FEMALE, ["heartburn", "acid regurgitation"]),
        ("migraine", 33, Sex.FEMALE, ["throbbing one-sided headache", "nausea", "visual aura"]),
        ("acute-appendicitis", 17, Sex.MALE, ["pain in right lower abdomen", "loss of appetite", "vomiting", "fever"]),
        ("streptococcal-pharyngitis", 12, Sex.FEMALE, ["sore throat", "fever", "no cough", "swollen neck glands"]),
        ("bacterial-pneumonia", 71, Sex.MALE, ["high fever", "productive cough", "chest pain on breathing in"]),
        ("pulmonary-embolism", 58, Sex.FEMALE, ["sudden shortness of breath", "swollen calf", "recent surgery"]),
        ("dorsalgia", 38, Sex.MALE, ["low back pain", "no leg weakness", "no fever"]),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_what_a_textbook_would_say_is_among_the_first_three(
    condition: str, age: float, sex: Sex, symptoms: list[str]
) -> None:
    told = ranked(*symptoms, age=age, sex=sex)

    assert condition in [each.condition for each in told.hypotheses[:3]]


def test_spanish_words_rank_as_english_ones_do() -> None:
    english = ranked("fever", "cough", "shortness of breath", age=70.0)
    spanish = ranked("fiebre", "tos", "disnea", age=70.0, language="es")

    assert [each.condition for each in spanish.hypotheses] == [each.condition for each in english.hypotheses]
    assert [each.confidence for each in spanish.hypotheses] == [each.confidence for each in english.hypotheses]


@pytest.mark.parametrize("symptom", ["fever", "fatigue", "headache", "cough", "nausea", "dizziness"])
def test_one_common_symptom_says_little(symptom: str) -> None:
    told = ranked(symptom)

    # Under the threshold at which contract D tells a diagnosis.
    assert told.hypotheses[0].confidence < 0.5


def test_of_whom_nothing_is_known_nothing_is_said() -> None:
    told = build().differential(Case())

    assert told.hypotheses[0].confidence < 0.2
    assert told.warnings


@pytest.mark.parametrize(
    ("findings", "age", "sex", "danger"),
    [
        (("chest-pain-pressure", "dyspnea"), 65.0, Sex.MALE, "Acute myocardial infarction"),
        (("chest-pain", "dyspnea", "sweating"), 65.0, Sex.UNKNOWN, "Acute myocardial infarction"),
        (("troponin-high",), 60.0, Sex.MALE, "Acute myocardial infarction"),
        (("headache-thunderclap", "vomiting"), 40.0, Sex.FEMALE, "Subarachnoid hemorrhage"),
        (("hypotension",), 50.0, Sex.MALE, "Sepsis"),
        (("fever", "headache", "neck-stiffness"), 20.0, Sex.UNKNOWN, "Viral meningitis"),
    ],
)
def test_an_alarm_names_the_danger_first(findings: tuple[str, ...], age: float, sex: Sex, danger: str) -> None:
    told = build().differential(Case(age, sex, observed=tuple(map(Observed, findings))))

    assert told.alarms
    assert told.alarms[0].conditions[0] == danger


@pytest.mark.parametrize(
    "finding", ["fever", "headache", "vomiting", "cough", "abdominal-pain", "fatigue", "back-pain"]
)
def test_a_common_complaint_alone_is_no_alarm(finding: str) -> None:
    for sex in Sex.FEMALE, Sex.MALE:
        assert build().differential(Case(30.0, sex, observed=(Observed(finding),))).alarms == ()


def test_what_only_some_can_have_are_findings() -> None:
    assert {*sexes(), *ages()} <= set(BASE.findings)
    for finding, sex in sexes().items():
        others = 0.0 if sex is Sex.FEMALE else 1.0
        named = BASE.named[:, BASE.column[finding]] & (BASE.likelihood[:, BASE.column[finding]] > 0.5)
        female = [each.female for each, often in zip(BASE.conditions.values(), named, strict=True) if often]
        assert others not in female


@pytest.mark.parametrize(("age", "sex"), [(65.0, Sex.MALE), (5.0, Sex.FEMALE), (5.0, Sex.MALE)])
def test_a_pregnancy_of_whom_it_does_not_fit_is_a_warning(age: float, sex: Sex) -> None:
    case = Case(age, sex, observed=(Observed("pregnancy"), Observed("vaginal-bleeding-abnormal")))
    told = build().differential(case).warnings

    [pregnant] = [each for each in told if each.startswith("pregnancy ")]
    assert ("sex (male)" in pregnant) == (sex is Sex.MALE)
    assert f"age ({age:g})" in pregnant
    assert "Early pregnancy" in pregnant
    assert any(each.startswith("vaginal-bleeding-abnormal ") for each in told) == (sex is Sex.MALE)


@pytest.mark.parametrize(
    ("age", "sex"), [(30.0, Sex.FEMALE), (None, Sex.FEMALE), (30.0, Sex.UNKNOWN), (30.0, Sex.OTHER)]
)
def test_what_fits_or_may_fit_is_no_warning(age: float | None, sex: Sex) -> None:
    case = Case(age, sex, observed=(Observed("pregnancy"), Observed("testis-tender", present=False)))

    assert not [each for each in build().differential(case).warnings if "does not fit" in each]


def test_the_categories_of_codes_are_of_conditions_filed_there() -> None:
    # The base files rheumatoid arthritis under M06.9; M05 is the one with rheumatoid factor.
    elsewhere = {"M05": "M06.9"}
    for category, condition in categories().items():
        if condition:
            assert BASE.conditions[condition].icd10cm.startswith(elsewhere.get(category, category))
        else:
            assert categories()[category[:3]]


@pytest.mark.parametrize(
    "code",
    ["G45.4", "G43.A0", "G43.C0", "G43.D1", "I26.01", "I26.90", "I26.95", "I26.96", "J44.81", "M06.1", "M06.4",
     "N80.03", "N10"],
)  # fmt: skip
def test_what_a_category_holds_of_something_else_is_no_condition_of_it(code: str) -> None:
    assert is_code(code)
    assert coded(code) is None


@pytest.mark.parametrize(
    ("code", "condition"),
    [
        ("C50.911", "breast-cancer"), ("C62.11", "testicular-cancer"), ("C64.1", "renal-cell-carcinoma"),
        ("I26.02", "pulmonary-embolism"), ("K35.32", "acute-appendicitis"), ("K85.10", "acute-pancreatitis"),
        ("G43.109", "migraine"), ("M05.79", "rheumatoid-arthritis"), ("M06.09", "rheumatoid-arthritis"),
        ("G45.1", "transient-ischemic-attack"), ("N80.02", "endometriosis"), ("u071", "covid-19"),
        ("J44.1", "copd-exacerbation"), ("J44.89", "chronic-obstructive-pulmonary-disease"),
    ],
)  # fmt: skip
def test_the_other_codes_of_a_category_are_of_its_condition(code: str, condition: str) -> None:
    found = coded(code)

    assert found is not None
    assert found.id == condition


def test_every_code_of_the_base_is_its_condition_or_is_shared() -> None:
    shared = Counter(each.icd10cm for each in BASE.conditions.values())

    for each in BASE.conditions.values():
        assert is_code(each.icd10cm)
        assert coded(each.icd10cm) is (each if shared[each.icd10cm] == 1 else None)
