"""The drugs of the patient among all that a note names: not those of relatives or of allergies, nor levels in blood."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from epicrisis.domain.assertions import Experiencer
from epicrisis.domain.findings import EntityLabel
from epicrisis.domain.sections import SectionCategory
from epicrisis.domain.spans import Span
from epicrisis.engines.entities.sig import Part, grammar
from epicrisis.engines.extraction.history.family import is_familys
from epicrisis.engines.extraction.lists import phrases, primary
from epicrisis.engines.extraction.medications.listed import listed
from epicrisis.engines.extraction.medications.names import combined, whole
from epicrisis.engines.extraction.note import Found, Note
from epicrisis.text.phrases import folded

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
# How far from a drug the words stand that make it something else: "methotrexate level", "reaction to codeine".
_NEAR = 60
_LEVEL = re.compile(r"\s(?:(?:is|was|of|es|de)\s)?\d{1,3}(?:\.\d{1,2})?%?\s?(?:[,;]|\.(?!\d)|$|and\b)")
# "Vitamin D, 25-OH: 18", "lithium level of 0.8": what may stand between a name and how much of it was measured.
_TO_NUMBER = (
    r"(?:,?\s25[\s-]?\(?(?:oh|hydroxy)\)?)?(?:\s?[:=]\s?|\s(?:(?:levels?|total|free|is|was|es|fue)\s)?(?:(?:of|de)\s)?)"
    r"[<>~]?\s?\d{1,5}(?:[.,]\d{1,4})?\s?"
)
# So much of it is in the blood; a vial may hold "100 IU/mL" or "2 g/dL", and of "20 mEq/L" the name must tell.
_IN_BLOOD = re.compile(
    rf"{_TO_NUMBER}(?:(?:[npum\u00b5\u03bc]g|mcg)/dl|[np]g/ml|[mu\u00b5\u03bc](?:iu|ui)/ml|[npu\u00b5\u03bc]mol/l)(?!\w)"
)
_IN_WATER = re.compile(rf"{_TO_NUMBER}(?:m?mol|meq|m?g|mcg|u|iu)/d?l(?!\w)")
# In the laboratory's own section any number is a result, unless it has the unit of a dose or is taken at some time.
_RESULT = re.compile(
    rf"{_TO_NUMBER}(?:%|[a-z\u00b5\u03bc]{{1,5}}/(?:d?l|ml)(?!\w))?\s?"
    r"(?:[,;()\[\n]|\.(?!\d)|$|(?:and|y|e|h|l|high|low|normal|alto|bajo)\b)"
)
_BRAND = re.compile(r"\s?\(\s?$")


@dataclass(frozen=True, slots=True)
class Drug:
    """A drug: its name, and the same drug by another name right behind it ("ceftriaxone (Rocephin)").

    ``is_patients`` is false where it is a relative's, an allergy, or no drug in particular; what is said of it is of no
    other drug.
    """

    found: Found
    names: tuple[Span, ...]
    is_patients: bool = True

    @property
    def span(self) -> Span:
        """Return where its first name stands."""
        return self.found.span


def drugs(note: Note) -> tuple[Drug, ...]:
    """Return the drugs that ``note`` names, in the order of the text, and which of them are the patient's."""
    low, language = folded(note.text), primary(note)
    kept: list[Drug] = []
    marked = (whole(found, low, language) for found in note.of(EntityLabel.MEDICATION))
    named = [
        *combined(marked, low, language),
        *listed(note, low, grammar(language)),
    ]
    for found in sorted(named, key=lambda each: each.span):
        if _is_part(note, low, kept, found):
            continue
        if kept and _is_brand(note, kept[-1], found):
            kept[-1] = replace(kept[-1], names=(*kept[-1].names, found.span))
        elif not kept or kept[-1].names[-1].end <= found.span.start:
            is_patients = _is_of_patient(note, found) and not _is_other(note, low, language, found)
            kept.append(Drug(found, (found.span,), is_patients))
    return tuple(kept)


