"""What contracts A and B say must hold, and fifty ways to say the same: each sentence with its label of four.

The paraphrases were written, and their labels given after docs/clinical/assertion.md, before any engine read them.
"""

from __future__ import annotations

# Contract A, read under profile a.
CONTRACT_A: dict[str, str] = {
    "The patient denies chest pain.": "ABSENT",
    "He has a history of hypertension.": "PRESENT",
    "If the patient experiences dizziness, reduce the dosage.": "CONDITIONAL",
    "If dizziness occurs, reduce the dosage.": "CONDITIONAL",
    "No signs of pneumonia were observed.": "ABSENT",
}

# Contract B, read under profile b.
CONTRACT_B: dict[str, str] = {
    "The patient reports chest pain.": "PRESENT",
    "He has a history of hypertension.": "PRESENT",
    "Blood pressure is elevated at 160/95.": "PRESENT",
    "Patient exhibits signs of pneumonia.": "PRESENT",
    "The patient denies chest pain.": "ABSENT",
    "No signs of pneumonia were observed.": "ABSENT",
    "Patient reports no history of diabetes.": "ABSENT",
    "Blood pressure within normal limits.": "ABSENT",
    "If symptoms persist, call doctor.": "POSSIBLE",
    "Patient may have pneumonia.": "POSSIBLE",
    "Suspected cardiac arrhythmia.": "POSSIBLE",
    "Possible medication interaction.": "POSSIBLE",
}

# Both, in the four labels of their union.
UNION: dict[str, str] = CONTRACT_A | CONTRACT_B | {"If symptoms persist, call doctor.": "CONDITIONAL"}

PARAPHRASES: dict[str, tuple[str, ...]] = {
    "PRESENT": (
        "She complains of worsening shortness of breath.",
        "The patient was found to have a urinary tract infection.",
        "Type 2 diabetes mellitus was diagnosed in 2009.",
        "Temperature is elevated at 38.9.",
        "Known history of atrial fibrillation.",
        "On examination, there is tenderness over the right lower quadrant.",
        "Chest x-ray shows a left lower lobe infiltrate.",
        "He continues to have intermittent palpitations.",
        "Serum creatinine is elevated at 2.4.",
        "MRI of the lumbar spine demonstrated a herniated disc.",
        "Nausea and vomiting began yesterday evening.",
        "The wound is red and draining pus.",
        "Her past medical history is significant for asthma.",
    ),
    "ABSENT": (
        "She denies nausea or vomiting.",
        "No evidence of deep vein thrombosis was found.",
        "Patient reports no history of asthma.",
        "Oxygen saturation within normal limits.",
        "The lungs are free of wheezes.",
        "Urine culture was negative for bacterial growth.",
        "Pulmonary embolism has been ruled out.",
        "He has never had a seizure.",
        "The rash has resolved.",
        "There were no signs of meningeal irritation.",
        "Cardiac enzymes were normal.",
        "Neither fever nor chills were reported.",
        "Fracture was excluded by computed tomography.",
    ),
    "POSSIBLE": (
        "She may have appendicitis.",
        "Suspected deep vein thrombosis.",
        "Possible drug allergy.",
        "Findings are suspicious for malignancy.",
        "We cannot rule out an acute coronary syndrome.",
        "Pneumonia cannot be excluded on this film.",
        "The lesion probably represents a hemangioma.",
        "This could be an early cellulitis.",
        "Symptoms are consistent with viral gastroenteritis.",
        "It is unclear whether he had a seizure.",
        "Differential diagnosis includes pancreatitis and cholecystitis.",
        "Questionable small pleural effusion on the left.",
    ),
    "CONDITIONAL": (
        "If the patient develops a rash, stop amoxicillin.",
        "If bleeding occurs, apply pressure.",
        "Should hypotension occur, hold metoprolol.",
        "Hold lisinopril in case of hyperkalemia.",
        "Return to the emergency department if chest pain worsens.",
        "Call the clinic should fever develop.",
        "Take ibuprofen as needed for pain.",
        "Unless the swelling goes down, start antibiotics.",
        "When nausea occurs, give ondansetron.",
        "Discontinue the infusion if shortness of breath is noted.",
        "In the event of a seizure, administer lorazepam.",
        "Shortness of breath only when climbing stairs.",
    ),
}  # fmt: skip

# What the model is known to get wrong; the day one heals, the suite says so.
WEAKNESSES: dict[str, str] = {}
