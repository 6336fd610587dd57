"""Signed tokens (JWS, RFC 7515; JWT, RFC 7519), read with suspicion.

joserfc checks signatures and claims. What it leaves to its user is done here first: the size before anything is parsed,
member names that occur twice, extensions nobody here understands, and which key may have signed. This module wants the
extra ``server``.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key, OctKey, RSAKey
from joserfc.util import urlsafe_b64decode

MAX_TOKEN_BYTES = 8_192
SKEW_SECONDS = 60
SMALLEST_RSA = 2_048

# What a public key can verify. HS256 and its like need a secret that both sides hold: our own tokens alone use it.
PUBLIC_ALGORITHMS = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "Ed448"}
)
OWN_ALGORITHM = "HS256"
OWN_TYPE = "at+jwt"

_TYPES = frozenset({"jwt", "at+jwt", "application/jwt", "application/at+jwt"})
_KEY_TYPES = frozenset({"RSA", "EC", "OKP", "oct"})
# Each changes what the rest of the token means, and none of them belongs into a token that says who asks.
_EXTENSIONS = frozenset({"crit", "b64", "cty", "enc", "zip"})


class Forged(Exception):
    """The token does not hold; ``reason`` is one word for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Unverified:
    """A token that was taken apart, and nothing else: whatever it says, anybody may have written."""

    token: str
    header: Mapping[str, Any]
    claims: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Expected:
    """What the claims of a token must say."""

    issuer: str
    audience: str
    required: tuple[str, ...] = ("exp", "iat")


def take_apart(token: str) -> Unverified:
    """Return what ``token`` says of itself; raises ``Forged`` where it is no token."""
    if len(token) > MAX_TOKEN_BYTES:
        raise Forged("oversized")
    segments = token.split(".")
    if len(segments) != 3 or not all(segments) or not token.isascii():
        raise Forged("malformed")
    header, claims = _members(segments[0]), _members(segments[1])
    if not _EXTENSIONS.isdisjoint(header) or str(header.get("typ", "jwt")).lower() not in _TYPES:
        raise Forged("kind")
    return Unverified(token, header, claims)


def verify(unverified: Unverified, keys: Collection[Key], *, algorithms: Collection[str]) -> Mapping[str, Any]:
    """Return the claims, which one of ``keys`` has signed; raises ``Forged``.

    ``jku``, ``jwk``, ``x5u`` and ``x5c`` in the header name keys of the sender's choice, and are not looked at.
    """
    algorithm, kid = unverified.header.get("alg"), unverified.header.get("kid")
    if not isinstance(algorithm, str) or algorithm not in algorithms:
        raise Forged("algorithm")
    registry = _Registry(algorithms=[algorithm], strict_check_header=False)
    fit = [key for key in keys if (kid is None or key.kid == kid) and registry.filter_algorithms(key, [algorithm])]
    # Without a kid, the one key that could have signed; to try several would let the sender choose.
    if len(fit) != 1:
        raise Forged("key")
    try:
        jws.deserialize_compact(unverified.token, fit[0], registry=registry)
    except (JoseError, ValueError):
        raise Forged("signature") from None
    return unverified.claims


def check_claims(claims: Mapping[str, Any], expected: Expected, *, now: float) -> None:
    """Raise ``Forged`` unless the claims are of this moment, and from and for whom they should be."""
    there: jwt.ClaimsOption = {"essential": True}
    registry = jwt.JWTClaimsRegistry(
        now=int(now),
        leeway=SKEW_SECONDS,
        iss={"essential": True, "value": expected.issuer},
        aud={"essential": True, "value": expected.audience},
        **dict.fromkeys(expected.required, there),
    )
    try:
        registry.validate(dict(claims))
    except JoseError as error:
        raise Forged(error.error) from None


def sign(claims: Mapping[str, Any], key: Key) -> str:
    """Return a token of our own (RFC 9068)."""
    return jwt.encode({"alg": OWN_ALGORITHM, "typ": OWN_TYPE}, dict(claims), key, algorithms=[OWN_ALGORITHM])


def secret_key(secret: bytes) -> Key:
    """Return the key our own tokens are signed with."""
    return OctKey.import_key(secret)


def public_keys(document: Any) -> Sequence[Key]:
    """Return the keys of a JSON Web Key Set (RFC 7517), without those of a kind that is not known yet.

    Raises:
        ValueError: it is none, or one of its keys is secret, or an RSA key of fewer than 2048 bits.
    """
    try:
        return [_public(member) for member in document["keys"] if member["kty"] in _KEY_TYPES]
    except (JoseError, LookupError, TypeError, AttributeError) as error:
        raise ValueError(f"no set of public keys ({type(error).__name__})") from None


class _Registry(jws.JWSRegistry):
    # Some issuers put their certificate chain into the header; the token as a whole has its limit already.
    max_header_length = MAX_TOKEN_BYTES


def _members(segment: str) -> Mapping[str, Any]:
    try:
        found = json.loads(urlsafe_b64decode(segment.encode("ascii")), object_pairs_hook=_once_each)
    except (ValueError, RecursionError):
        raise Forged("malformed") from None
    if not isinstance(found, dict):
        raise Forged("malformed")
    return found


def _once_each(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    # Of two claims with one name, another reader may take the other one.
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError
    return members


def _public(member: Any) -> Key:
    key = JWKRegistry.import_key(member)
    if isinstance(key, OctKey) or key.is_private:
        raise ValueError("a secret key")
    if isinstance(key, RSAKey) and key.raw_value.key_size < SMALLEST_RSA:
        raise ValueError("an RSA key of fewer than 2048 bits")
    return key
