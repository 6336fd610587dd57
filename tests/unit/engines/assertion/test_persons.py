"""Whose a finding is, where the words around it leave no doubt."""

from __future__ import annotations

import pytest

from epicrisis.domain.assertions import Experiencer
from epicrisis.domain.spans import Span
from epicrisis.engines.assertion.lexicon import load_lexicon
from epicrisis.engines.assertion.persons import bearer

FAMILY, OTHER, PATIENT = Experiencer.FAMILY, Experiencer.OTHER, Experiencer.PATIENT


def of(marked: str, read: Experiencer, language: str = "en", **more: object) -> Experiencer:
    """Return whose the finding in ``<...>`` is; the sentence begins behind the last stop before it."""
    before, finding, behind = marked.replace(">", "<").split("<")
    target = Span(len(before), len(before) + len(finding))
    start = before.rfind(". ") + 2 if ". " in before else 0
    text = before + finding + behind
    lexicon = load_lexicon(language)
    return bearer(read, text, Span(start, len(text)), target, lexicon, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("note", "language"),
    [
        ("HPI: 65F with h/o <breast cancer> presents with fever.", "en"),
        ("Lives with her mother. H/o <breast cancer> in remission.", "en"),
        ("Historia de <cáncer de mama> en remisión.", "es"),
        ("Hx of stroke in 2010 and <gout>.", "en"),
        ("PERSONAL HISTORY: Married, ex-<smoker>.", "en"),
        ("Antecedentes personales: <gota>.", "es"),
        ("Antecedentes de ictus en 2010 y <gota>.", "es"),
    ],
)
def test_where_nobody_of_a_family_is_named_a_finding_is_the_patients(note: str, language: str) -> None:
    assert of(note, FAMILY, language) is PATIENT


@pytest.mark.parametrize(
    ("note", "language"),
    [
        ("Mother with <breast cancer>.", "en"),
        ("Positive family history of <gout>.", "en"),
        ("Maternal <diabetes>.", "en"),
        ("Father is deceased. He had <emphysema>.", "en"),
        ("AF: <diabetes>.", "es"),
        ("Padre fallecido. Tenía tres hermanos con <gota>.", "es"),
        ("Mamá con <diabetes>.", "es"),
        ("Abuelita con <gota>.", "es"),
        ("Suegra con <tuberculosis>.", "es"),
        ("Padrastro con <tuberculosis>.", "es"),
        ("Antecedentes fam: <gota>.", "es"),
        ("Sis has <asthma>.", "en"),
        ("MGGM had <gout>.", "en"),
        ("Grandaunts had <gout>.", "en"),
        ("MGGM with h/o <gout>.", "en"),
        ("Suegra con historia de <gota>.", "es"),
        ("Someone of his blood had <gout>.", "en"),
        ("Alguien de su sangre tuvo <gota>.", "es"),
    ],
)
def test_where_a_relative_is_named_the_reader_is_believed(note: str, language: str) -> None:
    assert of(note, FAMILY, language) is FAMILY


def test_under_the_heading_of_a_family_no_relative_need_be_named() -> None:
    assert of("<Gout>, stroke.", FAMILY, in_family_history=True) is FAMILY


@pytest.mark.parametrize(
    ("note", "language"),
    [
        ("Roommate has <influenza>.", "en"),
        ("Her coworker was recently diagnosed with <tuberculosis>.", "en"),
        ("Exposed to a friend with <measles>.", "en"),
        ("Compañera de piso con <gripe>.", "es"),
        ("Un compañero de trabajo tiene <tuberculosis>.", "es"),
        ("Su vecino padece <sarna>.", "es"),
        ("Su mujer tiene <gripe>.", "es"),
        ("Her husband has <influenza>.", "en"),
        ("Wife has a <cough>.", "en"),
        ("Her partner has <hepatitis C>.", "en"),
        ("A coworker was diagnosed with <tuberculosis>.", "en"),
        ("Lives with her husband who has <influenza>.", "en"),
        ("Her teacher has <measles>.", "en"),
        ("His boss was diagnosed with <tuberculosis>.", "en"),
        ("The donor had <hepatitis B>.", "en"),
        ("Household contact with <tuberculosis>.", "en"),
        ("Su marido tiene <gripe>.", "es"),
        ("Vive con su marido que tiene <gripe>.", "es"),
        ("Su profesora tiene <sarampión>.", "es"),
        ("Mi jefe presenta <gripe>.", "es"),
        ("El donante tuvo <hepatitis B>.", "es"),
        ("Contacto con un amigo con <gripe>.", "es"),
    ],
)
def test_what_another_person_has_is_theirs(note: str, language: str) -> None:
    assert of(note, PATIENT, language) is OTHER
    assert of(note, FAMILY, language) is OTHER


