from __future__ import annotations

from collections.abc import Sequence

import pytest

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.assertions import Experiencer, Status
from epicrisis.domain.documents import Document
from epicrisis.engines import registry
from epicrisis.engines.contracts import NoteReader
from epicrisis.engines.registry import Group
from epicrisis.errors import InvalidSpan
from epicrisis.services.annotate import Annotate
from epicrisis.services.conflicts import Tolerance
from epicrisis.services.outcomes import Failure
from epicrisis.services.readers import ByLanguage
from tests.readers import reading
from tests.serving import a_core, a_memory
from tests.unit.services.contrary import Contrary


class Choosy:
    """A note reader that hands on to another, but refuses notes about gout."""

    def __init__(self, reader: NoteReader) -> None:
        self.reader = reader
        self.card = reader.card

    def read(self, documents: Sequence[Document]) -> Sequence[AnnotatedDocument]:
        if any("gout" in document.text for document in documents):
            raise InvalidSpan
        return self.reader.read(documents)


def service(reader: NoteReader, second: Contrary | None = None) -> Annotate:
    seconds = ByLanguage.of(*([second] if second else []))
    return Annotate(
        readers=ByLanguage.of(reader), seconds=seconds, tolerance=Tolerance(), core=a_core(), memory=a_memory()
    )


@pytest.fixture(params=reading(Group.READERS, "en"))
def reader(request: pytest.FixtureRequest) -> NoteReader:
    return registry.note_reader(request.param)


def statuses(note: AnnotatedDocument) -> dict[str, Status]:
    pairs = zip(note.entities, note.assertions, strict=True)
    return {note.document.quote(entity.span): assertion.status for entity, assertion in pairs if assertion}


def test_reads_what_a_note_names_and_what_it_says_of_it(reader: NoteReader) -> None:
    note = service(reader).one(Document(id="n1", text="The patient denies chest pain. Possible pneumonia."))

    assert statuses(note) == {"chest pain": Status.ABSENT, "pneumonia": Status.POSSIBLE}


def test_hears_a_second_engine_and_keeps_the_first_ones_reading(reader: NoteReader) -> None:
    note = service(reader, Contrary()).one(Document(id="n1", text="The patient denies chest pain. Possible pneumonia."))

    conflicts = {note.document.quote(a.target): a.conflict and a.conflict.status for a in note.assertions if a}
    assert statuses(note) == {"chest pain": Status.ABSENT, "pneumonia": Status.POSSIBLE}
    assert conflicts == {"chest pain": None, "pneumonia": Status.ABSENT}


def test_no_engine_is_heard_on_itself(reader: NoteReader) -> None:
    note = service(reader, Contrary(reader.card.name)).one(Document(id="n1", text="Possible pneumonia."))

    assert [assertion.conflict for assertion in note.assertions if assertion] == [None]


def test_what_the_reader_says_goes_before_what_a_heading_says(reader: NoteReader) -> None:
    document = Document(id="n1", text="PMH: DM2.\n\nPatient presents with fever today")

    [alone] = reader.read([document])

    assert service(reader).one(document) == alone


def test_reads_findings_under_a_family_heading_as_the_familys(reader: NoteReader) -> None:
    note = service(reader).one(Document(id="n1", text="FAMILY HISTORY:\nDiabetes and stroke.\n"))

    assert {assertion.experiencer for assertion in note.assertions if assertion} == {Experiencer.FAMILY}


def test_a_bad_note_of_a_batch_fails_alone_and_order_is_kept(reader: NoteReader) -> None:
    earlier = Failure("n2", "empty-text", "There is no text to read.")
    batch = [
        Document(id="n1", text="Denies fever."),
        earlier,
        Document(id="n3", text="Has gout."),
        Document(id="n4", text="No cough."),
    ]

    answers = service(Choosy(reader)).many(batch)

    assert [answer.document.id if isinstance(answer, AnnotatedDocument) else answer.id for answer in answers] == [
        "n1", "n2", "n3", "n4",
    ]  # fmt: skip
    assert [answer.code for answer in answers if isinstance(answer, Failure)] == ["empty-text", "invalid-span"]


def test_neighbours_never_change_an_answer(reader: NoteReader) -> None:
    texts = ["Denies fever.", "Chest pain, possibly pleurisy. No cough.", "Return if vomiting starts."]
    documents = [Document(id=text, text=text) for text in texts]
    annotate = service(reader)

    assert annotate.many(documents) == [annotate.one(document) for document in documents]


@pytest.mark.anyio
async def test_answers_the_same_when_awaited(reader: NoteReader) -> None:
    document = Document(id="n1", text="Denies fever.")
    annotate = service(reader)

    assert await annotate(document) == annotate.one(document)
    assert await annotate.batch([document]) == annotate.many([document])
