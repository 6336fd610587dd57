from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epicrisis.errors import InvalidInput, InvalidSettings, StorageError, UnknownKey, UnknownRecord
from epicrisis.services.audit import Audit, AuditEntry
from epicrisis.services.audit_chain import Chain
from epicrisis.services.audit_reading import Cursor, Read, Wanted, read_all, read_page, read_row
from epicrisis.storage.memory import MemoryAudit
from epicrisis.storage.secret import InstallationSecret
from tests.chains import SECRET, Doctored, FixedSecret, entry, recorded

pytestmark = pytest.mark.anyio


def numbers(rows: list[Read]) -> list[int]:
    return [read.row.number for read in rows]


async def test_says_what_happened_and_links_it_to_what_happened_before() -> None:
    audit = await recorded(3)

    rows = [read async for read in read_all(audit.store)]

    assert [read.entry for read in rows] == [entry(1), entry(2), entry(3)]
    assert len({read.row.link for read in rows}) == 3
    assert await audit.verify() is None


@pytest.mark.parametrize(
    "words",
    [
        {"action": ""},
        {"action": "redact Ana Ruiz"},
        {"purpose": "because Ana asked"},
        {"purpose": "x" * 101},
        {"document": "Ana Ruiz Prueba"},
        {"subject": "línea"},
        {"outcome": "a\nb"},
        {"who": ""},
        {"who": "two\nlines"},
        {"who": "x" * 401},
    ],
)
async def test_words_of_a_note_do_not_fit_in(words: dict[str, str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        AuditEntry(**{"at": 0.0, "who": "ward", "action": "redact", **words})  # type: ignore[arg-type]

    assert "Ana" not in str(refused.value)


async def test_a_count_is_named_by_an_identifier_too() -> None:
    with pytest.raises(InvalidInput):
        AuditEntry(0.0, "ward", "redact", counts={"Ana Ruiz": 1})


words = st.text(alphabet="abcXYZ019.:+/{}@,*_-", max_size=100)


@given(
    st.builds(
        AuditEntry,
        at=st.floats(0, 4e9),
        who=st.text(min_size=1, max_size=40).filter(str.isprintable),
        action=words.filter(bool),
        route=words,
        purpose=words,
        engine=words,
        counts=st.dictionaries(words, st.integers(0, 10**9), max_size=5),
        document=words,
        outcome=words,
        request_id=words,
        tenant=words,
        subject=words,
    )
)
def test_an_entry_comes_back_as_it_was_and_is_always_the_same_bytes(said: AuditEntry) -> None:
    kept = said.to_bytes()

    assert AuditEntry.of(kept) == said
    assert AuditEntry.of(kept).to_bytes() == kept


@pytest.mark.parametrize(
    "kept",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff",
        b'{"at":1}',
        b'{"at":1,"who":"w","action":"a","more":1}',
        b'{"at":"x","who":"w","action":"a"}',
        b'{"at":1e300,"who":"w","action":"a"}',
        b'{"at":NaN,"who":"w","action":"a"}',
        b'{"at":1,"who":5,"action":"a"}',
        b'{"at":1,"who":"w","action":"a","counts":["n"]}',
        b'{"at":1,"who":"w","action":"a","counts":{"n":"Ana"}}',
        b"[" * 100_000,
    ],
    ids=range(13),
)
async def test_what_is_no_entry_is_shown_as_unreadable(kept: bytes) -> None:
    row, head = Chain(SECRET).grown(None, kept)

    [read] = [read async for read in read_all(Doctored([row], head))]

    assert read.entry is None
    assert read.to_plain() == {"number": 1, "unreadable": True, "link": row.link.hex()}


async def test_what_fails_is_recorded_with_the_code_of_its_error() -> None:
    audit = await recorded(0)

    with pytest.raises(UnknownKey):
        async with audit.recording(entry(1)):
            raise UnknownKey
    with pytest.raises(ZeroDivisionError):
        async with audit.recording(entry(2)):
            raise ZeroDivisionError
    async with audit.recording(entry(3)):
        pass

    outcomes = [read.entry.outcome async for read in read_all(audit.store) if read.entry]
    assert outcomes == ["unknown-key", "error", "done"]


class Down(MemoryAudit):
    """A store that keeps nothing."""

    async def append(self, grow: object) -> object:  # type: ignore[override]
        raise StorageError


async def test_what_cannot_be_recorded_is_not_handed_over() -> None:
    audit = Audit(Down(), FixedSecret())

    with pytest.raises(StorageError):
        async with audit.recording(entry(1)):
            pass
    with pytest.raises(UnknownKey):
        async with audit.recording(entry(1)):
            raise UnknownKey


async def test_a_document_has_a_mark_that_needs_the_key() -> None:
    audit = await recorded(0)
    other = Audit(MemoryAudit(), FixedSecret(b"another secret, also long enough for an HMAC"))

    assert audit.mark("Ana Ruiz Prueba") == audit.mark("Ana Ruiz Prueba")
    assert len({audit.mark("a"), audit.mark("b"), other.mark("a")}) == 3
    AuditEntry(0.0, "ward", "redact", document=audit.mark("\ud800 Ana"))


async def test_without_a_secret_an_empty_log_holds_and_any_other_cannot_be_checked(tmp_path: Path) -> None:
    audit = Audit((await recorded(1)).store, InstallationSecret("", tmp_path))

    assert await Audit(MemoryAudit(), InstallationSecret("", tmp_path)).verify() is None
    with pytest.raises(InvalidSettings, match="EPICRISIS_SECRET_KEY"):
        await audit.verify()


@pytest.mark.parametrize("noted", ["5", "5:abc", ":" + "a" * 64, "-1:" + "a" * 64])
async def test_what_is_no_head_is_refused(noted: str) -> None:
    with pytest.raises(InvalidInput):
        await (await recorded(1)).verify(noted=noted)


async def test_reads_a_time_and_a_tenant() -> None:
    audit = await recorded(4)
    await audit.record(entry(5, tenant="north"))
    await audit.record(entry(6, tenant="south"))

    async def read(wanted: Wanted) -> list[int]:
        return numbers([each async for each in read_all(audit.store, wanted)])

    assert await read(Wanted(since=entry(2).at, until=entry(4).at)) == [2, 3]
    assert await read(Wanted(tenant="north")) == [5]
    assert await read(Wanted()) == [1, 2, 3, 4, 5, 6]


async def test_pages_follow_each_other_and_end_where_the_log_ended() -> None:
    audit = await recorded(5)

    first = await read_page(audit.store, limit=2)
    await audit.record(entry(6))
    second = await read_page(audit.store, cursor=first.following, limit=2)
    third = await read_page(audit.store, cursor=second.following, limit=2)

    assert [numbers(list(page.rows)) for page in (first, second, third)] == [[1, 2], [3, 4], [5]]
    assert (first.following, third.following) == (Cursor(2, 5), None)


async def test_a_rare_row_is_looked_for_over_several_pages() -> None:
    audit = await recorded(10_005)
    await audit.record(entry(10_006, tenant="north"))

    first = await read_page(audit.store, Wanted(tenant="north"))
    second = await read_page(audit.store, Wanted(tenant="north"), cursor=first.following)

    assert (first.rows, first.following) == ([], Cursor(10_000, 10_006))
    assert (numbers(list(second.rows)), second.following) == ([10_006], None)


async def test_one_row_is_read_by_its_number_and_by_its_own_tenant_alone() -> None:
    audit = await recorded(1)
    await audit.record(entry(2, tenant="north"))

    assert (await read_row(audit.store, 2, tenant="north")).entry == entry(2, tenant="north")
    assert (await read_row(audit.store, 1)).entry == entry(1)
    for number, tenant in ((1, "north"), (2, "south"), (3, ""), (0, "")):
        with pytest.raises(UnknownRecord):
            await read_row(audit.store, number, tenant=tenant)


async def test_a_row_for_json_tells_the_time_in_utc() -> None:
    [read] = [read async for read in read_all((await recorded(1)).store)]

    plain = json.loads(json.dumps(read.to_plain()))

    assert (plain["number"], plain["at"], plain["counts"]) == (1, "2031-02-03T04:05:01.000Z", {"NAME": 1})
    assert len(plain["link"]) == 64
