"""What the settings say about tokens, and when they refuse to start."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from starlette.testclient import TestClient

from epicrisis.errors import InvalidSettings
from epicrisis.settings import Settings
from tests import signing
from tests.serving import app_with
from tests.signing import rsa_key

OWN_SECRET = "a secret of this test, of more than thirty-two bytes"
URL = "https://epicrisis.hospital.example"
GRANT = b"grant_type=client_credentials&client_id=a&client_secret="
ASSERTED = (
    b"grant_type=client_credentials&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    b"&client_assertion="
)


@pytest.fixture(scope="module")
def giving() -> TestClient:
    """Return a client of an app that gives tokens."""
    return TestClient(app_with(jwt_secret_key=SecretStr(OWN_SECRET), rate_limit_per_minute=0))


def test_a_server_without_a_secret_gives_no_tokens() -> None:
    with TestClient(app_with()) as client:
        answers = [
            client.post("/oauth/token", data={"grant_type": "client_credentials"}),
            client.get("/.well-known/oauth-authorization-server"),
            client.get("/.well-known/oauth-protected-resource"),
        ]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(404, "not-found")] * 3


@given(
    body=st.binary(max_size=300),
    kind=st.sampled_from(["application/x-www-form-urlencoded", "application/json", "", "text/plain; charset=x"]),
    authorization=st.none() | st.text(st.characters(max_codepoint=126, min_codepoint=32), max_size=60),
)
def test_whatever_is_sent_for_a_token_is_answered_in_the_words_of_oauth(
    giving: TestClient, body: bytes, kind: str, authorization: str | None
) -> None:
    headers = {"Content-Type": kind, **({} if authorization is None else {"Authorization": authorization})}

    answers = [giving.post("/oauth/token", content=each + body, headers=headers) for each in (b"", GRANT, ASSERTED)]

    assert {answer.status_code for answer in answers} <= {400, 401}
    assert all(set(answer.json()) == {"error", "error_description"} for answer in answers)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"jwt_secret_key": SecretStr("short")}, "EPICRISIS_JWT_SECRET_KEY has 5 bytes and needs 32"),
        ({"jwt_secret_key": SecretStr(rsa_key().as_pem(private=False).decode())}, "no secret"),
        ({"issuers": [{"algorithms": ["HS256"]}]}, "EPICRISIS_ISSUERS: the algorithms"),
        ({"issuers": [{"algorithms": ["none"]}]}, "EPICRISIS_ISSUERS: the algorithms"),
        ({"issuers": [{}, {}]}, "twice"),
        (
            {"issuers": [{"issuer": URL}], "jwt_secret_key": SecretStr(OWN_SECRET), "public_url": URL},
            "names this server",
        ),
        ({"issuers": [{"jwks_file": "/nowhere/keys.json"}]}, "/nowhere/keys.json: No such file"),
    ],
)
def test_settings_that_cannot_be_refuse_to_start(tmp_path: Path, settings: dict[str, Any], told: str) -> None:
    path = signing.key_file(tmp_path / "jwks.json", rsa_key())
    issuers = [{**signing.issuer(path), **each} for each in settings.get("issuers", ())]

    with pytest.raises(InvalidSettings, match=told):
        app_with(**{**settings, "issuers": Settings(issuers=issuers).issuers})


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param([rsa_key().as_dict(private=True)], id="a private key"),
        pytest.param([{"kty": "oct", "k": "c2VjcmV0c2VjcmV0c2VjcmV0"}], id="a shared secret"),
        pytest.param([{"kty": "RSA", "n": "AQAB", "e": "AQAB"}], id="a key of three bytes"),
        pytest.param([{"kty": "RSA", "n": signing.encoded(b"\xc1" + b"\x07" * 127), "e": "AQAB"}], id="1024 bits"),
        pytest.param([{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}], id="no point of the curve"),
        pytest.param([{}], id="no kind"),
        pytest.param(["key"], id="text"),
    ],
)
def test_a_key_file_with_anything_but_public_keys_refuses_to_start(tmp_path: Path, keys: list[Any]) -> None:
    path = tmp_path / "jwks.json"
    path.write_text(json.dumps({"keys": keys}))

    with pytest.raises(InvalidSettings, match="does not hold what it should") as refused:
        app_with(issuers=Settings(issuers=[signing.issuer(path)]).issuers)

    assert "c2VjcmV0" not in str(refused.value)


def test_without_the_extra_a_server_starts_and_says_what_tokens_need() -> None:
    # None makes an import fail, as if the package were not there.
    script = """
import sys
sys.modules["joserfc"] = sys.modules["redis"] = None
from epicrisis.api.app import create_app
from epicrisis.assembly import serving
from epicrisis.errors import MissingDependency
from epicrisis.settings import Settings
plain = {"reader": "rules", "assertion": "rules", "second_opinion": ""}
create_app(serving(Settings(**plain)), Settings(**plain))
for wanted in ({"jwt_secret_key": "x" * 40}, {"redis_url": "redis://127.0.0.1"}):
    settings = Settings(**plain, **wanted)
    try:
        create_app(serving(settings), settings)
    except MissingDependency as error:
        print(error)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False)

    assert done.stdout.count("pip install 'epicrisis[server]'") == 2, done.stderr
