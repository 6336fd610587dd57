"""Golden sentences of drugs: each with what becomes of it, and with the words that say how it is taken.

``[aspirin|started]`` is a drug and its state, ``[81 mg|dose]`` belongs to the drug marked last before it, or to the
first of the sentence; ``[daily|frequency 1+2]`` names the drugs it belongs to by their numbers. A drug that is not
marked is not the patient's, or is denied.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.golden.case import Case

CASES: Mapping[str, Sequence[str | Case]] = {
    "lists": [
        "MEDICATIONS: [Aspirin|taken] [81 mg|dose] [p.o.|route] [daily|frequency], "
        "[Lipitor|taken] [20 mg|dose] [q.h.s.|frequency]",
        "MEDICATIONS: [Lisinopril|taken] [10 mg|dose] [daily|frequency]; [metoprolol|taken] "
        "[25 mg|dose] [b.i.d.|frequency].",
        "CURRENT MEDICATIONS: [Albuterol|taken], [Asacol|taken], and [Prilosec|taken] [20 mg|dose] [daily|frequency].",
        "MEDICATIONS:\n1. [Norvasc|taken] [5 mg|dose] [daily|frequency].\n2. [Plavix|taken] "
        "[75 mg|dose] [daily|frequency].",
        "DISCHARGE MEDICATIONS: [Humulin|taken] [44 units|dose] [at breakfast|frequency].",
    ],
    "strength, form and dose": [
        "MEDICATIONS: [Keflex|taken] [500 mg|strength] [tablets|form], [one|dose] [p.o.|route] [q.6h.|frequency]",
        "She takes [Vicodin|taken] [5/500 mg|strength] [1-2 tablets|dose] [p.o.|route] "
        "[q.4-6h. p.r.n.|frequency] for [pain|reason].",
        "He received [10 cc|dose] of [0.5%|strength] [Marcaine|given].",
        "MEDICATIONS: [Methotrexate|taken] [2.5 mg|strength] [five|dose] [weekly|frequency].",
        "She takes [albuterol|taken] [2 puffs|dose] [every four hours|frequency].",
    ],
    "what belongs to what": [
        "He received [1 g|dose] of [ceftriaxone|given] and [500 mg|dose 2] of [azithromycin|given].",
        "He was started on [IV|route] [vancomycin|started] and [oral|route 2] [rifampin|started].",
        "[Metformin|taken] and [glyburide|taken] were continued [twice daily|frequency 1+2].",
        "She was placed on [Demerol|started] [50 mg|dose] and [Vistaril|started] [25 mg|dose] [IM|route 1+2].",
        "He was given [ceftriaxone|given] (Rocephin) [500 mg|dose] [IV|route].",
    ],
    "frequencies and durations": [
        "He will continue [prednisone|taken] [5 mg|dose] [every other day|frequency].",
        "She was started on [amoxicillin|started] [500 mg|dose] [three times a day|frequency] [for 10 days|duration].",
        "She takes [Tylenol|taken] [as needed|frequency] for [headache|reason].",
        "He takes [Ambien|taken] [10 mg|dose] [at bedtime|frequency].",
    ],
    "started": [
        "The patient was started on [Coumadin|started] [5 mg|dose] [daily|frequency].",
        "[Lasix|started] was added.",
        "She was given a prescription for [Naprosyn|started] [500 mg|dose] [b.i.d.|frequency].",
        "He was switched to [Crestor|started] [10 mg|dose] [daily|frequency].",
    ],
    "stopped": [
        "[Ibuprofen|stopped] was discontinued.",
        "We stopped the [metformin|stopped].",
        "His [Plavix|stopped] is discontinued.",
        "[Aspirin|stopped] and [Plavix|stopped] were stopped.",
        "She was weaned off [dopamine|stopped].",
    ],
    "stopped by a label": [
        "MEDICATIONS STOPPED:\n1. [Metformin|stopped] [500 mg|dose] [BID|frequency]\n2. [Ibuprofen|stopped] "
        "[600 mg|dose] [TID|frequency]",
        "DISCHARGE MEDICATIONS:\nNEW: [Apixaban|started] [5 mg|dose] [BID|frequency]\nCHANGED: [Furosemide|changed] "
        "[40 mg|dose] [daily|frequency]\nSTOPPED: [Metformin|stopped] [500 mg|dose], [Ibuprofen|stopped] [600 mg|dose]",
        "STOP taking [lisinopril|stopped].",
        "DISCONTINUED MEDICATIONS: [atenolol|stopped], [simvastatin|stopped] [20 mg|dose].",
    ],
    "on a condition": [
        "If he develops rash, stop [Bactrim|taken].",
        "Discontinue [lisinopril|taken] if cough occurs.",
        "Stop [ibuprofen|stopped] and call if pain worsens.",
        "Do not stop [aspirin|taken].",
        "[Heparin|stopped] was stopped for platelets < 50.",
        "Asked if she had pain, she said no, and we held [metoprolol|held].",
        "[Lisinopril|taken] to be held if SBP < 100.",
    ],
    "two in one": [
        "[Amoxicillin/clavulanate|taken] [875/125 mg|dose] [BID|frequency]",
        "MEDICATIONS: [Warfarin|taken] [5 mg|dose] [MWF, 2.5 mg TThSaSu|frequency], [Lisinopril|taken] [10 mg|dose] "
        "[daily|frequency]",
    ],
    "held": [
        "Hold [metformin|held] before the procedure.",
        "[Coumadin|held] was held.",
        "He will hold his [Plavix|held] for now.",
    ],
    "changed": [
        "Increase [lisinopril|changed] to [20 mg|dose] [daily|frequency].",
        "We increased the [lisinopril|changed] from 10 mg to [20 mg|dose] [daily|frequency].",
        "Her [leucovorin|changed] was increased to [100 mg/m2|dose].",
        "I have decreased the [prednisone|changed] to [2.5 mg|dose] [a day|frequency].",
    ],
    "planned": [
        "We will start [Norvasc|planned] [5 mg|dose] [daily|frequency].",
        "I recommend [Clarinex|planned] [5 mg|dose] [once daily|frequency].",
        "Consider adding [furosemide|planned].",
    ],
    "given": [
        "Patient received [1 gm|dose] of [IV|route] [Ancef|given] preoperatively.",
        "ANESTHESIA: [Versed|given] [2 mg|dose] [IV|route].",
        "The patient was premedicated with [50 mg|dose] of [Demerol|given].",
    ],
    "not taken": [
        "She ran out of her [lisinopril|not-taken].",
        "He has not been taking his [Coumadin|not-taken].",
    ],
    "no drugs of the patient": [
        "He denies taking aspirin.",
        "The patient is not on any anticoagulation.",
        "Her mother takes insulin.",
        "ALLERGIES: Penicillin and codeine.",
        "The patient is allergic to sulfa.",
        "The methotrexate level was elevated.",
        "He has had a reaction to codeine.",
        "She is to continue her current medications.",
        "The wound was irrigated with normal saline.",
        "Avoid lisinopril.",
        "PLAN: Avoid NSAIDs. Continue [acetaminophen|taken].",
        "LABS: Vitamin D 18 ng/mL. Iron 45 mcg/dL. Vancomycin trough 15. Lithium 0.8 mEq/L. Tacrolimus 8.2.",
        "72 yo M w/ PMHx of HTN, DM2, CAD s/p stent",
        "#HTN: cont [amlodipine|taken].",
        "Do not con't aspirin.",
    ],
}

SPANISH_CASES: Mapping[str, Sequence[str | Case]] = {
    "listas": [
        "Tratamiento habitual: [enalapril|taken] [20 mg|dose] [cada 24 horas|frequency] y "
        "[metformina|taken] [850 mg|dose] [cada 12 horas|frequency].",
        "Toma [omeprazol|taken] [20 mg|dose] [al día|frequency].",
        "Tratamiento: [metformina|taken] [850 mg|strength] [1 comprimido|dose] [cada 12 horas|frequency].",
    ],
    "pauta": [
        "Se inicia [amoxicilina|started] [500 mg|dose] [cada 8 horas|frequency] "
        "[durante 7 días|duration] por [neumonía|reason].",
        "[Paracetamol|taken] [1 g|dose] [cada 8 horas si dolor|frequency].",
        "Continuar con [atorvastatina|taken] [40 mg|dose] [por la noche|frequency].",
        "[Furosemida|taken] [40 mg|dose] [al día|frequency] [v.o.|route]",
    ],
    "estado": [
        "Se suspende [ibuprofeno|stopped].",
        "Se aumenta [bisoprolol|changed] a [5 mg|dose] [al día|frequency].",
        "Se recomienda iniciar [apixaban|planned] [5 mg|dose] [cada 12 h|frequency].",
        "Se administró [contraste yodado|given] [i.v.|route]",
        "Se suspende temporalmente la [metformina|held].",
        "Suspendida [metformina|stopped] con FG < 30.",
        "Si bien mejoró, se suspendió [amoxicilina|stopped].",
        "TRATAMIENTO SUSPENDIDO: [atenolol|stopped] [50 mg|dose], [simvastatina|stopped] [20 mg|dose].",
    ],
    "ninguno del paciente": [
        "Niega toma de anticoagulantes.",
        "Su madre toma sintrom.",
        "Alérgico a penicilina.",
        "No toma aspirina.",
        "Evitar AINEs. Se recomienda evitar benzodiacepinas.",
    ],
}
