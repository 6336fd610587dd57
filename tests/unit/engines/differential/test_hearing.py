from __future__ import annotations

import time

import pytest

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.assertions import Assertion, Experiencer, Status, Temporality
from epicrisis.domain.differentials import Observed
from epicrisis.domain.documents import Document
from epicrisis.domain.findings import Entity, EntityLabel
from epicrisis.domain.patients import Source
from epicrisis.domain.spans import Span
from epicrisis.engines.differential.coded import coded
from epicrisis.engines.differential.hearing import Alike, Heard, hearing, together
from epicrisis.engines.differential.knowledge.reading import knowledge_base
from epicrisis.engines.differential.likeness import Like
from epicrisis.errors import UnknownLanguage


def told(heard: Heard) -> list[str]:
    """Return the findings of ``heard``, those that are not there with a dash."""
    return [("" if each.present else "-") + each.finding for each in heard.observed]


def of_symptoms(*symptoms: str, language: str = "en") -> list[str]:
    return told(hearing(language).of_symptoms(symptoms))


@pytest.mark.parametrize(
    ("symptom", "findings"),
    [
        ("chest pain", ["chest-pain"]),
        ("CHEST PAIN", ["chest-pain"]),
        ("pain in my chest", ["chest-pain"]),
        ("chest pain on breathing in", ["chest-pain-pleuritic"]),
        ("diaphoresis", ["sweating"]),
        ("sob", ["dyspnea"]),
        ("fever and cough", ["fever", "cough"]),
        ("fever, cough", ["fever", "cough"]),
        ("non-productive cough", ["cough-dry"]),
    ],
)
def test_a_symptom_is_understood_in_the_words_people_use(symptom: str, findings: list[str]) -> None:
    assert of_symptoms(symptom) == findings


@pytest.mark.parametrize(
    ("symptom", "finding"),
    [("shortnes of breath", "dyspnea"), ("hedache", "headache"), ("palpitasions", "palpitations")],
)
def test_a_symptom_may_be_misspelt(symptom: str, finding: str) -> None:
    assert of_symptoms(symptom) == [finding]


@pytest.mark.parametrize(
    ("symptom", "findings"),
    [
        ("no fever", ["-fever"]),
        ("No Fever", ["-fever"]),
        ("denies chest pain", ["-chest-pain"]),
        ("without vomiting", ["-vomiting"]),
        ("not short of breath", ["-dyspnea"]),
        ("no fever or cough", ["-fever", "-cough"]),
        ("negative for hedache", ["-headache"]),
    ],
)
def test_a_symptom_that_is_denied_is_not_there(symptom: str, findings: list[str]) -> None:
    assert of_symptoms(symptom) == findings


@pytest.mark.parametrize(
    ("symptom", "findings"),
    [
        ("fiebre", ["fever"]),
        ("Dolor toracico", ["chest-pain"]),
        ("dolor en mi pecho", ["chest-pain"]),
        ("le falta el aire", ["dyspnea"]),
        ("fiebre y tos", ["fever", "cough"]),
        ("palpitasiones", ["palpitations"]),
        ("sin fiebre", ["-fever"]),
        ("niega dolor torácico", ["-chest-pain"]),
        ("no tiene fiebre", ["-fever"]),
    ],
)
def test_spanish_is_understood_as_english_is(symptom: str, findings: list[str]) -> None:
    assert of_symptoms(symptom, language="es") == findings


@pytest.mark.parametrize("symptom", ["xyzzy plugh", "no", "…", "", "12345", "quetzalcanary"])
def test_what_is_no_symptom_is_given_back_as_it_was_said(symptom: str) -> None:
    heard = hearing("en").of_symptoms(["fever", symptom])

    assert told(heard) == ["fever"]
    assert heard.unmatched == (symptom,)


@pytest.mark.parametrize(
    ("language", "symptom", "findings"),
    [
        pytest.param("en", "no appetite", ["appetite-loss"], id="no appetite"),
        pytest.param("es", "sin apetito", ["appetite-loss"], id="sin apetito"),
        pytest.param("es", "no puede dormir", ["insomnia"], id="no puede dormir"),
    ],
)
def test_a_name_that_begins_with_a_denial_is_there(language: str, symptom: str, findings: list[str]) -> None:
    assert of_symptoms(symptom, language=language) == findings


