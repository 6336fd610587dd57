from __future__ import annotations

import pytest

from epicrisis.domain.documents import Document
from epicrisis.domain.identifiers import Identifier, IdentifierKind
from epicrisis.domain.spans import Span
from epicrisis.engines.privacy.patterns.engine import PatternIdentifierEngine
from epicrisis.engines.privacy.patterns.lookalikes import read_lookalikes
from epicrisis.errors import InvalidWordList


def guessed(text: str, word: str, kind: IdentifierKind = IdentifierKind.NAME) -> Identifier:
    """Return ``word`` as a learnt engine would mark it."""
    start = text.index(word)
    return Identifier(Span(start, start + len(word)), kind, 0.7, "learnt", "read like a name")


@pytest.mark.parametrize(
    ("text", "word", "why"),
    [
        ("Parkinson was confirmed.", "Parkinson", "called after this person"),
        ("A Foley was placed.", "Foley", "called after this person"),
        ("Known Zellerqvist syndrome.", "Zellerqvist", "an eponym"),
        ("The Zellerqvist's sign was seen.", "Zellerqvist's", "an eponym"),
        ("He takes Coumadin daily.", "Coumadin", "a drug or a device"),
        ("Worse in May again.", "May", "an everyday word"),
        ("Praziquantel is effective.", "Praziquantel", "generic names of drugs"),
        ("Enfermedad de Zellerqvist avanzada.", "Zellerqvist", "an eponym"),
    ],
)
def test_a_guess_that_names_a_thing_is_spared_with_the_reason(text: str, word: str, why: str) -> None:
    language = "es" if "Enfermedad" in text else "en"

    told = PatternIdentifierEngine().look(Document("n1", text, language)).told([guessed(text, word)])

    assert told.identifiers == ()
    assert [text[one.span.start : one.span.end] for one in told.spared] == [word]
    assert why in told.spared[0].why
    assert word not in told.spared[0].why


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Seen by Dr. Parkinson today.", "Parkinson"),
        ("John Wilson disease status unknown.", "John Wilson"),
        ("Zellerqvist left against advice.", "Zellerqvist"),
        ("Dr. Praziquantel left.", "Praziquantel"),
    ],
)
def test_a_person_of_such_a_name_is_found(text: str, word: str) -> None:
    told = PatternIdentifierEngine().look(Document("n1", text)).told([guessed(text, word)])

    assert [text[one.span.start : one.span.end] for one in told.identifiers] == [word]
    assert told.spared == ()


def test_what_is_spared_once_is_not_told_where_it_was_found_otherwise() -> None:
    text = "Dr. Foley placed a Foley catheter."

    told = PatternIdentifierEngine().look(Document("n1", text)).told()

    assert [one.span for one in told.identifiers] == [Span(4, 9)]
    assert [one.span for one in told.spared] == [Span(19, 24)]


def test_a_list_out_of_order_is_refused() -> None:
    content = 'source = "x"\nheads = "sign"\nheads_before = "signo"\n[[groups]]\nwhy = "y"\nwords = "foley crohn"'

    with pytest.raises(InvalidWordList, match="'crohn' after 'foley'"):
        read_lookalikes("lookalikes.toml", content)
