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

# Rows are added and never changed; whoever changes them by other means is found by their links.
_AUDIT = (
    """
CREATE TABLE audit_log (
    number INTEGER PRIMARY KEY CHECK (number > 0),
    entry BLOB NOT NULL,
    link BLOB NOT NULL
)
""",
    """
CREATE TABLE audit_head (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    count INTEGER NOT NULL,
    link BLOB NOT NULL,
    seal BLOB NOT NULL
)
""",
    """
CREATE TRIGGER audit_log_is_not_changed BEFORE UPDATE ON audit_log
BEGIN SELECT RAISE(ABORT, 'the audit log is never changed'); END
""",
    """
CREATE TRIGGER audit_log_is_not_shortened BEFORE DELETE ON audit_log
BEGIN SELECT RAISE(ABORT, 'the audit log is never shortened'); END
""",
)

# Kinds and counts of what was hidden, by the name contract H gives the table.
_REDACTIONS = """
CREATE TABLE phi_audit_log (
    id TEXT PRIMARY KEY,
    created_at REAL NOT NULL,
    request_id TEXT NOT NULL,
    route TEXT NOT NULL,
    policy TEXT NOT NULL,
    kinds TEXT NOT NULL,
    redaction_count INTEGER NOT NULL,
    text_hash TEXT NOT NULL,
    engine TEXT NOT NULL,
    version TEXT NOT NULL
)
"""

# Whose a key is; the keys there were belong to the installation itself.
_TENANTS = "ALTER TABLE keys ADD COLUMN tenant TEXT NOT NULL DEFAULT ''"

# Of requests that may be sent again: hashes, and the answer, sealed.
_IDEMPOTENCY = (
    """
CREATE TABLE idempotency (
    mark TEXT PRIMARY KEY,
    fingerprint BLOB NOT NULL,
    claimed_by TEXT NOT NULL,
    expires_at REAL NOT NULL,
    answer BLOB
)
""",
    "CREATE INDEX idempotency_expires_at ON idempotency (expires_at)",
)

# Whether the answer an opinion is about was remembered; of the opinions there were, nobody looked.
_KNOWN = "ALTER TABLE feedback ADD COLUMN known INTEGER NOT NULL DEFAULT 0"

# What somebody set while servers ran: which versions of an engine are compared, and by which weights.
_EXPERIMENTS = """
CREATE TABLE experiments (
    capability TEXT PRIMARY KEY,
    experiment TEXT NOT NULL,
    set_at REAL NOT NULL
)
"""

# What was asked of a differential and answered, sealed, beside codes and times; and what was said of it. The number
# says in what order they were kept, and is never given twice.
_INTERACTIONS = (
    """
CREATE TABLE interactions (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    at REAL NOT NULL,
    request_id TEXT NOT NULL,
    route TEXT NOT NULL,
    owner TEXT NOT NULL,
    tenant TEXT NOT NULL,
    engine TEXT NOT NULL,
    version TEXT NOT NULL,
    codes TEXT NOT NULL,
    content BLOB NOT NULL
)
""",
    "CREATE INDEX interactions_at ON interactions (at)",
    "CREATE INDEX interactions_request_id ON interactions (request_id)",
    # Which keys it takes to open them is asked at every start.
    "CREATE INDEX interactions_sealed_with ON interactions (substr(content, 1, 6))",
    """
CREATE TABLE judgements (
    id TEXT PRIMARY KEY,
    about TEXT NOT NULL,
    subject TEXT NOT NULL,
    judged TEXT NOT NULL,
    final TEXT NOT NULL,
    reason TEXT NOT NULL,
    said_by TEXT NOT NULL,
    tenant TEXT NOT NULL,
    engine TEXT NOT NULL,
    version TEXT NOT NULL,
    said_at REAL NOT NULL,
    known INTEGER NOT NULL
)
""",
    "CREATE INDEX judgements_about ON judgements (about)",
)

# Cases without who they were of: what was told is sealed, what a search narrows by and compares is not.
_CASES = (
    """
CREATE TABLE cases (
    id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    owner TEXT NOT NULL,
    created_at REAL NOT NULL,
    language TEXT NOT NULL,
    age REAL,
    sex TEXT NOT NULL,
    outcome TEXT,
    space TEXT NOT NULL,
    content BLOB NOT NULL,
    vector BLOB NOT NULL
)
""",
    "CREATE INDEX cases_tenant ON cases (tenant)",
)

STEPS: tuple[tuple[str, ...], ...] = (
    (_KEYS,), (_FEEDBACK,), _AUDIT, (_REDACTIONS,), (_TENANTS,), _IDEMPOTENCY, (_KNOWN,), (_EXPERIMENTS,),
    _INTERACTIONS, _CASES,
)  # fmt: skip
