from __future__ import annotations

import pytest

from epicrisis.domain.records import Demographics, Sex
from epicrisis.engines.extraction.history.demographics import demographics
from tests.unit.engines.extraction.marked import note

AGES = [
    ("This is a 65-year-old male.", "en", "65-year-old", 65.0),
    ("The patient is a 3-month-old boy.", "en", "3-month-old", 0.25),
    ("A 2-1/2-year-old girl.", "en", "2-1/2-year-old", 2.5),
    ("A 65 y/o woman with cough.", "en", "65 y/o", 65.0),
    ("AGE: 71. SEX: F.", "en", "71", 71.0),
    ("65F with chest pain.", "en", "65F", 65.0),
    ("A sixty-five year old gentleman.", "en", "sixty-five year old", 65.0),
    ("Varón de 65 años.", "es", "65 años", 65.0),
    ("Niña de 3 meses.", "es", "3 meses", 0.25),
    ("Mujer de 34 a. con cefalea.", "es", "34 a.", 34.0),
    ("Edad: 71. Sexo: M.", "es", "71", 71.0),
    ("45 F. Polyuria.", "en", "45 F", 45.0),
    ("Mujer de cuarenta y cinco años con cefalea.", "es", "cuarenta y cinco años", 45.0),
    ("Varón de veintiún años.", "es", "veintiún años", 21.0),
    ("Niño de dieciocho meses.", "es", "dieciocho meses", 1.5),
    ("Hombre de ochenta años.", "es", "ochenta años", 80.0),
    ("Anciana de 84 años con tos.", "es", "84 años", 84.0),
    # As redaction leaves the oldest.
    ("This is a 90+ year-old woman.", "en", "90+ year-old", 90.0),
    ("A 90+-year-old woman with cough.", "en", "90+-year-old", 90.0),
    ("AGE: 90+. SEX: F.", "en", "90+", 90.0),
    ("Mujer de 90+ años con tos.", "es", "90+ años", 90.0),
    ("Edad: 90+. Sexo: M.", "es", "90+", 90.0),
]


@pytest.mark.parametrize(("text", "language", "words", "years"), AGES, ids=[case[0] for case in AGES])
def test_an_age_is_quoted_and_counted_in_years(text: str, language: str, words: str, years: float) -> None:
    told = demographics(note(text, language))

    assert told.age is not None
    assert (told.age.text, told.years) == (words, years)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("She had surgery at the age of 12.", "en"),
        ("FAMILY HISTORY: Mother is a 60-year-old female.", "en"),
        ("He has a 51-year-old sister.", "en"),
        ("Smoked for 20 years.", "en"),
        ("He has had a platelet count of 90+ for years.", "en"),
        ("Fumador de 90+ paquetes al año.", "es"),
        ("Paciente con dolor de 3 años de evolución.", "es"),
        ("Se trata de una paciente operada hace 5 años.", "es"),
    ],
)
def test_an_age_of_somebody_or_something_else_is_not_the_patients(text: str, language: str) -> None:
    assert demographics(note(text, language)).age is None


SEXES = [
    ("This is a 65-year-old male.", "en", Sex.MALE, "male"),
    ("A pleasant lady.", "en", Sex.FEMALE, "lady"),
    ("SEX: F", "en", Sex.FEMALE, "F"),
    ("Mr. Prueba came today.", "en", Sex.MALE, "Mr"),
    ("She feels well.", "en", Sex.FEMALE, "She"),
    ("Sexo: M", "es", Sex.FEMALE, "M"),
    ("Sexo: H", "es", Sex.MALE, "H"),
    ("La paciente refiere tos.", "es", Sex.FEMALE, "La paciente"),
    ("Varon de 65 años.", "es", Sex.MALE, "Varon"),
]


@pytest.mark.parametrize(("text", "language", "sex", "words"), SEXES, ids=[case[0] for case in SEXES])
def test_a_sex_is_told_by_its_words(text: str, language: str, sex: Sex, words: str) -> None:
    told = demographics(note(text, language))

    assert told.sex is sex
    assert told.sex_words is not None
    assert told.sex_words.text == words


@pytest.mark.parametrize(
    ("text", "language"), [("Ana Ruiz Prueba has a cough.", "en"), ("El paciente refiere tos.", "es")]
)
def test_neither_a_name_nor_the_word_for_any_patient_tells_a_sex(text: str, language: str) -> None:
    assert demographics(note(text, language)) == Demographics()
