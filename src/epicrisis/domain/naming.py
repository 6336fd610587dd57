"""What several label sets name in one document, and what each label is called in English and in Spanish."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from epicrisis.domain.documents import Document
from epicrisis.domain.findings import Entity, EntityLabel

CLINICAL = "clinical"
"""The label set every reader knows: problems, tests, procedures and drugs with their attributes."""

SPANISH_TYPES = ("symptoms", "species", "procedures", "medications", "diseases")
"""The label sets of the five Spanish corpora, each with labels of its own."""


@dataclass(frozen=True, slots=True)
class Named:
    """A document and what each label set names in it, in the order of the text; of different sets, some may overlap."""

    document: Document
    entities: Mapping[str, tuple[Entity, ...]]
    engine: str = ""
    version: str = ""

    def in_text_order(self) -> list[tuple[str, Entity]]:
        """Return every entity beside its label set, in the order of the text and then of the label sets."""
        every = [(label_set, entity) for label_set, own in self.entities.items() for entity in own]
        return sorted(every, key=lambda pair: (pair[1].span.start, pair[1].span.end))


_LABELS: Mapping[str, tuple[str, ...]] = {
    CLINICAL: tuple(EntityLabel),
    "symptoms": ("SINTOMA",),
    "species": ("HUMAN", "SPECIES"),
    "procedures": ("PROCEDIMIENTO",),
    "medications": ("FARMACO",),
    "diseases": ("ENFERMEDAD",),
}


def labels_of(label_set: str) -> tuple[str, ...]:
    """Return the labels engines use in ``label_set``, plain or ``_base``; none where only the engine knows them."""
    return _LABELS.get(label_set.removesuffix("_base"), ())


@dataclass(frozen=True, slots=True)
class LabelName:
    """A label in English and in Spanish; ``sub`` is the finer kind, where a corpus tells kinds of one label apart."""

    english: str
    spanish: str
    sub: str | None = None


# English as our clinical label set has it, Spanish as the corpora write it: capitals without accents.
_NAMES = {
    name.english: name
    for name in (
        LabelName("PROBLEM", "PROBLEMA"),
        LabelName("TEST", "PRUEBA"),
        LabelName("PROCEDURE", "PROCEDIMIENTO"),
        LabelName("MEDICATION", "FARMACO"),
        LabelName("DOSE", "DOSIS"),
        LabelName("ROUTE", "VIA"),
        LabelName("FREQUENCY", "FRECUENCIA"),
        LabelName("DURATION", "DURACION"),
        LabelName("VALUE", "VALOR"),
        LabelName("SYMPTOM", "SINTOMA"),
        LabelName("DISEASE", "ENFERMEDAD"),
        LabelName("SPECIES", "SPECIES"),
        LabelName("CHEMICAL", "SUSTANCIA"),
        LabelName("PROTEIN", "PROTEINA"),
    )
}

# What engines say, each after the corpus it learnt from.
_SAID = {
    **_NAMES,
    "SINTOMA": _NAMES["SYMPTOM"],
    "ENFERMEDAD": _NAMES["DISEASE"],
    "PROCEDIMIENTO": _NAMES["PROCEDURE"],
    "FARMACO": _NAMES["MEDICATION"],
    "PROTEINA": _NAMES["PROTEIN"],
    "HUMAN": LabelName("SPECIES", "SPECIES", sub="HUMAN"),
    # LivingNER calls the whole SPECIES, and so the part of it that is not human.
    "SPECIES": LabelName("SPECIES", "SPECIES", sub="SPECIES"),
    "Chemical": _NAMES["CHEMICAL"],
    "Disease": _NAMES["DISEASE"],
}


def label_name(label: str) -> LabelName:
    """Return both names of what an engine calls ``label``; a label nobody has translated keeps its own in both."""
    return _SAID.get(label) or LabelName(label, label)
