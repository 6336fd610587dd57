"""Checkboxes of forms: which are ticked, and whether they stand before their words or behind them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# "☒ Diabetes ☐ Asthma", "[x] Diabetes [ ] Asthma", "✓ Diabetes".
SIGNS = "\u2610\u2611\u2612\u2713\u2714"
BOX = re.compile(rf"[{SIGNS}]|\[[ xX\u2713\u2714]?\](?![^\s,;.:])")
_EMPTY = frozenset({"\u2610", "[ ]", "[]"})
# "Fever: ☐ Yes ☒ No": these boxes are for the answers to what stands before them.
_ANSWER = re.compile(r"[ \t]{0,2}(?P<word>yes|no|s[ií]|y|n|unknown|unk|n/?a|desconocido|ns/?nc)\b", re.IGNORECASE)
_ANSWER_ENDS = re.compile(rf"[ \t]*(?:[,;.|)\n]|$|{BOX.pattern})")
_ANSWERS = {"yes": True, "y": True, "si": True, "sí": True, "no": False, "n": False}
_WORD = re.compile(r"\w")
# "Cough [1]", "see [x]": what stands alone in a line of words is a box only where it opens the line.
_OPENS = re.compile(r"[\s\-*\u2022.:,;|)\d]*")


@dataclass(frozen=True, slots=True)
class Box:
    """A checkbox at ``[start, end)``; one that ``leads`` stands before its words, another behind them.

    One for an answer ends behind the answer, which may say neither yes nor no: "☐ Unknown".
    """

    start: int
    end: int
    is_ticked: bool
    leads: bool
    is_answer: bool = False
    answer: bool | None = None


def boxes(text: str) -> list[Box]:
    """Return the checkboxes of ``text`` in order: those of a line all stand on the same side of their words."""
    return [box for match in _LINE.finditer(text) for box in _in_line(text, match.start(), match.end())]


_LINE = re.compile(r"[^\n]+")


def has_boxes(text: str) -> bool:
    """Return whether a checkbox may stand in ``text``, which most notes have none of."""
    return "[" in text or (not text.isascii() and any(sign in text for sign in SIGNS))


def _in_line(text: str, start: int, end: int) -> Iterator[Box]:
    found = list(BOX.finditer(text, start, end))
    if not found:
        return
    # "Diabetes ☒ Asthma ☐" ends with a box, "☒ Diabetes ☐ Asthma" with what it is for.
    leads = _WORD.search(text, found[-1].end(), end) is not None
    is_drawn = any(match[0] in SIGNS for match in found)
    if not (is_drawn or len(found) > 1 or _OPENS.fullmatch(text, start, found[0].start())):
        return
    answers = [_ANSWER.match(text, match.end(), end) for match in found]
    # "☐ No known allergies" is no answer; "☐ No" is, and so is every one in a line with a "☐ Yes".
    asks = any(_said(answer) for answer in answers)
    for match, answer in zip(found, answers, strict=True):
        is_ticked = match[0] not in _EMPTY
        if answer is not None and (asks or _ANSWER_ENDS.match(text, answer.end())):
            yield Box(match.start(), answer.end(), is_ticked, leads=False, is_answer=True, answer=_said(answer))
        else:
            yield Box(match.start(), match.end(), is_ticked, leads)


def _said(answer: re.Match[str] | None) -> bool | None:
    return None if answer is None else _ANSWERS.get(answer["word"].lower())
