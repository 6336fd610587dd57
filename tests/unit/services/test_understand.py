from __future__ import annotations

import pytest

from epicrisis.domain.documents import Document
from epicrisis.domain.patients import Sex
from epicrisis.engines.differential.hearing import hearing
from epicrisis.engines.differential.measuring import laboratory
from epicrisis.engines.extraction.engine import RecordEngine
from epicrisis.engines.registry import code_linker
from epicrisis.errors import UnknownLanguage
from epicrisis.services.outcomes import Failure
from epicrisis.services.readers import ByLanguage
from epicrisis.services.understand import Understand, Understood
from tests.serving import a_core, rules_pipeline

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def understand() -> Understand:
    return Understand(
        readers=rules_pipeline().annotation.readers,
        judges=rules_pipeline().assessment.judges,
        recorders=ByLanguage.of(RecordEngine()),
        linkers=[code_linker("loinc")],
        hearing=hearing,
        # By phrases alone: what clauses tell in words of their own is told by a model, with tests of its own.
        likeness=lambda _: None,
        core=a_core(),
    )


def understood(by: Understand, text: str, language: str = "en") -> Understood:
    [outcome] = by.many([Document("n1", text, language)])
    assert isinstance(outcome, Understood)
    return outcome


def findings(of: Understood) -> list[str]:
    return [("" if each.present else "-") + each.finding for each in of.heard.observed]


# The first four are those of docs/clinical/differentials.md.
@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        (
            "en",
            "Crushing chest pain for an hour, no fever.",
            ["chest-pain-pressure", "chest-pain-over-20-min", "-fever"],
        ),
        ("en", "Possible pneumonia.", []),
        ("es", "Niega dolor torácico; le falta el aire.", ["-chest-pain", "dyspnea"]),
        ("en", "Return if vomiting occurs.", []),
        ("en", "Denies cough, fever and diarrhea.", ["-cough", "-fever", "-diarrhea"]),
        ("en", "SOB since Monday.", ["dyspnea"]),
        ("es", "Fiebre y tos.", ["fever", "cough"]),
        # The gallbladder is no rash.
        ("es", "Vesícula distendida de paredes engrosadas.", ["abdominal-imaging-cholecystitis"]),
        ("es", "Vesículas en la piel.", ["rash-vesicles"]),
    ],
)
def test_a_sentence_says_what_is_there_and_what_is_not(
    understand: Understand, language: str, sentence: str, expected: list[str]
) -> None:
    told = understood(understand, sentence, language)

    assert findings(told) == expected
    assert told.heard.known == ()


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        ("en", "History of diabetes.", ["history-of-diabetes"]),
        ("en", "No history of diabetes.", ["-history-of-diabetes"]),
        ("en", "Denies a history of stroke.", ["-history-of-stroke"]),
        ("en", "She has never had a history of seizures.", ["-history-of-epilepsy"]),
        ("en", "Mother with a history of diabetes.", ["family-history-diabetes"]),
        ("es", "Antecedentes de asma.", ["history-of-asthma"]),
        ("es", "Sin antecedentes de asma.", ["-history-of-asthma"]),
    ],
)
def test_a_history_of_an_illness_is_there_as_the_illness_is(
    understand: Understand, language: str, sentence: str, expected: list[str]
) -> None:
    assert findings(understood(understand, sentence, language)) == expected


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        ("en", "Bowel sounds absent.", "bowel-sounds-absent"),
        ("en", "Itching without a rash.", "itching-without-rash"),
        ("en", "LBBB not seen on previous ECG.", "ecg-lbbb-new"),
        ("en", "No pulse in the left foot.", "pulse-absent-limb"),
        ("es", "Ruidos hidroaéreos ausentes.", "bowel-sounds-absent"),
        ("es", "Reflejo cremastérico ausente.", "cremasteric-reflex-absent"),
        ("es", "Relaciones sin preservativo.", "unprotected-sex"),
        ("es", "Sin latido fetal.", "pelvic-ultrasound-nonviable-pregnancy"),
        ("es", "Reflejos abolidos.", "hyporeflexia"),
        ("es", "TSH disminuida.", "tsh-low"),
        ("es", "No sabe dónde está.", "confusion"),
        ("es", "Sin pulso en el pie izquierdo.", "pulse-absent-limb"),
    ],
)
def test_a_name_that_denies_within_itself_is_there(
    understand: Understand, language: str, sentence: str, expected: str
) -> None:
    assert expected in findings(understood(understand, sentence, language))


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        ("en", "Denies itching without a rash.", ["-itching-without-rash"]),
        ("en", "No rash that does not blanch.", ["-rash-nonblanching"]),
        ("en", "Non-blanching rash: no.", ["-rash-nonblanching"]),
        ("en", "[ ] Unprotected sex", ["-unprotected-sex"]),
        ("en", "Unprotected sex (-)", ["-unprotected-sex"]),
        ("en", "Return if she has a non-blanching rash.", []),
        ("es", "Niega relaciones sin preservativo.", ["-unprotected-sex"]),
        ("es", "No refiere pulsos distales ausentes.", ["-pulse-absent-limb"]),
        ("es", "Acuda si el bebé no engorda.", []),
    ],
)
def test_what_others_deny_of_such_a_name_is_not_there(
    understand: Understand, language: str, sentence: str, expected: list[str]
) -> None:
    assert findings(understood(understand, sentence, language)) == expected


