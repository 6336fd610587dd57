"""What every engine is asked in the languages it reads: a note with its findings, and sentences that are awkward."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest
from _pytest.mark import ParameterSet

from epicrisis.domain.documents import Document
from epicrisis.domain.spans import Span
from epicrisis.engines.registry import Group, card, installed


@dataclass(frozen=True, slots=True)
class Sample:
    """A note and its ``findings``; ``awkward`` sentences deny ``fever`` by the word ``denies``, whatever stands before.

    ``labelled`` are three sentences: an absent finding, a possible one, and two that differ.
    """

    note: Document
    findings: tuple[str, ...]
    other: str
    fever: str
    denies: str
    awkward: Mapping[str, str]
    labelled: tuple[str, str, str]

    def spans(self, document: Document, *findings: str) -> list[Span]:
        """Return where ``findings`` first stand in ``document``."""
        starts = [document.text.index(finding) for finding in findings]
        return [Span(start, start + len(finding)) for start, finding in zip(starts, findings, strict=True)]

    def document(self, text: str, name: str = "n1") -> Document:
        """Return ``text`` as a document in the language of the sample."""
        return Document(name, text, self.note.language)


SAMPLES: Mapping[str, Sample] = {
    "en": Sample(
        note=Document(
            "n1",
            "HISTORY OF PRESENT ILLNESS: Ana Ruiz Prueba denies fever, chills or cough. "
            "Possible pneumonia; rule out sepsis.\n"
            "She takes aspirin 81 mg p.o. daily.\n\n"
            "FAMILY HISTORY: Mother had gout.\n\n"
            "PLAN:\n1. Chest x-ray.\n2. Return for bleeding. Acetaminophen p.r.n. for pain.",
            "en",
        ),
        findings=("fever", "chills", "cough", "pneumonia", "sepsis", "gout", "bleeding", "Acetaminophen", "pain"),
        other="Lungs are clear. No edema.\r\n\r\nALLERGIES: penicillin 🙂 causes hives.",
        fever="fever",
        denies="denies",
        awkward={
            # Where offsets go wrong: letters outside the basic plane, accents of their own, two-part line ends.
            "astral": "𝕬na Ruiz Prueba 🙂 denies fever.",
            "combining": "Jose\u0301 Pru\u0308eba cafe\u0301 denies fever.",
            "joined": "👩‍⚕️ denies fever.",
            "crlf": "Seen today.\r\n\r\nHe denies fever.\r\n",
            "right to left": "שלום denies fever.",
            "no-break blanks": "He\u00a0denies\u2003fever.",
            "byte order mark": "\ufeffHe denies fever.",
        },
        labelled=("The patient denies chest pain.", "Possible pneumonia.", "He has a cough. No fever."),
    ),
    "es": Sample(
        note=Document(
            "n1",
            "ENFERMEDAD ACTUAL: Ana Ruiz Prueba niega fiebre, escalofríos o tos. "
            "Posible neumonía; descartar sepsis.\n"
            "Toma aspirina 100 mg al día.\n\n"
            "ANTECEDENTES FAMILIARES: Madre con gota.\n\n"
            "PLAN:\n1. Radiografía de tórax.\n2. Volver si presenta sangrado. Paracetamol si dolor.",
            "es",
        ),
        findings=("fiebre", "escalofríos", "tos", "neumonía", "sepsis", "gota", "sangrado", "Paracetamol", "dolor"),
        other="Auscultación normal. No edemas.\r\n\r\nALERGIAS: penicilina 🙂.",
        fever="fiebre",
        denies="niega",
        awkward={
            "astral": "𝕬na Ruiz Prueba 🙂 niega fiebre.",
            "combining": "Jose\u0301 Prue\u0301ba, varo\u0301n, niega fiebre.",
            "joined": "👩‍⚕️ niega fiebre.",
            "crlf": "Visto hoy.\r\n\r\nEl paciente niega fiebre.\r\n",
            "right to left": "שלום niega fiebre.",
            "no-break blanks": "La paciente\u00a0niega\u2003fiebre.",
            "byte order mark": "\ufeffLa paciente niega fiebre.",
        },
        labelled=("El paciente niega dolor torácico.", "Posible neumonía.", "Tiene tos. No fiebre."),
    ),
}


def engines(group: Group) -> Iterator[ParameterSet]:
    """Yield the name of every installed engine of ``group`` with each language its card names; weights stay unread."""
    for name in installed(group):
        for language in card(group, name).languages:
            yield pytest.param((name, language), id=f"{name}-{language}")
