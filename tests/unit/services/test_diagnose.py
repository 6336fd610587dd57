from __future__ import annotations

from typing import Any

import pytest

from epicrisis.domain.differentials import Case, Differential, Observed, Severity
from epicrisis.domain.documents import Document
from epicrisis.domain.patients import Sex, Source
from epicrisis.domain.spans import Span
from epicrisis.engines.case_contracts import DifferentialEngine
from epicrisis.engines.differential.coded import coded
from epicrisis.engines.differential.engine import build
from epicrisis.engines.differential.hearing import hearing
from epicrisis.engines.differential.measuring import Result, laboratory
from epicrisis.errors import InvalidInput, UnknownLanguage
from epicrisis.services.diagnose import Diagnose, Presentation
from tests.serving import rules_pipeline

pytestmark = pytest.mark.anyio


class Counting:
    """The shipped engine, built once it is asked for, and how often that was."""

    def __init__(self) -> None:
        self.built = 0

    def __call__(self) -> DifferentialEngine:
        self.built += 1
        return build()


def service() -> Diagnose:
    return rules_pipeline().differentials


def case(**told: Any) -> tuple[Case, tuple[str, ...]]:
    return service().case(Presentation(**told))


def findings(of: Case) -> list[str]:
    return [("" if each.present else "-") + each.finding for each in of.observed]


def ranked(**told: Any) -> Differential:
    return service().one(Presentation(**told))


def note(text: str, language: str = "en") -> Document:
    return Document("1", text, language)


def test_everything_that_is_told_becomes_one_case() -> None:
    told, warnings = case(
        age=62.0,
        sex=Sex.MALE,
        severity=Severity.SEVERE,
        symptoms=("chest pain", "no fever", "xyzzy"),
        conditions=("hypertension", "plugh disease"),
        results=(Result("2345-7", 90.0, "mg/dL"),),
        findings=(Observed("cough", False, "cough"),),
    )

    assert (told.age, told.sex, told.severity) == (62.0, Sex.MALE, Severity.SEVERE)
    assert findings(told)[:4] == ["-cough", "chest-pain", "-fever", "history-of-hypertension"]
    assert "-glucose-high" in findings(told)
    assert told.known == ("essential-hypertension",)
    assert told.unmatched == ("xyzzy", "plugh disease")
    assert warnings == ()


def test_what_is_told_twice_counts_once_and_a_contradiction_is_kept_to_be_warned_of() -> None:
    told = ranked(symptoms=("fever", "Fever", "no fever"))

    assert findings(told.case) == ["fever", "-fever"]
    assert any("fever" in each and "not to be there" in each for each in told.warnings)


def test_the_language_chooses_the_words_and_the_names() -> None:
    told = ranked(language="es", symptoms=("fiebre", "tos"))

    assert findings(told.case) == ["fever", "cough"]
    english = ranked(symptoms=("fever", "cough"))
    assert [each.condition for each in told.hypotheses] == [each.condition for each in english.hypotheses]
    assert "Acute bronchitis" in [each.name for each in english.hypotheses]
    assert "Bronquitis aguda" in [each.name for each in told.hypotheses]


def test_a_language_nobody_understands_is_refused() -> None:
    with pytest.raises(UnknownLanguage):
        ranked(language="fr", symptoms=("toux",))


def test_a_wrong_check_digit_is_warned_of_and_read_all_the_same() -> None:
    _, warnings = case(results=(Result("2345-8", 90.0), Result("2345-7", 300.0)))

    assert warnings[0] == "2345-8 has a wrong check digit; is it mistyped?"
    assert any(each.startswith("2345-8 is no test") for each in warnings)
    assert not any("2345-7" in each for each in warnings)


def test_what_has_no_shape_of_a_code_is_refused_without_being_repeated() -> None:
    with pytest.raises(InvalidInput, match="Invalid LOINC code format") as refused:
        case(results=(Result("Ana Ruiz Prueba", 1.0),))

    assert "Ruiz" not in str(refused.value)


def test_a_test_that_tells_nothing_apart_is_left_out_with_a_warning() -> None:
    told, [warning] = case(symptoms=("fever",), results=(Result("99999-5", 1.0),))

    assert findings(told) == ["fever"]
    assert warning.startswith("99999-5")


def test_a_unit_nobody_can_convert_is_warned_of() -> None:
    told, [warning] = case(symptoms=("fever",), results=(Result("2345-7", 5.0, "kg"),))

    assert findings(told) == ["fever"]
    assert "unit" in warning


