"""Forty pages of notes, drawn from texts we know: in two languages and four fonts, with columns and tables."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import pypdfium2
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from epicrisis.engines.media_contracts import Pixels
from epicrisis_lab.corpora.catalogue import data_root

ENGLISH, SPANISH = 28, 12
NOTES = {"en": "notes/mtsamples_dev.jsonl.gz", "es": "ner_es/meddocan/dev.jsonl.gz"}
LAYOUTS = ("plain", "plain", "columns", "plain", "table")
# Regular and bold; Vera comes with reportlab, the others with PDFium.
FONTS = (
    ("Times-Roman", "Times-Bold"),
    ("Helvetica", "Helvetica-Bold"),
    ("Courier", "Courier-Bold"),
    ("Vera", "VeraBd"),
)
SIZES = (11, 10, 9, 12, 10.5)
MARGIN, GUTTER, LEADING = 56.0, 24.0, 1.3
_SHORTEST = 2500
_HEADING = re.compile(r"([A-ZÁÉÍÓÚÑ][\w /,()áéíóúñÁÉÍÓÚÑ-]{2,60}:)(?: |$)")
# Invented values, one a row: what stands in the columns of a table is read across.
TABLES = {
    "en": (
        ("Test", "Result", "Unit", "Reference", "Flag"),
        ("Sodium", "131", "mmol/L", "136-145", "L"),
        ("Potassium", "5.4", "mmol/L", "3.5-5.1", "H"),
        ("Creatinine", "1.62", "mg/dL", "0.70-1.20", "H"),
        ("Hemoglobin", "9.8", "g/dL", "13.5-17.5", "L"),
        ("White blood cells", "12.4", "10^3/uL", "4.5-11.0", "H"),
        ("Hemoglobin A1c", "7.9", "%", "4.0-5.6", "H"),
        ("Troponin I", "<0.01", "ng/mL", "0.00-0.04", ""),
    ),
    "es": (
        ("Determinación", "Resultado", "Unidad", "Referencia", "Aviso"),
        ("Sodio", "131", "mmol/L", "136-145", "B"),
        ("Potasio", "5,4", "mmol/L", "3,5-5,1", "A"),
        ("Creatinina", "1,62", "mg/dL", "0,70-1,20", "A"),
        ("Hemoglobina", "9,8", "g/dL", "13,5-17,5", "B"),
        ("Leucocitos", "12,4", "10^3/µL", "4,5-11,0", "A"),
        ("Colesterol LDL", "148", "mg/dL", "<116", "A"),
        ("Péptido natriurético", "820", "pg/mL", "<125", "A"),
    ),
}
_TABLE_STOPS = (0.0, 0.34, 0.5, 0.66, 0.88)


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """A page as PDF, and the ``text`` that stands on it in the order in which one reads it."""

    name: str
    language: str
    layout: str
    pdf: bytes
    text: str

    def picture(self, dots: int) -> Pixels:
        """Return the page in grey with so many ``dots`` to the inch."""
        document = pypdfium2.PdfDocument(self.pdf)
        try:
            grey = document[0].render(scale=dots / 72, grayscale=True).to_numpy()
            return np.ascontiguousarray(grey.reshape(grey.shape[:2]))
        finally:
            document.close()


def drawn_pages() -> list[DrawnPage]:
    """Return the forty pages, the same on every machine.

    Raises:
        SystemExit: the notes are not here.
    """
    for regular in ("Vera", "VeraBd"):
        registerFont(TTFont(regular, f"{regular}.ttf"))
    root = data_root()
    if root is None or not all((root / file).exists() for file in NOTES.values()):
        raise SystemExit(
            f"The notes {[*NOTES.values()]} are not here; set EPICRISIS_CORPORA to the folder of the corpora."
        )
    return [
        drawn(f"{language}{number:02}", language, text, LAYOUTS[number % 5], FONTS[number % 4], _size(number))
        for language, count in (("en", ENGLISH), ("es", SPANISH))
        for number, text in enumerate(_texts(root / NOTES[language], count))
    ]


def _size(number: int) -> float:
    """Return the size of the letters of a page: every layout comes in every size."""
    return SIZES[(number + number // len(LAYOUTS)) % len(SIZES)]


def _texts(path: Path, count: int) -> list[str]:
    """Return ``count`` texts from all over the file, long enough for a page and of letters that every font has."""
    with gzip.open(path, "rt", encoding="utf-8") as rows:
        texts = [json.loads(row)["text"].replace("\ufeff", "") for row in rows]
    fitting = [text for text in texts if len(text) >= _SHORTEST and _in_every_font(text)]
    if len(fitting) < count:
        raise SystemExit(f"{path.name} has {len(fitting)} texts that fill a page, fewer than {count}; get it again.")
    return fitting[:: len(fitting) // count][:count]


def _in_every_font(text: str) -> bool:
    return text.encode("cp1252", "ignore").decode("cp1252") == text


def drawn(name: str, language: str, text: str, layout: str, fonts: tuple[str, str], size: float) -> DrawnPage:
    """Draw as much of ``text`` as one page takes."""
    width, height = A4
    written = BytesIO()
    canvas = Canvas(written, pagesize=A4)
    top, lines = height - MARGIN, list[str]()
    title = "Discharge note" if language == "en" else "Informe de alta"
    canvas.setFont(fonts[1], size + 3)
    canvas.drawString(MARGIN, top, title)
    lines.append(title)
    top -= 2 * size * LEADING
    if layout == "table":
        lines += _table(canvas, TABLES[language], fonts, size, top)
        top -= (len(TABLES[language]) + 1.5) * size * LEADING * 1.2
    count = 2 if layout == "columns" else 1
    wide = (width - 2 * MARGIN - (count - 1) * GUTTER) / count
    rest = list(_wrapped(text, fonts, size, wide))
    for column in range(count):
        room = int((top - MARGIN) / (size * LEADING))
        _column(canvas, rest[:room], fonts, size, MARGIN + column * (wide + GUTTER), top)
        lines += ["".join(part for part, _ in line) for line in rest[:room]]
        rest = rest[room:]
    canvas.save()
    return DrawnPage(name, language, layout, written.getvalue(), "\n".join(lines))


def _table(canvas: Canvas, rows: Sequence[Sequence[str]], fonts: tuple[str, str], size: float, top: float) -> list[str]:
    """Draw ``rows`` with their cells at fixed stops, under a rule, and return them as lines."""
    wide = A4[0] - 2 * MARGIN
    for number, row in enumerate(rows):
        canvas.setFont(fonts[0] if number else fonts[1], size)
        for cell, stop in zip(row, _TABLE_STOPS, strict=True):
            canvas.drawString(MARGIN + stop * wide, top - number * size * LEADING * 1.2, cell)
    canvas.line(MARGIN, top - 0.35 * size, MARGIN + wide, top - 0.35 * size)
    return [" ".join(cell for cell in row if cell) for row in rows]


def _column(
    canvas: Canvas, lines: Sequence[list[tuple[str, str]]], fonts: tuple[str, str], size: float, left: float, top: float
) -> None:
    for number, line in enumerate(lines):
        at = left
        for part, font in line:
            canvas.setFont(font, size)
            canvas.drawString(at, top - number * size * LEADING, part)
            at += stringWidth(part, font, size)


def _wrapped(text: str, fonts: tuple[str, str], size: float, wide: float) -> Iterator[list[tuple[str, str]]]:
    """Yield lines no wider than ``wide``, each as parts with their font: the heading of a paragraph is bold."""
    for paragraph in text.split("\n"):
        heading = _HEADING.match(paragraph)
        bold = len(heading[1].split()) if heading else 0
        line = list[tuple[str, str]]()
        used = 0.0
        for number, word in enumerate(paragraph.split()):
            font = fonts[1] if number < bold else fonts[0]
            part = (" " if line else "") + word
            if line and used + stringWidth(part, font, size) > wide:
                yield line
                line, used, part = [], 0.0, word
            line.append((part, font))
            used += stringWidth(part, font, size)
        if line:
            yield line
