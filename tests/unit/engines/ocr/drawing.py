"""Pages that are drawn here, in Bitstream Vera as it comes with reportlab, so that what stands on them is known."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from epicrisis.engines.media_contracts import Pixels

# From one line to the next, in pixels.
LEADING = 64
NOTE = (
    "DISCHARGE NOTE",
    "Ana Ruiz Prueba, born 31/02/1950, was seen for chest pain.",
    "She denies fever, chills or cough. Possible pneumonia.",
    "Temperature 38.4 C, blood pressure 124/78 mmHg, pulse 96.",
    "Aspirin 81 mg daily was started; metformin was stopped.",
    "Follow up in two weeks, sooner if the pain returns.",
)
NOTA = (
    "INFORME DE ALTA",
    "Varón de 61 años que niega fiebre y escalofríos.",
    "Neumonía del lóbulo inferior; toma paracetamol según dolor.",
    "¿Antecedentes? Begoña Núñez Prueba, médica, íntima amiga.",
)


def page(lines: Sequence[str], *, degrees: float = 0.0, size: int = 28) -> Pixels:
    """Return ``lines`` as a page of a grey picture, falling to the right by ``degrees``."""
    return placed([(90, 90 + LEADING * number, line) for number, line in enumerate(lines)], degrees=degrees, size=size)


def placed(texts: Sequence[tuple[int, int, str]], *, degrees: float = 0.0, size: int = 28) -> Pixels:
    """Return a page with every text where it is said to stand: the pixel at its left, that at its top, and the text."""
    picture = Image.new("L", (1240, 900), 255)
    drawing = ImageDraw.Draw(picture)
    font = ImageFont.truetype(str(files("reportlab") / "fonts" / "Vera.ttf"), size)
    for left, top, text in texts:
        drawing.text((left, top), text, font=font, fill=0)
    return np.asarray(picture.rotate(-degrees, resample=Image.Resampling.BICUBIC, fillcolor=255))
