"""What an API key looks like, and what is kept of it.

A key is ``epk_<id>_<secret>``: the id names it for people, logs and metrics, the secret is 256 random bits. What is
kept of it is an HMAC-SHA-256 under the secret of the installation, so what is stored opens nothing. A slow hash would
add nothing: nobody guesses 256 bits, and every request would wait for it.
"""

from __future__ import annotations

import hmac
import re
import secrets
import string

PREFIX = "epk_"
KEY_ID = re.compile(r"[a-z0-9]{12}", re.ASCII)

_KEY = re.compile(PREFIX + r"([a-z0-9]{12})_[A-Za-z0-9_-]{43}", re.ASCII)
_LETTERS = string.ascii_lowercase + string.digits
_PURPOSE = b"epicrisis api keys"


def new_id() -> str:
    """Return the id of a new key."""
    return "".join(secrets.choice(_LETTERS) for _ in range(12))


def new_credential(key_id: str) -> str:
    """Return a new key of that id."""
    return f"{PREFIX}{key_id}_{secrets.token_urlsafe(32)}"


def id_in(credential: str) -> str | None:
    """Return the id in ``credential``, or ``None`` where it is not shaped like a key."""
    shaped = _KEY.fullmatch(credential)
    return None if shaped is None else shaped[1]


def hashing(secret: bytes) -> bytes:
    """Return the key of the HMAC: of this purpose alone, so that no other use of the secret tells anything about it."""
    return hmac.digest(secret, _PURPOSE, "sha256")


def digest(key: bytes, credential: str) -> bytes:
    """Return what is kept of ``credential``."""
    return hmac.digest(key, credential.encode("ascii"), "sha256")


def name_of(key: bytes) -> str:
    """Return what the key of the HMAC is called; it tells nothing about it."""
    return hmac.digest(key, b"name", "sha256")[:4].hex()
