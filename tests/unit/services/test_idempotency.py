from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from epicrisis.errors import BrokenSeal, KeyReused, StillRunning
from epicrisis.services.access import ANYONE, Principal
from epicrisis.services.audit import Audit, AuditEntry
from epicrisis.services.idempotency import Answer, Attempt, Idempotency
from epicrisis.storage.memory import MemoryAudit, MemoryClaims, MemorySecret
from tests.serving import CANARY, a_ring

pytestmark = pytest.mark.anyio

ANSWER = Answer("first", 200, [(b"content-type", b"application/json")], CANARY.encode())
WARD = Principal("ward", frozenset(), "aaaaaaaaaaaa")


class House:
    """The service over memory, with a clock that goes on when told to."""

    def __init__(self, *, sealed: bool = True) -> None:
        self.store, self.log, self.time = MemoryClaims(), MemoryAudit(), 1_000_000.0
        secret = MemorySecret()
        seals = a_ring() if sealed else None
        audit = Audit(self.log, secret)
        self.service = Idempotency(
            self.store, secret, seals=seals, audit=audit, lasts=100, runs=10, now=lambda: self.time
        )

    def attempt(self, who: Principal = WARD, key: str = "key", sent: bytes = b"digest") -> Attempt:
        return self.service.attempt(who, key, sent=sent, route="/v1/redactions", request_id="again")

    async def told(self, **changed: Any) -> Answer | None:
        return await self.service.begin(self.attempt(**changed))

    async def done(self, **changed: Any) -> None:
        attempt = self.attempt(**changed)
        assert await self.service.begin(attempt) is None
        assert await self.service.finish(attempt, ANSWER)

    @property
    def kept(self) -> Sequence[bytes]:
        return [claim.answer or b"" for claim in self.store._claims.values()]


@pytest.fixture
def house() -> House:
    return House()


@pytest.mark.parametrize("sealed", [True, False])
async def test_tells_an_answer_again_as_it_was(sealed: bool) -> None:
    house = House(sealed=sealed)
    await house.done()

    assert await house.told() == ANSWER


async def test_a_key_is_whose_it_is(house: House) -> None:
    owners = [
        WARD, ANYONE, replace(WARD, key_id="bbbbbbbbbbbb"), replace(WARD, key_id=None), replace(WARD, tenant="north"),
        Principal("aaaaaaaaaaaa", frozenset()), Principal("war", frozenset(), tenant="d"),
    ]  # fmt: skip

    marks = {house.attempt(who).mark for who in owners} | {house.attempt(WARD, "another").mark}

    assert len(marks) == len(owners) + 1


async def test_a_renamed_key_is_the_same(house: House) -> None:
    await house.done()

    assert await house.told(who=replace(WARD, name="ward 3")) == ANSWER


async def test_another_request_under_the_key_is_refused_whether_the_first_is_done_or_not(house: House) -> None:
    attempt = house.attempt()
    await house.service.begin(attempt)
    with pytest.raises(KeyReused):
        await house.told(sent=b"other")
    with pytest.raises(StillRunning):
        await house.told()

    await house.service.finish(attempt, ANSWER)

    with pytest.raises(KeyReused):
        await house.told(sent=b"other")


async def test_what_is_heard_of_no_more_may_be_done_again_and_the_late_one_changes_nothing(house: House) -> None:
    late = house.attempt()
    await house.service.begin(late)
    house.time += 10

    await house.done()

    assert not await house.service.finish(late, replace_body(b"late"))
    await house.service.release(late)
    assert await house.told() == ANSWER


def replace_body(body: bytes) -> Answer:
    return Answer("late", 200, [], body)


async def test_neither_the_key_nor_the_answer_nor_a_hash_of_what_was_sent_is_kept(house: House) -> None:
    await house.done(key=CANARY, sent=b"a digest that could be guessed")

    claims = repr(house.store._claims).encode() + b"".join(house.kept)

    assert CANARY.encode() not in claims
    assert b"a digest that could be guessed" not in claims


async def test_answers_that_change_places_do_not_open(house: House) -> None:
    await house.done(key="one")
    await house.done(key="other")
    one, other = house.attempt(key="one").mark, house.attempt(key="other").mark
    claims = house.store._claims

    claims[one] = replace(claims[one], answer=claims[other].answer)

    with pytest.raises(BrokenSeal):
        await house.told(key="one")


async def test_who_hears_it_again_is_recorded(house: House) -> None:
    await house.done()

    await house.told()

    [row] = await house.log.rows()
    entry = AuditEntry.of(row.entry)
    assert (entry.action, entry.who, entry.route) == ("replay", "aaaaaaaaaaaa", "/v1/redactions")
    assert (entry.request_id, entry.subject) == ("again", "first")
