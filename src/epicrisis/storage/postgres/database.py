"""The database in PostgreSQL: opened on first use, waited for briefly, and left alone for a moment when it is down.

Statements are run in threads, as those of SQLite are, so that the same few lines serve the server and the terminal.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from threading import Lock
from typing import Any, Protocol, TypeVar

from anyio import CapacityLimiter, to_thread
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError, SQLAlchemyError

from epicrisis.errors import InvalidSettings, StorageError
from epicrisis.storage.postgres.lent import Lent, watch
from epicrisis.storage.postgres.migrations.migrating import migrate

T = TypeVar("T")

# A request that needs the database is refused within two seconds of its going down (P11).
PATIENCE_SECONDS = 1.5
# After a failure nobody tries for so long, and then one request does: it is found again well within ten seconds.
REST_SECONDS = 1.0
# Making a cluster takes half a minute on a busy machine, and a step over many rows takes what it takes.
OPENING_SECONDS = 180.0
CONNECTIONS = 8

log = logging.getLogger(__name__)


class Place(Protocol):
    """Where the server is: elsewhere, by its address, or one of our own that is started on first need."""

    @property
    def exists(self) -> bool:
        """Whether anything may be kept there; asking starts nothing."""
        ...

    def ensured(self) -> URL:
        """Return the address of the server, started where it is ours to start."""
        ...

    def revive(self) -> None:
        """Have it started again, where it is ours, without waiting for it."""
        ...

    def leave(self) -> None:
        """Need it no more."""
        ...


class Address:
    """A server somebody else runs."""

    exists = True

    def __init__(self, address: str) -> None:
        """Take what EPICRISIS_DATABASE_URL says.

        Raises:
            InvalidSettings: it is no address of a PostgreSQL.
        """
        try:
            url = make_url(address)
        except (ArgumentError, ValueError):
            # The message of the error may quote the address, which may hold a password.
            raise InvalidSettings(_NO_ADDRESS) from None
        if url.get_backend_name() not in {"postgresql", "postgres"}:
            raise InvalidSettings(_NO_ADDRESS)
        # Other programs name their own driver in the same variable.
        self._url = url.set(drivername="postgresql+psycopg")

    def ensured(self) -> URL:
        """Return the address."""
        return self._url

    def revive(self) -> None:
        """Do nothing: it is not ours."""

    def leave(self) -> None:
        """Do nothing: it is not ours."""


class PostgresDatabase:
    """A database that every piece of work is a transaction of."""

    def __init__(self, place: Place, *, patience: float = PATIENCE_SECONDS, rest: float = REST_SECONDS) -> None:
        """Remember where the database is; nothing is opened yet."""
        self.place = place
        self.patience = patience
        self.rest = rest
        self._engine: Engine | None = None
        self._opening = Lock()
        self._rests_until = 0.0
        self._away = False
        self._limiter: tuple[asyncio.AbstractEventLoop, CapacityLimiter] | None = None

    @property
    def exists(self) -> bool:
        """Whether anything may be kept already; asking starts nothing."""
        return self.place.exists

    @property
    def degraded(self) -> bool:
        """Whether it did not answer when it was asked last."""
        return self._away

    def open(self) -> None:
        """Start the server where it is ours, connect, and bring the tables up to date.

        Raises:
            StorageError: one of these failed, or the tables were made by a newer epicrisis.
        """
        with self._opening:
            if self._engine is not None:
                return
            engine = _engine(self.place.ensured())
            try:
                migrate(engine)
            except SQLAlchemyError as error:
                engine.dispose()
                raise _told(error) from error
            except BaseException:
                engine.dispose()
                raise
            self._engine = engine

    def close(self) -> None:
        """Close the connections; the next piece of work opens new ones."""
        with self._opening:
            engine, self._engine = self._engine, None
            if engine is not None:
                engine.dispose()
            self.place.leave()

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Return what ``work`` returns, done in a thread and in one transaction.

        Raises:
            StorageError: the database is down, slow, or refused it; whether a transaction that was slow took place is
                not known.
        """
        if time.monotonic() < self._rests_until:
            raise StorageError(_DOWN)
        # Whoever comes while this one tries is refused at once, as long as it was down before.
        self._rests_until = time.monotonic() + self.patience if self._away else 0.0
        lent, most = Lent(), OPENING_SECONDS if self._engine is None else self.patience
        try:
            async with asyncio.timeout(most):
                done = await to_thread.run_sync(self._done, work, lent, abandon_on_cancel=True, limiter=self._limited())
        except (TimeoutError, StorageError) as error:
            # Nobody waits for a thread that a server which hangs has caught; nor does it wait there for ever.
            lent.give_up()
            self._leave(error)
            raise error if isinstance(error, StorageError) else StorageError(_DOWN) from error
        except asyncio.CancelledError:
            # Whoever asked has left; what was begun may end, in the time it has.
            asyncio.get_running_loop().call_later(most, lent.give_up)
            raise
        if self._away:
            log.warning("database answers again")
        self._away, self._rests_until = False, 0.0
        return done

    def done(self, work: Callable[[Connection], T]) -> T:
        """Return what ``work`` returns, done here and now in one transaction.

        Raises:
            StorageError: the database is down, or refused it.
        """
        self.open()
        engine = self._engine
        if engine is None:
            raise StorageError("The database was closed meanwhile.")
        try:
            with engine.begin() as connection:
                return work(connection)
        except SQLAlchemyError as error:
            raise _told(error) from error

    def _done(self, work: Callable[[Connection], T], lent: Lent) -> T:
        with lent:
            return self.done(work)

    def _leave(self, error: Exception) -> None:
        cause = error.__cause__
        if isinstance(error, StorageError) and not _unreachable(cause):
            # It answered, and did not like what it was asked.
            return
        if not self._away:
            # The message of the error names the address, and may name more.
            log.warning("database does not answer", extra={"error": type(cause or error).__name__})
        self._away, self._rests_until = True, time.monotonic() + self.rest
        self.place.revive()

    def _limited(self) -> CapacityLimiter:
        loop = asyncio.get_running_loop()
        if self._limiter is None or self._limiter[0] is not loop:
            self._limiter = (loop, CapacityLimiter(CONNECTIONS))
        return self._limiter[1]