def test_results_are_read_for_the_age_and_sex_of_the_patient() -> None:
    result = (Result("718-7", 12.5, "g/dL"),)

    assert "hemoglobin-low" in findings(case(sex=Sex.MALE, results=result)[0])
    assert "-hemoglobin-low" in findings(case(sex=Sex.FEMALE, results=result)[0])


async def test_a_note_is_read_beside_what_else_is_told() -> None:
    text = "Chest pain, no fever. Glucose 250 mg/dL."

    told = await service()(Presentation(symptoms=("cough",), note=note(text)))

    assert {"cough", "chest-pain", "-fever", "glucose-high"} <= set(findings(told.case))
    [pain] = [each for each in told.case.observed if each.finding == "chest-pain"]
    assert pain.source == Source("note", Span(0, 10))
    [glucose] = [each for each in told.case.observed if each.finding == "glucose-high"]
    assert glucose.source is not None
    assert glucose.source.span is not None
    assert "250" in text[glucose.source.span.start : glucose.source.span.end]


async def test_what_a_note_says_of_age_and_sex_holds_where_nobody_else_does() -> None:
    about = note("A 62-year-old woman with cough.")

    read = await service()(Presentation(note=about))
    told = await service()(Presentation(age=30.0, sex=Sex.MALE, note=about))

    assert (read.case.age, read.case.sex) == (62.0, Sex.FEMALE)
    assert (told.case.age, told.case.sex) == (30.0, Sex.MALE)


async def test_here_and_now_says_the_same_as_later() -> None:
    told = Presentation(age=40.0, symptoms=("fever",), note=note("Cough since Monday."))

    assert service().one(told) == await service()(told)


async def test_as_many_conditions_are_told_as_are_wanted() -> None:
    told = Presentation(symptoms=("fever",))

    assert len((await service()(told, most=3)).hypotheses) == 3
    assert len(service().one(told, most=25).hypotheses) == 25


async def test_warnings_of_how_it_was_understood_come_first() -> None:
    told = await service()(Presentation(results=(Result("99999-5", 1.0),)))

    assert len(told.warnings) == 2
    assert told.warnings[0].startswith("99999-5")


async def test_the_engine_is_built_when_somebody_first_asks() -> None:
    engine = Counting()
    diagnose = Diagnose(engine=engine, hearing=hearing, laboratory=laboratory)
    assert engine.built == 0

    told = await diagnose(Presentation(symptoms=("fever",)))

    assert engine.built >= 1
    assert told.hypotheses


async def test_a_note_that_nobody_reads_is_no_crash() -> None:
    diagnose = Diagnose(engine=build, hearing=hearing, laboratory=laboratory)

    told = await diagnose(Presentation(symptoms=("fever",), note=note("Cough.")))

    assert findings(told.case) == ["fever"]


@pytest.mark.parametrize(
    ("code", "known"),
    [
        ("J44.9", "chronic-obstructive-pulmonary-disease"),
        ("J44", "chronic-obstructive-pulmonary-disease"),
        ("J44.1", "copd-exacerbation"),
        ("i10", "essential-hypertension"),
        ("E11.65", "type-2-diabetes-mellitus"),
        ("E1165", "type-2-diabetes-mellitus"),
        ("I21.4", "acute-myocardial-infarction"),
    ],
)
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_code_of_icd_10_cm_is_understood_as_a_known_illness(code: str, known: str, language: str) -> None:
    told, _ = case(conditions=(code, "flurbish grommet"), language=language)

    assert known in told.known
    assert told.unmatched == ("flurbish grommet",)


@pytest.mark.parametrize("code", ["N10", "N39.3", "Z99.9", "J44.9 and more", "B12", "H1N1"])
def test_a_code_of_no_condition_or_of_several_is_guessed_at_by_nobody(code: str) -> None:
    assert coded(code) is None


def test_a_code_tells_the_findings_that_its_name_does() -> None:
    by_code, _ = case(conditions=("I10",))
    by_name, _ = case(conditions=("Essential hypertension",))

    assert (by_code.known, findings(by_code)) == (by_name.known, findings(by_name))
    assert {each.told for each in by_code.observed} == {"I10"}


def test_what_passes_and_began_long_ago_is_a_history_and_no_known_condition() -> None:
    told, _ = case(symptoms=("cough",), conditions=("Stroke", "Asthma"), long_ago=("Stroke", "Asthma"))

    assert told.known == ("asthma",)
    assert findings(told) == ["cough", "history-of-stroke", "history-of-asthma"]
