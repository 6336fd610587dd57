"""Text as it grows out of blocks, lines and tables: no line has blanks at its ends, and no two blank ones follow."""

from __future__ import annotations

import re

_BLANKS = re.compile(r"[ \t\n\r\f\v\xa0]+")
_NONE, _SPACE, _LINE, _BLANK = range(4)
_BREAKS = ("", " ", "\n", "\n\n")


class Flow:
    """A text that is written piece by piece; what separates two pieces is decided when the second one comes."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._break = _NONE
        self._tabs = 0
        # Whether a row or a cell has just begun: a paragraph that begins with it begins no line of its own.
        self._begun = False
        self._first_cell = False

    @property
    def text(self) -> str:
        """Return what was written."""
        return "".join(self._pieces)

    def words(self, text: str) -> None:
        """Write ``text`` as it flows: any white space in it is one blank."""
        flowing = _BLANKS.sub(" ", text)
        if flowing.startswith(" "):
            self._at_least(_SPACE)
        self.verbatim(flowing.strip(" "))
        if flowing.endswith(" "):
            self._at_least(_SPACE)

    def verbatim(self, text: str) -> None:
        """Write ``text`` as it is."""
        if not text:
            return
        if self._tabs:
            # Blanks beside a tab are none.
            self._break = _NONE if self._break == _SPACE else self._break
        separated = _BREAKS[self._break] if self._pieces else ""
        self._pieces += [separated, "\t" * self._tabs, text]
        self._break, self._tabs, self._begun = _NONE, 0, False

    def line(self) -> None:
        """Let what comes begin a line."""
        if not self._begun:
            self._at_least(_LINE)

    def paragraph(self) -> None:
        """Let what comes begin a line, with a blank one before it."""
        if not self._begun:
            self._at_least(_BLANK)

    def row(self) -> None:
        """Begin a row; cells that nobody filled at the end of the row before are none."""
        self._tabs = 0
        self._at_least(_LINE)
        self._begun = self._first_cell = True

    def cell(self) -> None:
        """Begin a cell: all but the first of a row stand behind a tab."""
        if not self._first_cell:
            self._tabs += 1
            self._break = _NONE if self._tabs == 1 and not self._begun else self._break
        self._begun, self._first_cell = True, False

    def end_row(self) -> None:
        """End a row, as ``row`` would, so that what comes is out of the table."""
        self._tabs, self._begun = 0, False
        self._at_least(_LINE)

    def _at_least(self, separation: int) -> None:
        self._break = max(self._break, separation)
