"""The heads one encoder carries, and the tags of each."""

from __future__ import annotations

from dataclasses import dataclass

from epicrisis.domain.assertions import CueKind, Experiencer, SentenceLabel, Status, Temporality
from epicrisis.domain.findings import EntityLabel

MEDDOCAN = (
    "CALLE", "CENTRO_SALUD", "CORREO_ELECTRONICO", "EDAD_SUJETO_ASISTENCIA", "FAMILIARES_SUJETO_ASISTENCIA",
    "FECHAS", "HOSPITAL", "ID_ASEGURAMIENTO", "ID_CONTACTO_ASISTENCIAL", "ID_EMPLEO_PERSONAL_SANITARIO",
    "ID_SUJETO_ASISTENCIA", "ID_TITULACION_PERSONAL_SANITARIO", "INSTITUCION", "NOMBRE_PERSONAL_SANITARIO",
    "NOMBRE_SUJETO_ASISTENCIA", "NUMERO_FAX", "NUMERO_TELEFONO", "OTROS_SUJETO_ASISTENCIA", "PAIS", "PROFESION",
    "SEXO_SUJETO_ASISTENCIA", "TERRITORIO",
)  # fmt: skip

TAG_HEADS: dict[str, tuple[str, ...]] = {
    # Of both languages.
    "clinical": tuple(EntityLabel),
    "cues": tuple(CueKind),
    "scope_neg": ("SCOPE",),
    "scope_unc": ("SCOPE",),
    # English.
    "bc5cdr": ("Chemical", "Disease"),
    "ncbi_disease": ("Disease",),
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
    # Spanish: the ten models of the Barcelona images, the chemicals of PharmaCoNER, the identifiers of MEDDOCAN.
    **{f"symptoms{variant}": ("SINTOMA",) for variant in ("", "_base")},
    **{f"procedures{variant}": ("PROCEDIMIENTO",) for variant in ("", "_base")},
    **{f"diseases{variant}": ("ENFERMEDAD",) for variant in ("", "_base")},
    **{f"medications{variant}": ("FARMACO",) for variant in ("", "_base")},
    **{f"species{variant}": ("HUMAN", "SPECIES") for variant in ("", "_base")},
    "pharmaconer": ("FARMACO", "PROTEINA"),
    "meddocan": MEDDOCAN,
    "cantemist": ("MORFOLOGIA_NEOPLASIA",),
    "nubes": ("NEG", "UNC"),
}


@dataclass(frozen=True, slots=True)
class Heads:
    """Which heads a model is taught, and which of them it ships with; the others only teach its encoder."""

    shipped: tuple[str, ...]
    auxiliary: tuple[str, ...]

    @property
    def trained(self) -> tuple[str, ...]:
        """Return every head, in the order of ``TAG_HEADS``."""
        return tuple(head for head in TAG_HEADS if head in self.shipped or head in self.auxiliary)


ENGLISH = Heads(
    shipped=("clinical", "cues", "bc5cdr", "ncbi_disease", "scope_neg", "scope_unc", "maccrobat2020"),
    auxiliary=("bioscope", "phee", "lct", "fb_clinical_trials"),
)
TYPES = ("symptoms", "procedures", "diseases", "medications", "species")
"""The Spanish types; each has a head that read notes too and one (``_base``) that read case reports alone."""
SPANISH = Heads(
    shipped=(
        "clinical", "cues", "scope_neg", "scope_unc", *TYPES, *(f"{each}_base" for each in TYPES), "pharmaconer",
        "meddocan",
    ),
    auxiliary=("cantemist", "nubes", "bioscope", "bc5cdr", "ncbi_disease", "maccrobat2020"),
)  # fmt: skip
HEADS_OF = {"english": ENGLISH, "spanish": SPANISH}

STATUSES = tuple(Status)
TEMPORALITIES = tuple(Temporality)
EXPERIENCERS = (Experiencer.PATIENT, Experiencer.FAMILY)
SENTENCE_LABELS = tuple(SentenceLabel)

IGNORE = -100


def tags_of(head: str) -> list[str]:
    """Return the BIO tags of ``head`` in the order of its logits: O, B-x, I-x, B-y, I-y, ..."""
    return ["O"] + [f"{prefix}-{label}" for label in TAG_HEADS[head] for prefix in "BI"]
