"""Many items, some at once, and the answers in the order of the items."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Generic, TypeAlias, TypeVar

import anyio

from epicrisis.errors import DeadlineExceeded, EpicrisisError, InvalidInput, UnknownLanguage, UnprovenRedaction

Item = TypeVar("Item")
Answer = TypeVar("Answer")

Many: TypeAlias = AbstractAsyncContextManager[AsyncIterator[Answer | EpicrisisError]]

# What is wrong with one item; whoever has no key, or no server, has none for the next item either.
OF_ONE = (InvalidInput, UnknownLanguage, UnprovenRedaction, DeadlineExceeded)


class _Place(Generic[Answer]):
    """Where the answer to one item will be."""

    def __init__(self) -> None:
        self.taken = anyio.Event()
        self.answer: Answer
        self.error: Exception | None = None

    def put(self, answer: Answer) -> None:
        self.answer = answer
        self.taken.set()

    def fail(self, error: Exception) -> None:
        self.error = error
        self.taken.set()

    async def told(self) -> Answer | EpicrisisError:
        """Return what was put here, and raise what is not of this item alone."""
        await self.taken.wait()
        if self.error is None:
            return self.answer
        if isinstance(self.error, OF_ONE):
            return self.error
        raise self.error


@asynccontextmanager
async def in_order(
    ask: Callable[[Item], Awaitable[Answer]], items: Iterable[Item] | AsyncIterable[Item], *, at_once: int
) -> AsyncIterator[AsyncIterator[Answer | EpicrisisError]]:
    """Give what ``ask`` answers to each of ``items``, or its error; what is not of one item alone is raised."""
    if at_once < 1:
        raise InvalidInput("At least one item has to be under way: at_once=1.")
    # Places wait here for whoever reads: where nobody does, no more items are taken.
    put, places = anyio.create_memory_object_stream[_Place[Answer]](at_once)
    room = anyio.Semaphore(at_once)
    failed: Exception | None = None

    async def answer(item: Item, place: _Place[Answer]) -> None:
        try:
            place.put(await ask(item))
        except Exception as error:  # noqa: BLE001 - it is told where the place is read
            place.fail(error)
        finally:
            room.release()

    async def feed() -> None:
        async with put:
            try:
                async for item in _each(items):
                    place = _Place[Answer]()
                    await put.send(place)
                    await room.acquire()
                    group.start_soon(answer, item, place)
            except Exception as error:  # noqa: BLE001 - as above
                last = _Place[Answer]()
                last.fail(error)
                await put.send(last)

    async def answers() -> AsyncIterator[Answer | EpicrisisError]:
        async for place in places:
            yield await place.told()

    # A task group wraps what leaves it into a group of errors; whoever reads shall hear the error itself.
    async with places, anyio.create_task_group() as group:
        group.start_soon(feed)
        try:
            yield answers()
        except Exception as error:  # noqa: BLE001 - raised below
            failed = error
        finally:
            group.cancel_scope.cancel()
    if failed is not None:
        raise failed


async def _each(items: Iterable[Item] | AsyncIterable[Item]) -> AsyncIterator[Item]:
    if isinstance(items, AsyncIterable):
        async for item in items:
            yield item
    else:
        for item in items:
            yield item