@pytest.mark.parametrize("symptom", ["fever but no cough", "fever, no cough", "fever without cough"])
def test_a_denial_in_the_middle_of_a_symptom_is_read(symptom: str) -> None:
    assert of_symptoms(symptom) == ["fever", "-cough"]


@pytest.mark.parametrize(
    ("language", "symptom", "findings"),
    [
        ("en", "vomiting: none, diarrhea: 5 times", ["-vomiting", "diarrhea"]),
        ("en", "no fever, only cough", ["-fever", "cough"]),
        ("en", "no cough but fever", ["-cough", "fever"]),
        ("en", "no fever or cough", ["-fever", "-cough"]),
        ("es", "tos: no, fiebre: 39", ["-cough", "fever"]),
        ("es", "no tiene tos pero fiebre", ["-cough", "fever"]),
    ],
)
def test_what_is_denied_behind_its_name_or_before_a_but_denies_nothing_that_follows(
    language: str, symptom: str, findings: list[str]
) -> None:
    assert of_symptoms(symptom, language=language) == findings


@pytest.mark.parametrize(
    ("language", "condition", "known", "findings"),
    [
        ("en", "HIV negative", [], []),
        ("en", "breast cancer, HER2 negative", ["breast-cancer"], []),
        ("en", "family history of MI", [], []),
        ("en", "mother had breast cancer", [], ["family-history-breast-or-ovarian-cancer"]),
        ("en", "father with diabetes", [], ["family-history-diabetes"]),
        ("es", "VIH negativo", [], []),
        ("es", "cáncer de mama HER2 negativo", ["breast-cancer"], []),
        ("es", "padre con infarto", [], []),
        ("es", "madre con diabetes", [], ["family-history-diabetes"]),
    ],
)
def test_a_negative_test_and_a_relatives_illness_in_a_list_are_none_of_the_patients(
    language: str, condition: str, known: list[str], findings: list[str]
) -> None:
    heard = hearing(language).of_conditions([condition])

    assert (list(heard.known), told(heard)) == (known, findings)


@pytest.mark.parametrize(
    ("language", "symptom", "findings"),
    [
        ("en", "afebrile", ["-fever"]),
        ("en", "apyrexial", ["-fever"]),
        ("en", "anicteric", ["-jaundice"]),
        ("en", "non-smoker", ["-smoking-current"]),
        ("en", "nonsmoker", ["-smoking-current"]),
        ("en", "non-bloody diarrhea", ["-diarrhea-bloody", "diarrhea"]),
        ("en", "non-tender abdomen", ["-abdominal-tenderness"]),
        ("en", "cough: no", ["-cough"]),
        ("en", "cough (absent)", ["-cough"]),
        ("en", "fever denied", ["-fever"]),
        ("en", "doesn't have a cough", ["-cough"]),
        ("en", "non-productive cough", ["cough-dry"]),
        ("es", "afebril", ["-fever"]),
        ("es", "anictérico", ["-jaundice"]),
        ("es", "no fumador", ["-smoking-current"]),
        ("es", "tos: no", ["-cough"]),
        ("es", "fiebre ausente", ["-fever"]),
        ("es", "no presenta fiebre", ["-fever"]),
    ],
)
def test_words_that_deny_are_heard_wherever_they_stand(language: str, symptom: str, findings: list[str]) -> None:
    assert of_symptoms(symptom, language=language) == findings


