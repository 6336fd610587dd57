"""Whose a finding is, where a sentence says so in plain words or names nobody it could be but the patient."""

from __future__ import annotations

from collections.abc import Sequence

from epicrisis.domain.assertions import Experiencer
from epicrisis.domain.spans import Span
from epicrisis.engines.assertion.lexicon import Lexicon, Trait
from epicrisis.engines.assertion.words import Word, words_of

# How far back the relative of a sentence that goes on about one is looked for, and how near another person stands.
_BACK, _NEAR = 240, 120
_OTHERS = frozenset({"{other}", "{worker}"})


def bearer(
    read: Experiencer,
    text: str,
    sentence: Span,
    target: Span,
    lexicon: Lexicon,
    *,
    named: Sequence[Span] = (),
    in_family_history: bool = False,
) -> Experiencer:
    """Return whose the finding at ``target`` is that was ``read`` as somebody's; ``named`` are the findings about it.

    A family has a finding where the reader says so, unless no relative is named and it is told as a history or after
    somebody who is none: "h/o breast cancer", "Profesora con asma". What another person has is never the family's.
    """
    if read is Experiencer.OTHER or sentence.end < target.end:
        return read
    if read is Experiencer.FAMILY and _names_family(text, sentence, lexicon):
        return read
    start = max(sentence.start, target.start - _NEAR)
    words = words_of(text, Span(start, target.start)) if start < target.start else ()
    if _is_another_persons(words, lexicon, named):
        return Experiencer.OTHER
    if (read is Experiencer.FAMILY and in_family_history) or _opens_with_relative(words, lexicon, named):
        return Experiencer.FAMILY
    names_patient = any(word.form in lexicon.hints["patient"] for word in words)
    is_patients = names_patient or _names_other(words, lexicon) or _is_history(words, lexicon)
    return Experiencer.PATIENT if is_patients else read


def _names_family(text: str, sentence: Span, lexicon: Lexicon) -> bool:
    relatives = lexicon.hints["relatives"]
    words = [word.form for word in words_of(text, sentence)]
    if not relatives.isdisjoint(words):
        return True
    # "Father is deceased. He had emphysema."
    start = max(0, sentence.start - _BACK)
    if start == sentence.start or lexicon.hints["goes-on"].isdisjoint(words[:1]):
        return False
    return any(word.form in relatives for word in words_of(text, Span(start, sentence.start)))


def _names_other(words: Sequence[Word], lexicon: Lexicon) -> bool:
    return any(not _OTHERS.isdisjoint(lexicon.phrases.classes.get(word.form, ())) for word in words)


def _is_history(before: Sequence[Word], lexicon: Lexicon) -> bool:
    """Return whether the words ``before`` a finding call it one of a history: "h/o", "historia de"."""
    forms = f" {' '.join(word.form for word in before)} "
    return any(f" {each} " in forms for each in lexicon.hints["histories"])


def _opens_with_relative(before: Sequence[Word], lexicon: Lexicon, named: Sequence[Span]) -> bool:
    """Return whether a sentence opens with a relative in words readers seldom know: "Suegra con", "His sis has"."""
    at = next((at for at, word in enumerate(before[:2]) if word.form in lexicon.hints["kin-in-short"]), None)
    return at is not None and _leads_up(before[at + 1 :], lexicon, named)


def _leads_up(words: Sequence[Word], lexicon: Lexicon, named: Sequence[Span]) -> bool:
    """Return whether ``words`` lead from somebody to what they have, by way of other findings perhaps."""
    leading = lexicon.hints["bearing"]
    return all(word.form in leading or any(span.start <= word.start < span.end for span in named) for word in words)


def _is_another_persons(before: Sequence[Word], lexicon: Lexicon, named: Sequence[Span]) -> bool:
    """Return whether another person stands in the words ``before`` a finding and all between leads up to it."""
    if not _names_other(before, lexicon):
        return False
    for match in reversed(lexicon.phrases.longest_matches(before)):
        if not any(Trait.OTHER_PERSON in lexicon.groups[number].traits for number in match.groups):
            continue
        own = [word.form for word in before[max(0, match.first - 1) : match.last]]
        if lexicon.hints["patients-too"].issuperset(own[-1:]) and own[0] not in lexicon.hints["whose"]:
            return False
        return _leads_up(before[match.last :], lexicon, named)
    return False
