"""Pages set anew: the words at their old places, in fonts every reader has, and an outline where a picture was.

Nothing of the old file is copied, so nothing of it can be left behind under what is drawn.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from epicrisis.errors import MissingDependency, UnreadableDocument
from epicrisis.formats.redacting.pdf.reading import Look, Page, Stretch

_FONTS = {
    "sans": ("Helvetica", "Helvetica-Bold", "Helvetica-Oblique", "Helvetica-BoldOblique"),
    "serif": ("Times-Roman", "Times-Bold", "Times-Italic", "Times-BoldItalic"),
    "mono": ("Courier", "Courier-Bold", "Courier-Oblique", "Courier-BoldOblique"),
}
# Words are drawn narrower or wider to fill the room the old font took, within what can be read.
_NARROWEST, _WIDEST = 40.0, 180.0
_MISSING_SHARE = 0.05
_LINE_END = re.compile(r"[\r\n\t]+")
# The Symbol font has these beside what cp1252 has; so Greek letters, ≥ and ≤ are drawn.
_ALSO = frozenset("ΑΒΧΔΕΦΓΗΙΚΛΜΝΟΠΘΡΣΤΥΩΞΨΖαβχδεφγηιϕκλμνοπθρστυωξψζ≥≤≠≈≡∞∂∑∏√∫→←↑↓↔±×÷°•−∈∉∩∪∅■")


def written(pages: Sequence[Page], texts: Sequence[Sequence[str]]) -> bytes:
    """Return a PDF of ``pages``, whose stretches say what ``texts`` has for them.

    Raises:
        MissingDependency: reportlab is not installed.
        UnreadableDocument: a page is written in a script the fonts do not have.
    """
    try:
        from reportlab.pdfgen.canvas import Canvas
    except ImportError as error:
        raise MissingDependency("PDF needs reportlab; run: pip install 'epicrisis[documents]'") from error
    data = BytesIO()
    canvas = Canvas(data, invariant=1, pageCompression=1)
    canvas.setTitle("")
    canvas.setAuthor("")
    canvas.setSubject("")
    canvas.setCreator("epicrisis")
    for number, (page, words) in enumerate(zip(pages, texts, strict=True), 1):
        _check_drawable("".join(words), number)
        canvas.setPageSize((page.width, page.height))
        if page.rotation:
            canvas.setPageRotation(page.rotation)
        for box in page.pictures:
            _outline(canvas, box)
        for at, (stretch, text) in enumerate(zip(page.stretches, words, strict=True)):
            _draw(canvas, stretch, text, _room(page, at), changed=text != page.text[stretch.start : stretch.end])
        canvas.showPage()
    canvas.save()
    return data.getvalue()


def _check_drawable(text: str, number: int) -> None:
    missing = sum(sign not in _ALSO and not sign.encode("cp1252", "ignore") for sign in text)
    if missing > _MISSING_SHARE * len(text):
        raise UnreadableDocument(
            f"Page {number} is written in a script that the redacted page could not show; send its text instead."
        )


def _outline(canvas: Any, box: tuple[float, float, float, float]) -> None:
    canvas.setStrokeGray(0.7)
    canvas.rect(box[0], box[1], box[2] - box[0], box[3] - box[1])


def _draw(canvas: Any, stretch: Stretch, text: str, room: float, *, changed: bool) -> None:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    if not text.strip():
        return
    font = _font(stretch.look)
    natural = stringWidth(text, font, stretch.look.size)
    # A word put in takes its natural width, where there is room for it; all others fill the place they had.
    share = min(100.0, 100.0 * room / natural) if changed else 100.0 * stretch.width / natural
    drawn = canvas.beginText()
    cos, sin = math.cos(stretch.angle), math.sin(stretch.angle)
    drawn.setTextTransform(cos, sin, -sin, cos, stretch.x, stretch.y)
    drawn.setFont(font, stretch.look.size)
    drawn.setHorizScale(min(_WIDEST, max(_NARROWEST, share)))
    drawn.textOut(_LINE_END.sub(" ", text))
    canvas.drawText(drawn)


def _font(look: Look) -> str:
    return _FONTS[look.family][look.bold + 2 * look.italic]


def _room(page: Page, at: int) -> float:
    """Return how far the stretch ``at`` may run: up to the next one on its line, or to the edge of the page."""
    stretch = page.stretches[at]
    if stretch.angle:
        return max(stretch.width, max(page.width, page.height))
    following = page.stretches[at + 1] if at + 1 < len(page.stretches) else None
    on_line = following is not None and abs(following.y - stretch.y) < stretch.look.size / 2
    edge = following.x if following is not None and on_line and following.x > stretch.x else page.width
    return max(stretch.width, edge - stretch.x - stretch.look.size / 4)
