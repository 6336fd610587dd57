"""Connections that are in use, and how one is hung up on whose other end has been lost: nobody says so by itself.

A server that is frozen, or a network that forgot a connection, leaves whoever waits for an answer waiting for ever: a
thread, and a place in the pool. Keep-alives notice some of that, after a while; who asked knows it first.
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from threading import Lock, local
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError

_here = local()


class Lent:
    """What one piece of work is lent while it is ``with`` it: a connection, or one after the other."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._connection: Any = None
        self._given_up = False

    def __enter__(self) -> Lent:
        _here.lent = self
        return self

    def __exit__(self, *_: object) -> None:
        _here.lent = None
        self.give_back()

    def take(self, connection: Any) -> None:
        """Remember ``connection``, which the work waits for from now on."""
        with self._lock:
            self._connection = connection
            if self._given_up:
                _hang_up(connection)

    def give_back(self) -> None:
        """Forget the connection, which may be lent to somebody else from now on."""
        with self._lock:
            self._connection = None

    def give_up(self) -> None:
        """Hang up, so that the work ends with an error where it waits; there is nothing to do where it has ended."""
        with self._lock:
            self._given_up = True
            if self._connection is not None:
                _hang_up(self._connection)


def watch(engine: Engine) -> None:
    """Tell whoever works in this thread what ``engine`` connects or lends, and lend nothing that does not answer."""

    @event.listens_for(engine, "do_connect")
    def connect(dialect: Any, _: object, given: Any, named: Any) -> Any:
        return _taken(dialect.connect(*given, **named))

    # In the place of `pool_pre_ping`, which asks a connection before anybody knows that it is waited for.
    @event.listens_for(engine, "checkout")
    def ask(connection: Any, *_: object) -> None:
        try:
            engine.dialect.do_ping(_taken(connection))
        except connection.Error as error:
            # Those that lie beside it went the same way: each is made anew before it is lent.
            raise InvalidatePoolError from error

    @event.listens_for(engine, "checkin")
    def leave(*_: object) -> None:
        if (lent := _at_work()) is not None:
            lent.give_back()


def _at_work() -> Lent | None:
    """Return what the work in this thread is lent, where anybody may give it up."""
    lent: Lent | None = getattr(_here, "lent", None)
    return lent


def _taken(connection: Any) -> Any:
    if (lent := _at_work()) is not None:
        lent.take(connection)
    return connection


def _hang_up(connection: Any) -> None:
    # The thread that waits holds the connection, so its socket is closed by another name: that wakes it.
    with suppress(OSError, connection.OperationalError), socket.socket(fileno=os.dup(connection.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)
