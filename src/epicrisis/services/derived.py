"""Keys for one purpose each, derived from the secret of the installation: HKDF with SHA-256 (RFC 5869)."""

from __future__ import annotations

import hmac

_HASH_BYTES = 32


def derived(secret: bytes, purpose: str, *, length: int = _HASH_BYTES) -> bytes:
    """Return ``length`` bytes for ``purpose`` alone: whoever knows them learns nothing of ``secret`` or its other uses.

    HKDF spreads the randomness there is and adds none, so a passphrase is no secret for it.
    """
    return expand(hmac.digest(bytes(_HASH_BYTES), secret, "sha256"), purpose.encode(), length)


def expand(extracted: bytes, purpose: bytes, length: int) -> bytes:
    """Return the second half of HKDF: ``length`` bytes, up to 8160, out of what was extracted."""
    made, block = b"", b""
    for count in range(1, 2 + (length - 1) // _HASH_BYTES):
        block = hmac.digest(extracted, block + purpose + bytes([count]), "sha256")
        made += block
    return made[:length]
