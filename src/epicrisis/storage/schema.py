"""The tables of the database, step by step: a file keeps count of the steps it has taken (``PRAGMA user_version``).

A step that was released is never changed; a change is a new step at the end.
"""

from __future__ import annotations

_KEYS = """
CREATE TABLE keys (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    digest BLOB NOT NULL,
    made_with TEXT NOT NULL,
    created_at REAL NOT NULL,
    expires_at REAL,
    previous_digest BLOB,
    previous_until REAL,
    used_at REAL,
    revoked_at REAL
)
"""

_FEEDBACK = """
CREATE TABLE feedback (
    id TEXT PRIMARY KEY,
    request_id TEXT NOT NULL,
    item INTEGER,
    target INTEGER,
    said_by TEXT NOT NULL,
    engine TEXT NOT NULL,
    version TEXT NOT NULL,
    given TEXT NOT NULL,
    was_right TEXT NOT NULL,
    said_at REAL NOT NULL
)
"""

STEPS: tuple[tuple[str, ...], ...] = ((_KEYS,), (_FEEDBACK,))
