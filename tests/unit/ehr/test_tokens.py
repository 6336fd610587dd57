"""S6, towards an EHR: SMART Backend Services, held to every rule by the sample server."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import anyio
import pytest
from joserfc.jwk import Key

from epicrisis.ehr.sample.smart import SmartServer
from epicrisis.ehr.sample.weather import Trouble
from epicrisis.ehr.tokens import assertion
from epicrisis.errors import EhrRefused, EhrUnavailable, InvalidSettings
from tests.ehr_server import ANA, SampleEhr, a_sample_ehr, backend
from tests.signing import ec_key, published, rsa_key, signed

pytestmark = pytest.mark.anyio

RSA, EC = rsa_key("ours"), ec_key("ours-ec", "P-384")
PUBLIC = json.dumps(published(RSA)["keys"][0]).encode()


def private(key: Key) -> bytes:
    return json.dumps(key.as_dict(private=True)).encode()


@pytest.fixture
def sample() -> Iterator[SampleEhr]:
    with a_sample_ehr(smart=SmartServer(published(RSA, EC))) as sample:
        yield sample


def smart(sample: SampleEhr) -> SmartServer:
    assert sample.smart is not None
    return sample.smart


@pytest.mark.parametrize(
    ("key", "algorithm", "as_pem"),
    [(RSA, "RS384", False), (RSA, "RS384", True), (EC, "ES384", False), (EC, "ES384", True)],
)
async def test_a_key_of_ours_lets_us_in_with_one_token(
    sample: SampleEhr, key: Any, algorithm: str, as_pem: bool
) -> None:
    secret = key.as_pem(private=True) if as_pem else private(key)
    patients = sample.patients(backend=backend(secret, algorithm=algorithm, key_id=key.kid))

    first, second = [await patients.fetch(ANA, seconds=8) for _ in range(2)]
    await patients.close()

    assert first.missing == second.missing == ()
    assert (smart(sample).refused, sample.weather.asked.count("token")) == ([], 1)


async def test_many_who_need_a_token_ask_for_one(sample: SampleEhr) -> None:
    patients = sample.patients(backend=backend(private(RSA)))

    async with anyio.create_task_group() as tasks:
        for _ in range(8):
            tasks.start_soon(lambda: patients.fetch(ANA, seconds=8))
    await patients.close()

    assert sample.weather.asked.count("token") == 1


async def test_a_token_that_is_not_taken_any_more_is_exchanged_once(sample: SampleEhr) -> None:
    patients = sample.patients(backend=backend(private(RSA)))
    await patients.fetch(ANA, seconds=8)
    smart(sample).forget()

    found = await patients.fetch(ANA, seconds=8)
    exchanged = sample.weather.asked.count("token")
    sample.spoil(Trouble.UNAUTHORIZED, "Patient")
    with pytest.raises(EhrRefused):
        await patients.fetch(ANA, seconds=8)
    await patients.close()

    assert found.missing == ()
    assert exchanged == 2
    assert sample.weather.asked.count("token") == 3


async def test_a_token_is_exchanged_before_its_end() -> None:
    with a_sample_ehr(smart=SmartServer(published(RSA), seconds=1)) as sample:
        patients = sample.patients(backend=backend(private(RSA)))
        await patients.fetch(ANA, seconds=8)
        await anyio.sleep(1.0)
        sample.weather.asked.clear()
        found = await patients.fetch(ANA, seconds=8)
        await patients.close()

    assert found.missing == ()
    # Before the first question, and not after a refusal.
    assert sample.weather.asked.index("token") < sample.weather.asked.index("Patient")


async def test_a_key_the_ehr_does_not_know_is_a_refusal(sample: SampleEhr) -> None:
    patients = sample.patients(backend=backend(private(rsa_key("another"))))

    with pytest.raises(EhrRefused):
        await patients.fetch(ANA, seconds=8)
    await patients.close()


async def test_a_token_of_the_caller_goes_before_ours(sample: SampleEhr) -> None:
    patients = sample.patients(backend=backend(private(RSA)))

    with pytest.raises(EhrRefused):
        await patients.fetch(ANA, token="of-somebody", seconds=8)
    await patients.close()

    assert "token" not in sample.weather.asked


async def test_what_gives_tokens_and_is_unwell_makes_the_ehr_unavailable(sample: SampleEhr) -> None:
    patients = sample.patients(backend=backend(private(RSA)))
    for trouble in (Trouble.HTML, Trouble.RESET):
        sample.spoil(trouble, "token")
        sample.weather.asked.clear()

        with pytest.raises(EhrUnavailable):
            await patients.fetch(ANA, seconds=4)

        # For the patient and for `$everything`; nobody sends the same request for a token again.
        assert sample.weather.asked.count("token") == 2
    await patients.close()


async def test_a_token_server_elsewhere_is_asked_only_where_a_setting_names_it(sample: SampleEhr) -> None:
    with a_sample_ehr(smart=SmartServer(published(RSA))) as elsewhere:
        token_url = f"{elsewhere.url}/token"
        smart(sample).configuration = lambda token_url: {"token_endpoint": f"{elsewhere.url}/token"}  # type: ignore[method-assign]
        smart(sample).knows = smart(elsewhere).knows  # type: ignore[method-assign]
        found_out, named = (sample.patients(backend=backend(private(RSA), token_url=url)) for url in ("", token_url))
        with pytest.raises(EhrUnavailable):
            await found_out.fetch(ANA, seconds=4)
        assert elsewhere.weather.asked == []
        found = await named.fetch(ANA, seconds=8)
        await found_out.close()
        await named.close()

    assert found.missing == ()


@pytest.mark.parametrize("secret", [b"", b"no key", b"{}", b'{"kty":"RSA"}', private(EC), PUBLIC])
def test_what_is_no_private_key_is_said_to_be_none_and_not_shown(secret: bytes) -> None:
    with pytest.raises(InvalidSettings) as refused:
        assertion(backend(secret), "https://ehr.example/token", now=time.time())

    assert secret.decode() not in str(refused.value) or not secret


def test_a_key_file_that_is_gone_is_said_to_be(tmp_path: Path) -> None:
    gone = backend(b"")
    changed = type(gone)("epicrisis", (tmp_path / "key.pem").read_bytes)

    with pytest.raises(InvalidSettings, match="FileNotFoundError"):
        assertion(changed, "https://ehr.example/token", now=time.time())


URL = "http://127.0.0.1/fhir/token"
GOOD = {"iss": "epicrisis", "sub": "epicrisis", "aud": URL}


def form(**changed: Any) -> bytes:
    head = {"alg": "RS384", "typ": "JWT", "kid": "ours", **changed.pop("head", {})}
    claims = {**GOOD, "exp": int(time.time()) + 200, "jti": f"{time.monotonic_ns()}", **changed.pop("claims", {})}
    told = {
        "grant_type": "client_credentials",
        "scope": "system/*.rs",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": signed(head, claims, RSA, by=head["alg"]),
        **changed,
    }
    return urlencode(told).encode()


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"scope": "user/*.rs"}, "invalid_scope"),
        ({"client_assertion_type": "other"}, "client_assertion_type"),
        ({"client_assertion": "a.b.c"}, "invalid_client"),
        ({"claims": {"aud": "http://127.0.0.1/fhir"}}, "aud"),
        ({"claims": {"sub": "another"}}, "iss and sub"),
        ({"claims": {"exp": int(time.time()) + 3_600}}, "exp"),
        ({"claims": {"exp": int(time.time()) - 10}}, "exp"),
        ({"claims": {"jti": ""}}, "jti"),
        ({"head": {"kid": "unknown"}}, "invalid_client"),
        ({"head": {"typ": "at+jwt"}}, "typ"),
        ({"head": {"alg": "RS256"}}, "invalid_client"),
    ],
)
def test_the_sample_server_enforces_the_rules(changed: dict[str, Any], rule: str) -> None:
    server = SmartServer(published(RSA))

    status, told = server.grant(form(**changed), URL)

    assert status == 400
    assert rule in told["error_description"]
    assert server.given == 0


def test_an_assertion_counts_once() -> None:
    server = SmartServer(published(RSA))
    body = form()

    first, again = server.grant(body, URL), server.grant(body, URL)

    assert (first[0], again[0]) == (200, 400)
    assert "jti" in again[1]["error_description"]


def test_what_we_sign_keeps_the_rules() -> None:
    server = SmartServer(published(RSA))
    told = assertion(backend(private(RSA)), URL, now=time.time())
    body = urlencode(
        {
            "grant_type": "client_credentials",
            "scope": "system/*.rs",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": told,
        }
    ).encode()

    status, _ = server.grant(body, URL)

    assert (status, server.refused) == (200, [])
