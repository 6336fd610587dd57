"""Tokens for programs, asked for as a client would: over a socket, by key and by assertion."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus, urlencode

import pytest

from epicrisis.assembly import key_ring
from epicrisis.services.access import Scope
from epicrisis.services.keys import IssuedKey, Keys
from tests import signing
from tests.keyring import done
from tests.serving import RULES, Answer, Server, running
from tests.signing import assertion, ec_key, rsa_key, token

OWN_SECRET = "a secret of this test, of more than thirty-two bytes"
URL = "https://epicrisis.hospital.example"
TOKEN_URL = f"{URL}/oauth/token"
CLIENT = "nightly-batch"
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    (folder / "clients").mkdir()
    register(folder, CLIENT)
    return folder


@pytest.fixture(scope="module")
def keys(data: Path) -> Keys:
    """Return the keys of the installation, as ``epicrisis keys`` reaches them beside a running server."""
    return key_ring(RULES.model_copy(update={"data": data}))


@pytest.fixture(scope="module")
def key(keys: Keys) -> IssuedKey:
    return done(keys.create("the ward", scopes=[Scope.READ, Scope.FEEDBACK]))


@pytest.fixture(scope="module")
def server(data: Path, key: IssuedKey) -> Iterator[Server]:
    with running(
        EPICRISIS_JWT_SECRET_KEY=OWN_SECRET,
        EPICRISIS_PUBLIC_URL=URL + "/",
        EPICRISIS_DATA=str(data),
        EPICRISIS_RATE_LIMIT_PER_MINUTE="0",
    ) as (server, _):
        yield server


def register(data: Path, name: str, **changed: Any) -> Path:
    """Put the file of a client into the data folder: RS384 and ES384 keys, and the scope ``read``."""
    jwks = signing.published(rsa_key("client-rsa"), ec_key("client-ec", "P-384"))
    path = data / "clients" / f"{name}.json"
    path.write_text(json.dumps({"client_name": "Nightly batch", "scope": "read metrics", "jwks": jwks, **changed}))
    return path


def posted(server: Server, body: str | bytes, **headers: str) -> Answer:
    """Return the answer to a token request with that body."""
    raw = body if isinstance(body, bytes) else body.encode()
    told = {"Host": "here", "Content-Type": "application/x-www-form-urlencoded", "Connection": "close", **headers}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in told.items())
    answer = server.send(f"POST /oauth/token HTTP/1.1\r\n{head}Content-Length: {len(raw)}\r\n\r\n".encode() + raw)
    assert answer is not None
    return answer


def asked(server: Server, form: dict[str, str], **headers: str) -> Answer:
    return posted(server, urlencode({"grant_type": "client_credentials", **form}), **headers)


def got(server: Server, path: str) -> Answer:
    answer = server.send(f"GET {path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n".encode())
    assert answer is not None
    return answer


def opens(server: Server, credential: str) -> int:
    """Return the status of a request for what takes the scope ``read``."""
    body = b'{"text": "No fever."}'
    head = f"Authorization: Bearer {credential}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    answer = server.send(f"POST /v1/annotations HTTP/1.1\r\nHost: here\r\n{head}\r\n\r\n".encode() + body)
    assert answer is not None
    return answer.status


def by_secret(key: IssuedKey, **more: str) -> dict[str, str]:
    return {"client_id": key.key.id, "client_secret": key.credential, **more}


def by_assertion(signed: str, **more: str) -> dict[str, str]:
    return {"client_assertion_type": JWT_BEARER, "client_assertion": signed, **more}


def basic(name: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{quote_plus(name)}:{quote_plus(secret)}".encode()).decode()


def said(**changed: Any) -> str:
    """Return a good assertion of the client, with ``changed`` in it; ``by``, ``key`` and ``header`` change the rest."""
    by, header = changed.pop("by", "RS384"), changed.pop("header", {})
    key = changed.pop("key", rsa_key("client-rsa"))
    payload = assertion(CLIENT, TOKEN_URL, **changed)
    return signing.signed({"alg": by, "kid": key.kid, "typ": "JWT", **header}, payload, key, by=by)


def test_the_metadata_says_where_and_how_tokens_are_asked_for(server: Server) -> None:
    metadata = got(server, "/.well-known/oauth-authorization-server").json()
    resource = got(server, "/.well-known/oauth-protected-resource").json()

    assert (metadata["issuer"], metadata["token_endpoint"]) == (URL, TOKEN_URL)
    assert metadata["grant_types_supported"] == ["client_credentials"]
    assert metadata["token_endpoint_auth_methods_supported"] == [
        "client_secret_basic", "client_secret_post", "private_key_jwt",
    ]  # fmt: skip
    assert metadata["token_endpoint_auth_signing_alg_values_supported"] == ["RS384", "ES384"]
    assert (resource["resource"], resource["authorization_servers"]) == (URL, [URL])


@pytest.mark.parametrize("way", ["form", "header"])
def test_a_key_is_exchanged_for_a_token_that_opens_what_the_key_opens(server: Server, key: IssuedKey, way: str) -> None:
    answer = (
        asked(server, by_secret(key))
        if way == "form"
        else asked(server, {}, Authorization=basic(key.key.id, key.credential))
    )

    issued = answer.json()
    assert answer.status == 200
    assert (answer.headers["cache-control"], answer.headers["pragma"]) == ("no-store", "no-cache")
    assert (issued["token_type"], issued["expires_in"], issued["scope"]) == ("bearer", 900, "feedback read")
    assert opens(server, issued["access_token"]) == 200


def test_a_token_opens_no_more_than_was_asked_for(server: Server, key: IssuedKey) -> None:
    issued = asked(server, by_secret(key, scope="feedback")).json()

    assert issued["scope"] == "feedback"
    assert opens(server, issued["access_token"]) == 403


def test_a_token_is_gone_with_its_key_within_five_seconds(server: Server, keys: Keys) -> None:
    key = done(keys.create("a lost laptop", scopes=[Scope.READ]))
    credential = asked(server, by_secret(key)).json()["access_token"]
    assert opens(server, credential) == 200

    done(keys.revoke(key.key.id))

    assert turns(lambda: opens(server, credential), 401, seconds=5)


@pytest.mark.parametrize(("by", "kid"), [("RS384", "client-rsa"), ("ES384", "client-ec")])
def test_a_signed_assertion_is_exchanged_for_a_token_of_five_minutes(server: Server, by: str, kid: str) -> None:
    key = rsa_key(kid) if by == "RS384" else ec_key(kid, "P-384")

    answer = asked(server, by_assertion(said(by=by, key=key), scope="read"))

    issued = answer.json()
    assert (answer.status, issued["expires_in"], issued["scope"]) == (200, 300, "read")
    assert opens(server, issued["access_token"]) == 200


def test_an_assertion_is_good_once(server: Server) -> None:
    assertion = said()

    first, second = (asked(server, by_assertion(assertion)) for _ in range(2))

    assert first.status == 200
    assert (second.status, second.json()["error"]) == (401, "invalid_client")


def test_a_client_is_gone_with_its_file_and_so_are_its_tokens(server: Server, data: Path) -> None:
    path = register(data, "short-lived")
    mine = {"iss": "short-lived", "sub": "short-lived"}
    credential = asked(server, by_assertion(said(**mine))).json()["access_token"]
    assert opens(server, credential) == 200

    path.unlink()

    assert asked(server, by_assertion(said(**mine))).status == 401
    assert turns(lambda: opens(server, credential), 401, seconds=5)


def test_a_client_that_lost_a_scope_has_tokens_without_it(server: Server, data: Path) -> None:
    path = register(data, "demoted")
    credential = asked(server, by_assertion(said(iss="demoted", sub="demoted"))).json()["access_token"]

    register(data, "demoted", scope="metrics")

    assert opens(server, credential) == 403
    path.unlink()


now = time.time

FORGED: dict[str, Callable[[], str]] = {
    "a key that is not registered": lambda: said(key=rsa_key("client-other")),
    "a key of the same name": lambda: signing.signed(
        {"alg": "RS384", "kid": "client-rsa"}, assertion(CLIENT, TOKEN_URL), rsa_key("client-other"), by="RS384"
    ),
    "an algorithm SMART does not know": lambda: said(by="RS256"),
    "no kid": lambda: signing.signed(
        {"alg": "RS384", "typ": "JWT"}, assertion(CLIENT, TOKEN_URL), rsa_key("client-rsa"), by="RS384"
    ),
    "another audience": lambda: said(aud="https://another.hospital.example/oauth/token"),
    "the server instead of its token address": lambda: said(aud=URL),
    "an issuer that is not the subject": lambda: said(iss="somebody-else"),
    "no issuer": lambda: said(iss=None),
    "no subject": lambda: said(sub=None),
    "no audience": lambda: said(aud=None),
    "no name of its own": lambda: said(jti=None),
    "no expiry": lambda: said(exp=None),
    "no time of issue": lambda: said(iat=None),
    "issued in the future": lambda: said(iat=int(now()) + 120),
    "an expiry beyond five minutes": lambda: said(exp=int(now()) + 420),
    "expired": lambda: said(iat=int(now()) - 400, exp=int(now()) - 90),
    "not yet good": lambda: said(nbf=int(now()) + 120),
    "a client nobody has registered": lambda: said(iss="nobody", sub="nobody"),
    "a client that is a path": lambda: said(iss="../clients/nightly-batch", sub="../clients/nightly-batch"),
    "a client that is a list": lambda: said(iss=[CLIENT], sub=[CLIENT]),
    "a token of this server": lambda: token(OWN_SECRET.encode(), by="HS256", iss=URL, aud=URL, sub=CLIENT),
    "no algorithm": lambda: (
        said().rpartition(".")[0].replace(said().split(".")[0], signing.encoded({"alg": "none"})) + "."
    ),
    "nothing": lambda: "",
    "dots": lambda: "..",
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED.keys())
def test_an_assertion_that_does_not_hold_gets_no_token(server: Server, forge: Callable[[], str]) -> None:
    answer = asked(server, by_assertion(forge()))

    assert (answer.status, answer.json()["error"]) == (401, "invalid_client")
    assert answer.headers["cache-control"] == "no-store"


def test_an_assertion_of_another_client_than_named_gets_no_token(server: Server) -> None:
    answer = asked(server, by_assertion(said(), client_id="another"))

    assert (answer.status, answer.json()["error"]) == (401, "invalid_client")


def test_a_secret_that_does_not_fit_gets_no_token(server: Server, key: IssuedKey) -> None:
    other = key.credential[:-4] + "AAAA"

    for form, headers in (
        ({"client_id": key.key.id, "client_secret": other}, {}),
        ({"client_id": "abcdefghijkl", "client_secret": key.credential}, {}),
        ({"client_id": key.key.id, "client_secret": "no key at all"}, {}),
        ({"client_id": key.key.id}, {}),
        ({}, {}),
        ({}, {"Authorization": basic(key.key.id, other)}),
        ({}, {"Authorization": "Basic %%%"}),
        ({}, {"Authorization": f"Bearer {key.credential}"}),
    ):
        answer = asked(server, form, **headers)

        assert (answer.status, answer.json()["error"]) == (401, "invalid_client")
        assert answer.headers["www-authenticate"].startswith("Basic")


def test_a_request_that_cannot_be_taken_says_why_in_the_words_of_oauth(server: Server, key: IssuedKey) -> None:
    good = urlencode({"grant_type": "client_credentials", **by_secret(key)})
    both = by_secret(key) | by_assertion("a.b.c")

    refused = {
        "scope not held": asked(server, by_secret(key, scope="read admin")),
        "scope unheard of": asked(server, by_secret(key, scope="system/*.read")),
        "another grant": posted(server, urlencode({"grant_type": "password", **by_secret(key)})),
        "no grant": posted(server, urlencode(by_secret(key))),
        "said twice": posted(server, good + "&scope=read&scope=admin"),
        "two ways": posted(server, urlencode({"grant_type": "client_credentials", **both})),
        "another assertion": asked(server, by_assertion("a.b.c", client_assertion_type="saml")),
        "JSON": posted(server, json.dumps(by_secret(key)), Content_Type="application/json"),
        "no UTF-8": posted(server, b"grant_type=\xff"),
        "no UTF-8, encoded": posted(server, b"grant_type=%ff"),
        "too many fields": posted(server, good + "&a=b" * 30),
        "too long": posted(server, good + "&a=" + "b" * 40_000),
    }

    assert {name: (answer.status, answer.json()["error"]) for name, answer in refused.items()} == {
        "scope not held": (400, "invalid_scope"),
        "scope unheard of": (400, "invalid_scope"),
        "another grant": (400, "unsupported_grant_type"),
        **dict.fromkeys(
            ("no grant", "said twice", "two ways", "another assertion", "JSON", "no UTF-8", "no UTF-8, encoded",
             "too many fields", "too long"),
            (400, "invalid_request"),
        ),
    }  # fmt: skip
    assert all(key.credential not in answer.body.decode() for answer in refused.values())


def turns(look: Callable[[], int], into: int, *, seconds: float) -> bool:
    """Return whether what ``look`` sees turns ``into`` that within ``seconds``."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if look() == into:
            return True
        time.sleep(0.2)
    return False
