from __future__ import annotations

from collections.abc import Sequence

import pytest

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.documents import Document
from epicrisis.domain.records import Code, CodeSystem, NoteRecord
from epicrisis.engines.contracts import EngineCard
from epicrisis.engines.extraction.engine import RecordEngine
from epicrisis.engines.record_contracts import Coded, CodeLinker, ExtractionEngine, Mention
from epicrisis.errors import InvalidSpan, UnknownLanguage
from epicrisis.services.extract import Extract
from epicrisis.services.outcomes import Failure
from epicrisis.services.readers import ByLanguage
from tests.serving import a_core, rules_pipeline

COUGH = Document("c", "The patient has a cough. Denies fever.")
GOUT = Document("g", "Assessment: gout. Aspirin 81 mg daily.")
FRENCH = Document("f", "Pas de toux.", "fr")


class Choosy(RecordEngine):
    """Writes records, but of no note about gout."""

    def extract(self, note: AnnotatedDocument) -> NoteRecord:
        if "gout" in note.document.text:
            raise InvalidSpan
        return super().extract(note)


class Spelling:
    """A linker that finds one code for everything: its name, in capitals."""

    card = EngineCard("spelling", "1", "Names things by their names.", ("en",))
    kinds = frozenset({Coded.PROBLEM, Coded.MEDICATION})

    def __init__(self) -> None:
        self.asked: list[Mention] = []

    def link(self, mentions: Sequence[Mention], *, most: int = 5) -> Sequence[tuple[Code, ...]]:
        self.asked += mentions
        found = [Code(CodeSystem.ICD_10_CM, mention.text.upper(), mention.text, 0.5) for mention in mentions]
        return [(code,) * min(most, 2) for code in found]


def service(engine: ExtractionEngine | None = None, *linkers: CodeLinker) -> Extract:
    return Extract(
        annotate=rules_pipeline().annotation,
        engines=ByLanguage.of(engine or RecordEngine()),
        linkers=linkers,
        core=a_core(),
    )


def told(outcome: NoteRecord | Failure) -> tuple[list[str], list[str]]:
    assert isinstance(outcome, NoteRecord)
    return [each.name.text for each in outcome.problems], [each.name.text for each in outcome.denied]


def test_writes_what_a_note_records() -> None:
    record = service().one(COUGH)

    assert (record.document_id, record.engine) == ("c", "rules")
    assert told(record) == (["cough"], ["fever"])


@pytest.mark.anyio
async def test_asked_in_the_event_loop_it_answers_the_same() -> None:
    extract = service()

    assert await extract(COUGH) == extract.one(COUGH)
    assert await extract.batch([COUGH, GOUT]) == extract.many([COUGH, GOUT])


@pytest.mark.anyio
async def test_what_cannot_be_read_or_written_fails_alone() -> None:
    early = Failure("e", "unreadable", "It was never read.")
    extract = service(Choosy())

    for outcomes in (extract.many([COUGH, early, GOUT, FRENCH]), await extract.batch([COUGH, early, GOUT, FRENCH])):
        assert told(outcomes[0]) == (["cough"], ["fever"])
        assert outcomes[1] is early
        assert [each.code for each in outcomes[2:] if isinstance(each, Failure)] == [
            InvalidSpan.code,
            UnknownLanguage.code,
        ]


@pytest.mark.anyio
async def test_one_note_that_cannot_be_read_is_raised() -> None:
    with pytest.raises(UnknownLanguage):
        await service()(FRENCH)


def test_codes_are_found_for_problems_drugs_and_what_is_denied() -> None:
    linker = Spelling()

    record = service(None, linker).one(COUGH)

    assert [code.code for code in record.problems[0].codes] == ["COUGH", "COUGH"]
    assert [code.code for code in record.denied[0].codes] == ["FEVER", "FEVER"]
    assert [(mention.text, mention.kind, mention.sentence) for mention in linker.asked] == [
        ("cough", Coded.PROBLEM, "The patient has a cough."),
        ("fever", Coded.PROBLEM, "Denies fever."),
    ]


def test_the_codes_of_several_linkers_follow_each_other_in_their_order() -> None:
    record = service(None, Spelling(), Spelling()).one(GOUT)

    assert [code.code for code in record.problems[0].codes] == ["GOUT"] * 4
    assert [code.code for code in record.medications[0].codes] == ["ASPIRIN"] * 4


@pytest.mark.anyio
async def test_nothing_is_kept_that_holds_words_of_a_note() -> None:
    extract = service()

    await extract(COUGH)

    kept = extract.annotate._answers.memory.shelf._kept
    assert not any(b"cough" in repr(each).encode() for each in kept.values())