def test_what_a_relative_has_is_not_the_patients(understand: Understand) -> None:
    told = understood(understand, "Her mother had breast cancer.")

    assert [each for each in findings(told) if not each.startswith("family-history-")] == []
    assert [each for each in findings(told) if "breast" in each] != []
    assert told.heard.known == ()


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        ("en", "58-year-old man with chest pain on exertion relieved by rest.", "chest-pain-exertional"),
        ("en", "Dyspnea on exertion for 2 months.", "dyspnea-exertional"),
        ("en", "She is short of breath when lying flat.", "orthopnea"),
        ("en", "RUQ pain after fatty meals.", "abdominal-pain-fatty-food"),
        ("en", "Burning pain when urinating.", "dysuria"),
        ("en", "Leg pain when walking.", "leg-pain-claudication"),
        ("en", "Vertigo when turning in bed.", "vertigo-positional"),
        ("es", "Disnea al subir escaleras.", "dyspnea-exertional"),
        ("es", "Dolor abdominal tras las comidas.", "abdominal-pain-after-meals"),
        ("es", "Dolor torácico con el esfuerzo.", "chest-pain-exertional"),
    ],
)
def test_what_comes_with_something_of_daily_life_is_there(
    understand: Understand, language: str, sentence: str, expected: str
) -> None:
    assert findings(understood(understand, sentence, language))[:1] == [expected]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Return if chest pain occurs."),
        ("en", "If she develops fever or chest pain, go to the ED."),
        ("en", "Call in case of fever."),
        ("en", "Acetaminophen as needed for headache."),
        ("en", "Rash when taking penicillin."),
        ("en", "Allergies: penicillin (rash)."),
        ("es", "Si presenta fiebre, acuda a urgencias."),
        ("es", "Vuelva en caso de dolor torácico."),
    ],
)
def test_what_may_come_or_came_of_a_drug_is_not_there(understand: Understand, language: str, sentence: str) -> None:
    assert [each for each in findings(understood(understand, sentence, language)) if "use" not in each] == []


@pytest.mark.parametrize(
    ("language", "note", "known", "expected"),
    [
        (
            "en",
            "PMH: MI in 2015, stroke in 2018. Presents with cough.",
            (),
            ["history-of-myocardial-infarction", "history-of-stroke", "cough"],
        ),
        ("en", "History of sepsis 2 years ago.", (), []),
        ("en", "History of appendicitis in childhood. Now has abdominal pain.", (), ["abdominal-pain"]),
        ("en", "He had a UA done yesterday.", (), []),
        ("en", "PMH: CAD.", (), ["history-of-coronary-artery-disease"]),
        ("en", "PMH: asthma.", ("asthma",), ["history-of-asthma"]),
        ("en", "No F/C. s/p CABG.", (), ["history-of-coronary-artery-disease"]),
        ("es", "Antecedentes: infarto en 2015.", (), ["history-of-myocardial-infarction"]),
    ],
)
def test_an_illness_that_passed_is_no_known_one(
    understand: Understand, language: str, note: str, known: tuple[str, ...], expected: list[str]
) -> None:
    told = understood(understand, note, language)

    assert (told.heard.known, findings(told)) == (known, expected)


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        ("en", "Father had colon cancer.", ["family-history-colorectal-cancer"]),
        ("en", "Mother with diabetes.", ["family-history-diabetes"]),
        ("en", "His sister has asthma.", ["family-history-asthma"]),
        ("en", "Her mother had breast cancer.", ["family-history-breast-or-ovarian-cancer"]),
        ("en", "Her aunt had Crohn's disease.", ["family-history-inflammatory-bowel-disease"]),
        ("en", "His father had a heart attack at 50.", ["family-history-premature-cardiovascular-disease"]),
        ("en", "His father had a heart attack at 80.", []),
        ("en", "Mother had a heart attack at age 50.", ["family-history-premature-cardiovascular-disease"]),
        ("en", "Mother had a heart attack at the age of 50.", ["family-history-premature-cardiovascular-disease"]),
        ("en", "Her mother had a heart attack at 60.", ["family-history-premature-cardiovascular-disease"]),
        ("en", "Heart attack at 64 in his sister.", ["family-history-premature-cardiovascular-disease"]),
        ("en", "Her mother had a heart attack at 65.", []),
        ("en", "Her father had a heart attack at 60.", []),
        ("en", "His mother's brother had a heart attack at 60.", []),
        ("es", "Madre con infarto a la edad de 60 años.", ["family-history-premature-cardiovascular-disease"]),
        ("es", "Infarto en su hermana a los 60.", ["family-history-premature-cardiovascular-disease"]),
        ("es", "Padre con infarto a los 60 años.", []),
        ("en", "Her mother had gastric cancer.", ["family-history-cancer"]),
        ("en", "No gastric cancer in her mother.", []),
        ("es", "Madre con diabetes.", ["family-history-diabetes"]),
        ("es", "Padre con infarto a los 50 años.", ["family-history-premature-cardiovascular-disease"]),
    ],
)
def test_what_relatives_have_runs_in_the_family(
    understand: Understand, language: str, sentence: str, expected: list[str]
) -> None:
    told = understood(understand, sentence, language)

    assert (findings(told), told.heard.known) == (expected, ())


