"""The tagger reads many documents, and long ones, as it reads one."""

from __future__ import annotations

import pytest

from epicrisis.domain.documents import Document
from epicrisis.engines.privacy.learnt import load_tagger
from epicrisis.engines.privacy.tagger import Tagger
from epicrisis.engines.shipped import shipped
from epicrisis.errors import UnknownLanguage

NOTE = "Patient: Ana Prueba Ruiz, seen by Dr. Quetzal on 03/04/2021 at St. Mary's Hospital.\nNo fever today.\n\n"


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return load_tagger(shipped("identifiers"))


def test_a_document_is_told_among_others_as_it_is_alone(tagger: Tagger) -> None:
    documents = [Document("1", NOTE), Document("2", NOTE * 12), Document("3", "Nothing here.")]

    found = tagger.find(documents)

    assert found == [own for document in documents for own in tagger.find([document])]
    assert [bool(own) for own in found] == [True, True, False]


def test_a_long_note_tells_at_its_end_what_it_tells_at_its_beginning(tagger: Tagger) -> None:
    long = Document("1", NOTE * 900)

    [found] = tagger.find([long])

    first, last = long.text.index("Quetzal"), long.text.rindex("Quetzal")
    assert {first, last} <= {one.span.start for one in found}
    assert [one.span for one in found] == sorted(one.span for one in found)


def test_a_language_it_was_not_taught_is_refused(tagger: Tagger) -> None:
    with pytest.raises(UnknownLanguage, match="does not read 'es'"):
        tagger.find([Document("1", "Paciente estable.", "es")])