@pytest.mark.parametrize(
    ("language", "symptom", "findings"),
    [
        ("en", "radial pulse absent", ["pulse-absent-limb"]),
        ("en", "pulses absent", ["pulse-absent-limb"]),
        ("en", "red reflex absent", ["red-reflex-absent"]),
        ("en", "breath sounds absent", ["breath-sounds-reduced"]),
        ("en", "bowel sounds: absent", ["bowel-sounds-absent"]),
        ("en", "no hedache", ["-headache"]),
        ("en", "no leg weakness", ["-weakness-legs-both"]),
        ("es", "no debilidad piernas", ["-weakness-legs-both", "-weakness-one-limb"]),
        ("es", "reflejo rojo ausente", ["red-reflex-absent"]),
        ("es", "sin palpitasiones", ["-palpitations"]),
        ("es", "la fiebre: no", ["-fever"]),
        ("en", "HIV negative", ["-history-of-hiv"]),
        ("en", "HIV test negative", ["-history-of-hiv"]),
        ("en", "Murphy sign negative", ["-murphy-sign"]),
        ("en", "Rinne negative", ["weber-rinne-conductive"]),
        ("es", "VIH negativo", ["-history-of-hiv"]),
        ("es", "prueba de VIH negativa", ["-history-of-hiv"]),
        ("es", "ni fiebre ni tos", ["-fever", "-cough"]),
    ],
)
def test_a_sign_that_is_called_absent_is_there_and_only_what_is_named_is_denied(
    language: str, symptom: str, findings: list[str]
) -> None:
    assert of_symptoms(symptom, language=language) == findings


@pytest.mark.parametrize(
    ("language", "symptom"),
    [
        ("en", "peripheral pulses: absent"),
        ("en", "no peripheral pulses"),
        ("en", "sense of smell absent"),
        ("en", "urine output: none"),
        ("en", "no urine output"),
        ("en", "no fetal movements"),
        ("es", "murmullo vesicular ausente"),
        ("es", "sin movimientos fetales"),
        ("es", "reflejo nauseoso ausente"),
        ("es", "reflejo nauseoso: no"),
    ],
)
def test_what_is_nearly_a_name_is_not_denied(language: str, symptom: str) -> None:
    heard = hearing(language).of_symptoms([symptom])

    assert (told(heard), heard.unmatched) == ([], (symptom,))


@pytest.mark.parametrize(
    ("language", "symptom"),
    [
        ("en", "normotensive"),
        ("en", "possible seizure"),
        ("en", "seizure?"),
        ("en", "r/o stroke"),
        ("en", "hearing aid"),
        ("es", "normotenso"),
        ("es", "posible convulsión"),
        ("es", "sospecha de neumonía"),
        ("es", "no"),
    ],
)
def test_what_is_the_contrary_or_only_possible_is_given_back(language: str, symptom: str) -> None:
    heard = hearing(language).of_symptoms([symptom])

    assert (told(heard), heard.unmatched) == ([], (symptom,))


@pytest.mark.parametrize(
    ("language", "symptom", "findings"),
    [
        ("en", "rash that does not blanch", ["rash-nonblanching"]),
        ("en", "cough does not let him sleep", ["cough"]),
        ("en", "crushing chest pain radiating to the left arm", ["chest-pain-pressure", "chest-pain-radiating-arm"]),
        ("en", "unilateral throbbing headache with nausea", ["headache-unilateral", "headache-pulsating", "nausea"]),
        ("en", "chest pain worse on exertion", ["chest-pain-exertional"]),
        ("en", "chest pain better on exertion", ["chest-pain"]),
        ("en", "sudden onset headache", ["headache-thunderclap"]),
        ("es", "dolor torácico que empeora con el esfuerzo", ["chest-pain-exertional"]),
        ("es", "dolor torácico que no empeora con el esfuerzo", ["chest-pain"]),
        ("es", "tenesmo vesical", ["urinary-urgency"]),
        ("es", "lactante de 3 meses con tos", ["cough"]),
    ],
)
def test_all_that_is_said_of_a_symptom_is_heard(language: str, symptom: str, findings: list[str]) -> None:
    assert [each for each in of_symptoms(symptom, language=language) if not each.startswith("-")] == findings


def test_each_finding_tells_which_symptom_it_was_read_from() -> None:
    heard = hearing("en").of_symptoms(["fever", "Chest pain"])

    assert heard.observed == (
        Observed("fever", True, "fever", Source("symptoms/0")),
        Observed("chest-pain", True, "Chest pain", Source("symptoms/1")),
    )


