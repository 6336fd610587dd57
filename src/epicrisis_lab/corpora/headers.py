"""MEDDOCAN notes without the header, or the header and the signature, their makers put around each case.

The invented header ("Nombre: ...", "NHC: ...") names most identifiers behind a heading that gives them away. What is
left is harder, and nearer to notes whose header lies in another system.
"""

from __future__ import annotations

import re
from dataclasses import replace
from enum import StrEnum

from epicrisis.domain.spans import Span
from epicrisis_lab.corpora.rows import LabRow

_HEADER = re.compile(
    r"[\ufeff\s]*(?:Datos (?:del paciente|asistenciales)|(?:Nombre|Apellidos|CIPA|NHC|NASS|Domicilio|CP|Sexo|Servicio"
    r"|Localidad ?/ ?Provincia|Fecha de (?:nacimiento|ingreso)|País(?: de nacimiento)?|Edad|Episodio|Especialidad"
    r"|M[ée]dico|N[ºo°]\.? ?Col)\s*[:.])",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"^[\ufeff\s]*(?:Remitido por|Responsable cl[ií]nico)\b", re.IGNORECASE | re.MULTILINE)


class Bare(StrEnum):
    """What is taken off: the header alone, or the line with the doctor's name and address at the end as well."""

    HEADER = "header"
    BOTH = "both"


def without_headers(row: LabRow, bare: Bare = Bare.HEADER) -> LabRow | None:
    """Return ``row`` from its first line that is no header on; ``None`` where nothing is left.

    Entities, targets, cues and scopes that lie outside go with the text they marked.
    """
    start = _body(row.text)
    signature = _SIGNATURE.search(row.text, start) if bare is Bare.BOTH else None
    end = signature.start() if signature else len(row.text)
    text = row.text[start:end]
    if not text.strip():
        return None
    kept = tuple(
        replace(entity, span=Span(entity.span.start - start, entity.span.end - start))
        for entity in row.entities
        if start <= entity.span.start and entity.span.end <= end
    )
    return replace(row, text=text, entities=kept, targets=(), cues=(), scopes=())


def _body(text: str) -> int:
    """Return where the first line begins that is neither empty nor a line of the header."""
    at = 0
    for line in text.splitlines(keepends=True):
        if line.strip("\ufeff \t\r\n") and not _HEADER.match(line):
            return at
        at += len(line)
    return at
