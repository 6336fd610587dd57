"""Golden sentences about what was, and about others than the patient; every person in them is invented."""

from __future__ import annotations

from tests.golden.case import Case, weak

PAST: list[str | Case] = [
    "History of [stroke|present+past].",
    "He has a history of [hypertension|present+past].",
    "Status post [appendectomy|present+past].",
    "s/p [CABG|present+past].",
    "PAST MEDICAL HISTORY: [Diabetes|present+past], [gout|present+past].",
    "Past medical history is significant for [asthma|present+past].",
    "No history of [diabetes|absent+past].",
    "She denies any history of [tuberculosis|absent+past].",
    "Previous [myocardial infarction|present+past].",
    "He had [hepatitis|present+past] in 1998.",
    "She had a [hysterectomy|present+past] ten years ago.",
    "Prior [cesarean section|present+past].",
    "She has had [migraines|present+past] in the past.",
    "HISTORY OF PRESENT ILLNESS: He has [chest pain|present].",
    "A three-day history of [cough|present].",
    "[Cough|present] for the past two weeks.",
    "The [stroke|present+past] was in March 2011.",
    "Old [infarct|present+past] in the left thalamus.",
    "A 62-year-old woman with [anemia|present].",
    "Postoperative [pain|present].",
    "In 2005 he underwent [cholecystectomy|present+past].",
    "She used to have [migraines|present+past].",
    "Remote history of [ulcer|present+past].",
    "Previously diagnosed with [lymphoma|present+past].",
]

FAMILY: list[str | Case] = [
    "Her mother had [breast cancer|present+family].",
    "FAMILY HISTORY: [Colon cancer|present+family].",
    "FAMILY HISTORY: Negative for [diabetes|absent+family].",
    "Family history of [glaucoma|present+family].",
    "No family history of [colon cancer|absent+family].",
    "Mother had [diabetes|present+family], father [coronary disease|present+family].",
    "His father died of [lung cancer|present+family].",
    "Sister with [lupus|present+family].",
    "Maternal grandmother with [stroke|present+family].",
    "There is [epilepsy|present+family] in the family.",
    "[Melanoma|present+family] in his brother.",
    "The patient's mother denies [fever|absent] in the child.",
    "His mother states that he has a [cough|present].",
    "According to the mother, he has [vomiting|present].",
    "She was brought in by her mother with [fever|present].",
    "Her partner has [hepatitis C|present+other].",
    "A coworker was diagnosed with [tuberculosis|present+other].",
    "Two brothers with [diabetes|present+family].",
    "Brother: [asthma|present+family].",
    "Father is deceased from [myocardial infarction|present+family].",
    "No one in the family has [hemophilia|absent+family].",
    "Her husband reports that she [snores|present].",
    weak(
        "Four siblings, two with [asthma|present+family].",
        rules="relatives also bring, tell and decide",
    ),
]
