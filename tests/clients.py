"""Both Python clients, asked in the same words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import anyio

from epicrisis.client import AsyncClient, Client

Asks = Callable[..., Any]


def waiting(url: str, method: str, *arguments: Any, options: Any = None, **named: Any) -> Any:
    """Return what the waiting client answers when ``method`` is called."""
    with Client(url, **(options or {})) as client:
        return getattr(client, method)(*arguments, **named)


def asynchronous(url: str, method: str, *arguments: Any, options: Any = None, **named: Any) -> Any:
    """Return what the asynchronous client answers."""

    async def asked() -> Any:
        async with AsyncClient(url, **(options or {})) as client:
            return await getattr(client, method)(*arguments, **named)

    return anyio.run(asked)


BOTH: Mapping[str, Asks] = {"waiting": waiting, "asynchronous": asynchronous}
