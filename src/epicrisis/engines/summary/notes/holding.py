"""Holds a sentence about a note against the sentences it rests on: it may leave out, and never add or turn around."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.assertions import Assertion
from epicrisis.domain.findings import EntityLabel
from epicrisis.domain.spans import Span
from epicrisis.engines.summary.notes.lists import phrases, primary
from epicrisis.text.phrases import folded

_TOKEN = re.compile(r"\d+(?:[.,/:]\d+)*|[^\W\d_]+(?:['’-][^\W\d_]+)*|[,;:()]")
_BREAKS = frozenset(",;:()")


@dataclass(frozen=True, slots=True)
class Quoted:
    """A sentence of the note, as words in order and with what the reader found in it."""

    words: tuple[str, ...]
    found: tuple[tuple[frozenset[str], tuple[str, ...]], ...]

    @property
    def settled(self) -> frozenset[str]:
        """Return the words of whatever is not simply so: none of them may be told out of a finding."""
        return frozenset(word for words, said in self.found if said != _SIMPLY_SO for word in words)


_SIMPLY_SO = ("PRESENT", "CURRENT", "PATIENT")


def quoted(note: AnnotatedDocument, span: Span, text: str | None = None) -> Quoted:
    """Return what stands at ``span`` of ``note``, in the words of ``text`` where those are others."""
    return Quoted(tuple(_content(text or note.document.quote(span), primary(note))), tuple(_found(note, span)))


def is_borne_out(sentence: AnnotatedDocument, by: Sequence[Quoted]) -> bool:
    """Return whether ``sentence``, as it was read, says nothing that ``by`` do not say.

    Each clause has the words of one of them in their order, and each number stands beside the word it stood beside.
    Whatever the reader finds in it has the status that it has there.
    """
    clauses = list(_clauses(sentence.document.text, primary(sentence)))
    if not clauses or not all(any(_says(each.words, clause) for each in by) for clause in clauses):
        return False
    whole = Span(0, len(sentence.document.text))
    found = list(_found(sentence, whole))
    if not all(any(_same(one, other) for each in by for other in each.found) for one in found):
        return False
    in_findings = frozenset(word for words, _ in found for word in words)
    # "Chest pain" that is denied there, and here no finding at all, could read as anything.
    said = frozenset(word for clause in clauses for word in clause)
    return not (said & frozenset(word for each in by for word in each.settled)) - in_findings


def _found(note: AnnotatedDocument, within: Span) -> Iterator[tuple[frozenset[str], tuple[str, ...]]]:
    for entity, assertion in zip(note.entities, note.assertions, strict=True):
        if EntityLabel(entity.label).is_concept and assertion is not None and within.contains(entity.span):
            words = frozenset(_content(note.document.quote(entity.span), primary(note)))
            if words:
                yield words, _said(assertion)


def _said(assertion: Assertion) -> tuple[str, ...]:
    return (assertion.status.value, assertion.temporality.value, assertion.experiencer.value)


def _same(one: tuple[frozenset[str], tuple[str, ...]], other: tuple[frozenset[str], tuple[str, ...]]) -> bool:
    return one[1] == other[1] and (one[0] <= other[0] or other[0] <= one[0])


def _says(words: Sequence[str], clause: Sequence[str]) -> bool:
    """Return whether ``clause`` stands in ``words``, in that order, its numbers beside the word before them."""
    at, before = 0, ""
    for word in clause:
        while at < len(words) and not (words[at] == word and _belongs(words, at, word, before)):
            at += 1
        if at == len(words):
            return False
        before = word
        at += 1
    return True


def _belongs(words: Sequence[str], at: int, word: str, before: str) -> bool:
    return not word[0].isdigit() or not before or (at > 0 and words[at - 1] == before)


def _clauses(text: str, language: str) -> Iterator[list[str]]:
    clause: list[str] = []
    joins = phrases(language, "joins").forms
    for token in [*_TOKEN.findall(folded(text)), ","]:
        if token in _BREAKS or token in joins:
            if kept := _without_glue(clause, language):
                yield kept
            clause = []
        else:
            clause.append(token)


def _content(text: str, language: str) -> list[str]:
    return _without_glue([token for token in _TOKEN.findall(folded(text)) if token not in _BREAKS], language)


def _without_glue(tokens: Sequence[str], language: str) -> list[str]:
    left_out = phrases(language, "glue").forms | phrases(language, "joins").forms
    return [token for token in tokens if token not in left_out]
