"""What a label over drugs, or the end of a row, says of them: "STOPPED:", "NEW MEDICATIONS", "(held)"."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.lists import phrases, primary
from epicrisis.engines.extraction.medications.verbs import Fate, Verb, said_by
from epicrisis.engines.extraction.note import Note

_LONGEST = 60
_MARKS = " \t\n#*=_-\u2022.([])>"
_WORD = re.compile(r"[^\W_]+(?:['’/][^\W_]+)*")
_BLANK = re.compile(r"\n[^\S\n]*+\n")
# "Start: 3/2/2020" is a date of the drug before it.
_DATE = re.compile(r"\s{0,3}\d{1,4}[/-]\d")
_CUTS = ".;,|:\t\n"
# What parts the last cell of a row from the rest: "Metformin 500 mg | Discontinued", "Metformin (stopped)".
_CELL = re.compile(r"[;|\t(\[:,-]")
_CELL_FAR = 40
# A cell begins with what became of the drug and may go on with why: "| held for SBP < 100", "- stopped by cardiology".
_WHY = re.compile(r"\s(?:after|because|by|due|for|per|since|debido|desde|hasta|hoy|por|tras|until)\b")


@dataclass(frozen=True, slots=True, order=True)
class _Label:
    """A label or heading: where it starts and ends, how far it reaches, what it says of the drugs below if anything."""

    start: int
    end: int
    reach: int
    state: Fate | None


class Labels:
    """The labels of one note, asked what they say of a drug."""

    def __init__(self, note: Note, low: str) -> None:
        """Read ``note``, ``low`` being its text as ``phrases.folded`` returns it."""
        self._note, self._low, self._language = note, low, primary(note)
        self._blanks = [match.start() for match in _BLANK.finditer(low)]
        starts = [
            _Label(section.heading.start, section.heading.end, section.heading.end, None)
            for section in note.annotated.sections
            if section.heading is not None
        ]
        found = [*self._before_colons(), *self._alone()]
        # A label that is a heading, too, is said by its words.
        told = {each.end for each in found}
        self._labels = sorted([*found, *(each for each in starts if each.end not in told)])
        self._starts = [each.start for each in self._labels]

    def of(self, drug: Span, following: int) -> Verb | None:
        """Return what the row of ``drug`` says of it, or the label over it; ``following`` is where the next drug is."""
        over = self._over(drug)
        label = None if over is None or over.state is None else Verb(Span(over.start, over.end), over.state)
        return self._at_end(drug, following) or label

    def end_over(self, drug: Span) -> int:
        """Return where the label over ``drug`` ends: its verbs are its own, "Home meds held on admission: aspirin"."""
        over = self._over(drug)
        return 0 if over is None or over.state is None else over.end

    def _over(self, drug: Span) -> _Label | None:
        number = bisect_right(self._starts, drug.start) - 1
        if number < 0:
            return None
        label = self._labels[number]
        is_below = drug.start < label.reach or self._note.sentence(drug).start < label.reach < drug.start
        return label if is_below and label.end <= drug.start else None

    def _at_end(self, drug: Span, following: int) -> Verb | None:
        line = self._note.line(drug)
        if following < line.end or line.end <= drug.end:
            return None
        start = max(drug.end, line.end - _CELL_FAR)
        cut = max((match.end() for match in _CELL.finditer(self._low, start, line.end)), default=-1)
        if cut < 0:
            return None
        why = _WHY.search(self._low, cut, line.end)
        end = line.end if why is None else why.start()
        state = self._state(cut, end)
        return None if state is None else Verb(Span(cut, end), state)

    def _before_colons(self) -> Iterator[_Label]:
        at = self._low.find(":")
        while at >= 0:
            start = max(at - _LONGEST, *(self._low.rfind(cut, max(0, at - _LONGEST), at) + 1 for cut in _CUTS), 0)
            line_end = self._line_end(at)
            rest = self._low[at + 1 : line_end].strip(_MARKS)
            state = None if self._is_empty(at + 1) else self._state(start, at) or self._in_capitals(start, at)
            if state is not None or not rest or self._is_of_another_kind(start, at):
                yield _Label(start, at, line_end if rest else self._list_end(at), state)
            at = self._low.find(":", at + 1)

    def _is_empty(self, at: int) -> bool:
        """Return whether no drugs follow a colon: "Stopped: none", "Start: 3/2/2020"."""
        start = at + len(self._low[at : at + 4]) - len(self._low[at : at + 4].lstrip(" *_"))
        first = phrases("drug_labels", self._language, "nothing").first(self._low, start, start + _LONGEST)
        return _DATE.match(self._low, at) is not None or (first is not None and first.start == start)

    def _is_of_another_kind(self, start: int, at: int) -> bool:
        """Return whether a sentence of a line is led by words of its own: "... ibuprofen. Follow-up: lisinopril"."""
        words = self._note.text[start:at].strip()
        is_led = bool(words) and words[0].isupper() and self._low[start - 1 : start] in (".", ";")
        return is_led and not self._low[at + 1 : at + 3].strip()[:1].isdigit()

    def _alone(self) -> Iterator[_Label]:
        """Yield the lines that are a label without a colon: "## Stopped", "MEDICATIONS STOPPED"."""
        start = 0
        for line in self._note.text.split("\n"):
            end = start + len(line)
            plain = line.strip(_MARKS)
            is_set_apart = plain.isupper() or line.startswith(("#", "**")) or " " in plain
            if 0 < len(plain) <= _LONGEST and ":" not in plain and is_set_apart and not line.startswith(("-", "* ")):
                state = self._state(start, end)
                if state is not None and self._low[end : self._line_end(end + 1)].strip():
                    yield _Label(start, end, self._list_end(end), state)
            start = end + 1

    def _in_capitals(self, start: int, end: int) -> Fate | None:
        """Return what the words in capitals before a colon say: "... 5 mg twice daily STOPPED: metformin"."""
        words = list(_WORD.finditer(self._note.text, start, end))
        first = len(words)
        while first > 0 and words[first - 1][0].isupper():
            first -= 1
        return self._state(words[first].start(), end) if 0 < first < len(words) else None

    def _state(self, start: int, end: int) -> Fate | None:
        """Return the one state that the words of a label say, or ``None`` where they say anything else."""
        words = self._low[start:end].strip(_MARKS)
        if not words or len(words) > _LONGEST:
            return None
        states, every = said_by("drug_labels", self._language)
        said: set[Fate] = set()
        at, others = 0, []
        for span in every.find(words):
            said.add(states[" ".join(words[span.start : span.end].replace("-", " ").split())])
            others += _WORD.findall(words[at : span.start])
            at = span.end
        others += _WORD.findall(words[at:])
        beside = phrases("drug_labels", self._language, "beside").forms
        return said.pop() if len(said) == 1 and beside.issuperset(others) else None

    def _line_end(self, at: int) -> int:
        end = self._low.find("\n", at)
        return len(self._low) if end < 0 else end

    def _list_end(self, at: int) -> int:
        """Return where the list below a label ends: at the first blank line behind its first line."""
        below = at + len(self._low[at : at + _LONGEST]) - len(self._low[at : at + _LONGEST].lstrip(": \t\n*_"))
        number = bisect_left(self._blanks, below)
        return self._blanks[number] if number < len(self._blanks) else len(self._low)
