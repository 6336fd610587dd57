"""Reading the audit log: page by page, of a time, and for a tenant its own rows alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from epicrisis.errors import UnknownRecord
from epicrisis.services.audit import PAGE, AuditEntry, AuditStore
from epicrisis.services.audit_chain import AuditRow

# So many pages are looked through for one answer: a rare row must not hold up everybody else.
_MOST_PAGES = 10


@dataclass(frozen=True, slots=True)
class Read:
    """A row and what it says; ``None`` where nobody can read it any more, so that it is seen all the same."""

    row: AuditRow
    entry: AuditEntry | None

    @classmethod
    def of(cls, row: AuditRow) -> Read:
        """Return ``row`` as far as it can be read."""
        try:
            return cls(row, AuditEntry.of(row.entry))
        except ValueError:
            return cls(row, None)

    def to_plain(self) -> dict[str, object]:
        """Return the row for JSON: its number, what it says with the time in words, and its link."""
        number, link = self.row.number, self.row.link.hex()
        if self.entry is None:
            return {"number": number, "unreadable": True, "link": link}
        at = datetime.fromtimestamp(self.entry.at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        said = {name: value for name, value in asdict(self.entry).items() if name != "at"}
        return {"number": number, "at": at, **said, "counts": dict(self.entry.counts), "link": link}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows: from ``since`` on, before ``until``, of one tenant; all where nothing is said."""

    since: float | None = None
    until: float | None = None
    tenant: str = ""

    def takes(self, read: Read) -> bool:
        """Return whether ``read`` is wanted; one that nobody can read is for whoever looks after everything."""
        entry = read.entry
        if entry is None or (self.tenant and entry.tenant != self.tenant):
            return entry is None and not self.tenant
        return (self.since is None or entry.at >= self.since) and (self.until is None or entry.at < self.until)


EVERYTHING = Wanted()


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where to go on: behind row ``after``, and up to the row that was the last when the reading began.

    Reading the log is recorded in it, so that it would have no end otherwise.
    """

    after: int
    last: int


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and where to go on; ``None`` at the end."""

    rows: Sequence[Read]
    following: Cursor | None


async def read_all(store: AuditStore, wanted: Wanted = EVERYTHING) -> AsyncIterator[Read]:
    """Yield the rows that are ``wanted``, in their order; the log ends where it ended at the beginning."""
    cursor: Cursor | None = None
    while True:
        page = await read_page(store, wanted, cursor=cursor)
        for read in page.rows:
            yield read
        cursor = page.following
        if cursor is None:
            return


async def read_page(
    store: AuditStore, wanted: Wanted = EVERYTHING, *, cursor: Cursor | None = None, limit: int = PAGE
) -> Page:
    """Return up to ``limit`` of the rows that are ``wanted``, from ``cursor`` on, and where to go on.

    A page may hold fewer rows although more follow: so many are looked through for it and no more.
    """
    if cursor is None:
        head = await store.head()
        cursor = Cursor(0, 0 if head is None else head.count)
    after, last, found = cursor.after, cursor.last, list[Read]()
    for _ in range(_MOST_PAGES):
        rows = await store.rows(after=after, limit=PAGE) if after < last else ()
        for row in rows:
            if row.number > last:
                return Page(found, None)
            after, read = row.number, Read.of(row)
            if wanted.takes(read):
                found.append(read)
            if len(found) == limit:
                return Page(found, Cursor(after, last) if after < last else None)
        if not rows:
            return Page(found, None)
    return Page(found, Cursor(after, last))


async def read_row(store: AuditStore, number: int, *, tenant: str = "") -> Read:
    """Return one row; to a ``tenant``, what is another's is not there.

    Raises:
        UnknownRecord: there is none of that number, or not for that tenant.
        StorageError: the log cannot be read.
    """
    for row in await store.rows(after=number - 1, limit=1):
        if row.number == number and Wanted(tenant=tenant).takes(read := Read.of(row)):
            return read
    raise UnknownRecord