def test_every_finding_stands_where_the_note_says_it(understand: Understand) -> None:
    text = "🫀 62-year-old man. Chest pain and cough. No fever."
    told = understood(understand, text)

    for each in told.heard.observed:
        assert each.source is not None
        assert each.source.span is not None
        assert text[each.source.span.start : each.source.span.end] == each.told
    assert [each.told for each in told.heard.observed] == ["Chest pain", "cough", "fever"]


def test_age_and_sex_are_read(understand: Understand) -> None:
    told = understood(understand, "A 62-year-old woman with cough.")

    assert (told.age, told.sex) == (62.0, Sex.FEMALE)


def test_of_whom_a_note_says_neither_nothing_is_made_up(understand: Understand) -> None:
    told = understood(understand, "Cough since Monday.")

    assert (told.age, told.sex) == (None, Sex.UNKNOWN)


def test_a_result_is_read_with_its_code_its_unit_and_its_place(understand: Understand) -> None:
    text = "Labs: Glucose 250 mg/dL. Potassium 4.1 mmol/L."
    told = understood(understand, text)

    assert [(each.loinc, each.value, each.unit) for each in told.results] == [
        ("2345-7", 250.0, "mg/dL"),
        ("2823-3", 4.1, "mmol/L"),
    ]
    assert ["250" in text[each.start : each.end] for each in told.spans] == [True, False]


@pytest.mark.parametrize(
    ("language", "text", "finding"),
    [
        ("en", "Corrected calcium 13.2 mg/dL.", "calcium-high"),
        ("en", "Corrected calcium 3.3 mmol/L.", "calcium-critical-high"),
        ("es", "Calcio corregido 13,2 mg/dL.", "calcium-high"),
        ("es", "Calcio corregido 3,3 mmol/L.", "calcium-critical-high"),
        ("en", "Fingerstick glucose 2.0 mmol/L.", "glucose-critical-low"),
        ("es", "Glucemia capilar 2,0 mmol/L.", "glucose-critical-low"),
        ("es", "Glucemia capilar 320 mg/dL.", "glucose-diabetic-range"),
        ("en", "hs-troponin 480 ng/L.", "troponin-high"),
        ("es", "Troponina ultrasensible 480 ng/L.", "troponin-high"),
        ("en", "Platelets 82,000.", "platelets-low"),
        ("es", "Plaquetas 82.000.", "platelets-low"),
    ],
)
def test_a_near_relative_of_a_test_is_measured_as_it_is(
    understand: Understand, language: str, text: str, finding: str
) -> None:
    [result] = understood(understand, text, language).results

    shown = {each.finding: each.present for each in laboratory().read(result, age=50.0, sex=Sex.FEMALE).observed}
    assert shown[finding] is True


def test_a_result_that_is_only_a_bound_keeps_its_sign(understand: Understand) -> None:
    told = understood(understand, "Troponin I <0.01 ng/mL. Glucose >600 mg/dL.").results

    assert [(each.loinc, each.comparator, each.value) for each in told] == [
        ("10839-9", "<", 0.01),
        ("2345-7", ">", 600),
    ]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Hold metoprolol for HR <60 or SBP <90. Goal SpO2 >92%. Call if SpO2 <88%."),
        ("es", "Objetivo SpO2 > 92%. Avisar si SatO2 < 88%. Suspender si FC < 60."),
    ],
)
def test_an_aim_and_an_order_are_no_result(understand: Understand, language: str, text: str) -> None:
    told = understood(understand, text, language)

    assert told.results == ()
    assert [each.finding for each in told.heard.observed if each.present] == []


