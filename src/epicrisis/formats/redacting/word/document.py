"""A DOCX file: unpacked within limits, cleaned, asked part by part, packed anew, and read once more."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape

from epicrisis.errors import InvalidInput
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.contained.unpacking import unpacked
from epicrisis.formats.redacting.asking import Options, Question
from epicrisis.formats.redacting.pictures import check_pixels, pixels_of
from epicrisis.formats.redacting.proving import prove, removed
from epicrisis.formats.redacting.word.package import Package
from epicrisis.formats.redacting.word.wording import passages

# The parts whose every letter somebody wrote; the others hold names of fonts and of styles, which look like people's.
_WRITTEN = re.compile(r"word/(document|header\d+|footer\d+|footnotes|endnotes)\.xml")
_BETWEEN_TAGS = re.compile(r">([^<]++)")
# Runs cut words in two; paragraphs and signs do not. A name may be cut by either, so the text is looked at both ways.
_BREAKS = re.compile(r"</w:p>|<w:(?:tab|br|cr|ptab|noBreakHyphen)\b[^>]*/>")


class Docx:
    """A Word document."""

    def __init__(self, data: bytes, options: Options) -> None:
        """Read ``data``.

        Raises:
            UnreadableDocument: it is damaged, protected, larger than the limits, as a picture in it may be, or no Word
                document.
            MissingDependency: lxml is not installed.
            InvalidInput: there are rules, and a Word document has neither paths nor columns.
        """
        if options.rules:
            raise InvalidInput("Rules name paths and columns, and a Word document has neither; leave them out.")
        entries = unpacked(data, options.limits)
        for entry in entries.values():
            check_pixels(pixels_of(entry), options.limits.pixels)
        self._package = Package(entries)
        self._passages = [passage for part in self._package.parts.values() for passage in passages(part.root)]
        self._texts = [passage.text for passage in self._passages]
        self.questions: Sequence[Question] = [Question(text) for text in self._texts]

    def written(self, answers: Sequence[str]) -> bytes:
        """Return the document as it was answered.

        Raises:
            UnprovenRedaction: something that was to go can still be read in it.
        """
        for passage, answer in zip(self._passages, answers, strict=True):
            passage.put(answer)
        data = self._package.written()
        gone = [stretch for text, answer in zip(self._texts, answers, strict=True) for stretch in removed(text, answer)]
        prove(gone, allowed=answers, found=texts(data))
        return data


def texts(data: bytes) -> list[str]:
    """Return the text between the tags of a written document, by a routine that shares nothing with what wrote it."""
    return [
        unescape("".join(_BETWEEN_TAGS.findall(_BREAKS.sub("> <", part.decode()))))
        for name, part in unpacked(data, Limits(ratio=10_000)).items()
        if _WRITTEN.fullmatch(name)
    ]