def test_a_list_of_what_another_person_has_goes_on() -> None:
    note = "Roommate has influenza and <strep throat>."

    assert of(note, PATIENT, named=[Span(13, 22)]) is OTHER


@pytest.mark.parametrize(
    ("note", "language"),
    [
        ("Partner is worried about <weight loss>.", "en"),
        ("Roommate has noticed that she has <jaundice>.", "en"),
        ("Lives with a friend. <Influenza>.", "en"),
        ("Mujer con <diabetes>.", "es"),
        ("Vecina de Lugo, acude por <tos>.", "es"),
        ("Found by his wife with <left facial droop>.", "en"),
        ("Brought in by roommate with <fever>.", "en"),
        ("Brought in by mother with <fever>.", "en"),
        ("Accompanied by her husband; has <fever>.", "en"),
        ("Lives with her husband and has a <cough>.", "en"),
        ("Lives with roommates and has a <cough>.", "en"),
        ("Acude con su marido con <fiebre>.", "es"),
        ("Traído por su compañero de piso con <fiebre>.", "es"),
        ("Acompañada de su marido, presenta <fiebre>.", "es"),
        ("Vive con su marido y tiene <tos>.", "es"),
    ],
)
def test_a_person_who_only_stands_by_bears_nothing(note: str, language: str) -> None:
    assert of(note, PATIENT, language) is PATIENT


@pytest.mark.parametrize(
    ("note", "language"),
    [
        ("46 y/o teacher with <asthma>.", "en"),
        ("Retired teacher with <COPD>.", "en"),
        ("She is a caregiver with <back pain>.", "en"),
        ("Kidney donor with <hypertension>.", "en"),
        ("Profesora con <asma>.", "es"),
        ("Jefe de obra con <lumbalgia>.", "es"),
        ("Cuidadora con <lumbalgia>.", "es"),
        ("Donante de riñón con <hipertensión>.", "es"),
    ],
)
def test_what_the_patient_does_is_no_other_person(note: str, language: str) -> None:
    assert of(note, PATIENT, language) is PATIENT
    assert of(note, FAMILY, language) is PATIENT


@pytest.mark.parametrize(
    ("note", "language"),
    [
        ("Poor eye contact with <psychomotor slowing>.", "en"),
        ("Skin contact with <rash>.", "en"),
        ("Lentes de contacto con <dolor ocular>.", "es"),
        ("Dermatitis de contacto con <prurito>.", "es"),
        ("Eccema por contacto con <prurito>.", "es"),
    ],
)
def test_a_contact_of_eyes_or_skin_is_nobody(note: str, language: str) -> None:
    assert of(note, PATIENT, language) is PATIENT


@pytest.mark.parametrize(
    ("note", "language", "whose"),
    [
        ("Sis has <asthma>.", "en", FAMILY),
        ("His bro had <gout>.", "en", FAMILY),
        ("Suegra con <tuberculosis>.", "es", FAMILY),
        ("Su cuñado padece <gota>.", "es", FAMILY),
        ("Brought in by sis with <fever>.", "en", PATIENT),
        ("Sis reports <fever>.", "en", PATIENT),
        ("Acude con su suegra por <tos>.", "es", PATIENT),
    ],
)
def test_a_sentence_that_opens_with_a_relative_in_short_is_theirs(note: str, language: str, whose: Experiencer) -> None:
    assert of(note, PATIENT, language) is whose


def test_where_the_patient_is_named_and_no_relative_a_finding_is_the_patients() -> None:
    assert of("Pt w/ <cough>, no fever.", FAMILY) is PATIENT
    assert of("Pt's mother w/ <cough>.", FAMILY) is FAMILY


def test_a_wife_under_the_heading_of_a_family_is_another_person() -> None:
    assert of("Su mujer tiene <gripe>.", FAMILY, "es", in_family_history=True) is OTHER
    assert of("Su mujer y su padre con <gota>.", FAMILY, "es", in_family_history=True) is FAMILY