@pytest.mark.parametrize(
    ("language", "text", "values"),
    [
        ("en", "Potassium was 6.8 last week, today 4.1 mEq/L.", [4.1]),
        ("en", "Potassium 4.1, previously 6.8.", [4.1]),
        ("en", "Creatinine 2.4 mg/dL (baseline 1.1).", [2.4]),
        ("en", "Creatinine 2.4 mg/dL (usually 1.1).", [2.4]),
        ("en", "Lactate 2.1, down from 5.4.", [2.1]),
        ("en", "Troponin I 0.01 then 0.9 ng/mL.", [0.9]),
        ("en", "Sodium 118 yesterday.", [118.0]),
        ("en", "Tmax 39.5, T 37.0.", [39.5, 37.0]),
        ("es", "Potasio 6,8 la semana pasada, hoy 4,1 mEq/L.", [4.1]),
        ("es", "Hb 7,9 (previa 12,1).", [7.9]),
        ("es", "Glucemia ayer 450, hoy 110.", [110.0]),
        ("es", "SatO2 basal 84%. SatO2 con gafas nasales 94%.", [84.0, 94.0]),
        ("es", "Creatinina 2,4 (basal 1,1).", [2.4]),
        ("es", "Hb basal 12,1, hoy 7,9.", [7.9]),
    ],
)
def test_of_results_of_one_test_the_last_counts(
    understand: Understand, language: str, text: str, values: list[float]
) -> None:
    assert [each.value for each in understood(understand, text, language).results] == values


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "COVID-19 PCR positive.", [("94500-6", "positive")]),
        ("en", "Strep test negative.", [("78012-2", "negative")]),
        ("en", "Rapid strep: negative.", [("78012-2", "negative")]),
        ("en", "Troponin negative.", [("10839-9", "negative")]),
        ("en", "D-dimer negative.", [("48065-7", "negative")]),
        ("en", "Blood culture: no growth.", [("600-7", "negative")]),
        ("es", "Test de estreptococo negativo.", [("78012-2", "negative")]),
        ("es", "Troponina negativa.", [("10839-9", "negative")]),
        ("es", "Nitritos negativos.", [("5802-4", "negative")]),
        ("es", "VIH negativo.", [("7918-6", "negative")]),
    ],
)
def test_a_test_is_positive_or_negative(
    understand: Understand, language: str, text: str, expected: list[tuple[str, str]]
) -> None:
    told = understood(understand, text, language).results

    assert list(dict.fromkeys((each.loinc, each.value) for each in told)) == expected


@pytest.mark.parametrize(
    ("language", "text", "denied"),
    [
        ("en", "No blood cultures positive to date.", "-blood-culture-positive"),
        ("en", "No positive blood cultures.", "-blood-culture-positive"),
        ("es", "Niega test de embarazo positivo.", "-hcg-positive"),
        ("es", "No VIH positivo.", "-history-of-hiv"),
        ("es", "Sin hemocultivos positivos.", "-blood-culture-positive"),
    ],
)
def test_a_positive_test_that_is_denied_is_none(understand: Understand, language: str, text: str, denied: str) -> None:
    told = understood(understand, text, language)

    assert (told.results, findings(told), told.heard.known) == ((), [denied], ())


def test_a_negative_test_tells_of_no_illness(understand: Understand) -> None:
    assert [each for each in findings(understood(understand, "HIV test negative.")) if not each.startswith("-")] == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Alert, GCS 15. HR 60, RR 12, BP 118/72, SpO2 98%."),
        ("en", "RR 20. eGFR 60. SBP 90. SpO2 88%. Glucose 70. MCV 80. Hb 7.9 g/dL."),
        ("es", "FC 60, FR 12, SatO2 98%. Glucosa 70. VCM 80. Hb 7,9 g/dL."),
    ],
)
def test_a_number_is_named_by_no_phrase_with_a_bound(understand: Understand, language: str, text: str) -> None:
    assert findings(understood(understand, text, language)) == []


async def test_notes_are_answered_in_their_order_and_what_nobody_reads_fails_alone(understand: Understand) -> None:
    notes = [Document("a", "Cough.", "en"), Document("b", "Toux.", "fr"), Document("c", "Fiebre.", "es")]

    first, second, third = await understand.batch(notes)

    assert isinstance(first, Understood)
    assert findings(first) == ["cough"]
    assert isinstance(second, Failure)
    assert (second.id, second.code) == ("b", UnknownLanguage.code)
    assert isinstance(third, Understood)
    assert findings(third) == ["fever"]


async def test_one_note_is_awaited_as_many_are(understand: Understand) -> None:
    note = Document("n1", "Cough, no fever.", "en")

    assert await understand(note) == understood(understand, note.text)
    with pytest.raises(UnknownLanguage):
        await understand(Document("n2", "Toux.", "fr"))
