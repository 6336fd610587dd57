from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from epicrisis.services.reseal import Reseal, Resealed
from epicrisis.services.seals import TEXTS, Place, Seals, clear_text, key_of, opened_text, sealed_text
from epicrisis.storage.crypto import EncryptionKey, KeyRing
from tests.chains import FixedSecret

pytestmark = pytest.mark.anyio

OLD, NEW = EncryptionKey(bytes(range(32))), EncryptionKey(bytes(range(32, 64)))


def ring(*keys: EncryptionKey) -> KeyRing:
    return KeyRing(keys, secret=FixedSecret())


class Column:
    """A column in memory, which somebody else may write to while it is gone through."""

    table, column = "people", "name"
    form = TEXTS

    def __init__(self, rows: dict[str, str]) -> None:
        self.rows = rows
        self.before_swap: Callable[[str], None] = lambda row: None
        self.swaps = 0

    async def page(self, *, after: str, limit: int) -> Sequence[tuple[str, str]]:
        return sorted((row, kept) for row, kept in self.rows.items() if row > after)[:limit]

    async def swap(self, row: str, before: str, now: str) -> bool:
        self.before_swap(row)
        if self.rows.get(row) != before:
            return False
        self.rows[row] = now
        self.swaps += 1
        return True

    def place(self, row: str) -> Place:
        return Place(self.table, self.column, row)

    def opened(self, seals: Seals) -> dict[str, str]:
        return {row: opened_text(seals, kept, self.place(row)) for row, kept in self.rows.items()}


def column(names: Sequence[str], seals: Seals | None = None) -> Column:
    made = Column({f"{number:04}": name for number, name in enumerate(names)})
    if seals is not None:
        made.rows = {row: sealed_text(seals, name, made.place(row)) for row, name in made.rows.items()}
    return made


async def test_seals_what_was_clear_and_what_another_key_sealed() -> None:
    names = [f"name {number}" for number in range(1203)]
    people = column(names)
    people.rows |= {row: kept for row, kept in column(names, ring(OLD)).rows.items() if row < "0600"}

    done = await Reseal([people], ring(NEW, OLD))()

    assert done == Resealed(renewed=1203)
    assert list(people.opened(ring(NEW)).values()) == names
    assert await Reseal([people], ring(NEW, OLD))() == Resealed()


async def test_goes_on_where_it_was_stopped() -> None:
    people = column(["Ana"] * 10, ring(OLD))

    def stop(row: str) -> None:
        if row == "0004":
            raise KeyboardInterrupt

    people.before_swap = stop
    with pytest.raises(KeyboardInterrupt):
        await Reseal([people], ring(NEW, OLD))()
    people.before_swap = lambda row: None

    assert (await Reseal([people], ring(NEW, OLD))()).renewed == 6
    assert people.swaps == 10


async def test_what_is_written_meanwhile_is_not_written_over() -> None:
    people = column(["Ana"] * 5, ring(OLD))
    told = {"0003"}

    def write(row: str) -> None:
        if row in told:
            told.discard(row)
            # A server that still has the old key first.
            people.rows[row] = sealed_text(ring(OLD, NEW), "Luz", people.place(row))

    people.before_swap = write
    done = await Reseal([people], ring(NEW, OLD))()

    assert done == Resealed(renewed=5)
    assert people.opened(ring(NEW)) == {"0000": "Ana", "0001": "Ana", "0002": "Ana", "0003": "Luz", "0004": "Ana"}


async def test_a_row_that_does_not_open_is_told_and_left_and_the_rest_goes_on() -> None:
    people = column(["Ana", "Luz", "Sol"], ring(OLD))
    people.rows["0001"], lost = people.rows["0000"], people.rows["0001"]

    done = await Reseal([people], ring(NEW, OLD))()

    assert done == Resealed(renewed=2, broken=(people.place("0001"),))
    assert key_of(people.rows["0001"]) == OLD.id
    people.rows["0001"] = lost
    assert (await Reseal([people], ring(NEW, OLD))()).renewed == 1


async def test_says_what_is_left_where_somebody_goes_on_writing_with_the_old_key() -> None:
    people = column(["Ana"], ring(OLD))

    def write(row: str) -> None:
        people.rows[row] = sealed_text(ring(OLD), "Ana", people.place(row))

    people.before_swap = write

    assert (await Reseal([people], ring(NEW, OLD))()).left == 1


@pytest.mark.parametrize("name", ["Ana", "", "s1.", "c1.", "s1.0a0b0c0d.AAAA", "c1.s1.", "ñ\U0001f600"])
async def test_a_text_comes_back_whatever_it_looks_like(name: str) -> None:
    place = Place("people", "name", "1")

    assert opened_text(ring(NEW), clear_text(name), place) == name
    assert opened_text(ring(NEW), sealed_text(ring(NEW), name, place), place) == name
    assert key_of(clear_text(name)) is None
    assert key_of(sealed_text(ring(NEW), name, place)) == NEW.id


class Aside:
    """Records that wait for a database, which takes them the ``comes``-th time it is asked."""

    def __init__(self, comes: int) -> None:
        self.comes = comes

    @property
    def pending(self) -> bool:
        return self.comes > 0

    async def drain(self) -> int:
        self.comes -= 1
        return 0


@pytest.mark.parametrize(("comes", "still"), [(1, False), (2, False), (100, True)])
async def test_brings_home_what_is_aside_and_says_where_it_cannot(
    comes: int, still: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("epicrisis.services.reseal._AWHILE", 0)

    done = await Reseal([], ring(NEW, OLD), aside=[Aside(comes)])()

    assert done == Resealed(aside=still)
