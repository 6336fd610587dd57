"""Golden sentences: how a clinician writes, and what is said of each finding; every person in them is invented.

``docs/clinical/assertion.md`` defines the answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.golden.case import Case, weak
from tests.golden.history import FAMILY, PAST
from tests.golden.negation import DOUBLE_NEGATION, NEGATION_AFTER, NEGATION_BEFORE, OWN_WORDS, PSEUDO_CUES
from tests.golden.signs import SIGNS

PRESENT: list[str | Case] = [
    "She complains of [chest pain|present].",
    "Chest x-ray showed a [left lower lobe infiltrate|present].",
    "[Hemoglobin|present] of 8.2.",
    "He underwent [laparoscopic appendectomy|present].",
    "Blood cultures grew [gram-negative rods|present].",
    "The patient is a 54-year-old man with [diabetes mellitus|present].",
    "She takes [lisinopril|present] 10 mg daily.",
    "[Blood pressure|present] is elevated at 160/95.",
    "Patient exhibits signs of [pneumonia|present].",
    "He was seen at Mayo Clinic for [palpitations|present].",
    "Ana Ruiz Prueba was seen for [migraine|present].",
    "[Cough|present] x 3 days.",
    "She developed [rash|present] after penicillin.",
    "Her [asthma|present] is worse in spring.",
    "[Sodium|present] 135, [potassium|present] 4.1.",
    "[White count|present] is elevated.",
]

UNCERTAINTY: list[str | Case] = [
    "Possible [pneumonia|possible].",
    "Probable [viral syndrome|possible].",
    "This is likely [gastroenteritis|possible].",
    "She probably has [hidradenitis|possible].",
    "Patient may have [pneumonia|possible].",
    "This might represent [scar tissue|possible].",
    "Findings are suspicious for [carcinoma|possible].",
    "Findings consistent with [osteoarthritis|possible].",
    "Suspected [cardiac arrhythmia|possible].",
    "Suggestive of [ischemia|possible].",
    "Concerning for [abscess|possible].",
    "Rule out [malignancy|possible].",
    "CT ordered to rule out [appendicitis|possible].",
    "R/O [sepsis|possible].",
    "[Pulmonary embolism|possible] cannot be excluded.",
    "[Endocarditis|possible] is not ruled out.",
    "We cannot exclude [occult fracture|possible].",
    "[Fracture|possible] is unlikely.",
    "Unlikely [stroke|possible].",
    "[Lymphoma|possible] is suspected.",
    "There is a [cyst|possible] versus [abscess|possible].",
    "Differential diagnosis includes [gout|possible], [cellulitis|possible] and [septic arthritis|possible].",
    "Questionable [infiltrate|possible] in the right base.",
    "It is unclear whether she had a [seizure|possible].",
    "I suspect [sleep apnea|possible].",
    "?[stroke|possible].",
    "Presumed [viral meningitis|possible].",
    "[Anemia|present], possibly secondary to [chronic disease|possible].",
    "[Mass|present] in the left lung, possible [metastasis|possible].",
    "Her [weakness|present] may be contributing to her [falls|present].",
    "The [hypokalemia|present] is likely due to her [diarrhea|present].",
    "It is unlikely that this is [cancer|possible].",
    "She has [pain|present] that is likely [musculoskeletal|possible].",
    "[Pneumonia|possible] vs. [atelectasis|possible].",
    "This could be [gout|possible].",
    "Cannot rule out [PE|possible].",
    "[Seizure disorder|possible]?",
    "CT to evaluate for [diverticulitis|possible].",
    weak(
        "She appears to have [dementia|possible].",
        rules='"appears" is a guess only of a diagnosis, and the rules know none from a finding',
    ),
]

HYPOTHESIS: list[str | Case] = [
    "Return if you develop [fever|hypothetical].",
    "Return for [fever|hypothetical], [bleeding|hypothetical], or [worsening pain|hypothetical].",
    "Call if [chest pain|hypothetical] occurs.",
    "If [dizziness|hypothetical] occurs, reduce the dosage.",
    "If symptoms of [infection|hypothetical] appear, call us.",
    "In case of [bleeding|hypothetical], press firmly.",
    "Should she develop [hives|hypothetical], stop the drug.",
    "The risk of [bleeding|hypothetical] was explained.",
    "Risks include [infection|hypothetical], [scarring|hypothetical] and [nerve injury|hypothetical].",
    "He understands the risks, including but not limited to [infection|hypothetical] and [death|hypothetical].",
    "At risk for [falls|hypothetical].",
    "Heparin was given to prevent [thrombosis|hypothetical].",
    "Watch for [rash|hypothetical].",
    "Unless [vomiting|hypothetical] recurs she may eat.",
    "He will call if the new drug worsens her [rash|present].",
    "Take aspirin to prevent [stroke|hypothetical].",
    "We discussed the risks and benefits of [surgery|hypothetical].",
    weak("She is to return should [fever|hypothetical] develop.", rules='"is to" makes a plan of whatever comes next'),
]

PLANS: list[str | Case] = [
    "She will receive [aspirin|hypothetical+future].",
    "We will obtain an [echocardiogram|hypothetical+future].",
    "[Colonoscopy|hypothetical+future] is recommended.",
    "I recommend [physical therapy|hypothetical+future].",
    "She is scheduled for [surgery|hypothetical+future].",
    "Plan: [CT scan|hypothetical+future] of the abdomen.",
    "He should undergo [cystoscopy|hypothetical+future].",
    "She would benefit from [knee replacement|hypothetical+future].",
    "Check [TSH|hypothetical+future] in six weeks.",
    "Start [metformin|hypothetical+future].",
    "Possible [biopsy|hypothetical+future] next week.",
    "He is a candidate for [bypass surgery|hypothetical+future].",
    "[MRI|hypothetical+future] was recommended.",
    "Consider [MRI|hypothetical+future] if pain persists.",
    "[Lisinopril|hypothetical+future] will be started.",
    "Follow up with [echocardiogram|hypothetical+future].",
    "May take [Tylenol|hypothetical+future] tonight.",
    weak("DISCHARGE INSTRUCTIONS: [Regular diet|hypothetical+future].", rules="a plan told by its heading alone"),
]

CONDITIONS: list[str | Case] = [
    "[Dyspnea|conditional] on exertion.",
    "[Chest pain|conditional] when walking uphill.",
    "[Acetaminophen|conditional] p.r.n. for [headache|hypothetical].",
    "[Zofran|conditional] 4 mg every 6 hours as needed for [nausea|hypothetical].",
    "[Ambien|conditional] 5 mg at bedtime prn.",
    "Lisinopril 10 mg daily, [albuterol|conditional] p.r.n.",
    "[Lisinopril|present] 10 mg daily, albuterol p.r.n.",
    "She is allergic to [penicillin|conditional].",
    "ALLERGIES: [Sulfa|conditional].",
    "Penicillin causes [hives|conditional].",
    "No [chest pain|absent] when walking.",
    "Denies [dyspnea on exertion|absent].",
    "He takes [Tylenol|conditional] when needed.",
    "[Angina|conditional] with exertion.",
    "[Headache|conditional] whenever she reads.",
    "He gets [short of breath|conditional] when climbing stairs.",
    "[Oxycodone|conditional] 5 mg PRN [pain|hypothetical].",
    "He was given [Percocet|conditional], #30, one p.o. q.4h. p.r.n.",
    "Tylenol, two tablets p.r.n., [headache|hypothetical].",
    weak(
        "[Percocet|conditional], which he takes at night, is p.r.n.",
        rules="a comma ends the reach of p.r.n. where anything but directions follows it, for the sake of lists",
    ),
]


EXAMINATIONS: list[str | Case] = [
    "[Lungs|normal] are clear.",
    "[Heart|normal]: Regular rate and rhythm.",
    "[CT of the head|normal] was unremarkable.",
    "[Troponin|normal] was negative.",
    "Normal [colonoscopy|normal].",
    "[Abdomen|normal]: Soft, nontender.",
    "[NECK|normal]: No [masses|absent] or [bruits|absent].",
    "[Extremities|normal] are without [edema|absent].",
    "[Chest x-ray|normal] shows no [infiltrate|absent].",
    "No [hemorrhage|absent] on [CT|normal].",
    "[Blood pressure|normal] within normal limits.",
    "[Cranial nerves|normal] are intact.",
    "[Liver|normal], [spleen|normal] and [kidneys|normal] are unremarkable.",
    "Normal [S1|normal] and [S2|normal].",
    "[HEART|present]: Irregular, but no [murmurs|absent].",
    "[Ejection fraction|present] of 55%.",
    "[CT|present] showed [ileus|present] without [obstruction|absent].",
    "[Urinalysis|normal] is normal.",
    "[Cytology|normal] was benign.",
    "[Pupils|normal] equal and reactive.",
    "[Vital signs|normal] are stable.",
    "[Neurologic exam|normal] is nonfocal.",
    "[Cultures|normal] negative.",
    "The [wound|normal] is clean, dry and intact.",
    "General: no acute [distress|absent].",
    "HEENT: [Pupils|normal] equal, no [icterus|absent].",
    "[EKG|normal]: normal sinus rhythm.",
]

NOTES: list[str | Case] = [
    "FAMILY HISTORY:\n[Breast cancer|present+family] and [hypertension|present+family].",
    "ALLERGIES:\nNo known [drug allergies|absent].",
    "ALLERGIES:\n[Penicillin|conditional]",
    "PAST MEDICAL HISTORY:\n1. [Hypertension|present+past].\n2. [Gout|present+past].",
    "ALLERGIES: No known [drug allergies|absent].\nCHIEF COMPLAINT: [Cough|present].",
    "CHIEF COMPLAINT:\n[Chest pain|present]\n\nFAMILY HISTORY:\n[Stroke|present+family]\n\n"
    "PLAN:\nCheck [TSH|hypothetical+future].",
    "EXAM:\n[Lungs|normal]: Clear.\n[Heart|normal]: No [murmur|absent].\n[Skin|present]: [Rash|present] on the back.",
]

CASES: Mapping[str, Sequence[str | Case]] = {
    "present": PRESENT,
    "pseudo-cues": PSEUDO_CUES,
    "negation before": NEGATION_BEFORE,
    "negation after": NEGATION_AFTER,
    "negative by its own word": OWN_WORDS,
    "double negation": DOUBLE_NEGATION,
    "uncertainty": UNCERTAINTY,
    "hypothesis": HYPOTHESIS,
    "plans": PLANS,
    "conditions": CONDITIONS,
    "past": PAST,
    "family": FAMILY,
    "examinations": EXAMINATIONS,
    "notes": NOTES,
    "signs and boxes": SIGNS,
}
