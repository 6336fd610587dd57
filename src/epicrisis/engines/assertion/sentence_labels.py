"""The label a sentence deserves, given what is said of its findings; for engines that learnt none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from epicrisis.domain.assertions import Assertion, SentenceLabel, to_four_labels

_UNSETTLED = (SentenceLabel.CONDITIONAL, SentenceLabel.POSSIBLE)
# Four findings that are so outweigh one that only may come: "aspirin, lisinopril, metoprolol, insulin, Tylenol p.r.n."
_OUTWEIGHED = 4


def sentence_label(assertions: Sequence[Assertion]) -> SentenceLabel:
    """Return what a sentence with these findings says as a whole.

    One label is the sentence's own and several make it MIXED, with three exceptions that the training sentences of
    mtsamples_status bear out: it is about what is unsettled where that opens it and is not outnumbered ("If her rash
    spreads, …"), it is POSSIBLE where one finding only introduces several guesses, and PRESENT where that outweighs.
    """
    in_order = sorted(assertions, key=lambda assertion: assertion.target)
    labels = [SentenceLabel(to_four_labels(assertion.status)) for assertion in in_order]
    counts = Counter(labels)
    if len(counts) != 2:
        return next(iter(counts), SentenceLabel.NONE) if len(counts) < 2 else SentenceLabel.MIXED
    if SentenceLabel.ABSENT in counts:
        return SentenceLabel.MIXED
    if set(counts) == set(_UNSETTLED):
        return labels[0]
    unsettled = next(label for label in _UNSETTLED if label in counts)
    present = counts[SentenceLabel.PRESENT]
    if labels[0] is unsettled and counts[unsettled] >= present:
        return unsettled
    if unsettled is SentenceLabel.POSSIBLE:
        return SentenceLabel.POSSIBLE if counts[unsettled] > present == 1 else SentenceLabel.MIXED
    return SentenceLabel.PRESENT if present >= _OUTWEIGHED * counts[unsettled] else SentenceLabel.MIXED
