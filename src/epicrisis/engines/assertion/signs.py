"""Signs and checkboxes beside a finding: "(+) cough (-) fever", "tos (+), fiebre (-)", "☒ Diabetes ☐ Asthma".

A sign in brackets always counts. A bare one counts before its finding alone, a plus where it opens a part of the
sentence or is tied to its word, and a minus beside such a plus: a dash is more often a dash.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from epicrisis.domain.assertions import Cue, CueKind, Status
from epicrisis.domain.findings import EntityLabel
from epicrisis.domain.spans import Span
from epicrisis.engines.assertion.lexicon import Lexicon
from epicrisis.text.boxes import Box, boxes, has_boxes
from epicrisis.text.phrases import folded

# How far from a finding its sign or box is looked for, and the line of a form around it.
_BEFORE, _AROUND, _FURTHEST = 60, 300, 2000
_MINUS = "\u2010-\u2015\u2212-"
_MARKS = frozenset("+-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2295\u2296")
_SIGN = re.compile(rf"[(\[](?:(?P<plus>\+{{1,4}})|[{_MINUS}]{{1,3}})[)\]]|(?P<also>\u2295)|\u2296")
# "+ cough", "+fever", "-ve fever"; not "2+ edema", "pre-op", "DM + HTN", "+/-".
_OPENING = re.compile(rf"(?:^|(?<=[,;:.(\n]))[ \t]{{0,2}}(?P<sign>[+{_MINUS}])(?:ve\b)?[ \t]{{0,2}}(?=[^\W\d_])", re.M)
_TIED = re.compile(rf"(?<=[\s,;:(])(?P<sign>[+{_MINUS}])(?=[^\W\d_]{{2}})")
# A word or two may stand between: "(+) productive cough", "(-) nausea/vomiting"; in a form all that one box is for.
_BETWEEN = re.compile(r"\s{0,3}(?:[^\W\d_][\w'’-]{0,30}(?:\s|\s?/\s?)){0,2}")
_LIST = re.compile(r"\s{0,3}(?:[^\W\d_][\w'’-]{0,30}(?:\s|\s?[/,(]\s?)){0,6}")
_PART_ENDS = re.compile(r"[ \t]*(?:[,;.:)\n]|$)")
_OPEN_PARTS = frozenset(",;:.(\n-\u2022*>")
_BLANKS = re.compile(r"[ \t]{0,2}")
_WITH = re.compile(r"(?:[^\W\d_]{1,30}\s?/\s?)?")
_ITEM_ENDS = re.compile(r"[ \t]*(?:[,;.:/(\[\n]|(?:and|or|y|e|o)\b|$)")
_TELLS = re.compile(r"[ \t]{0,2}:[ \t]{0,3}\w")
_BOX_TRAILS = re.compile(r"[ \t:?|.,;/]{0,12}")


@dataclass(frozen=True, slots=True)
class Sign:
    """What stands beside a finding, and whether it says that the finding is there."""

    span: Span
    is_there: bool
    is_box: bool = False

    @property
    def cue(self) -> Cue | None:
        """Return the sign as a cue where it denies."""
        return None if self.is_there else Cue(self.span, CueKind.NEGATION)

    def status(self, read: Status, *, label: str | None, is_denied: bool) -> Status:
        """Return the status of a finding that was ``read`` as one; ``is_denied`` says that words deny it.

        What a ticked box says may be a denial: "☒ Fever: none". An examination with a minus is as it should be, and a
        drug or a test with an empty box is one to be given or done.
        """
        if self.is_there:
            is_turned = read in (Status.ABSENT, Status.NORMAL, Status.POSSIBLE)
            return Status.PRESENT if is_turned and not (self.is_box and is_denied) else read
        if label not in (None, EntityLabel.PROBLEM):
            return read
        is_turned = not self.is_box or read in (Status.PRESENT, Status.POSSIBLE, Status.CONDITIONAL)
        return Status.ABSENT if is_turned else read


def sign_of(text: str, sentence: Span, target: Span, lexicon: Lexicon) -> Sign | None:
    """Return the sign or box that ``target`` has in its ``sentence``, or in its line where that is one of a form."""
    near = text[max(sentence.start, target.start - _BEFORE) : target.end + _BEFORE]
    if has_boxes(near) and (boxed := _box(text, sentence, target, lexicon)):
        return boxed
    if _MARKS.isdisjoint(near):
        return None
    start, end = max(sentence.start, target.start - _FURTHEST), min(sentence.end, target.end + _FURTHEST)
    within = Span(start, max(end, target.end))
    return _in_brackets(text, within, target, lexicon) or _bare(text, within, target)


def _in_brackets(text: str, within: Span, target: Span, lexicon: Lexicon) -> Sign | None:
    found = list(_SIGN.finditer(text, within.start, within.end))
    if not found:
        return None
    leads = _leads(text, found[0], within)
    behind = next((match for match in found if match.start() >= target.end), None)
    touches = behind is not None and _BLANKS.fullmatch(text, target.end, behind.start()) is not None
    if behind is not None and touches and (_PART_ENDS.match(text, behind.end()) or (not leads and len(found) > 1)):
        return _sign(behind)
    before = [match for match in found if match.end() <= target.start <= match.end() + _BEFORE]
    if not (before and leads) or _PART_ENDS.match(text, before[-1].end()):
        return None
    is_its_own = _goes_with(text[before[-1].end() : target.start], _BETWEEN, lexicon)
    return _sign(before[-1]) if is_its_own else None


def _sign(match: re.Match[str]) -> Sign:
    return Sign(Span(*match.span()), match["plus"] is not None or match["also"] is not None)


def _leads(text: str, first: re.Match[str], within: Span) -> bool:
    """Return whether the first sign of a sentence stands before its finding: "ROS: (+) cough", not "cough (+)"."""
    before = text[max(within.start, first.start() - _BEFORE) : first.start()].rstrip(" \t")
    return (not before or before[-1] in _OPEN_PARTS) and _PART_ENDS.match(text, first.end()) is None


def _bare(text: str, within: Span, target: Span) -> Sign | None:
    found = {
        match.start("sign"): match
        for pattern in (_TIED, _OPENING)
        for match in pattern.finditer(text, within.start, within.end)
    }
    at = max((at for at in found if at < target.start <= at + _BEFORE), default=None)
    if at is None or all(text[each] != "+" for each in found):
        return None
    if text[at] != "+" and _is_list_dash(text, at):
        return None
    is_near = _WITH.fullmatch(text, found[at].end(), target.start)
    return Sign(Span(at, at + 1), text[at] == "+") if is_near else None


def _is_list_dash(text: str, at: int) -> bool:
    """Return whether the dash at ``at`` opens its line with a blank behind it: "- hemoptysis"."""
    line = max(text.rfind("\n", 0, at) + 1, at - _BEFORE)
    return not text[line:at].strip() and text[at + 1 : at + 2].isspace()


def _box(text: str, sentence: Span, target: Span, lexicon: Lexicon) -> Sign | None:
    low, high = max(0, sentence.start, target.start - _AROUND), min(len(text), target.end + _AROUND)
    found = boxes(text[low:high], form=text[max(0, target.start - _AROUND) : high])
    behind = [box for box in found if box.start + low >= target.end]
    if behind and not behind[0].leads and _BOX_TRAILS.fullmatch(text, target.end, behind[0].start + low):
        return _answer(text, behind, low) if behind[0].is_answer else _boxed(behind[0], low)
    before = [box for box in found if box.end + low <= target.start]
    return _led_by(before[-1], text, low, target, lexicon) if before and before[-1].leads else None


def _answer(text: str, behind: Sequence[Box], low: int) -> Sign | None:
    """Return the one answer that is ticked of those that follow each other at the head of ``behind``."""
    end, ticked = behind[0].start, list[Box]()
    for box in behind:
        if not box.is_answer or _BOX_TRAILS.fullmatch(text, end + low, box.start + low) is None:
            break
        end = box.end
        ticked += [box] if box.is_ticked else []
    if len(ticked) != 1 or ticked[0].answer is None:
        return None
    return Sign(Span(ticked[0].start, ticked[0].end).shifted(low), ticked[0].answer)


def _led_by(box: Box, text: str, low: int, target: Span, lexicon: Lexicon) -> Sign | None:
    drawn = text[box.start + low] != "["
    between = text[box.end + low : target.start]
    if not _goes_with(between, _LIST if drawn else _BLANKS, lexicon):
        return None
    # "[ ] anemia workup" is something to do.
    if not (drawn or box.is_ticked or _ITEM_ENDS.match(text, target.end)):
        return None
    return None if not box.is_ticked and _asks(text, box.start + low, target, lexicon) else _boxed(box, low)


def _asks(text: str, at: int, target: Span, lexicon: Lexicon) -> bool:
    """Return whether the empty box ``at`` is one of a plan: "☐ HTN: continue lisinopril", none of its line ticked."""
    start, end = max(text.rfind("\n", 0, at) + 1, at - _AROUND), text.find("\n", target.end, target.end + _AROUND)
    line = text[start : end if end >= 0 else target.end + _AROUND]
    found = boxes(line)
    if any(box.is_ticked for box in found):
        return False
    ends = next((box.start for box in found if box.start >= target.end - start), len(line))
    behind = line[target.end - start : ends]
    asked = lexicon.hints["unboxed"].intersection(re.findall(r"[^\W\d_]+", folded(behind)))
    return bool(asked) or _TELLS.match(behind) is not None


def _boxed(box: Box, low: int) -> Sign:
    return Sign(Span(box.start, box.end).shifted(low), box.is_ticked, is_box=True)


def _goes_with(between: str, pattern: re.Pattern[str], lexicon: Lexicon) -> bool:
    """Return whether ``between`` leads on to a finding, and neither denies it nor asks for something to be done."""
    if pattern.fullmatch(between) is None:
        return False
    words = re.findall(r"[^\W\d_]+", folded(between))
    return lexicon.hints["deniers"].isdisjoint(words) and lexicon.hints["unboxed"].isdisjoint(words)
