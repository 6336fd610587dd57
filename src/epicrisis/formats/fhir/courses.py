"""Whether what a note tells of the past is over: an illness that lasts does not end by standing in a history.

A heading of past history says when something began, and seldom whether it ended: docs/decisions/0043.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from epicrisis.domain.assertions import Status, Temporality
from epicrisis.domain.documents import Document
from epicrisis.domain.records import Medication, Problem
from epicrisis.domain.sections import SectionCategory
from epicrisis.domain.spans import Span
from epicrisis.text.phrases import Phrases, folded
from epicrisis.text.wordlists import LANGUAGES, parsed

_PACKAGE = "epicrisis.formats.fhir.record_words"
# How far around a mention its own words reach, in characters.
_REACH = 80
_ITEM = re.compile(r"[,:]")
_END = re.compile(r"[.;\n]")
# "Asthma and eczema": what follows is told of the other. "Diagnosed with asthma" names one thing.
_NEXT = re.compile(r"[,:]|\b(?:and|(?<!diagnosed )with|(?<!diagnosticad[ao] )con|e|y)\b")
_NOT = re.compile(r"\b(?:never|no|not|nunca|sin|without|yet)\s*\Z")
_TYPE = re.compile(r",? ?\b(?:(?:class|clase|estadio|gold|grade|grado|nyha|stage|tipo|type) ?)?[\divx]{1,3}[abc]?\Z")
_BESIDE = re.compile(r"\s(?:complicated|con|on|que|with|without)\b|[,(]")
# Where a language names what sort of an illness it is, before or behind what the illness is called.
_NAMED_FIRST = frozenset({"es"})


@cache
def words(language: str) -> Mapping[str, Phrases]:
    """Return the words of ``language``, without its region, by what they say.

    Raises:
        InvalidWordList: the list breaks its own rules.
    """
    file = f"{_known(language)}.toml"
    table = parsed(file, (files(_PACKAGE) / file).read_text(encoding="utf-8"))
    return {key: Phrases(entries) for key, entries in table.items()}


def clinical_status(problem: Problem, document: Document) -> str | None:
    """Return the clinical status of a Condition, or ``None`` where the note tells none."""
    if problem.status is Status.ABSENT:
        return None
    if problem.temporality is not Temporality.PAST:
        return "active"
    low, told = folded(document.text), words(document.language)
    spans = problem.mentions or (problem.name.span,)
    if any(_is_over(_own(low, span, told), told) for span in spans):
        return "inactive"
    if _lasts(" ".join(folded(problem.name.text).split()), document.language):
        return "active"
    if problem.section is not SectionCategory.PAST_HISTORY:
        return "inactive"
    return "inactive" if any(_says(told["past"], _before(low, span)) for span in spans) else None


def statement_status(medication: Medication, document: Document) -> str:
    """Return the status of what is taken and told of the past: in a history of illnesses it may be taken still."""
    if medication.section is not SectionCategory.PAST_HISTORY:
        return "completed"
    low, told = folded(document.text), words(document.language)
    before = _item(low, medication.name.span).rstrip(" (")
    if _says(told["past"], before):
        return "completed"
    is_taken = any(found.end == len(before) for found in told["taken"].find(before))
    return "active" if is_taken else "unknown"


def _known(language: str) -> str:
    primary = language.partition("-")[0].lower()
    return primary if primary in LANGUAGES else LANGUAGES[0]


def _lasts(name: str, language: str) -> bool:
    told = words(language)
    if _says(told["passing"], name):
        return False
    beside = _BESIDE.search(name, 1)
    bare = _TYPE.sub("", name[: beside.start()] if beside else name).strip()
    first = _known(language) in _NAMED_FIRST
    found = (*told["lasting"].find(bare), *told["lasting"].find(name))
    return any(each.start == 0 if first else each.end in (len(bare), len(name)) for each in found)


def _is_over(own: str, told: Mapping[str, Phrases]) -> bool:
    """Return whether ``own``, said of a mention, says that it ended: "as a child" does, "since childhood" does not."""
    return _says(told["ended"], own) or (_says(told["early"], own) and told["began"].first(own) is None)


def _own(low: str, span: Span, told: Mapping[str, Phrases]) -> str:
    """Return what a note says of the mention at ``span``: up to the next thing, and what is said of it behind."""
    own, *others = _NEXT.split(_rest(low, span.end))
    behind = others[0].strip().removeprefix("now ") if others else ""
    is_said = any(found.start == 0 for key in ("ended", "early") for found in told[key].find(behind))
    return f"{_before(low, span)}{low[span.start : span.end]}{own}{f', {behind}' if is_said else ''}"


def _rest(low: str, at: int) -> str:
    rest = low[at : at + _REACH]
    end = _END.search(rest)
    return rest[: end.start()] if end else rest


def _before(low: str, span: Span) -> str:
    """Return what a note says before the mention at ``span``, from the thing before."""
    before = _sentence(low, span)
    return before[max((match.end() for match in _NEXT.finditer(before)), default=0) :]


def _item(low: str, span: Span) -> str:
    """Return what a note says before the mention at ``span`` in its item of a list."""
    return _ITEM.split(_sentence(low, span))[-1]


def _sentence(low: str, span: Span) -> str:
    before = low[max(0, span.start - _REACH) : span.start]
    return _END.split(before)[-1]


def _says(phrases: Phrases, low: str) -> bool:
    return any(not _NOT.search(low[: found.start]) for found in phrases.find(low))