def test_what_is_said_twice_is_heard_once_and_a_denial_beside_it_is_kept() -> None:
    assert of_symptoms("fever", "Fever", "no fever") == ["fever", "-fever"]


@pytest.mark.parametrize(
    ("language", "condition", "known", "findings"),
    [
        ("en", "hypertension", ["essential-hypertension"], ["history-of-hypertension"]),
        ("en", "htn", ["essential-hypertension"], ["history-of-hypertension"]),
        ("en", "type 2 diabetes", ["type-2-diabetes-mellitus"], ["history-of-diabetes"]),
        ("en", "Asthma", ["asthma"], ["history-of-asthma"]),
        ("en", "COPD", ["chronic-obstructive-pulmonary-disease"], ["history-of-copd"]),
        ("en", "smoker", [], ["smoking-current"]),
        ("es", "hipertensión", ["essential-hypertension"], ["history-of-hypertension"]),
        ("es", "diabetes tipo 2", ["type-2-diabetes-mellitus"], ["history-of-diabetes"]),
        ("es", "EPOC", ["chronic-obstructive-pulmonary-disease"], ["history-of-copd"]),
    ],
)
def test_a_known_illness_is_a_condition_and_a_finding_of_others(
    language: str, condition: str, known: list[str], findings: list[str]
) -> None:
    heard = hearing(language).of_conditions([condition])

    assert list(heard.known) == known
    assert told(heard) == findings
    assert [each.source for each in heard.observed] == [Source("conditions/0")] * len(findings)


def test_an_illness_nobody_knows_is_given_back() -> None:
    heard = hearing("en").of_conditions(["Quetzal disease"])

    assert heard == Heard((), (), ("Quetzal disease",))


def test_an_illness_somebody_does_not_have_is_not_there() -> None:
    heard = hearing("en").of_conditions(["no diabetes"])

    assert told(heard) != ["history-of-diabetes"]


@pytest.mark.parametrize(
    ("language", "condition", "known", "findings"),
    [
        ("en", "heart attack 2010", [], ["history-of-myocardial-infarction"]),
        ("en", "previous pulmonary embolism", [], ["history-of-pulmonary-embolism"]),
        ("en", "sepsis 2 years ago", [], []),
        ("en", "stroke 20 years ago", [], ["history-of-stroke"]),
        ("en", "stroke a year ago", [], ["history-of-stroke"]),
        ("en", "heart attack many yrs ago", [], ["history-of-myocardial-infarction"]),
        ("en", "pneumonia 6 months ago", [], ["history-of-pneumonia"]),
        ("en", "stroke 2 days ago", ["ischemic-stroke"], []),
        ("en", "pneumonia 3 days ago", ["bacterial-pneumonia"], []),
        ("en", "stroke 2 weeks ago", ["ischemic-stroke"], []),
        ("es", "infarto hace 20 años", [], ["history-of-myocardial-infarction"]),
        ("es", "infarto hace 1 año", [], ["history-of-myocardial-infarction"]),
        ("es", "ictus hace muchos años", [], ["history-of-stroke"]),
        ("es", "infarto hace 2 días", ["acute-myocardial-infarction"], []),
        ("es", "neumonía hace 3 días", ["bacterial-pneumonia"], []),
        ("en", "asthma as a child", ["asthma"], ["history-of-asthma"]),
        ("en", "CAD", [], ["history-of-coronary-artery-disease"]),
        ("en", "cad", [], ["history-of-coronary-artery-disease"]),
        (
            "en",
            "CKD on dialysis",
            ["chronic-kidney-disease"],
            ["history-of-chronic-kidney-disease", "dialysis"],
        ),
        ("en", "hypertension on treatment", ["essential-hypertension"], ["history-of-hypertension"]),
        ("en", "all good", [], []),
        ("es", "infarto en 2010", [], ["history-of-myocardial-infarction"]),
        ("es", "neumonía previa", [], ["history-of-pneumonia"]),
        ("es", "cáncer de mama 2012", ["breast-cancer"], ["history-of-cancer"]),
        ("en", "breast cancer 2005", ["breast-cancer"], ["history-of-cancer"]),
        ("en", "breast cancer", ["breast-cancer"], []),
        ("en", "acute leukemia 2005", ["acute-leukemia"], ["history-of-cancer"]),
        ("en", "peptic ulcer 2005", [], ["history-of-peptic-ulcer"]),
        ("es", "úlcera péptica en 2005", [], ["history-of-peptic-ulcer"]),
        ("en", "giant cell arteritis 2010", ["giant-cell-arteritis"], []),
        ("es", "arteritis temporal 2010", ["giant-cell-arteritis"], []),
        ("es", "arteritis de células gigantes 2010", ["giant-cell-arteritis"], []),
    ],
)
def test_what_passed_is_not_known_and_little_words_are_no_illness(
    language: str, condition: str, known: list[str], findings: list[str]
) -> None:
    heard = hearing(language).of_conditions([condition])

    assert (list(heard.known), told(heard)) == (known, findings)


