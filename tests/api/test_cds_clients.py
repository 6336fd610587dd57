"""Who may call CDS Hooks: EHRs that sign a token for one request, good for one address, once."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from epicrisis.api.app import create_app
from epicrisis.assembly import Services
from epicrisis.errors import InvalidSettings
from epicrisis.services.access import Scope
from epicrisis.settings import CdsClient, Issuer
from tests import signing
from tests.hooks import ORDER_PATH, VIEW_PATH, view
from tests.keyring import bearing, issued, ring
from tests.logged import logged
from tests.serving import RULES, rules_pipeline

EHR = "https://ehr.hospital.example/"
PUBLIC = "https://cds.hospital.example"
KEY = signing.ec_key("ehr-1", "P-384")


def cds_client(folder: Path, **changed: Any) -> CdsClient:
    """Return the entry of ``EPICRISIS_CDS_CLIENTS`` for the hospital's EHR."""
    keys = signing.key_file(folder / "ehr.json", KEY, signing.rsa_key("ehr-2"))
    return CdsClient(**{"issuer": EHR, "jwks_file": keys, **changed})


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    changed = {"cds_clients": (cds_client(tmp_path, tenant="north"),), "public_url": PUBLIC, "rate_limit_per_minute": 0}
    app = create_app(Services(rules_pipeline(), keys=ring()), RULES.model_copy(update=changed))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def token(path: str = VIEW_PATH, *, key: Any = KEY, by: str = "ES384", **changed: Any) -> str:
    """Return what the EHR signs to call ``path``, with some claims ``changed``."""
    now = int(time.time())
    mine = {"iss": EHR, "aud": PUBLIC + path, "iat": now, "exp": now + 120, "jti": str(uuid.uuid4())}
    return signing.token(key, by=by, **{**mine, "sub": None, "scope": None, **changed})


def status(client: TestClient, credential: str, path: str = VIEW_PATH) -> int:
    return client.post(path, json=view(), headers=bearing(credential)).status_code


def test_a_token_for_this_address_is_let_in_by_either_of_the_recommended_signatures(client: TestClient) -> None:
    assert status(client, token()) == 200
    assert status(client, token(key=signing.rsa_key("ehr-2"), by="RS384")) == 200
    assert client.get("/cds-services", headers=bearing(token("/cds-services"))).status_code == 200
    assert status(client, token(aud=["https://elsewhere.example", PUBLIC + VIEW_PATH])) == 200


def test_without_one_the_services_are_closed_like_everything_else(client: TestClient) -> None:
    assert client.get("/cds-services").status_code == 401
    assert client.post(VIEW_PATH, json=view()).status_code == 401
    assert client.post("/v1/differentials", json={"symptoms": ["cough"]}).status_code == 401


def test_a_token_is_good_once(client: TestClient) -> None:
    credential = token()

    assert [status(client, credential) for _ in range(3)] == [200, 401, 401]


def test_a_token_is_good_for_the_address_it_names_and_no_other(client: TestClient) -> None:
    assert status(client, token(ORDER_PATH)) == 401
    assert client.get("/cds-services", headers=bearing(token())).status_code == 401
    for path in ("/v1/engines", "/v1/audit", "/metrics"):
        assert client.get(path, headers=bearing(token())).status_code == 401
        assert client.get(path, headers=bearing(token(path))).status_code == 401
    assert status(client, token(f"{VIEW_PATH}/feedback")) == 401


