"""Keys and tokens for tests: written by hand, so that a forger can write what no library would."""

from __future__ import annotations

import base64
import hmac
import json
import time
import uuid
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from joserfc import jws
from joserfc.jwk import ECKey, Key, RSAKey

ISSUER = "https://login.hospital.example"
AUDIENCE = "https://epicrisis.hospital.example"


@cache
def rsa_key(kid: str = "rsa-1") -> RSAKey:
    """Return an RSA key pair: the same for the same name, for they take long to make."""
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})


@cache
def ec_key(kid: str = "ec-1", curve: str = "P-256") -> ECKey:
    """Return a key pair of an elliptic curve."""
    return ECKey.generate_key(curve, {"kid": kid, "use": "sig"})


def published(*keys: Key) -> dict[str, Any]:
    """Return the key set that publishes the public halves of ``keys``."""
    return {"keys": [key.as_dict(private=False) for key in keys]}


def key_file(path: Path, *keys: Key) -> Path:
    """Write the key set of ``keys`` to ``path``."""
    path.write_text(json.dumps(published(*keys)), encoding="utf-8")
    return path


def issuer(path: Path, *algorithms: str) -> dict[str, Any]:
    """Return the entry of ``EPICRISIS_ISSUERS`` for the hospital's own provider, whose keys are in ``path``."""
    return {
        "issuer": ISSUER,
        "audience": AUDIENCE,
        "algorithms": algorithms or ("RS256", "ES256"),
        "jwks_file": str(path),
    }


def claims(**changed: Any) -> dict[str, Any]:
    """Return the claims of a good token, with ``changed`` in place; ``None`` leaves one out."""
    now = int(time.time())
    good = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "ana.ruiz.prueba",
        "scope": "read openid",
        "iat": now,
        "exp": now + 600,
        "jti": str(uuid.uuid4()),
    }
    return {name: value for name, value in {**good, **changed}.items() if value is not None}


def assertion(name: str, audience: str, **changed: Any) -> dict[str, Any]:
    """Return the claims with which the client ``name`` says who it is, as SMART Backend Services asks."""
    mine = {"iss": name, "sub": name, "aud": audience, "exp": int(time.time()) + 240, "scope": None}
    return claims(**{**mine, **changed})


def encoded(part: bytes | Mapping[str, Any]) -> str:
    """Return a segment of a token."""
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(header: Mapping[str, Any] | bytes, payload: Mapping[str, Any] | bytes, key: Key | bytes, *, by: str) -> str:
    """Return a token over whatever ``header`` and ``payload`` are, signed with ``key`` by the algorithm ``by``.

    Bytes are a shared secret, and anything may be one: no library lets a forger take a public key for it.
    """
    signing_input = f"{encoded(header)}.{encoded(payload)}".encode()
    if isinstance(key, bytes):
        signature = hmac.digest(key, signing_input, f"sha{by[2:]}")
    else:
        signature = jws.JWSRegistry.algorithms[by].sign(signing_input, key)
    return f"{signing_input.decode()}.{encoded(signature)}"


def token(key: Key | bytes, *, by: str = "RS256", header: Mapping[str, Any] | None = None, **changed: Any) -> str:
    """Return a token of the hospital's provider; ``header`` and ``changed`` say what is different about it."""
    head = {"alg": by, "kid": None if isinstance(key, bytes) else key.kid, "typ": "JWT", **(header or {})}
    return signed({name: value for name, value in head.items() if value is not None}, claims(**changed), key, by=by)
