"""Files are redacted as a whole or not at all, and whoever leaves takes the work along."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import psutil
import pytest

from epicrisis.assembly import Services, file_redaction
from epicrisis.domain.documents import Document
from epicrisis.errors import InvalidInput, Overloaded, UnknownPolicy, UnreadableDocument
from epicrisis.services.asking import Asker
from epicrisis.services.audit_reading import read_all
from epicrisis.services.deidentify import Deidentify
from epicrisis.services.outcomes import Failure
from epicrisis.services.redact_files import GivenFile, RedactedFile, RedactFiles
from tests.office import pdf
from tests.serving import RULES, rules_pipeline

ASKER = Asker("tests", "/v1/redactions/files")
TABLE = GivenFile(b"mrn,note\n" + b"".join(b"%d,row %d is well\n" % (n, n) for n in range(300)), name="x.csv")


def redactor() -> tuple[RedactFiles, Services]:
    services = Services(rules_pipeline())
    return file_redaction(RULES, services.pipeline, services.deidentify()), services


async def entries(services: Services) -> list[Any]:
    return [read.entry async for read in read_all(services.audit.store)]


def same(one: RedactedFile, other: RedactedFile) -> bool:
    return one == other and one.data == other.data


@pytest.mark.anyio
async def test_who_waits_and_who_awaits_get_the_same_file() -> None:
    redact, services = redactor()

    waited = redact.one(TABLE, policy="safe-harbor")
    awaited = await redact(TABLE, policy="safe-harbor", asker=ASKER)

    assert waited.counts == {"MRN": 300}
    assert same(waited, awaited)
    assert [entry.counts for entry in await entries(services)] == [{"MRN": 300}]


@pytest.mark.anyio
async def test_a_file_under_way_waits_where_the_queue_is_full_and_one_that_comes_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    redact, _ = redactor()
    unrecorded, full = redact.deidentify.unrecorded, iter([False, True, True, False, False, True])

    async def busy(self: Deidentify, documents: Sequence[Document | Failure], **asked: Any) -> Any:
        if next(full):
            raise Overloaded
        return await unrecorded(documents, **asked)

    monkeypatch.setattr(Deidentify, "unrecorded", busy)

    done = await redact(TABLE, policy="safe-harbor", asker=ASKER)

    assert done.counts == {"MRN": 300}
    with pytest.raises(Overloaded):
        await redact(TABLE, policy="safe-harbor", asker=ASKER)


@pytest.mark.anyio
async def test_who_leaves_takes_along_the_process_that_reads_the_file() -> None:
    pytest.importorskip("pypdfium2", reason="PDF needs the documents extra")
    redact, services = redactor()
    this = psutil.Process()
    before = set(this.children())
    task = asyncio.create_task(redact(GivenFile(pdf(*["Words. " * 9] * 400)), policy="safe-harbor", asker=ASKER))
    async with asyncio.timeout(30):
        while not (started := set(this.children()) - before):
            await asyncio.sleep(0.001)

    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert [child for child in started if child.is_running()] == []
    assert await entries(services) == []


@pytest.mark.anyio
async def test_what_no_file_can_help_is_said_before_one_is_read_and_recorded_nowhere() -> None:
    redact, services = redactor()

    with pytest.raises(UnknownPolicy):
        await redact(TABLE, policy="secret", asker=ASKER)

    assert await entries(services) == []


@pytest.mark.anyio
async def test_a_file_that_fails_is_recorded_with_its_code() -> None:
    redact, services = redactor()

    with pytest.raises(UnreadableDocument):
        await redact(GivenFile(b"%PDF-1.7 cut"), policy="safe-harbor", asker=ASKER)

    assert [(entry.outcome, entry.counts) for entry in await entries(services)] == [("unreadable-document", {})]


@pytest.mark.anyio
async def test_rules_that_such_a_file_cannot_follow_are_refused_and_not_forgotten() -> None:
    redact, _ = redactor()
    ruled = GivenFile(b"Seen again, id 17.", rules={"id": "remove"})

    with pytest.raises(InvalidInput, match=r"taken for text.*leave them out, or say its kind"):
        redact.one(ruled, policy="safe-harbor")
    with pytest.raises(InvalidInput):
        await redact(ruled, policy="safe-harbor", asker=ASKER)


def test_there_is_room_for_so_many_files_and_no_more() -> None:
    redact, _ = redactor()
    rooms = [redact.room.held() for _ in range(2)]
    for room in rooms:
        room.__enter__()

    with pytest.raises(Overloaded), redact.room.held():
        pass
    rooms[0].__exit__(None, None, None)

    with redact.room.held():
        assert redact.room.taken == 2


@pytest.mark.parametrize("policy", ["safe-harbor", "gdpr", "research"])
def test_a_table_is_redacted_as_each_of_its_rows_alone(policy: str) -> None:
    redact, _ = redactor()
    rows = [b"Ana Ruiz,1931-02-03,93.0,02139,a@b.example", b"Luis Ruiz,3 May,45,02139,", b"A. Ruiz,1980-03-04,45,7,x"]
    head = b"patient_name,dob,age,zip,email\n"

    def body(*some: bytes) -> bytes:
        given = GivenFile(head + b"\n".join(some) + b"\n", name="x.csv")
        return redact.one(given, policy=policy, patient="p1").data.removeprefix(head)

    assert body(*rows) == b"".join(body(row) for row in rows)


def test_a_table_of_many_rows_is_read_by_its_few_different_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    redact, _ = redactor()
    many, texts = Deidentify.many, list[str]()

    def heard(self: Deidentify, documents: Sequence[Document | Failure], **asked: Any) -> Any:
        texts.extend(each.text for each in documents if isinstance(each, Document))
        return many(self, documents, **asked)

    monkeypatch.setattr(Deidentify, "many", heard)
    rows = b"".join(b"%d,Dr. Smith is %s\n" % (n % 50, b"away" if n % 2 else b"here") for n in range(20_000))

    made = redact.one(GivenFile(b"mrn,note\n" + rows, name="x.csv"), policy="safe-harbor")

    assert texts == ["mrn", "note", "Dr. Smith is here", "Dr. Smith is away"]
    assert made.counts == {"NAME": 20_000, "MRN": 20_000}
    assert made.data == b"mrn,note\n" + b"".join(
        b"[MRN],Dr. [NAME] is %s\n" % (b"away" if n % 2 else b"here") for n in range(20_000)
    )