def test_what_passes_and_began_long_ago_is_not_known() -> None:
    had = ["Acute appendicitis", "Stroke", "Asthma"]
    heard = hearing("en").of_conditions(had, long_ago=had)

    assert heard.known == ("asthma",)
    assert told(heard) == ["history-of-stroke", "history-of-asthma"]
    assert hearing("en").of_conditions(had).known == ("acute-appendicitis", "ischemic-stroke", "asthma")


def judged(
    text: str,
    status: Status = Status.PRESENT,
    temporality: Temporality = Temporality.CURRENT,
    experiencer: Experiencer = Experiencer.PATIENT,
    *,
    entities: tuple[str, ...] = (),
    figures: tuple[tuple[str, EntityLabel], ...] = (),
    alike: dict[str, Like] | None = None,
) -> Heard:
    """Return what is heard in a note whose every finding is judged alike.

    ``entities`` are problems the reader found, ``figures`` what else; ``alike`` is what clauses of the note tell.
    """
    hears, note = hearing("en"), Document("n1", text, "en")
    spans = [Span(text.index(words), text.index(words) + len(words)) for words in entities]
    matches = hears.in_note(text)

    def assertions(targets: list[Span]) -> list[Assertion]:
        return [Assertion(each, status, 0.9, temporality, experiencer) for each in targets]

    others = [Entity(Span(text.index(words), text.index(words) + len(words)), label) for words, label in figures]
    annotated = AnnotatedDocument(
        note,
        (*(Entity(span, EntityLabel.PROBLEM) for span in spans), *others),
        (*assertions(spans), *(None for _ in others)),
    )
    clauses = [Span(text.index(words), text.index(words) + len(words)) for words in alike or {}]
    told = [
        Alike(span, like, assertion)
        for span, like, assertion in zip(clauses, (alike or {}).values(), assertions(clauses), strict=True)
    ]
    return hears.of_note(annotated, matches, assertions([match.span for match in matches]), told)


def test_a_finding_of_a_note_stands_where_it_was_read() -> None:
    [observed] = judged("Has crushing chest pain.").observed

    assert (observed.finding, observed.told) == ("chest-pain-pressure", "crushing chest pain")
    assert observed.source == Source("note", Span(4, 23))


@pytest.mark.parametrize(
    ("status", "findings"),
    [
        (Status.PRESENT, ["fever"]),
        (Status.ABSENT, ["-fever"]),
        (Status.NORMAL, ["-fever"]),
        (Status.POSSIBLE, []),
        (Status.CONDITIONAL, []),
        (Status.HYPOTHETICAL, []),
    ],
)
def test_only_what_is_so_or_is_not_so_counts(status: Status, findings: list[str]) -> None:
    assert told(judged("Fever.", status)) == findings


def test_what_was_counts_and_what_will_be_or_is_with_others_does_not() -> None:
    assert told(judged("Fever.", temporality=Temporality.PAST)) == ["fever"]
    assert told(judged("Fever.", temporality=Temporality.FUTURE)) == []
    assert told(judged("Fever.", experiencer=Experiencer.FAMILY)) == []
    assert told(judged("Asthma.", experiencer=Experiencer.OTHER)) == []