def _is_part(note: Note, low: str, kept: Sequence[Drug], found: Found) -> bool:
    """Return whether what is named is no drug but a part of a prescription: "Duragesic 50 mcg patch", "2L"."""
    words = grammar(primary(note))
    said = [piece.part for piece in words.pieces(low, found.span.start, found.span.end)]
    left = words.without_pieces(low, found.span)
    if left or not said:
        return False
    if Part.FORM not in said and Part.COUNT not in said:
        return True
    before = kept[-1].names[-1].end if kept else 0
    is_near = note.sentence(found.span).start < before < found.span.start <= before + _NEAR
    return is_near and not words.without_pieces(low, Span(before, found.span.start))


def is_class(words: str, language: str) -> bool:
    """Return whether ``words`` name no drug and no class of drugs: "current medications", "regimen"."""
    generic = phrases("medications", language, "generic")
    left = folded(words)
    if left in generic:
        return True
    names = [word for word in _WORD.findall(left) if word not in generic]
    return not names and any(True for _ in generic.find(left))


def _is_brand(note: Note, before: Drug, found: Found) -> bool:
    end = before.names[-1].end
    return 0 < found.span.start - end <= 3 and _BRAND.match(note.text, end, found.span.start) is not None


def _is_of_patient(note: Note, found: Found) -> bool:
    assertion = found.assertion
    if note.category(found.span) is SectionCategory.ALLERGIES or is_familys(note, found):
        return False
    return assertion is None or assertion.experiencer is Experiencer.PATIENT


def _is_other(note: Note, low: str, language: str, found: Found) -> bool:
    """Return whether what is named is no drug that is taken: nothing in particular, a level, a cause of a reaction."""
    span = found.span
    if is_class(low[span.start : span.end], language):
        return True
    if low[span.start : span.end] in phrases("medications", language, "not_drugs"):
        return True
    if _is_wash(note, low, language, span) or _is_level(note, low, language, span):
        return True
    after = phrases("medications", language, "no_drug_after").first(low, span.end, min(len(low), span.end + _NEAR))
    if after is not None and not low[span.end : after.start].strip(" -"):
        return True
    sentence = note.sentence(span)
    start = max(sentence.start, span.start - 3 * _NEAR)
    return any(_reaches(low, cue, span) for cue in _cues(low, language, start, span.start))


def _is_wash(note: Note, low: str, language: str, span: Span) -> bool:
    """Return whether something was only washed with: "irrigated with normal saline"."""
    if low[span.start : span.end] not in phrases("medications", language, "wash_names"):
        return False
    sentence = note.sentence(span)
    start, end = max(sentence.start, span.start - 2 * _NEAR), min(max(sentence.end, span.end), span.end + _NEAR)
    return phrases("medications", language, "washes").first(low, start, end) is not None


def _is_level(note: Note, low: str, language: str, span: Span) -> bool:
    """Return whether a number right behind a name is how much of it was measured: "ferritin 27", "lithium 0.8"."""
    if _IN_BLOOD.match(low, span.end):
        return True
    category = note.category(span)
    if category is SectionCategory.LABORATORY and _RESULT.match(low, span.end):
        return True
    if category is SectionCategory.MEDICATIONS or low[span.start : span.end] not in phrases(
        "medications", language, "measured"
    ):
        return False
    return _LEVEL.match(low, span.end) is not None or _IN_WATER.match(low, span.end) is not None


def _cues(low: str, language: str, start: int, end: int) -> Iterator[Span]:
    return phrases("medications", language, "no_drug_before").find(low, start, max(start, end))


def _reaches(low: str, cue: Span, span: Span) -> bool:
    """Return whether nothing but a list stands between the words of an allergy and a drug."""
    between = low[cue.end : span.start]
    return ";" not in between and ". " not in between and len(between.split()) <= 8
