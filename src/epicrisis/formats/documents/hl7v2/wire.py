"""An HL7 v2 file taken apart: messages, segments, fields, repetitions, components.

Nothing is asked of a message but that it begins with MSH: which segments may follow which is the business of whoever
sends it, and a reader that insists reads less of what is really sent.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from epicrisis.errors import UnreadableDocument
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.documents.hl7v2.encoding import Marks, decoded, marks_of

# The minimal lower layer protocol frames a message with VT before, and FS and CR behind it.
# A zero is no letter.
_FRAMES = bytes.maketrans(b"\x0b\x1c\0", b"\r\r ")
_MESSAGE = re.compile(rb"(?:\A|(?<=[\r\n]))MSH(?=[^\w\s])")
_LINE = re.compile("\r\n|\r|\n")
_SEGMENT = re.compile("[A-Z][A-Z0-9]{2}")
_NAME = 3
# Headers and trailers of a file of messages: they say who sends how many.
_BATCHING = frozenset({"FHS", "FTS", "BHS", "BTS"})


@dataclass(frozen=True, slots=True)
class Value:
    """One repetition of a field."""

    raw: str
    marks: Marks

    @property
    def text(self) -> str:
        """Return all of it as text: in a text field, ``^`` and ``&`` are letters that somebody forgot to escape."""
        return self.marks.unescaped(self.raw)

    def component(self, number: int) -> str:
        """Return a component, counted from 1, its parts with a space between; "" where it has none."""
        components = self.raw.split(self.marks.component)
        if number > len(components):
            return ""
        return " ".join(map(self.marks.unescaped, filter(None, components[number - 1].split(self.marks.part)))).strip()

    def part(self, component: int, number: int) -> str:
        """Return a part of a component, both counted from 1."""
        components = self.raw.split(self.marks.component)
        parts = components[component - 1].split(self.marks.part) if component <= len(components) else []
        return self.marks.unescaped(parts[number - 1]).strip() if number <= len(parts) else ""

    @property
    def coded(self) -> str:
        """Return what a coded value (CE, CWE, CNE) says in words, the code where it says nothing else."""
        # Text, original text, alternate text, code, alternate code.
        return next(filter(None, map(self.component, (2, 9, 5, 1, 4))), "")


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment: its name of three letters, and its fields as they stand there."""

    name: str
    fields: tuple[str, ...] = field(repr=False)
    marks: Marks = field(repr=False)

    def raw(self, number: int) -> str:
        """Return a field, counted from 1 as the standard does; "" where there is none, or it says null (``""``)."""
        value = self.fields[number - 1] if number <= len(self.fields) else ""
        return "" if value == '""' else value

    def values(self, number: int) -> list[Value]:
        """Return the repetitions of a field that hold anything."""
        raw = self.raw(number)
        return [Value(each, self.marks) for each in raw.split(self.marks.repetition) if each] if raw else []

    def first(self, number: int) -> Value:
        """Return the first repetition of a field, an empty one where there is none."""
        return Value(self.raw(number).lstrip(self.marks.repetition).partition(self.marks.repetition)[0], self.marks)


@dataclass(frozen=True, slots=True)
class Message:
    """A message: MSH and what follows it; ``as_told`` says whether its letters are of the set it names."""

    segments: tuple[Segment, ...]
    as_told: bool = True

    @property
    def header(self) -> Segment:
        """Return its MSH."""
        return self.segments[0]


def messages(data: bytes, limits: Limits) -> list[Message]:
    """Return the messages of a file: one, several, a batch, framed or not.

    Raises:
        UnreadableDocument: there is none in it, or more of messages or segments than the limits give.
    """
    data = _in_bytes(data).translate(_FRAMES).strip()
    starts = [match.start() for match in _MESSAGE.finditer(data)]
    if not starts:
        raise UnreadableDocument("The file holds no HL7 v2 message: none of its lines is an MSH segment.")
    if len(starts) > limits.entries:
        raise UnreadableDocument(
            f"The file holds {len(starts)} messages, more than {limits.entries}; send them in several files."
        )
    if data.count(b"\r") + data.count(b"\n") > limits.values:
        raise UnreadableDocument(f"The file has more than {limits.values} segments; send its messages one by one.")
    return [_message(data[start:end]) for start, end in pairwise([*starts, len(data)])]


def _in_bytes(data: bytes) -> bytes:
    """Return ``data`` with one byte for an ASCII letter, so that it can be cut before its letters are known."""
    for mark, codec in ((BOM_UTF16_LE, "utf-16-le"), (BOM_UTF16_BE, "utf-16-be")):
        if data.startswith((mark, "MSH".encode(codec))):
            return data.removeprefix(mark).decode(codec, errors="replace").encode()
    return data.removeprefix(BOM_UTF8)


def _message(data: bytes) -> Message:
    text, codec, as_told = decoded(data)
    lines = [line for line in _LINE.split(text) if line.strip()]
    marks = marks_of(lines[0], codec)
    return Message(tuple(_segments(lines, marks)), as_told)


def _segments(lines: list[str], marks: Marks) -> Iterator[Segment]:
    """Yield the segments; a line that begins none is the rest of a text whose line breaks nobody escaped."""
    begun: list[str] = []
    for line in lines:
        if begun and not _begins(line, marks):
            begun.append(line)
            continue
        if begun:
            yield from _segment("\n".join(begun), marks)
        begun = [line]
    yield from _segment("\n".join(begun), marks)


def _begins(line: str, marks: Marks) -> bool:
    return _SEGMENT.match(line) is not None and line[_NAME : _NAME + 1].strip() in ("", marks.field)


def _segment(line: str, marks: Marks) -> Iterator[Segment]:
    name, fields = line[:_NAME], line[_NAME + 1 :].split(marks.field)
    if name in _BATCHING:
        return
    # MSH-1 is the separator itself.
    yield Segment(name, tuple([marks.field, *fields] if name == "MSH" else fields), marks)
