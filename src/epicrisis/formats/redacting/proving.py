"""Whether what was to go is gone: what was taken out is looked for in what another reader finds in the new file.

A removed word may stand elsewhere and mean something else ("May" the name, "May" the month); so what counts is that the
new file does not hold it more often than the new text does.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

from epicrisis.errors import UnprovenRedaction
from epicrisis.formats.redacting.rewording import edits

_WORD = re.compile(r"\w+")
_BLANK = re.compile(r"\s+")
# Shorter words and digits are found anywhere by chance, and say nothing alone; as part of a longer stretch they count.
_SHORTEST_WORD = 3
_SHORTEST_STRETCH = 8


def removed(before: str, after: str) -> list[str]:
    """Return the stretches of ``before`` that ``after`` no longer has."""
    return [before[edit.start : edit.end] for edit in edits(before, after) if edit.start < edit.end]


def prove(stretches: Iterable[str], *, allowed: Sequence[str], found: Sequence[str]) -> None:
    """See that ``found``, texts read from the new file, has none of ``stretches`` more often than ``allowed`` does.

    Raises:
        UnprovenRedaction: one of them can still be read.
    """
    plain_allowed, plain_found = (unicodedata.normalize("NFKC", " ".join(each)).casefold() for each in (allowed, found))
    words_allowed, words_found = Counter(_WORD.findall(plain_allowed)), Counter(_WORD.findall(plain_found))
    run_allowed, run_found = _BLANK.sub("", plain_allowed), _BLANK.sub("", plain_found)
    for stretch in {unicodedata.normalize("NFKC", each).casefold() for each in stretches}:
        for word in _WORD.findall(stretch):
            if len(word) >= _SHORTEST_WORD and words_found[word] > words_allowed[word]:
                raise UnprovenRedaction
        run = _BLANK.sub("", stretch)
        if len(run) >= _SHORTEST_STRETCH and run_found.count(run) > run_allowed.count(run):
            raise UnprovenRedaction
