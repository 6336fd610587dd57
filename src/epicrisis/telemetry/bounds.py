"""What may become a label of a metric or an attribute of a trace: values of a small, known kind, and never too many.

A label value lives as long as the process does. A client that could choose one freely could fill the memory with them,
or carry a patient's words into whatever reads the metrics.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Generic, TypeVar

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})
OTHER = "other"
NO_ROUTE = "none"

_ROUTE = re.compile(r"/[\w{}./:*-]{0,99}", re.ASCII)
_NAME = re.compile(r"[\w.:+@/-]{1,64}", re.ASCII)

Child = TypeVar("Child")


def method_of(said: str) -> str:
    """Return the HTTP method ``said``, ``OTHER`` where it is none of those we know."""
    return said if said in METHODS else "OTHER"


def route_of(said: str) -> str:
    """Return the route template ``said``, ``none`` where it does not look like one."""
    return said if _ROUTE.fullmatch(said) else NO_ROUTE


def name_of(said: str) -> str:
    """Return the name of an engine, a key or a kind of work, ``other`` where it does not look like one."""
    return said if _NAME.fullmatch(said) else OTHER


class Children(Generic[Child]):
    """The children of a metric, by their label values: at most ``most``, whatever comes after counts as ``other``.

    Finding a child by its labels costs more than counting with it, so each is found once and kept.
    """

    def __init__(self, labels: Callable[..., Child], *, most: int) -> None:
        self.labels = labels
        self.most = most
        self._kept: dict[tuple[str, ...], Child] = {}

    def __call__(self, *values: str) -> Child:
        """Return the child of the label ``values``."""
        child = self._kept.get(values)
        return self._bind(values) if child is None else child

    def _bind(self, values: tuple[str, ...]) -> Child:
        if len(self._kept) >= self.most:
            return self.labels(*[OTHER for _ in values])
        child = self._kept[values] = self.labels(*values)
        return child