def test_an_illness_of_the_family_runs_in_the_family() -> None:
    heard = judged("Asthma.", experiencer=Experiencer.FAMILY)

    assert heard.known == ()
    assert told(heard) == ["family-history-asthma"]


def test_an_illness_of_the_patient_is_known_and_one_they_do_not_have_is_not() -> None:
    assert judged("Asthma.").known == ("asthma",)
    assert judged("Asthma.", status=Status.ABSENT).known == ()
    assert told(judged("Asthma.", status=Status.ABSENT)) == ["-history-of-asthma"]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(
    ("code", "known"),
    [("J47.9", "bronchiectasis"), ("H25.9", "cataract"), ("G47.00", "insomnia"), ("K59.00", "constipation")],
)
def test_what_lasts_is_known_by_its_code_though_its_name_is_a_finding(language: str, code: str, known: str) -> None:
    heard = hearing(language).of_conditions([code], long_ago=[code])

    assert (heard.known, heard.unmatched) == ((known,), ())
    assert {each.told for each in heard.observed} <= {code}


def test_every_condition_is_known_by_a_code_of_its_own() -> None:
    conditions = [each for each in knowledge_base().conditions.values() if coded(each.icd10cm) is each]

    assert len(conditions) > 300
    for each in conditions:
        assert hearing("en").of_conditions([each.icd10cm]).known[0] == each.id


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_was_seen_of_a_coded_illness_that_passed_long_ago_is_there_no_more(language: str) -> None:
    bleeding = "I61.9"

    assert told(hearing(language).of_conditions([bleeding])) == ["brain-imaging-intracerebral"]
    heard = hearing(language).of_conditions([bleeding], long_ago=[bleeding])
    assert (heard.known, told(heard)) == ((), ["history-of-stroke"])


def test_a_tumour_that_a_note_tells_of_the_past_is_not_known() -> None:
    assert told(judged("Breast cancer.", temporality=Temporality.PAST)) == ["history-of-cancer"]
    assert judged("Breast cancer.", temporality=Temporality.PAST).known == ()
    assert judged("Asthma.", temporality=Temporality.PAST).known == ("asthma",)
    assert hearing("en").of_conditions(["breast cancer"], long_ago=["breast cancer"]).known == ("breast-cancer",)


def test_a_problem_only_the_reader_found_is_looked_up_by_its_likeness() -> None:
    heard = judged("Cough. Severe palpitasions.", entities=("palpitasions", "Cough"))

    assert told(heard) == ["cough", "palpitations"]


def test_a_problem_nobody_can_name_is_given_back_once() -> None:
    heard = judged("Quetzal sign. Plugh. Quetzal sign.", entities=("Quetzal sign", "Quetzal sign", "Plugh"))

    assert heard.unmatched == ("Quetzal sign", "Plugh")
    assert judged("Quetzal sign.", entities=("Quetzal sign",), experiencer=Experiencer.FAMILY).unmatched == ()


def test_a_clause_tells_what_no_phrase_does() -> None:
    note = "Fever. Whirls round in bed, sleeps sitting."
    alike = {"Whirls round in bed": Like("vertigo-positional", 0.9, True), "sleeps sitting": Like("nausea", 0.8, False)}

    assert told(judged(note, alike=alike)) == ["fever", "vertigo-positional", "-nausea"]


def test_a_clause_tells_no_other_kind_of_what_a_phrase_in_it_names() -> None:
    dry = Like("cough-dry", 0.9, True)

    assert told(judged("Productive cough at lunch.", alike={"Productive cough at lunch": dry})) == ["cough-productive"]
    assert told(judged("Fever. Barks at night.", alike={"Barks at night": dry})) == ["fever", "cough-dry"]


def test_a_clause_adds_what_lies_beneath_a_finding_and_not_what_lies_above() -> None:
    beneath, above = Like("cough-dry", 0.9, True), Like("cough", 0.9, True)

    assert told(judged("Cough. Barks at night.", alike={"Barks at night": beneath})) == ["cough", "cough-dry"]
    assert told(judged("Dry cough. Barks at night.", alike={"Barks at night": above})) == ["cough-dry"]


