"""Checkboxes of forms: which are ticked, and whether they stand before their words or behind them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from epicrisis.text.wordlists import LANGUAGES, word_lists

# How a box is written that a form draws, and how a tick and a cross are.
TICKED, EMPTY = "\u2612", "\u2610"
TICK, CROSS = "\u2713", "\u2717"
SIGNS = f"{EMPTY}\u2611{TICKED}{TICK}\u2714{CROSS}"
BRACKETS = rf"(?:\[[ xX{TICK}\u2714{CROSS}]?\]|\([ xX{TICK}\u2714{CROSS}]\))"
# "☒ Diabetes ☐ Asthma", "[x] Diabetes [ ] Asthma", "(x) Diabetes ( ) Asthma", "✓ Diabetes".
BOX = re.compile(rf"[{SIGNS}]|{BRACKETS}(?![^\s,;.:])")
_EMPTY = frozenset({EMPTY, "[ ]", "[]", "( )"})
# "✓ Diabetes ✗ Asthma": a cross alone marks what is so, and beside a tick what is not.
_TICKS = frozenset({TICK, "\u2714"})
_CROSSES = frozenset({CROSS, f"[{CROSS}]", f"({CROSS})"})
# The lists of data/boxes, in whatever language a form is printed, and what each says.
_SAYS = {"yes": True, "no": False, "neither": None}
_ANSWER_ENDS = re.compile(rf"[ \t]*(?:[,;.|)\n]|$|{BOX.pattern})")
_WORD = re.compile(r"\w")
_LINE = re.compile(r"[^\n]+")
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


def boxes(text: str, form: str | None = None) -> list[Box]:
    """Return the checkboxes of ``text`` in order: those of a line all stand on the same side of their words.

    ``form`` is what stands around ``text`` too, and says how its boxes are ticked.
    """
    crossed_out = not _TICKS.isdisjoint(text if form is None else form)
    unticked = _EMPTY | _CROSSES if crossed_out else _EMPTY
    return [box for match in _LINE.finditer(text) for box in _in_line(text, match.start(), match.end(), unticked)]


def has_boxes(text: str) -> bool:
    """Return whether a checkbox may stand in ``text``, which most notes have none of."""
    return "[" in text or "( )" in text or (not text.isascii() and any(sign in text for sign in SIGNS))


def _in_line(text: str, start: int, end: int, unticked: Collection[str]) -> Iterator[Box]:
    found = list(BOX.finditer(text, start, end))
    if not found:
        return
    # "Diabetes ☒ Asthma ☐" ends with a box, "☒ Diabetes ☐ Asthma" with what it is for.
    leads = _WORD.search(text, found[-1].end(), end) is not None
    is_drawn = any(match[0] in SIGNS for match in found)
    if not (is_drawn or len(found) > 1 or _OPENS.fullmatch(text, start, found[0].start())):
        return
    # "Fever: ☐ Yes ☒ No": these boxes are for the answers to what stands before them.
    answers = [_answer().match(text, match.end(), end) for match in found]
    # "☐ No known allergies" is no answer; "☐ No" is, and so is every one in a line with a "☐ Yes".
    asks = any(_said(answer) for answer in answers)
    for match, answer in zip(found, answers, strict=True):
        is_ticked = match[0] not in unticked
        if answer is not None and (asks or _ANSWER_ENDS.match(text, answer.end())):
            yield Box(match.start(), answer.end(), is_ticked, leads=False, is_answer=True, answer=_said(answer))
        else:
            yield Box(match.start(), match.end(), is_ticked, leads)


def _said(answer: re.Match[str] | None) -> bool | None:
    return None if answer is None else _answers().get(answer["word"].lower())


@cache
def _answers() -> Mapping[str, bool | None]:
    lists = [word_lists("boxes", language) for language in LANGUAGES]
    return {word: says for key, says in _SAYS.items() for each in lists for word in each[key]}


@cache
def _answer() -> re.Pattern[str]:
    words = "|".join(re.escape(word) for word in sorted(_answers(), key=len, reverse=True))
    return re.compile(rf"[ \t]{{0,2}}(?P<word>{words})\b", re.IGNORECASE)