NOW = int(time.time())


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"iss": "https://ehr.elsewhere.example/"}, id="of another issuer"),
        pytest.param({"iss": None}, id="of nobody"),
        pytest.param({"aud": None}, id="for nobody"),
        pytest.param({"aud": PUBLIC}, id="for the server"),
        pytest.param({"aud": f"{PUBLIC}{VIEW_PATH}/"}, id="for nearly this address"),
        pytest.param({"aud": {"a": PUBLIC + VIEW_PATH}}, id="audience of another kind"),
        pytest.param({"exp": None}, id="without an end"),
        pytest.param({"exp": NOW - 300}, id="over"),
        pytest.param({"exp": NOW + 86_400}, id="for a day"),
        pytest.param({"iat": None}, id="without a beginning"),
        pytest.param({"iat": NOW + 3_600}, id="of tomorrow"),
        pytest.param({"jti": None}, id="without a name"),
        pytest.param({"key": signing.ec_key("ehr-1-forged", "P-384")}, id="of another key"),
        pytest.param({"key": signing.ec_key("ehr-1", "P-256"), "by": "ES256"}, id="of another curve"),
        pytest.param({"key": signing.rsa_key("ehr-2"), "by": "RS256"}, id="of another signature"),
        pytest.param({"header": {"kid": None}}, id="without a key"),
        pytest.param({"header": {"alg": "none"}}, id="unsigned"),
        pytest.param({"header": {"alg": "HS256"}}, id="of a shared secret"),
        pytest.param(
            {"key": signing.ec_key("mine", "P-384"), "header": {"jku": "https://evil.example/jwks.json"}},
            id="of keys elsewhere",
        ),
        pytest.param({"header": {"crit": ["exp"]}}, id="of an extension"),
    ],
)
def test_a_token_that_does_not_hold_lets_nobody_in(client: TestClient, changed: dict[str, Any]) -> None:
    with logged("debug") as log:
        response = client.post(VIEW_PATH, json=view(), headers=bearing(token(**changed)))

    assert response.status_code == 401
    assert response.json()["code"] == "unauthenticated"
    assert "error" in response.headers["www-authenticate"]
    assert "evil.example" not in log.getvalue()


def test_an_ehr_asks_for_its_tenant(tmp_path: Path) -> None:
    from epicrisis.api.security.cds_clients import CdsClients
    from epicrisis.storage.tally import MemoryTally
    from tests.keyring import done

    known = CdsClients(
        [cds_client(tmp_path, tenant="north")], addresses={PUBLIC + VIEW_PATH: VIEW_PATH}, tally=MemoryTally()
    )

    who = done(known(token()))

    assert who is not None
    assert (who.name, who.tenant, who.only_at) == (EHR, "north", frozenset({VIEW_PATH}))
    assert who.scopes == {Scope.READ, Scope.FEEDBACK}


def test_an_api_key_does_as_well(tmp_path: Path) -> None:
    keys = ring()
    key = issued(keys, Scope.READ).credential
    changed = {"cds_clients": (cds_client(tmp_path),), "public_url": PUBLIC}
    app = create_app(Services(rules_pipeline(), keys=keys), RULES.model_copy(update=changed))

    with TestClient(app) as client:
        assert status(client, key) == 200


@pytest.mark.parametrize(
    ("clients", "said"),
    [
        ([{}, {}], "twice"),
        ([{"algorithms": ("HS256",)}], "algorithms"),
        ([{"jwks_file": "nowhere.json"}], "nowhere.json"),
    ],
)
def test_a_client_that_cannot_be_is_refused_at_the_start(
    tmp_path: Path, clients: list[dict[str, Any]], said: str
) -> None:
    entries = tuple(cds_client(tmp_path, **changed) for changed in clients)

    with pytest.raises(InvalidSettings, match=said):
        create_app(Services(rules_pipeline()), RULES.model_copy(update={"cds_clients": entries}))


def test_one_issuer_is_either_an_identity_provider_or_an_ehr(tmp_path: Path) -> None:
    provider = Issuer(**{**signing.issuer(signing.key_file(tmp_path / "idp.json", signing.rsa_key())), "issuer": EHR})
    changed = {"cds_clients": (cds_client(tmp_path),), "issuers": (provider,)}

    with pytest.raises(InvalidSettings, match="one issuer"):
        create_app(Services(rules_pipeline()), RULES.model_copy(update=changed))
