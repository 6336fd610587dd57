"""What a finding's own words tell of it, whatever stands around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from epicrisis.domain.spans import Span
from epicrisis.engines.assertion.lexicon import Head, Lexicon
from epicrisis.engines.assertion.reading import SentenceReading


@dataclass(frozen=True, slots=True)
class Finding:
    """A target in its sentence: its words ``[first, last)``, and what they look like."""

    span: Span
    first: int
    last: int
    is_test: bool
    is_procedure: bool
    is_drug: bool
    is_problem: bool
    is_abnormal: bool
    is_negative: bool

    @property
    def may_be_test(self) -> bool:
        """Return whether its words name a test, or nothing that we know."""
        return self.is_test or not (self.is_problem or self.is_procedure or self.is_drug or self.first == self.last)

    @property
    def is_intervention(self) -> bool:
        """Return whether it is something done or given rather than something suffered."""
        return self.is_test or self.is_procedure or self.is_drug


def read_finding(reading: SentenceReading, span: Span, lexicon: Lexicon) -> Finding:
    """Read the target ``span`` in its sentence."""
    first, last = reading.place(span)
    forms = reading.forms(first, last)
    hints = lexicon.hints
    head = _first_head(forms, hints["leading"]) if lexicon.head is Head.FIRST else _last_head(forms, hints["openers"])
    is_abnormal = not hints["abnormal"].isdisjoint(forms)
    names = {head, " ".join(forms)}

    def is_like(kind: str) -> bool:
        return not names.isdisjoint(hints[kind]) or head.endswith(lexicon.suffixes.get(kind, ()))

    return Finding(
        span=span,
        first=first,
        last=last,
        is_test=is_like("tests") and not is_abnormal,
        is_procedure=is_like("procedures"),
        is_drug=is_like("medications"),
        is_problem=is_abnormal or is_like("problems"),
        is_abnormal=is_abnormal,
        is_negative=negative_by_itself(forms, lexicon),
    )


def negative_by_itself(forms: Sequence[str], lexicon: Lexicon) -> bool:
    """Return whether every word of a finding is negative whatever stands around it: "afebril", "NAMC"."""
    spoken = [form for form in forms if form[0].isalnum()]
    return bool(spoken) and lexicon.hints["negatives"].issuperset(spoken)


def _first_head(forms: Sequence[str], leading: frozenset[str]) -> str:
    """Return the word a noun phrase is about where it comes first, but for what may lead: "leve dolor torácico"."""
    spoken = [form for form in forms if form[0].isalnum()]
    return next((form for form in spoken if form not in leading and not form.isdigit()), spoken[0] if spoken else "")


def _last_head(forms: Sequence[str], openers: frozenset[str]) -> str:
    """Return the word a noun phrase is about where it comes last: before "of", "in", a comma or a bracket."""
    head = forms[0] if forms else ""
    for index, form in enumerate(forms):
        if index and (form in openers or form in ",;("):
            break
        if form[0].isalnum():
            head = form
    return head
