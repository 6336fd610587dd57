"""The heads one encoder carries, and the tags of each."""

from __future__ import annotations

from epicrisis.domain.assertions import CueKind, Experiencer, SentenceLabel, Status, Temporality
from epicrisis.domain.findings import EntityLabel

TAG_HEADS: dict[str, tuple[str, ...]] = {
    # Shipped: the model answers with these.
    "clinical": tuple(EntityLabel),
    "cues": tuple(CueKind),
    "bc5cdr": ("Chemical", "Disease"),
    "ncbi_disease": ("Disease",),
    "scope_neg": ("SCOPE",),
    "scope_unc": ("SCOPE",),
    # Training only: what other corpora mark teaches the encoder, and is dropped at export.
    "bioscope": ("NEG", "UNC"),
    "maccrobat2020": (
        "Sign_symptom",
        "Disease_disorder",
        "Diagnostic_procedure",
        "Therapeutic_procedure",
        "Medication",
        "Lab_value",
        "Biological_structure",
        "Detailed_description",
        "Dosage",
        "Severity",
        "History",
        "Date",
    ),
    "phee": ("Drug", "Dosage", "Route", "Freq", "Duration", "Treat-Disorder", "Effect"),
    "lct": ("Condition-Name", "Procedure-Name", "Drug-Name", "Observation-Name", "Eq-Value", "Modifier", "Negation"),
    "fb_clinical_trials": ("treatment", "chronic_disease", "clinical_variable", "cancer", "allergy_name"),
}
SHIPPED_TAG_HEADS = ("clinical", "cues", "bc5cdr", "ncbi_disease", "scope_neg", "scope_unc")

STATUSES = tuple(Status)
TEMPORALITIES = tuple(Temporality)
EXPERIENCERS = (Experiencer.PATIENT, Experiencer.FAMILY)
SENTENCE_LABELS = tuple(SentenceLabel)

IGNORE = -100


def tags_of(head: str) -> list[str]:
    """Return the BIO tags of ``head`` in the order of its logits: O, B-x, I-x, B-y, I-y, ..."""
    return ["O"] + [f"{prefix}-{label}" for label in TAG_HEADS[head] for prefix in "BI"]
