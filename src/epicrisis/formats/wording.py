"""How findings are put into words for people, the same on a page and at a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from epicrisis.domain.assertions import Assertion, Cue, CueKind, Experiencer, Temporality
from epicrisis.domain.spans import Span
from epicrisis.text.characters import plain

CUE_NAMES = {
    CueKind.NEGATION: "negation",
    CueKind.UNCERTAINTY: "uncertainty",
    CueKind.HYPOTHESIS: "hypothesis",
    CueKind.CONDITION: "condition",
    CueKind.FAMILY: "family",
    CueKind.PAST: "past",
    CueKind.NORMALITY: "normality",
}
_NEARLY_CERTAIN = 0.995

# Embeddings, overrides and isolates (Unicode Standard Annex 9): they turn the direction of what follows.
_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)], "\ufffd")


def shown(text: str) -> str:
    """Return ``text`` as it is safe to show, one character for one.

    A control character could move the cursor of a terminal or break a page, and one that turns the writing direction
    could make a note read otherwise than it says.
    """
    return plain(text).translate(_TURNING)


def one_line(text: str, span: Span) -> str:
    """Return the words ``span`` marks without line breaks and control characters."""
    return " ".join(shown(text[span.start : span.end]).split())


def cue_words(text: str, cues: Iterable[Cue]) -> list[str]:
    """Return the words of ``cues``, each once."""
    return list(dict.fromkeys(one_line(text, cue.span) for cue in cues))


def qualifiers(assertion: Assertion) -> list[str]:
    """Return when and whose a finding is, where that is neither now nor the patient's."""
    words = []
    if assertion.temporality is not Temporality.CURRENT:
        words.append(assertion.temporality.value.lower())
    if assertion.experiencer is not Experiencer.PATIENT:
        words.append("family" if assertion.experiencer is Experiencer.FAMILY else "another person")
    return words


def percent(confidence: float) -> str:
    """Return a probability as people read it; nothing read by a machine is certain, so never "100%"."""
    return ">99%" if confidence >= _NEARLY_CERTAIN else f"{confidence:.0%}"
