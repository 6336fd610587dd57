"""S5: a token holds because a configured key has signed it for us, for now; everything else is nobody's token."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests import signing
from tests.serving import Server, running
from tests.signing import AUDIENCE, ISSUER, claims, ec_key, encoded, rsa_key, signed, token

OWN_SECRET = "a secret of this test, of more than thirty-two bytes"
URL = "https://epicrisis.hospital.example"
STRANGER = "stranger"


@pytest.fixture(scope="module")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return signing.key_file(tmp_path_factory.mktemp("keys") / "jwks.json", rsa_key(), ec_key())


@pytest.fixture(scope="module")
def server(key_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(
        EPICRISIS_ISSUERS=json.dumps([signing.issuer(key_file)]),
        EPICRISIS_JWT_SECRET_KEY=OWN_SECRET,
        EPICRISIS_PUBLIC_URL=URL,
        EPICRISIS_RATE_LIMIT_PER_MINUTE="0",
        EPICRISIS_DATA=str(tmp_path_factory.mktemp("data")),
    ) as (server, _):
        yield server


def asked(server: Server, credential: str) -> tuple[int, str, str]:
    """Return status, problem code and challenge of a request that sends ``credential``."""
    body = b'{"text": "No fever."}'
    told = f"Authorization: Bearer {credential}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    answer = server.send(f"POST /v1/annotations HTTP/1.1\r\nHost: here\r\n{told}\r\n\r\n".encode("latin-1") + body)
    assert answer is not None
    return answer.status, str(answer.json().get("code", "")), answer.headers.get("www-authenticate", "")


def now(seconds: float = 0) -> int:
    return int(time.time() + seconds)


def public_pem() -> bytes:
    return rsa_key().public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def unsigned(alg: str) -> str:
    return f"{encoded({'alg': alg, 'typ': 'JWT'})}.{encoded(claims(iss=ISSUER))}."


def swapped() -> str:
    header, _, signature = token(rsa_key()).split(".")
    return f"{header}.{encoded(claims(scope='admin'))}.{signature}"


def twice(name: str, value: Any) -> bytes:
    """Return a payload that says ``name`` twice, first what we would like to hear."""
    return json.dumps(claims())[:-1].encode() + f", {json.dumps(name)}: {json.dumps(value)}}}".encode()


def own(**changed: Any) -> str:
    """Return a token as this server would give it, signed with the secret of somebody else."""
    return signed(
        {"alg": "HS256", "typ": "at+jwt"},
        claims(iss=URL, aud=URL, **changed),
        b"somebody else's secret, of more than 32 bytes",
        by="HS256",
    )


def unpadded_tail(credential: str) -> str:
    """Return the token with its last letter changed in the bits that base64 does not use."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return credential[:-1] + letters[letters.index(credential[-1]) + 1]


def stranger(**header: Any) -> str:
    """Return a token signed with the key of a stranger, whose ``header`` tells where that key is."""
    return token(rsa_key(STRANGER), header=header)


