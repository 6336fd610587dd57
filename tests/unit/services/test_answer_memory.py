from __future__ import annotations

import pytest

from epicrisis.services import answer_memory as page
from epicrisis.services.answer_memory import Memory, Shelf
from epicrisis.storage.answers import MemoryAnswers
from tests.serving import CANARY, a_memory


def full(shelf: Shelf, *answers: bytes) -> list[bytes]:
    """Put ``answers`` on ``shelf`` one after the other, and return what each of their keys still finds."""
    keys = [bytes([place]) for place in range(len(answers))]
    for key, answer in zip(keys, answers, strict=True):
        shelf.put(key, answer, size=len(answer))
    return [shelf.get(key) or b"" for key in keys]


def test_a_shelf_takes_so_many_bytes_and_no_more() -> None:
    shelf = Shelf(entries=1_000, seconds=60, most_bytes=2_000)

    found = full(shelf, *[b"a" * 500] * 10)

    assert [bool(each) for each in found] == [False] * 8 + [True] * 2
    assert 1_000 < shelf.bytes <= 2_000


def test_an_answer_larger_than_the_shelf_takes_nobodys_room() -> None:
    shelf = Shelf(entries=10, seconds=60, most_bytes=1_000)

    assert full(shelf, b"small", b"a" * 2_000, b"other") == [b"small", b"", b"other"]


def test_whatever_leaves_gives_its_room_back(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(page, "monotonic", lambda: now)
    shelf = Shelf(entries=2, seconds=60, most_bytes=10_000)
    full(shelf, b"gone", b"replaced", b"old")
    shelf.put(b"\2", b"new", size=3)
    taken = shelf.bytes

    now = 61.0
    assert shelf.get(b"\1") is shelf.get(b"\2") is None

    assert taken > 0
    assert shelf.bytes == 0


def test_keys_tell_nothing_and_each_part_counts() -> None:
    memory = a_memory()

    keys = {memory.key(*parts) for parts in [(CANARY, ""), ("", CANARY), (CANARY,), ((CANARY,),), (CANARY, "", 1)]}

    assert len(keys) == 5
    assert {len(key) for key in keys} == {32}
    assert a_memory().key(CANARY) == memory.key(CANARY)
    assert Memory(secret=b"others", shelf=memory.shelf).key(CANARY) != memory.key(CANARY)


def test_what_is_sealed_opens_for_its_own_key_and_its_own_secret() -> None:
    memory, others = a_memory(), Memory(secret=b"others", shelf=Shelf(entries=1, seconds=1))

    sealed = memory.sealed(b"key", b"answer")

    assert memory.opened(b"key", sealed) == b"answer"
    assert memory.opened(b"yek", sealed) == others.opened(b"key", sealed) == b""
    assert memory.opened(b"key", sealed[:-1]) == memory.opened(b"key", sealed[:20]) == memory.opened(b"key", b"") == b""


@pytest.mark.parametrize(
    ("entries", "shared", "keeps"), [(0, None, False), (1, None, True), (0, MemoryAnswers(), True)]
)
def test_says_whether_anything_is_kept(entries: int, shared: MemoryAnswers | None, keeps: bool) -> None:
    assert Memory(secret=b"s", shelf=Shelf(entries=entries, seconds=1), shared=shared).keeps is keeps
