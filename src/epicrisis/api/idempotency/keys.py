"""What stands in the header ``Idempotency-Key``, and what makes two requests the same."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from hashlib import sha256

from starlette.types import Scope

from epicrisis.api.problems import INVALID_IDEMPOTENCY_KEY, Refused

HEADER = "Idempotency-Key"
MOST_CHARACTERS = 255

# Of a body, as many bytes are digested while a character is read elsewhere: ten megabytes in some milliseconds.
BYTES_A_CHARACTER = 10_000

_NAME = HEADER.lower().encode()
# A string of RFC 9651, as the draft asks; and the bare word that most clients send.
_QUOTED = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\])*)"', re.ASCII)
_BARE = re.compile(r"[!#-~]+", re.ASCII)


def key_of(scope: Scope) -> str | None:
    """Return the key a request carries, or ``None`` where it carries none.

    Raises:
        Refused: there are two, or one that is none.
    """
    sent = [value for name, value in scope["headers"] if name == _NAME]
    if not sent:
        return None
    said = sent[0].decode("latin-1").strip()
    if (quoted := _QUOTED.fullmatch(said)) is not None:
        key = re.sub(r"\\(.)", r"\1", quoted[1])
    else:
        key = said if _BARE.fullmatch(said) else ""
    if len(sent) > 1 or not 0 < len(key) <= MOST_CHARACTERS:
        raise Refused(INVALID_IDEMPOTENCY_KEY)
    return key


def digest_of(scope: Scope, pieces: Iterable[bytes], headers: Collection[bytes] = ()) -> bytes:
    """Return the digest of a request: where it goes, the kind of its body, the body, and the ``headers`` that count."""
    kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
    counted = sorted(name + b":" + value for name, value in scope["headers"] if name in headers)
    return digested((scope["method"].encode(), *place_of(scope), kind, *counted), pieces)


def place_of(scope: Scope) -> tuple[bytes, bytes]:
    """Return where a request goes."""
    return scope["path"].encode("utf-8", "replace"), scope["query_string"]


def digested(parts: Iterable[bytes], pieces: Iterable[bytes]) -> bytes:
    """Return the digest of ``parts``, each told from the next, and of the ``pieces`` of one body."""
    digest = sha256()
    for part in parts:
        digest.update(len(part).to_bytes(4, "big") + part)
    for piece in pieces:
        digest.update(piece)
    return digest.digest()
