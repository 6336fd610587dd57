"""Which routes take an ``Idempotency-Key``: those that write or charge say so beside their function.

    @router.post("/v1/feedback")
    @scoped(Scope.FEEDBACK)
    @idempotent()
    async def feedback() -> FeedbackAnswer: ...

Nothing else is asked of a route: the middleware does the rest, and the OpenAPI document tells it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

_MARK = "__epicrisis_idempotent__"

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


def idempotent(*headers: str) -> Callable[[Endpoint], Endpoint]:
    """Return what declares that a request to an endpoint may carry a key, under which it is done once.

    ``headers`` are those that are part of what is asked, as the body is.
    """

    def mark(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _MARK, tuple(header.lower().encode() for header in headers))
        return endpoint

    return mark


def asked_in(route: object) -> Sequence[bytes] | None:
    """Return the headers that are part of what is asked of ``route``, or ``None`` where it takes no key."""
    headers: Sequence[bytes] | None = getattr(getattr(route, "endpoint", None), _MARK, None)
    return headers
