"""Golden sentences in Spanish: how a clinician writes, and what is said of each finding; every person is invented.

``docs/clinical/assertion.md`` defines the answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.golden.case import Case, weak
from tests.golden.signs import SPANISH_SIGNS
from tests.golden.spanish_history import FAMILY, NOTES, PAST
from tests.golden.spanish_negation import NEGATION_AFTER, NEGATION_BEFORE, OWN_WORDS, PSEUDO_CUES
from tests.golden.spanish_ward import (
    ALLERGIES,
    CIRCUMSTANCES,
    DOUBTS,
    HISTORY,
    LISTS,
    ORDERS,
    RULED_OUT,
    TESTS,
)

PRESENT: list[str | Case] = [
    "Refiere [dolor torácico|present] desde ayer.",
    "La radiografía muestra un [infiltrado en lóbulo inferior izquierdo|present].",
    "[Hemoglobina|present] de 8,2 g/dl.",
    "Se realizó [apendicectomía laparoscópica|present].",
    "Varón de 54 años con [diabetes mellitus|present].",
    "Toma [enalapril|present] 10 mg al día.",
    "[Tos|present] de tres días de evolución.",
    "Ana Ruiz Prueba acude por [cefalea|present].",
    "Se palpa una [masa|present] en fosa iliaca derecha.",
    "[PCR|present] 120 mg/l, [leucocitos|present] 18.000.",
    "Persiste la [fiebre|present] a pesar del antibiótico.",
    "Ingresa por [neumonía|present].",
]

UNCERTAINTY: list[str | Case] = [
    "Posible [neumonía|possible].",
    "Probable [síndrome viral|possible].",
    "Sospecha de [apendicitis|possible].",
    "Ante la sospecha de [sepsis|possible] se inicia antibiótico.",
    "Se sospecha [endocarditis|possible].",
    "Imagen compatible con [metástasis|possible].",
    "Hallazgos sugestivos de [carcinoma|possible].",
    "Los hallazgos sugieren [isquemia|possible].",
    "Impresiona de [crisis de ansiedad|possible].",
    "Podría tratarse de una [trombosis|possible].",
    "Probablemente presenta una [infección|possible].",
    "No se descarta [embolia pulmonar|possible].",
    "No se puede descartar [fractura|possible].",
    "No descarta [malignidad|possible].",
    "[Embolia pulmonar|possible] no descartable.",
    "Sin poder descartar [neoplasia|possible].",
    "A descartar [tuberculosis|possible].",
    "Descartar [TEP|possible].",
    "Dudosa [pérdida de conciencia|possible].",
    "Sin claro [déficit motor|possible].",
    "No [hematuria|possible] clara.",
    "Fiebre sin [foco|possible] aparente.",
    "Diagnóstico diferencial: [gota|possible], [celulitis|possible] y [artritis séptica|possible].",
    "¿[Ictus|possible]?",
    "[Neumonía|possible] vs [atelectasia|possible].",
    "Parece una [contractura|possible].",
    "Orientación diagnóstica: [rotura del LCA|possible].",
    "Se plantea el diagnóstico de [lupus|possible].",
    "[Masa|present] en probable relación con [metástasis|possible].",
    "Desconoce si tuvo [fiebre|possible].",
    "[Fractura|possible] poco probable.",
    "No parece tener [dolor|possible].",
]

HYPOTHESIS: list[str | Case] = [
    "Volver si presenta [fiebre|hypothetical].",
    "Si aparece [sangrado|hypothetical], acudir a urgencias.",
    "En caso de [fiebre|hypothetical], consultar.",
    "Consultar ante [sangrado|hypothetical].",
    "Se explicó el riesgo de [sangrado|hypothetical].",
    "Alto riesgo de [infección|hypothetical].",
    "Heparina como profilaxis de [trombosis|hypothetical].",
    "Para evitar [complicaciones|hypothetical] se mantiene ingresado.",
    "TC craneal para descartar [metástasis|hypothetical].",
    "Prevención de [caídas|hypothetical].",
    "Vigilar signos de [infección|hypothetical].",
    "TC para valorar [hidronefrosis|hypothetical].",
    "TC para evaluar las [lesiones|present] conocidas.",
    "Signos de alarma: [cefalea intensa|hypothetical], [vómitos|hypothetical].",
]

PLANS: list[str | Case] = [
    "Se solicitará [colonoscopia|hypothetical+future].",
    "Se recomienda [fisioterapia|hypothetical+future].",
    "Pendiente de [resonancia|hypothetical+future].",
    "Realizar [ecografía|hypothetical+future] en tres meses.",
    "Iniciar [metformina|hypothetical+future].",
    "Valorar [colonoscopia|hypothetical+future].",
    "Candidato a [trasplante renal|hypothetical+future].",
    "Programado para [cirugía|hypothetical+future].",
    "[Colonoscopia|hypothetical+future] pendiente.",
    "Debe realizarse [analítica|hypothetical+future].",
    "En lista de espera para [artroplastia|hypothetical+future].",
    "Plan: [TC abdominal|hypothetical+future].",
    "Pte de [RMN|hypothetical+future].",
    "Se indica [amputación|hypothetical+future].",
    "Se solicita [ecografía abdominal|hypothetical+future].",
    "Se solicita [TC|present], que muestra una [masa|present].",
    weak(
        "Se decide [embolización|hypothetical+future].",
        rules="what was decided is planned or done, and only some procedures are taken for planned",
    ),
]

CONDITIONS: list[str | Case] = [
    "[Disnea|conditional] de esfuerzo.",
    "[Disnea|conditional] a mínimos esfuerzos.",
    "[Dolor torácico|conditional] al caminar.",
    "[Paracetamol|conditional] si precisa.",
    "[Paracetamol|conditional] 1 g cada 8 horas si [dolor|hypothetical].",
    "[Lorazepam|conditional] 1 mg si insomnio.",
    "[Salbutamol|conditional] a demanda.",
    "[Morfina|conditional] de rescate.",
    "Alérgico a [penicilina|conditional].",
    "[Alérgica a contrastes yodados|conditional].",
    "Intolerancia a [codeína|conditional].",
    "[Tos|conditional] con el decúbito.",
    "Cuando camina presenta [dolor|conditional].",
    "Los AINE le producen [urticaria|conditional].",
    "Niega [disnea de esfuerzo|absent].",
    "No [dolor torácico|absent] con el esfuerzo.",
]

EXAMINATIONS: list[str | Case] = [
    "[Auscultación pulmonar|normal] sin alteraciones.",
    "[Hemograma|normal] normal.",
    "[TC craneal|normal] dentro de la normalidad.",
    "[Exploración neurológica|normal] anodina.",
    "[Hemocultivos|normal] negativos.",
    "Los [hemocultivos|normal] fueron negativos.",
    "[Troponinas|normal] negativas.",
    "[Abdomen|normal] blando, depresible, no doloroso.",
    "[ABDOMEN|normal]: no se palpan [masas|absent].",
    "[Pupilas|normal] isocóricas y normorreactivas.",
    "[ECG|normal]: ritmo sinusal, sin alteraciones de la repolarización.",
    "La [radiografía de tórax|normal] no muestra [infiltrados|absent].",
    "[Función renal|normal] conservada.",
    "[Murphy|normal] (-).",
    "[Creatinina|present] elevada.",
    "[TC|present] con [íleo|present] sin [obstrucción|absent].",
    "[Hemograma|normal], [bioquímica|normal] y [coagulación|normal] normales.",
    "[Murmullo vesicular|normal] conservado.",
]

ABBREVIATIONS: list[str | Case] = [
    "s/ [fiebre|absent].",
    "Ø [fiebre|absent].",
    "[Blumberg|normal] neg.",
    "AP: [HTA|present+past], [DM2|present+past].",
    "AF: [cáncer de mama|present+family].",
    "IQ: [apendicectomía|present+past].",
    "Pte [TAC|hypothetical+future].",
    "[Fiebre|absent] (-).",
    "Dx diferencial: [gastritis|possible].",
]

WITHOUT_ACCENTS: list[str | Case] = [
    "Niega [dolor toracico|absent].",
    "No [vomitos|absent] ni [nauseas|absent].",
    "Se descarto [infarto|absent].",
    "Sin sintomas de [infeccion|absent].",
    "Podria tratarse de una [neumonia|possible].",
    "Diagnostico diferencial: [gota|possible].",
    "[Exploracion neurologica|normal] normal.",
    "Se realizara [ecografia|hypothetical+future].",
    "Intervenido de [apendicitis|present+past] hace 10 anos.",
    "Sí, tiene [fiebre|present].",
]

CAPITALS: list[str | Case] = [
    "NIEGA [FIEBRE|absent].",
    "SIN [DOLOR ABDOMINAL|absent] NI [VÓMITOS|absent].",
    "POSIBLE [NEUMONÍA|possible].",
    "NO SE DESCARTA [TEP|possible].",
    "ANTECEDENTES DE [ICTUS|present+past].",
    "ALÉRGICO A [PENICILINA|conditional].",
    "[AUSCULTACIÓN PULMONAR|normal] NORMAL.",
    "PACIENTE CON [DISNEA|present] Y SIN [FIEBRE|absent].",
]

SPANISH_CASES: Mapping[str, Sequence[str | Case]] = {
    "present": PRESENT,
    "pseudo-cues": PSEUDO_CUES,
    "negation before": NEGATION_BEFORE,
    "negation after": NEGATION_AFTER,
    "negative by its own word": OWN_WORDS,
    "uncertainty": UNCERTAINTY,
    "hypothesis": HYPOTHESIS,
    "plans": PLANS,
    "conditions": CONDITIONS,
    "past": PAST,
    "family": FAMILY,
    "examinations": EXAMINATIONS,
    "abbreviations": ABBREVIATIONS,
    "without accents": WITHOUT_ACCENTS,
    "capitals": CAPITALS,
    "notes": NOTES,
    "lists on a ward": LISTS,
    "ruled out on a ward": RULED_OUT,
    "doubts on a ward": DOUBTS,
    "orders on a ward": ORDERS,
    "history on a ward": HISTORY,
    "allergies on a ward": ALLERGIES,
    "tests on a ward": TESTS,
    "circumstances on a ward": CIRCUMSTANCES,
    "signs and boxes": SPANISH_SIGNS,
}
