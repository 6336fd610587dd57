"""Golden sentences in Spanish about what is not so, and what only looks it; every person in them is invented."""

from __future__ import annotations

from tests.golden.case import Case

PSEUDO_CUES: list[str | Case] = [
    "No solo presenta [disnea|present], también [tos|present].",
    "Presenta, sin duda, una [apendicitis|present].",
    "La [lesión hepática|present] permanece sin cambios.",
    "Sin cambios en la [masa|present].",
    "La [fiebre|present] no mejora con el tratamiento.",
    "No mejora el [dolor|present].",
    "No obstante, persiste la [disnea|present].",
    "Sin embargo, la [tos|present] continúa.",
    "Sepsis por [bacilos gram negativos|present].",
    "El [dolor|present] no cede con paracetamol.",
    "[Hipertensión|present] no controlada.",
    "[Diabetes mellitus|present] no insulinodependiente.",
    "Sin mejoría del [dolor|present].",
    "No hay duda de que tiene una [cirrosis|present].",
]

NEGATION_BEFORE: list[str | Case] = [
    "Niega [dolor torácico|absent].",
    "No [fiebre|absent].",
    "No refiere [náuseas|absent] ni [vómitos|absent].",
    "No ha presentado [pérdida de conocimiento|absent].",
    "No se observan [metástasis|absent].",
    "No se palpan [masas|absent] ni [megalias|absent].",
    "Sin [edemas|absent] en miembros inferiores.",
    "Sin signos de [neumonía|absent].",
    "Sin evidencia de [recidiva|absent].",
    "Ausencia de [adenopatías|absent].",
    "En ausencia de [fiebre|absent], se da de alta.",
    "Tampoco [disnea|absent].",
    "No fuma ni [bebe alcohol|absent].",
    "Nunca ha tenido [convulsiones|absent].",
    "Se descartó [infarto de miocardio|absent].",
    "Tras descartar [trombosis venosa|absent], fue dado de alta.",
    "Negativo para [malignidad|absent].",
    "La citología fue negativa para [células malignas|absent].",
    "Niega [fiebre|absent], [tos|absent] o [disnea|absent].",
    "Niega [fiebre|absent], pero refiere [tos|present].",
    "Sin [fiebre|absent], aunque con [escalofríos|present].",
    "No [fiebre|absent], salvo [febrícula|present] ocasional.",
    "[Tos|present] sin [expectoración|absent] y con [fiebre|present].",
    "No presenta ningún tipo de [dolor|absent].",
    "En ningún momento presentó [fiebre|absent].",
    "Libre de [enfermedad|absent] a los dos años.",
    "Se suspende [metformina|absent].",
    "Retirada de [sonda vesical|absent].",
    "Rechaza [cirugía|absent].",
    "No se realizó [biopsia|absent].",
    "No tiene [alergias medicamentosas conocidas|absent].",
    "Sin [complicaciones|absent].",
    "Ningún [síntoma|absent].",
    "No hay evidencia de [derrame pleural|absent].",
]

NEGATION_AFTER: list[str | Case] = [
    "[Infarto|absent] descartado.",
    "[Trombosis venosa profunda|absent]: descartada.",
    "[Fiebre|absent]: no.",
    "[Alergias|absent]: no conocidas.",
    "El [dolor|absent] ha cedido.",
    "La [fiebre|absent] desapareció al tercer día.",
    "Cedió la [fiebre|absent].",
    "El [ibuprofeno|absent] fue retirado.",
    "[Adenopatías|absent] ausentes.",
    "La [biopsia|absent] no fue realizada.",
    "[Neumonía|absent] resuelta.",
    "Queda descartada la [embolia pulmonar|absent].",
]

OWN_WORDS: list[str | Case] = [
    "[Afebril|absent].",
    "La paciente está [asintomática|absent].",
    "[Anictérico|absent].",
    "[NAMC|absent].",
]
