"""Golden sentences in Spanish as they stand in emergency and ward notes; every person in them is invented."""

from __future__ import annotations

from tests.golden.case import Case, weak

LISTS: list[str | Case] = [
    "Sin [fiebre|absent], [tos|absent] ni [disnea|absent].",
    "No [HTA|absent], no [DM|absent], no [dislipemia|absent].",
    "No [DM|absent] ni [HTA|absent]. [Dislipemia|present] en tratamiento con [simvastatina|present].",
    "Niega [náuseas|absent], [vómitos|absent], [diarrea|absent] y [fiebre|absent].",
    "No se objetivan [lesiones óseas|absent] ni [adenopatías|absent].",
    "[Tos|present] no productiva de tres días.",
    "[Fractura|present] no desplazada de radio distal.",
    "[Dolor|present] no irradiado.",
    "[Fiebre|present] no termometrada.",
    "[Diarrea|present] sin [productos patológicos|absent].",
    "[Hemoptisis|absent] (-), [disnea|present] (+).",
    "Persisten [náuseas|present] sin [vómitos|absent].",
    "[Herida|present] sin signos de [infección|absent].",
    "Afebril desde ayer, persiste [tos|present].",
]

RULED_OUT: list[str | Case] = [
    "No se objetiva [derrame pleural|absent].",
    "Sin datos de [insuficiencia cardiaca|absent].",
    "Sin que se aprecien [fracturas|absent].",
    "Se descartan [fracturas|absent].",
    "Se ha descartado [patología aguda|absent].",
    "No impresiona de [cólico renal|absent].",
    weak("No creo que sea un [ictus|absent].", rules="takes whatever is not believed for uncertain"),
    weak(
        "Se sospechó [TEP|absent], descartado por angioTC.",
        rules="takes the first word said of a finding, and the last one counts",
    ),
    weak("[Fiebre|absent] ya resuelta.", rules='takes "ya" for the past and does not see what it stands before'),
    "Remisión completa del [linfoma|absent], en seguimiento.",
    "Ha dejado de [fumar|absent].",
    "No toma [anticoagulantes|absent].",
    "Se desestima [cirugía|absent].",
]

DOUBTS: list[str | Case] = [
    "JC: probable [ITU|possible].",
    "Probable [ITU|possible], sin poder descartar [pielonefritis|possible].",
    "[Neumonía|possible] vs. [TEP|possible].",
    "Cuadro compatible con [gastroenteritis|possible] vs [intoxicación alimentaria|possible].",
    "¿[Apendicitis|possible]? Sin [peritonismo|absent].",
    "A descartar [síndrome coronario agudo|possible].",
    "Impresiona de [cólico biliar|possible].",
    "Orienta a [origen muscular|possible].",
    "Imagen dudosa de [neumotórax|possible].",
    "Hallazgos poco sugestivos de [malignidad|possible].",
    "[Lesión|present] sospechosa de [malignidad|possible].",
    "Se sospecha [celulitis|possible], se inicia [cloxacilina|present].",
]

ORDERS: list[str | Case] = [
    "[Nolotil|conditional] si [dolor|hypothetical].",
    weak(
        "En caso de [dolor|hypothetical], tomar [ibuprofeno|conditional].",
        rules="does not read a drug behind its condition as one that depends on it",
    ),
    weak(
        "Si [fiebre|hypothetical] mayor de 38, tomar [paracetamol|conditional].",
        rules="does not read a drug behind its condition as one that depends on it",
    ),
    "Si empeoramiento o [fiebre|hypothetical], acudir a urgencias.",
    "Acudir a urgencias en caso de [sangrado|hypothetical] o [dolor intenso|hypothetical].",
    "Valorar [TC torácico|hypothetical+future] si persiste la [tos|hypothetical].",
    "A valorar [cirugía|hypothetical+future] según evolución.",
    weak("Se plantea [cirugía|hypothetical+future].", rules='takes "se plantea" for doubt, of operations too'),
    "Se cita para [colonoscopia|hypothetical+future].",
    "Se realizará [RM|hypothetical+future] de control en seis meses.",
    "Evitar [AINE|hypothetical].",
    "Se informa del riesgo de [perforación|hypothetical] y [hemorragia|hypothetical].",
    "Para evitar la [recidiva|hypothetical] se mantiene el tratamiento.",
    "[Enoxaparina|present] profiláctica.",
    "Toma [omeprazol|present] desde hace años.",
]

HISTORY: list[str | Case] = [
    "AP: [HTA|present+past]. No [DM|absent+past]. IQ: [colecistectomía|present+past].",
    "Última [crisis|present+past] hace tres meses.",
    "[Amigdalectomía|present+past] en la infancia.",
    weak("[Exfumador|present+past] desde hace 10 años.", rules="looks for the past beside a word, not inside it"),
    "AF: madre con [DM|present+family], padre sano.",
    "AF: sin [cardiopatía|absent+family] conocida.",
    "Padre con [HTA|present+family] y madre con [DM|present+family].",
    "Madre fallecida de [cáncer de ovario|present+family].",
    "La madre niega [fiebre|absent] en el niño.",
    "Su marido tiene [gripe|present+other].",
    "Profesora con [asma|present].",
    "Acude con su marido con [fiebre|present].",
    "Contacto con [tuberculosis|present+other] en el domicilio.",
]

ALLERGIES: list[str | Case] = [
    "Sin [alergias medicamentosas|absent] conocidas.",
    "No consta [alergia a fármacos|absent].",
    "Intolerancia al [hierro oral|conditional].",
    "Alergia a [penicilina|conditional], no a [contrastes|absent].",
    "No alérgico a [medicamentos|absent].",
]

TESTS: list[str | Case] = [
    "[Urocultivo|normal] negativo.",
    "[Radiografía de tórax|normal]: sin [infiltrados|absent].",
    "[Exploración neurológica|normal] sin [focalidad|absent].",
    "[Glucosa|present] 250 mg/dl.",
    "[Auscultación|present]: [crepitantes|present] bibasales, sin [sibilancias|absent].",
    "[Abdomen|present]: blando, [doloroso en fosa iliaca derecha|present], sin [peritonismo|absent].",
    "[TC craneal|present]: sin [sangrado|absent], solo [atrofia cortical|present].",
    "[Antígeno de gripe|present] positivo.",
    weak(
        "[Troponina|present] elevada, [dímero D|normal] negativo.",
        rules="lets a result reach back over a comma to the test before",
    ),
    "[Tonos cardiacos|normal] rítmicos sin [soplos|absent].",
    "[Fuerza|normal] y [sensibilidad|normal] conservadas.",
]

CIRCUMSTANCES: list[str | Case] = [
    "[Disnea|conditional] al subir cuestas.",
    "[Dolor|conditional] con los movimientos.",
    "[Dolor|present] que mejora con el reposo.",
    weak(
        "[Dolor|present] que no se modifica con los movimientos.",
        rules="takes every circumstance for one that brings the finding on",
    ),
]