def test_of_two_clauses_the_surer_is_heard_first() -> None:
    alike = {"One thing": Like("cough", 0.5, True), "another thing": Like("cough-dry", 0.9, True)}

    assert told(judged("One thing, another thing.", alike=alike)) == ["cough-dry"]


@pytest.mark.parametrize(
    ("words", "label"),
    [("40 mg", EntityLabel.DOSE), ("by mouth", EntityLabel.ROUTE), ("once daily", EntityLabel.FREQUENCY)],
)
def test_a_prescription_tells_no_finding_in_words_of_its_own(words: str, label: EntityLabel) -> None:
    note = "Water tablet 40 mg by mouth once daily, socks leave marks."
    alike = {
        "Water tablet 40 mg by mouth once daily": Like("leg-swelling", 0.9, True),
        "socks leave marks": Like("face-swelling", 0.9, True),
    }

    assert told(judged(note, figures=((words, label),), alike=alike)) == ["face-swelling"]


def test_the_time_grows_with_the_note() -> None:
    def seconds(times: int) -> float:
        note = "Productive cough at lunch. " * times
        hears, clauses = hearing("en"), [Span(27 * number, 27 * number + 25) for number in range(times)]
        matches = hears.in_note(note)
        annotated = AnnotatedDocument(
            Document("n1", note, "en"),
            tuple(Entity(span, EntityLabel.PROBLEM) for span in clauses),
            tuple(Assertion(span, Status.PRESENT, 0.9) for span in clauses),
        )
        alike = [Alike(span, Like("cough-dry", 0.9, True), Assertion(span, Status.PRESENT, 0.9)) for span in clauses]
        judged = [Assertion(match.span, Status.PRESENT, 0.9) for match in matches]
        began = time.process_time()
        assert told(hears.of_note(annotated, matches, judged, alike)) == ["cough-productive"]
        return time.process_time() - began

    seconds(100)
    assert min(seconds(10_000) for _ in range(3)) <= 12 * max(min(seconds(1_000) for _ in range(3)), 0.02)


def test_what_several_told_is_kept_in_their_order_and_once() -> None:
    fever, cough = Observed("fever", told="fever"), Observed("cough", False)
    one, other = (
        Heard((fever,), ("asthma",), ("x",)),
        Heard((Observed("fever", told="hot"), cough), ("asthma",), ("y", "x")),
    )

    assert together([one, other]) == Heard((fever, cough), ("asthma",), ("x", "y"))
    assert together([]) == Heard()


def test_a_language_nobody_has_words_of_is_refused_by_its_name() -> None:
    with pytest.raises(UnknownLanguage, match=r"'fr'; try one of \['en', 'es'\]"):
        hearing("fr")


def test_a_region_has_the_words_of_its_language() -> None:
    assert told(hearing("es-MX").of_symptoms(["tos"])) == ["cough"]


def test_what_no_phrase_is_near_is_told_by_what_it_is_like() -> None:
    def alike(words: str) -> str | None:
        asked.append(words)
        return {"my arm feels heavy": "arm-pain", "mother is forgetful": "memory-loss", "xyz": None}.get(words)

    asked = list[str]()
    symptoms = ("fever", "my arm feels heavy", "xyz", "no xyz", "possible xyz", "mother is forgetful")
    heard = hearing("en").of_symptoms(symptoms, alike)
    assert [(each.finding, each.present, each.told) for each in heard.observed] == [
        ("fever", True, "fever"),
        ("arm-pain", True, "my arm feels heavy"),
    ]
    assert asked == ["my arm feels heavy", "xyz"]
    assert heard.unmatched == ("xyz", "no xyz", "possible xyz", "mother is forgetful")


def test_what_is_like_something_of_the_past_is_no_symptom() -> None:
    heard = hearing("en").of_symptoms(("my dog",), lambda _: "history-of-asthma")
    assert heard.observed == ()
    assert heard.unmatched == ("my dog",)
