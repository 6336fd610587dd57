"""What the model is known to get wrong, sentence by sentence; the day one heals, the suite says so."""

from __future__ import annotations

MODEL: dict[str, str] = {
    "She developed [rash|present] after penicillin.": (
        "takes one reaction for one that happens whenever the drug is given"
    ),
    "The [pain|present] is not relieved by [ibuprofen|present].": ('lets "not" reach the drug behind "relieved by"'),
    "Gram negative [sepsis|present].": ('takes "negative" of a stain for a negation'),
    "Bed No. 3: [fever|present] overnight.": ('takes "No." of a number for a negation'),
    "No. 5 [French catheter|present] was inserted.": ('takes "No." of a number for a negation'),
    "Never had [seizures|absent].": ('adds a past that "never" does not need'),
    "Negative for [fever|absent], positive for [cough|present].": ('does not stop a negation at "positive for"'),
    "[Pneumothorax|absent]: negative.": ('takes a finding with "negative" behind it for a test'),
    "There is no question that he has [cirrhosis|present].": ('takes "no question" for doubt'),
    "We discussed the risks and benefits of [surgery|hypothetical].": ("adds a future to a surgery under discussion"),
    "Follow up with [echocardiogram|hypothetical+future].": ('does not take "follow up with" for a plan'),
    "PMH: [Gout|present+past].\nThe patient's [asthma|present+past] is mild.": (
        "lets go of a heading at the end of its line"
    ),
    "FH: [Colon cancer|present+family].\nThe patient reports [bleeding|present]. Denies [weight loss|absent].": (
        'does not know the abbreviation "FH" on its own line'
    ),
    "FH: [Gout|present+family].\n\nDenies [weight loss|absent].": (
        'does not know the abbreviation "FH" on its own line'
    ),
    "[CT|present] showed [ileus|present] without [obstruction|absent].": (
        "calls a test normal for the negation at its end"
    ),
}

SPANISH: dict[str, str] = {
    "Sepsis por [bacilos gram negativos|present].": 'takes "negativos" of a stain for a normal test',
    "Rechaza [cirugía|absent].": "takes an operation that is refused for one that is planned",
    "Ex [fumador|present+past].": 'takes "ex" for a negation',
    "Historia de tres días de [fiebre|present].": 'takes "historia de" for the past',
    "[Pupilas|normal] isocóricas y normorreactivas.": "does not know every word for a normal examination",
    "Ø [fiebre|absent].": 'has not met "Ø"',
    "Si [fiebre|hypothetical] mayor de 38, tomar [paracetamol|conditional].": (
        "takes a drug behind its condition for one that might be given once"
    ),
    "A valorar [cirugía|hypothetical+future] según evolución.": 'takes "a valorar" for doubt, of operations too',
    "Toma [omeprazol|present] desde hace años.": "takes a drug of years for one that is taken when needed",
    "Alergia a [penicilina|conditional], no a [contrastes|absent].": "lets an allergy reach over what is denied of it",
    "[Tonos cardiacos|normal] rítmicos sin [soplos|absent].": "does not know every word for a normal examination",
    "[Fuerza|normal] y [sensibilidad|normal] conservadas.": "does not know every word for a normal examination",
    "[Dolor|present] que mejora con el reposo.": "takes what relieves a pain for what brings it on",
    "[Dolor|present] que no se modifica con los movimientos.": "takes what changes nothing for what brings a pain on",
}

# By engine; an engine that is not named here keeps its misses beside the sentences, as the rules do.
WEAKNESSES: dict[str, dict[str, str]] = {"model": MODEL, "spanish": SPANISH}
