"""Files are redacted as a whole or not at all, and whoever leaves takes the work along."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import psutil
import pytest

from epicrisis.assembly import Services, file_redaction
from epicrisis.domain.documents import Document
from epicrisis.errors import Overloaded, UnknownPolicy, UnreadableDocument
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


def test_there_is_room_for_so_many_files_and_no_more() -> None:
    redact, _ = redactor()
    rooms = [redact.room() for _ in range(2 * RULES.workers)]
    for room in rooms:
        room.__enter__()

    with pytest.raises(Overloaded), redact.room():
        pass
    rooms[0].__exit__(None, None, None)

    with redact.room():
        assert redact.taken == 2 * RULES.workers