_NO_ADDRESS = (
    "EPICRISIS_DATABASE_URL is no address of a PostgreSQL, such as postgresql://user:password@host:5432/epicrisis."
)
_DOWN = "The database does not answer; see that it runs, and that EPICRISIS_DATABASE_URL names it."


def _engine(url: URL) -> Engine:
    engine = create_engine(
        url,
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_timeout=PATIENCE_SECONDS,
        connect_args={
            "connect_timeout": 2,
            "application_name": "epicrisis",
            # Poolers that lend a connection for one transaction do not keep what was prepared in another.
            "prepare_threshold": None,
        },
    )

    watch(engine)

    @event.listens_for(engine, "connect")
    def hold_to_the_time_a_request_has(connection: Any, _: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET statement_timeout = {int(PATIENCE_SECONDS * 1000)}")
        connection.commit()

    return engine


def _told(error: SQLAlchemyError) -> StorageError:
    """Return what is said of ``error``: its kind and its code, for its words may quote a value or the address."""
    if _unreachable(error):
        return StorageError(_DOWN)
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    return StorageError(
        f"The database refused it ({type(error).__name__}{f', {state}' if state else ''}); see that the user in "
        "EPICRISIS_DATABASE_URL may make and write its tables."
    )


def _unreachable(cause: BaseException | None) -> bool:
    """Return whether it was no answer at all, rather than one that says no."""
    return not isinstance(cause, DBAPIError) or isinstance(cause, OperationalError | InterfaceError)