FORGED: dict[str, Callable[[], str]] = {
    "no algorithm": lambda: unsigned("none"),
    "no algorithm in capitals": lambda: unsigned("NONE"),
    "no algorithm in mixed case": lambda: unsigned("nOnE"),
    "no algorithm, with a signature": lambda: token(rsa_key(), header={"alg": "none"}),
    "an empty algorithm": lambda: unsigned(""),
    "an algorithm that is no text": lambda: token(rsa_key(), header={"alg": ["RS256"]}),
    "a missing algorithm": lambda: token(rsa_key(), header={"alg": None}),
    "a secret made of the public key": lambda: token(public_pem(), by="HS256", header={"kid": "rsa-1"}),
    "a secret made of the public key, without kid": lambda: token(public_pem(), by="HS256"),
    "a secret made of the key file": lambda: token(
        json.dumps(signing.published(rsa_key())).encode(), by="HS256", header={"kid": "rsa-1"}
    ),
    "an empty secret": lambda: unsigned("HS256"),
    "our own issuer with another secret": lambda: own(),
    "our own issuer with a provider's key": lambda: token(rsa_key(), iss=URL, aud=URL),
    "a provider's issuer with our own secret": lambda: token(OWN_SECRET.encode(), by="HS256"),
    "an algorithm the issuer does not use": lambda: token(rsa_key(), by="RS512"),
    "an algorithm of another key": lambda: token(rsa_key(), header={"alg": "ES256"}),
    "an unknown issuer": lambda: token(rsa_key(), iss="https://login.hospital.example.attacker.example"),
    "an issuer with a slash more": lambda: token(rsa_key(), iss=ISSUER + "/"),
    "an issuer that is no text": lambda: token(rsa_key(), iss=[ISSUER]),
    "no issuer": lambda: token(rsa_key(), iss=None),
    "another audience": lambda: token(rsa_key(), aud="https://another.hospital.example"),
    "part of the audience": lambda: token(rsa_key(), aud=AUDIENCE[:-1]),
    "other audiences": lambda: token(rsa_key(), aud=["https://another.hospital.example", ""]),
    "no audience": lambda: token(rsa_key(), aud=None),
    "no expiry": lambda: token(rsa_key(), exp=None),
    "expired": lambda: token(rsa_key(), iat=now(-900), exp=now(-120)),
    "an expiry that is text": lambda: token(rsa_key(), exp="tomorrow"),
    "an expiry that is true": lambda: token(rsa_key(), exp=True),
    "an expiry that is no number": lambda: token(rsa_key(), exp=float("nan")),
    "an expiry without end": lambda: token(rsa_key(), exp=float("inf")),
    "issued in the future": lambda: token(rsa_key(), iat=now(300)),
    "no time of issue": lambda: token(rsa_key(), iat=None),
    "not yet good": lambda: token(rsa_key(), nbf=now(300)),
    "no kid among several keys of a kind": lambda: token(rsa_key(STRANGER), header={"kid": None}),
    "an unknown kid": lambda: token(rsa_key(), header={"kid": "rsa-2"}),
    "an empty kid": lambda: token(rsa_key(), header={"kid": ""}),
    "a kid that is a path": lambda: token(bytes(32), by="HS256", header={"kid": "../../../../dev/null"}),
    "a kid that is a query": lambda: token(rsa_key(STRANGER), header={"kid": "x' UNION SELECT 'rsa-1"}),
    "a kid that is an address": lambda: token(rsa_key(STRANGER), header={"kid": "https://attacker.example/keys"}),
    "a kid that is a list": lambda: token(rsa_key(), header={"kid": ["rsa-1"]}),
    "the kid of another key": lambda: token(rsa_key(STRANGER), header={"kid": "rsa-1"}),
    "keys at an address of the sender's": lambda: stranger(jku="https://attacker.example/jwks.json"),
    "a key in the header": lambda: stranger(jwk=rsa_key(STRANGER).as_dict(private=False)),
    "a key in the header under our kid": lambda: stranger(
        jwk={**rsa_key(STRANGER).as_dict(private=False), "kid": "rsa-1"}, kid="rsa-1"
    ),
    "a certificate at an address of the sender's": lambda: stranger(x5u="https://attacker.example/cert.pem"),
    "a certificate in the header": lambda: stranger(x5c=["MIIB"]),
    "no signature": lambda: token(rsa_key()).rpartition(".")[0] + ".",
    "no third segment": lambda: token(rsa_key()).rpartition(".")[0],
    "a truncated signature": lambda: token(rsa_key())[:-8],
    "a signature with other unused bits": lambda: unpadded_tail(token(rsa_key())),
    "a signature of zeros": lambda: token(ec_key(), by="ES256").rpartition(".")[0] + "." + encoded(b"\0" * 64),
    "another payload under the same signature": swapped,
    "double dots": lambda: token(rsa_key()).replace(".", ".."),
    "four segments": lambda: token(rsa_key()) + "." + encoded(b"more"),
    "five segments, as if encrypted": lambda: token(rsa_key()) + "." + encoded(b"a") + "." + encoded(b"b"),
    "dots alone": lambda: "..",
    "a token in a token": lambda: signed(
        {"alg": "RS256", "kid": "rsa-1", "cty": "JWT"}, token(rsa_key()).encode(), rsa_key(), by="RS256"
    ),
    "a type of another purpose": lambda: token(rsa_key(), header={"typ": "dpop+jwt"}),
    "a type that tells of a log-out": lambda: token(rsa_key(), header={"typ": "logout+jwt"}),
    "an unknown extension that must be known": lambda: token(
        rsa_key(), header={"crit": ["http://attacker.example/x"], "http://attacker.example/x": 1}
    ),
    "an extension that is not there": lambda: token(rsa_key(), header={"crit": ["exp"]}),
    "an empty list of extensions": lambda: token(rsa_key(), header={"crit": []}),
    "a payload that is not encoded": lambda: token(rsa_key(), header={"b64": False, "crit": ["b64"]}),
    "a compressed payload": lambda: token(rsa_key(), header={"zip": "DEF"}),
    "a payload that is no JSON": lambda: signed({"alg": "RS256", "kid": "rsa-1"}, b"sub=ana", rsa_key(), by="RS256"),
    "a payload that is a list": lambda: signed(
        {"alg": "RS256", "kid": "rsa-1"}, json.dumps([claims()]).encode(), rsa_key(), by="RS256"
    ),
    "a payload without end": lambda: signed({"alg": "RS256", "kid": "rsa-1"}, b"[" * 5_000, rsa_key(), by="RS256"),
    "a payload that is no UTF-8": lambda: signed(
        {"alg": "RS256", "kid": "rsa-1"}, b'{"iss":"\xff"}', rsa_key(), by="RS256"
    ),
    "a header that is no object": lambda: signed(b'"RS256"', claims(), rsa_key(), by="RS256"),
    "a scope that is said twice": lambda: signed(
        {"alg": "RS256", "kid": "rsa-1"}, twice("scope", "admin"), rsa_key(), by="RS256"
    ),
    "an algorithm that is said twice": lambda: signed(
        b'{"alg": "none", "kid": "rsa-1", "alg": "RS256"}', claims(), rsa_key(), by="RS256"
    ),
    "padding in a segment": lambda: token(rsa_key()).replace(".", "=."),
    "a space in a segment": lambda: token(rsa_key()).replace(".", " .", 1),
    "letters that are not ASCII": lambda: token(rsa_key())[:-1] + "é",
    "a name without end": lambda: token(rsa_key(), sub="a" * 1_000),
    "a name with a line break": lambda: token(rsa_key(), sub="ana\nlevel=admin"),
    "an oversized token": lambda: token(rsa_key(), note="a" * 8_192),
}

