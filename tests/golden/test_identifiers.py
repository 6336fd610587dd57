"""The pattern engine finds in the golden sentences what is marked there, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from _pytest.mark import ParameterSet

from epicrisis.domain.documents import Document
from epicrisis.domain.identifiers import OVER_89, Identifier, IdentifierKind
from epicrisis.engines.registry import identifier_engine
from tests.golden.identifiers import FOUND, KEPT

_MARK = re.compile(r"\[([^\[\]|]+)\|([A-Z_]+(?:/[A-Z_0-9]+)?)\]")


def read(sentence: str) -> tuple[str, list[tuple[int, int, str]]]:
    """Take the marks out of ``sentence``; return its text and what each mark says."""
    text, at = "", 0
    marked = []
    for match in _MARK.finditer(sentence):
        text += sentence[at : match.start()]
        marked.append((len(text), len(text) + len(match[1]), match[2]))
        text, at = text + match[1], match.end()
    text += sentence[at:]
    assert not set("[|]") & set(text), "a mark that is not well formed"
    return text, marked


def told(identifier: Identifier, *, with_sub: bool) -> tuple[int, int, str]:
    label = f"{identifier.kind}/{identifier.sub}" if with_sub else str(identifier.kind)
    return identifier.span.start, identifier.span.end, label


def found() -> Iterator[ParameterSet]:
    for language, groups in FOUND.items():
        for group, sentences in groups.items():
            for sentence in sentences:
                yield pytest.param(language, sentence, id=f"{language}-{group}-{sentence}")


def kept() -> Iterator[ParameterSet]:
    for language, sentences in KEPT.items():
        for sentence in sentences:
            yield pytest.param(language, sentence, id=f"{language}-{sentence}")


@pytest.mark.parametrize(("language", "sentence"), [*found()])
def test_what_is_marked_is_found_and_nothing_else(language: str, sentence: str) -> None:
    text, marked = read(sentence)

    [identifiers] = identifier_engine("patterns", language).find([Document("golden", text, language)])

    # An age is in every sentence that tells one; the marks speak of those that are meant.
    meant = [
        one for one in identifiers if one.kind is not IdentifierKind.AGE or one.sub == OVER_89 or "AGE]" in sentence
    ]
    subs = ["/" in label for _, _, label in marked]
    assert [told(one, with_sub=sub) for one, sub in zip(meant, subs, strict=True)] == marked


@pytest.mark.parametrize(("language", "sentence"), [*kept()])
def test_what_identifies_nobody_stays(language: str, sentence: str) -> None:
    [identifiers] = identifier_engine("patterns", language).find([Document("golden", sentence, language)])

    assert identifiers == []


def test_no_sentence_stands_twice() -> None:
    sentences = [sentence for groups in FOUND.values() for group in groups.values() for sentence in group]
    sentences += [sentence for group in KEPT.values() for sentence in group]

    assert len(set(sentences)) == len(sentences)


def test_every_kind_has_a_sentence() -> None:
    labels = {label.partition("/")[0] for _, marks in map(read, english_and_spanish()) for _, _, label in marks}

    assert labels == {kind.value for kind in IdentifierKind}


def english_and_spanish() -> Iterator[str]:
    for groups in FOUND.values():
        for sentences in groups.values():
            yield from sentences
