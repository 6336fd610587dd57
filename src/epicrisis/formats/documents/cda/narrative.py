"""The narrative block of a CDA section (CDA R2, 4.3.5) as lines: rows with tabs, items with a dash, no styles.

A row of a table of allergies is an item, which says what its cells are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from epicrisis.formats.documents.cda.allergy_table import AllergyTable
from epicrisis.formats.documents.cda.markup import local

if TYPE_CHECKING:
    from epicrisis.formats.documents.cda.markup import Element

_CELLS = frozenset({"td", "th"})
# What begins on a line of its own, and ends one.
_BLOCKS = frozenset({"br", "caption", "footnote", "item", "list", "paragraph", "table", "tr"})
_SPANS = frozenset({"colspan", "rowspan"})
_ORDERED = "ordered"
_IN_CELL = "; "
# A break within a cell, in a sign that XML cannot hold.
_BREAK = "\0"


def narrated(text: Element) -> str:
    """Return the words of a ``text`` element, line by line; what a revision deleted is left out."""
    if not len(text):
        # Without any markup, its line breaks are all the layout there is.
        return "\n".join(line.strip() for line in (text.text or "").splitlines()).strip()
    return _Narrative().of(text)


class _Narrative:
    """What is written of a narrative so far; ``row`` holds the finished cells of the row that is open."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._words: list[str] = []
        self._row: list[str] | None = None
        # Whether the row that is open may be its table's header, and what the header says of allergies.
        self._is_header = self._in_head = False
        self._allergies: AllergyTable | None = None
        # For each list that is open, the number of its last item, or nothing where its items have none.
        self._numbers: list[int | None] = []
        self._item = ""

    def of(self, text: Element) -> str:
        from lxml import etree

        deleted = 0
        for event, element in etree.iterwalk(text, events=("start", "end")):
            name = local(element)
            if event == "start":
                if deleted or element.get("revised") == "delete":
                    deleted += 1
                    continue
                self._start(name, element)
                self._words.append(element.text or "")
                continue
            if deleted:
                deleted -= 1
            else:
                self._end(name)
            if element is not text and not deleted:
                self._words.append(element.tail or "")
        self._break()
        return "\n".join(self._lines)

    def _start(self, name: str, element: Element) -> None:
        if name in _BLOCKS:
            self._break()
        if name == "table":
            self._is_header, self._allergies = True, None
        elif name == "thead":
            self._in_head = True
        elif name == "tr":
            self._row = []
        elif name in _CELLS:
            self._words.clear()
            self._is_header &= name == "th" or self._in_head
            if _SPANS & set(element.attrib):
                self._as_it_is()
        elif name == "list":
            self._numbers.append(0 if element.get("listType") == _ORDERED else None)
        elif name == "item":
            self._item = self._mark()

    def _end(self, name: str) -> None:
        if name in _CELLS and self._row is not None:
            self._row.append(self._cell())
        elif name == "tr":
            self._end_row()
        elif name in _BLOCKS:
            self._break()
        if name == "thead":
            self._in_head = False
        elif name == "list" and self._numbers:
            self._numbers.pop()
        elif name == "item":
            self._item = ""

    def _mark(self) -> str:
        """Return what stands before an item: its number, or a dash, deeper for a list in a list."""
        indent = "  " * (len(self._numbers) - 1)
        number = self._numbers[-1] if self._numbers else None
        if number is None:
            return f"{indent}- "
        self._numbers[-1] = number + 1
        return f"{indent}{number + 1}. "

    def _break(self) -> None:
        """End a line; within a cell, what follows only stands apart from what was before."""
        if self._row is not None:
            self._words.append(_BREAK)
            return
        line = " ".join("".join(self._words).split())
        self._words.clear()
        if line:
            self._lines.append(self._item + line)
            self._item = ""

    def _cell(self) -> str:
        parts = (" ".join(part.split()) for part in "".join(self._words).split(_BREAK))
        self._words.clear()
        return _IN_CELL.join(filter(None, parts))

    def _end_row(self) -> None:
        row, self._row = self._row or [], None
        self._words.clear()
        is_header, self._is_header = self._is_header, False
        table = AllergyTable(row) if is_header else None
        if table is not None and table.is_one:
            self._allergies = table
        elif any(row):
            self._write_row(row)
        self._item = ""

    def _write_row(self, row: list[str]) -> None:
        line = None if self._allergies is None else self._allergies.line(row)
        if line is None:
            self._as_it_is()
            self._lines.append("\t".join(row).rstrip("\t"))
        else:
            self._lines.append(f"- {line}")

    def _as_it_is(self) -> None:
        """Write a table of allergies as any other, from here on: its cells are not those of its header."""
        if self._allergies is not None:
            self._lines.append("\t".join(self._allergies.header).rstrip("\t"))
        self._allergies = None
