from __future__ import annotations

from collections.abc import Sequence

import pytest

from epicrisis.domain.documents import Document
from epicrisis.domain.findings import Entity
from epicrisis.domain.naming import Named
from epicrisis.engines.contracts import NoteReader
from epicrisis.errors import UnknownLanguage
from epicrisis.services.entities import Entities
from epicrisis.services.outcomes import Failure
from epicrisis.services.readers import ByLanguage
from tests.serving import a_core, a_memory, rules_pipeline
from tests.spanish import WORDS, SpanishWords

CEFALEA = Document(id="c", text="Varón con cefalea.", language="es")
FIEBRE = Document(id="f", text="Sin fiebre; toma paracetamol.", language="es")
FEVER = Document(id="e", text="Denies fever.", language="en")


class Choosy(SpanishWords):
    """A reader that refuses notes about gout, whatever stands beside them."""

    def named(self, documents: Sequence[Document], label_sets: Sequence[str]) -> list[dict[str, list[Entity]]]:
        if any("gota" in document.text for document in documents):
            raise ZeroDivisionError
        return super().named(documents, label_sets)


def service(*readers: NoteReader) -> Entities:
    known = ByLanguage.of(*readers, rules_pipeline().annotation.readers("en"))
    return Entities(readers=known, core=a_core(), memory=a_memory())


def words(outcome: Named | Failure) -> dict[str, list[str]]:
    assert isinstance(outcome, Named)
    return {name: [outcome.document.quote(each.span) for each in own] for name, own in outcome.entities.items()}


def test_each_language_is_named_by_its_reader_in_its_usual_label_sets() -> None:
    spanish, english = service(SpanishWords()).many([CEFALEA, FEVER])

    assert words(spanish) == {
        "clinical": ["cefalea"], "symptoms": ["cefalea"], "species": ["Varón"], "procedures": [], "medications": [],
        "diseases": [],
    }  # fmt: skip
    assert words(english) == {"clinical": ["fever"]}
    assert isinstance(spanish, Named)
    assert isinstance(english, Named)
    assert (spanish.engine, english.engine) == ("spanish-words", "rules")


def test_what_is_asked_for_is_named_and_nothing_else_in_the_order_asked() -> None:
    [named] = service(SpanishWords()).many([CEFALEA], ["species", "symptoms_base", "species"])

    assert words(named) == {"species": ["Varón"], "symptoms_base": ["cefalea"]}
    assert isinstance(named, Named)
    assert list(named.entities) == ["species", "symptoms_base"]


def test_every_label_set_of_every_note_comes_from_one_pass() -> None:
    reader = SpanishWords()

    service(reader).many([CEFALEA, FIEBRE], list(WORDS))

    assert reader.passes == 1


def test_an_unknown_label_set_fails_its_note_alone_and_costs_no_second_reading() -> None:
    reader = SpanishWords()

    outcomes = service(reader).many([CEFALEA, FEVER, FIEBRE], ["symptoms"])

    assert [isinstance(outcome, Failure) for outcome in outcomes] == [False, True, False]
    failure = outcomes[1]
    assert isinstance(failure, Failure)
    assert (failure.id, failure.code) == ("e", "invalid-input")
    assert failure.message == "There is no such label set for 'en'; try some of ['clinical']."
    assert reader.passes == 1


def test_a_note_that_breaks_the_reader_fails_alone() -> None:
    gout = Document(id="g", text="Crisis de gota.", language="es")

    outcomes = service(Choosy()).many([CEFALEA, gout, FEVER, FIEBRE])

    assert [outcome.id for outcome in outcomes if isinstance(outcome, Failure)] == ["g"]
    assert [isinstance(outcome, Named) for outcome in outcomes] == [True, False, True, True]


def test_what_failed_before_keeps_its_place() -> None:
    earlier = Failure("n1", "empty-text", "There is no text to read.")

    assert service(SpanishWords()).many([earlier, CEFALEA])[0] is earlier


def test_a_language_nobody_reads_fails_alone() -> None:
    finnish = Document(id="fi", text="Ei kuumetta.", language="fi")

    failure, named = service(SpanishWords()).many([finnish, CEFALEA])

    assert isinstance(failure, Failure)
    assert failure.code == UnknownLanguage.code
    assert isinstance(named, Named)


def test_neighbours_never_change_an_answer() -> None:
    entities = service(SpanishWords())

    assert entities.many([CEFALEA, FEVER, FIEBRE]) == [
        outcome for document in (CEFALEA, FEVER, FIEBRE) for outcome in entities.many([document])
    ]


@pytest.mark.anyio
async def test_answers_the_same_when_awaited_whoever_else_asks_for_what() -> None:
    entities = service(SpanishWords())

    assert await entities([CEFALEA, FEVER]) == entities.many([CEFALEA, FEVER])
    assert await entities([FIEBRE], ["medications"]) == entities.many([FIEBRE], ["medications"])
    assert await entities([]) == []
