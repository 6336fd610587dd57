"""Golden sentences in Spanish about what was, about others than the patient, and whole notes; all are invented."""

from __future__ import annotations

from tests.golden.case import Case

PAST: list[str | Case] = [
    "Antecedentes de [ictus|present+past].",
    "Con antecedentes personales de [hipertensión|present+past], consulta por [tos|present].",
    "Historia de [úlcera|present+past].",
    "Intervenido de [apendicitis|present+past].",
    "Operada de [cataratas|present+past].",
    "En 2005 se realizó [colecistectomía|present+past].",
    "Tuvo [hepatitis|present+past] en 1998.",
    "[Histerectomía|present+past] hace diez años.",
    "[Asma|present+past] en la infancia.",
    "Sin antecedentes de [diabetes|absent+past].",
    "Niega antecedentes de [tuberculosis|absent+past].",
    "[Infarto|present+past] previo.",
    "Ex [fumador|present+past].",
    "Episodio previo de [diverticulitis|present+past].",
    "[Tos|present] desde hace dos semanas.",
    "Historia de tres días de [fiebre|present].",
]

FAMILY: list[str | Case] = [
    "Madre con [cáncer de mama|present+family].",
    "Su padre tuvo un [infarto|present+family].",
    "Antecedentes familiares de [glaucoma|present+family].",
    "Sin antecedentes familiares de [cáncer de colon|absent+family].",
    "Dos hermanos con [diabetes|present+family].",
    "Abuelo materno con [ictus|present+family].",
    "[Melanoma|present+family] en su hermano.",
    "La madre refiere que el niño tiene [tos|present].",
    "Según la madre, presenta [vómitos|present].",
    "Acude con su padre por [fiebre|present].",
    "El donante tuvo [hepatitis B|present+other].",
    "Su pareja tiene [sífilis|present+other].",
]

NOTES: list[str | Case] = [
    "ANTECEDENTES FAMILIARES:\n[Cáncer de mama|present+family] y [glaucoma|present+family].",
    "ANTECEDENTES PERSONALES:\n[Hipertensión|present+past].\n[Gota|present+past].",
    "ALERGIAS:\n[Penicilina|conditional]",
    "AP: [DM2|present+past].\n\nEl paciente acude por [fiebre|present].",
    "Motivo de consulta: [Dolor torácico|present].\n\nAntecedentes familiares:\n[Ictus|present+family].\n\n"
    "Plan:\nSe solicitará [ecocardiograma|hypothetical+future].",
]
