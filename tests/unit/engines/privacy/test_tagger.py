"""The tagger reads while whoever asked does something else, and tells the same."""

from __future__ import annotations

import pytest

from epicrisis.domain.documents import Document
from epicrisis.engines.encoder.load import shipped
from epicrisis.engines.privacy.learnt import load_tagger
from epicrisis.engines.privacy.tagger import Tagger
from epicrisis.errors import UnknownLanguage

NOTE = "Patient: Ana Prueba Ruiz, seen by Dr. Quetzal on 03/04/2021 at St. Mary's Hospital.\nNo fever today.\n\n"


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return load_tagger(shipped("identifiers"))


def test_what_is_begun_is_told_when_it_is_asked_for(tagger: Tagger) -> None:
    documents = [Document("1", NOTE), Document("2", NOTE * 12), Document("3", "Nothing here.")]

    begun = [tagger.begin([document]) for document in documents]

    assert [found() for found in reversed(begun)] == [tagger.find([document]) for document in reversed(documents)]
    assert [bool(own) for own in tagger.find(documents)] == [True, True, False]


def test_a_long_note_tells_at_its_end_what_it_tells_at_its_beginning(tagger: Tagger) -> None:
    long = Document("1", NOTE * 900)

    [found] = tagger.find([long])

    first, last = long.text.index("Quetzal"), long.text.rindex("Quetzal")
    assert {first, last} <= {one.span.start for one in found}
    assert [one.span for one in found] == sorted(one.span for one in found)


def test_what_it_was_not_taught_is_refused_before_it_begins(tagger: Tagger) -> None:
    with pytest.raises(UnknownLanguage, match="does not read 'es'"):
        tagger.begin([Document("1", "Paciente estable.", "es")])
