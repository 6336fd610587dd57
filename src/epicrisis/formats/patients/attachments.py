"""The files inside a record read into the words of its notes: plain text here, all else in a process of its own."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from epicrisis.domain.documents import Document
from epicrisis.domain.patients import ClinicalNote
from epicrisis.errors import InvalidInput, MissingDependency, UnreadableDocument
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.contained.process import Contained
from epicrisis.formats.documents.attached import NOTES, from_base64
from epicrisis.formats.documents.encodings import decode
from epicrisis.formats.documents.kinds import Kind, kind_of
from epicrisis.formats.documents.opening import libraries
from epicrisis.formats.documents.sheets.words import language_of
from epicrisis.formats.patients.child import Inside, Task, Written
from epicrisis.formats.patients.drafts import Draft, File, Part
from epicrisis.formats.patients.troubles import PICTURE, TOO_MUCH, UNREADABLE, Troubles
from epicrisis.text.language import detect_language

# What is read, the surest first; a picture waits for OCR, which is none of our business here.
_PREFERRED = (Kind.TEXT, Kind.HTML, Kind.RTF, Kind.DOCX, Kind.CDA, Kind.PDF)
_PICTURES = NOTES - set(_PREFERRED)
_CHARSET = "charset="
_HTML = ("text/html", "application/xhtml+xml")


@dataclass(slots=True)
class Notes:
    """The notes of a record as they are read; those that cannot be are among its ``troubles``."""

    limits: Limits
    troubles: Troubles
    notes: list[ClinicalNote] = field(default_factory=list)
    _letters: int = 0

    def read(self, drafts: Sequence[Draft]) -> None:
        """Read every part of ``drafts`` into notes; one that cannot be read is missing, and the others are not."""
        chosen = [[self._chosen(part, draft) for part in draft.parts] for draft in drafts]
        waiting = [each for parts in chosen for each in parts if isinstance(each, Inside)]
        written = iter(read_contained(waiting, self.limits))
        for draft, parts in zip(drafts, chosen, strict=True):
            said = [self._words(each, draft, written) for each in parts]
            self._add(draft, [(part.heading, text) for part, text in zip(draft.parts, said, strict=True) if text])

    def _chosen(self, part: Part, draft: Draft) -> str | Inside:
        """Return the words of a part, or the file that has to be read for them in a process of its own."""
        if part.text or not part.files:
            return part.text
        found, pictured = [], False
        for file in part.files:
            try:
                inside = _opened(file)
            except InvalidInput:
                continue
            pictured = pictured or inside.kind in _PICTURES
            if inside.kind in _PREFERRED:
                found.append((inside, file))
        if not found:
            self.troubles.add(draft.kind, PICTURE if pictured else UNREADABLE)
            return ""
        inside, file = min(found, key=lambda each: _PREFERRED.index(each[0].kind))
        if inside.kind is not Kind.TEXT:
            return inside
        try:
            return decode(inside.data, said=file.media.casefold().partition(_CHARSET)[2].strip(" \"'") or None).text
        except UnreadableDocument:
            self.troubles.add(draft.kind, UNREADABLE)
            return ""

    def _words(self, chosen: str | Inside, draft: Draft, written: Iterator[Written]) -> str:
        """Return the words of a part; those of a file are the next that were ``written``."""
        if isinstance(chosen, str):
            return chosen
        told = next(written)
        if not told.text:
            self.troubles.add(draft.kind, PICTURE if told.pictures else UNREADABLE)
        return told.text

    def _add(self, draft: Draft, parts: list[tuple[str, str]]) -> None:
        text = "\n\n".join(f"{heading}\n{said.strip()}" if heading else said for heading, said in parts)
        if self._letters + len(text) > self.limits.letters:
            self.troubles.add(draft.kind, TOO_MUCH)
            return
        if not text.strip():
            return
        self._letters += len(text)
        try:
            document = Document(draft.source.reference, text, _language(text, draft.language))
        except InvalidInput:
            self.troubles.add(draft.kind, UNREADABLE)
            return
        self.notes.append(ClinicalNote(draft.source, document, draft.title, draft.at, draft.encounter))


def read_contained(files: Sequence[Inside], limits: Limits) -> list[Written]:
    """Return what is written in each of ``files``; one that breaks its process is not read, and those behind it are.

    All of them together have the time that one file may take.
    """
    end = time.monotonic() + limits.seconds
    written: list[Written] = []
    process: Contained | None = None
    try:
        for number, file in enumerate(files):
            if number >= limits.entries or time.monotonic() > end:
                written.append(Written())
                continue
            if process is None:
                needed = sorted({name for each in files for name in libraries(each.kind)})
                process = Contained("patient", limits, libraries=needed)
            try:
                written.append(process.exchange(Task(inside=file, limits=limits), Written))
            except (UnreadableDocument, MissingDependency):
                written.append(Written())
                process.close()
                process = None
    finally:
        if process is not None:
            process.close()
    return written


def _opened(file: File) -> Inside:
    """Return the bytes of a file, and what they are: HTML that does not begin as a page is what its type says.

    Raises:
        InvalidInput: it is no base64, or of a kind that is not read.
    """
    if file.page:
        return Inside(Kind.HTML, file.page.encode(errors="replace"))
    data = from_base64(file.encoded)
    kind = kind_of(data)
    media = file.media.partition(";")[0].strip().casefold()
    return Inside(Kind.HTML if kind is Kind.TEXT and media in _HTML else kind, data)


def _language(text: str, told: str) -> str:
    """Return the language of ``text``: as its record says, or as it reads."""
    return language_of(told) if told else detect_language(text)