GOOD: dict[str, Callable[[], str]] = {
    "RSA": lambda: token(rsa_key()),
    "an elliptic curve": lambda: token(ec_key(), by="ES256"),
    "the one key that fits, without kid": lambda: token(rsa_key(), header={"kid": None}),
    "without a type": lambda: token(rsa_key(), header={"typ": None}),
    "an access token by its type": lambda: token(rsa_key(), header={"typ": "at+jwt"}),
    "several audiences": lambda: token(rsa_key(), aud=["https://another.hospital.example", AUDIENCE]),
    "scopes as a list": lambda: token(rsa_key(), scope=None, scp=["read", "profile"]),
    "a clock that is a little slow": lambda: token(rsa_key(), iat=now(-600), exp=now(-20)),
    "a clock that is a little fast": lambda: token(rsa_key(), iat=now(20), nbf=now(20)),
    "an address for keys that nobody visits": lambda: token(rsa_key(), header={"jku": "https://attacker.example/k"}),
    "a certificate chain in the header": lambda: token(rsa_key(), header={"x5c": ["MIIB" * 300], "x5t": "abc"}),
    "a program without a user": lambda: token(rsa_key(), sub=None, client_id="nightly-batch"),
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED.keys())
def test_a_forged_token_is_nobodys(server: Server, forge: Callable[[], str]) -> None:
    status, code, challenge = asked(server, forge())

    assert (status, code) == (401, "unauthenticated")
    assert challenge.startswith("Bearer")


@pytest.mark.parametrize("make", GOOD.values(), ids=GOOD.keys())
def test_a_good_token_is_taken(server: Server, make: Callable[[], str]) -> None:
    status, _, _ = asked(server, make())

    assert status == 200


def test_a_token_may_be_sent_again(server: Server) -> None:
    credential = token(rsa_key())

    assert [asked(server, credential)[0] for _ in range(3)] == [200, 200, 200]


def test_a_token_without_the_scope_of_the_route_is_forbidden(server: Server) -> None:
    status, code, _ = asked(server, token(rsa_key(), scope="metrics unheard-of"))

    assert (status, code) == (403, "forbidden")


def test_a_key_counts_from_the_moment_it_is_published_until_it_is_withdrawn(server: Server, key_file: Path) -> None:
    newer = rsa_key("rsa-2")
    assert asked(server, token(newer))[0] == 401

    signing.key_file(key_file, rsa_key(), ec_key(), newer)
    published = asked(server, token(newer))[0]
    signing.key_file(key_file, rsa_key(), ec_key())
    withdrawn = asked(server, token(newer))[0]

    assert (published, withdrawn) == (200, 401)


def test_a_key_file_that_went_bad_leaves_the_keys_it_held(server: Server, key_file: Path) -> None:
    before = key_file.read_text(encoding="utf-8")

    key_file.write_text('{"keys": [', encoding="utf-8")
    status, _, _ = asked(server, token(rsa_key()))
    key_file.write_text(before, encoding="utf-8")

    assert status == 200
