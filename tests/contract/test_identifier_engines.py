"""What every identifier engine keeps, whoever wrote it; the engines are those that are installed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise

import pytest

from epicrisis.domain.documents import Document
from epicrisis.domain.identifiers import Identifier, IdentifierKind
from epicrisis.engines.contracts import IdentifierEngine
from epicrisis.engines.registry import Group, identifier_engine, installed
from epicrisis.errors import UnknownLanguage
from tests.contract.samples import SAMPLES, Sample, engines

# A note with a head, as people paste them; every name, date and number in it is invented.
NOTES = {
    "en": "Patient Name: Prueba, Ana\nMRN: 00665905\nDOB: 02/03/1951\n\nSeen by Dr. Quetzal at St. Prueba Hospital on "
    "March 3, 2021. She is 92 years old and denies fever.\n\nElectronically signed by Conrad Prueba, MD",
    "es": "Nombre: Ana.\nApellidos: Ruiz Prueba.\nNHC: 7133043.\nFecha de nacimiento: 27/09/1952.\n\nMujer de 61 años "
    "que ingresa el 13/03/2013 por fiebre.\n\nRemitido por: Dr. Roberto Prueba Ibarguren",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """An engine in one of its languages, and what it is asked there."""

    engine: IdentifierEngine
    sample: Sample

    @property
    def language(self) -> str:
        return self.sample.note.language

    @property
    def note(self) -> Document:
        return Document("n1", NOTES[self.language], self.language)


@pytest.fixture(scope="module", params=[*engines(Group.IDENTIFIERS)])
def asked(request: pytest.FixtureRequest) -> Asked:
    name, language = request.param
    return Asked(identifier_engine(name, language), SAMPLES[language])


def test_there_are_engines_to_hold_to_this() -> None:
    assert {"patterns", "spanish"} <= set(installed(Group.IDENTIFIERS))


def test_finds_the_name_and_the_dates_of_a_note(asked: Asked) -> None:
    [found] = asked.engine.find([asked.note])

    kinds = [one.kind for one in found]
    assert IdentifierKind.NAME in kinds
    assert IdentifierKind.DATE in kinds


def test_answers_in_the_order_of_the_text_and_without_overlaps(asked: Asked) -> None:
    for found in asked.engine.find([asked.note, asked.sample.note]):
        assert all(before.span.end <= after.span.start for before, after in pairwise(found))


def test_every_finding_lies_in_its_text_and_says_what_found_it_and_why(asked: Asked) -> None:
    [found] = asked.engine.find([asked.note])

    for one in found:
        assert asked.note.quote(one.span).strip()
        assert 0.0 <= one.score <= 1.0
        assert one.found_by
        assert one.why


def test_no_reason_holds_the_words_it_is_about(asked: Asked) -> None:
    [found] = asked.engine.find([asked.note])

    for one in found:
        for word in asked.note.quote(one.span).split():
            assert len(word) < 4 or word.strip(".,") not in one.why


def test_neighbours_never_change_an_answer(asked: Asked) -> None:
    others = [asked.sample.document(text, name) for name, text in asked.sample.awkward.items()]
    [alone] = asked.engine.find([asked.note])

    together = asked.engine.find([*others, asked.note, *others])

    assert len(together) == 2 * len(others) + 1
    assert told(together[len(others)]) == told(alone)


def test_no_documents_have_no_answers(asked: Asked) -> None:
    assert list(asked.engine.find([])) == []


@pytest.mark.parametrize("text", ["\u200b\ufeff\u200b", ".", "\ud7ff", "1/1/1/1/1", "((((", "A" * 50])
def test_a_text_that_shows_nothing_is_answered_too(asked: Asked, text: str) -> None:
    assert len(asked.engine.find([asked.sample.document(text)])) == 1


def test_a_language_no_card_names_is_refused(asked: Asked) -> None:
    with pytest.raises(UnknownLanguage):
        asked.engine.find([Document(id="n1", text="Pas de fièvre.", language="fr")])


def test_threads_get_the_same_answers(asked: Asked) -> None:
    expected = told(asked.engine.find([asked.note])[0])

    with ThreadPoolExecutor(max_workers=4) as pool:
        answers = list(pool.map(lambda _: told(asked.engine.find([asked.note])[0]), range(8)))

    assert all(answer == expected for answer in answers)


def test_the_document_stays_as_it_was(asked: Asked) -> None:
    document = replace(asked.note)

    asked.engine.find([document])

    assert document == asked.note


def test_the_card_says_what_the_engine_is(asked: Asked) -> None:
    card = asked.engine.card

    assert card.name
    assert card.version
    assert card.summary
    assert asked.language in card.languages
    assert card.limits


def told(found: Sequence[Identifier]) -> Iterator[tuple[object, ...]] | list[tuple[object, ...]]:
    """Return what was found; scores may differ in the last digits of a batch."""
    return [(one.span, one.kind, one.found_by, one.why, one.sub) for one in found]
