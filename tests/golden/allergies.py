"""Golden sentences of allergies: ``[penicillin|present: hives]`` is a substance, whether it is so, and what it does.

``[NKDA|none]`` marks the words that say there are no allergies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.golden.case import Case

CASES: Mapping[str, Sequence[str | Case]] = {
    "en": [
        "ALLERGIES: [Penicillin|present].",
        "ALLERGIES: [Demerol|present], [sulfa|present].",
        "ALLERGIES: [Penicillin|present: rash] (rash), [codeine|present: nausea] - nausea.",
        "ALLERGIES: [Bactrim|present: rash], which causes a rash. The patient denies [latex|absent] allergy.",
        "ALLERGIES: [None|none].",
        "ALLERGIES: [NKDA|none].",
        "ALLERGIES: [No known drug allergies|none].",
        "ALLERGIES: She has [no known allergies|none].",
        "She is allergic to [sulfa|present: hives] - hives.",
        "He is allergic to [codeine|present] and [aspirin|present: angioedema] (angioedema).",
        "He has a [latex|present] allergy.",
        "She is not allergic to [penicillin|absent].",
        "The patient has an allergy to [shellfish|present: anaphylaxis], with severe anaphylaxis.",
        "She has an intolerance to [lisinopril|present: cough] (cough).",
        "ALLERGIES: No known drug allergies. [ACE inhibitor|present: cough] may have caused a cough.",
        "ALLERGIES: [Pollens|present] and [cats|present].",
        "She might be allergic to [Bactrim|possible].",
        "ALLERGIES:\n- [Penicillin|present: Anaphylaxis]: Anaphylaxis, severe\n- [Codeine|present: rash]: rash, mild",
        "ALLERGIES:\n- [Dust|present]\n- [Feathers|present: sneezing]: sneezing, mild",
        "Allergic to [penicillin|present: rash] (rash). No food allergies.",
        "ALLERGIES: [Penicillin|present]. No other known allergies.",
        "No known food allergies.",
        "[No known drug or food allergies|none].",
        "Food allergies: none.",
        "No allergy symptoms.",
        "ALLERGIES: [No known drug allergies|none]; [seasonal|present] allergies.",
        "ALLERGIES: [PCN|present: hives] (hives). NKFA.",
        "Her mother is allergic to penicillin.",
        "There was no allergic reaction.",
    ],
    "es": [
        "Alergia a [penicilina|present: urticaria] (urticaria).",
        "Alérgico a [AINEs|present] y [sulfamidas|present].",
        "Intolerancia a [codeína|present: vómitos] (vómitos).",
        "[No alergias medicamentosas conocidas|none].",
        "[NAMC|none]. No hábitos tóxicos.",
        "[Niega alergias|none].",
        "ALERGIAS: [No conocidas|none].",
        "Niega alergia al [látex|absent].",
        "Alergia a [penicilina|present: exantema] (exantema). No alergias alimentarias conocidas.",
        "Alergia a [penicilina|present]. No otras alergias conocidas.",
        "No alergias al [polen|absent].",
        "Sin alergias ambientales.",
        "Alergias alimentarias: no.",
        "[No alergias alimentarias ni medicamentosas|none].",
        "[No alergias conocidas a fármacos|none].",
        "ALERGIAS:\n- [Penicilina|present: Anafilaxia]: Anafilaxia, grave\n- [Codeína|present: Náuseas]: Náuseas, leve",
        "Su madre es alérgica a penicilina.",
    ],
}
