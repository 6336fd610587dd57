"""A PDF file: read page by page, set anew, and read once more by another reader before it is given back."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from epicrisis.errors import InvalidInput, MissingDependency, UnprovenRedaction
from epicrisis.formats.redacting.asking import Options, Question
from epicrisis.formats.redacting.pdf.reading import Page, pages
from epicrisis.formats.redacting.pdf.writing import written
from epicrisis.formats.redacting.proving import prove, removed
from epicrisis.formats.redacting.rewording import spread_between

# What a page set anew consists of; anything else came from somewhere it should not.
_CATALOGUE = frozenset({"/Type", "/Pages", "/PageMode"})
_PAGE = frozenset({"/Type", "/Parent", "/Contents", "/MediaBox", "/Resources", "/Rotate", "/Trans"})


class Pdf:
    """A PDF document."""

    def __init__(self, data: bytes, options: Options) -> None:
        """Read ``data``.

        Raises:
            UnreadableDocument: it is damaged, encrypted, too long, or has a page without a text layer.
            MissingDependency: a library for PDF is not installed.
            InvalidInput: there are rules, and a PDF has neither paths nor columns.
        """
        if options.rules:
            raise InvalidInput("Rules name paths and columns, and a PDF has neither; leave them out.")
        self._pages = pages(data, options.limits)
        self.questions: Sequence[Question] = [Question(page.text) for page in self._pages]

    def written(self, answers: Sequence[str]) -> bytes:
        """Return the document as it was answered.

        Raises:
            UnprovenRedaction: something that was to go can still be read in it.
            UnreadableDocument: a page is in a script that could not be shown.
        """
        texts = [_reworded(page, answer) for page, answer in zip(self._pages, answers, strict=True)]
        data = written(self._pages, texts)
        gone = [
            stretch for page, answer in zip(self._pages, answers, strict=True) for stretch in removed(page.text, answer)
        ]
        prove(gone, allowed=answers, found=extracted(data))
        return data


def _reworded(page: Page, answer: str) -> list[str]:
    """Return what each stretch of ``page`` says now."""
    pieces: list[str] = []
    fixed: list[bool] = []
    place = 0
    for stretch in page.stretches:
        pieces += [page.text[place : stretch.start], page.text[stretch.start : stretch.end]]
        fixed += [True, False]
        place = stretch.end
    pieces.append(page.text[place:])
    fixed.append(True)
    return spread_between(pieces, fixed, answer)[1::2] if page.stretches else []


def extracted(data: bytes) -> list[str]:
    """Return the text of each page as pypdf finds it, which shares no line with what read the original.

    Raises:
        MissingDependency: pypdf is not installed.
        UnprovenRedaction: the file holds more than pages of text.
    """
    try:
        from pypdf import PdfReader
    except ImportError as error:
        raise MissingDependency("PDF needs pypdf; run: pip install 'epicrisis[documents]'") from error
    reader = PdfReader(BytesIO(data), strict=True)
    found = [page.extract_text() for page in reader.pages]
    if reader.root_object.keys() - _CATALOGUE or any(page.keys() - _PAGE for page in reader.pages):
        raise UnprovenRedaction
    return found
