from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import anyio
import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from epicrisis.api.security.rates import RateLimits, limits_of
from epicrisis.services.access import ANYONE, Scope
from epicrisis.settings import Settings
from epicrisis.storage.tally import MemoryTally
from tests import signing
from tests.keyring import bearing, guarded_app, issued, ring
from tests.serving import app_with
from tests.signing import rsa_key, token

ROUTE = "/v1/engines"
FIELDS = ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "ratelimit-policy", "ratelimit")


def statuses(client: TestClient, times: int, **headers: str) -> list[int]:
    return [client.get(ROUTE, headers=headers).status_code for _ in range(times)]


def test_every_answer_says_where_the_client_stands() -> None:
    client = TestClient(app_with(rate_limit_per_minute=5))

    before, answer = time.time(), client.get(ROUTE)

    assert (answer.headers["x-ratelimit-limit"], answer.headers["x-ratelimit-remaining"]) == ("5", "4")
    assert before < int(answer.headers["x-ratelimit-reset"]) <= before + 62
    assert answer.headers["ratelimit-policy"] == '"default";q=5;w=60'
    assert answer.headers["ratelimit"].startswith('"default";r=4;t=')
    assert "retry-after" not in answer.headers


def test_one_request_too_many_waits_and_is_told_how_long() -> None:
    client = TestClient(app_with(rate_limit_per_minute=2))
    assert statuses(client, 2) == [200, 200]

    answer = client.get(ROUTE)

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (429, "rate-limited")
    assert 0 < int(answer.headers["retry-after"]) <= 61
    assert answer.headers["ratelimit"] == f'"default";r=0;t={answer.headers["retry-after"]}'
    assert answer.headers["x-ratelimit-remaining"] == "0"


def test_a_batch_counts_as_one_request() -> None:
    client = TestClient(app_with(rate_limit_per_minute=5))

    answer = client.post("/predict/batch", json={"sentences": ["The patient denies chest pain."] * 20})

    assert answer.status_code == 200
    assert answer.headers["x-ratelimit-remaining"] == "4"


@pytest.mark.parametrize("route", ["/live", "/ready", "/health", "/metrics", "/"])
def test_probes_metrics_and_the_page_are_not_counted(route: str) -> None:
    with TestClient(app_with(rate_limit_per_minute=1)) as client:
        answers = [client.get(route) for _ in range(3)]

        assert {answer.status_code for answer in answers} <= {200, 503}
        assert not set(FIELDS) & set(answers[-1].headers)


def test_each_key_has_its_own_count_wherever_it_comes_from() -> None:
    keys = ring()
    ward, ambulance = (issued(keys, Scope.READ).credential for _ in range(2))
    app = guarded_app(keys, rate_limit_per_minute=2)
    here, there = (TestClient(app, client=(address, 50_000)) for address in ("192.0.2.1", "192.0.2.2"))

    assert statuses(here, 2, **bearing(ward)) == [200, 200]
    assert statuses(there, 1, **bearing(ward)) == [429]
    assert statuses(here, 1, **bearing(ambulance)) == [200]


def test_whoever_guesses_keys_is_held_back_by_their_address() -> None:
    client = TestClient(guarded_app(ring(), rate_limit_per_minute=3))

    guessed = statuses(client, 5, Authorization="Bearer epk_guess")

    assert guessed == [401, 401, 401, 429, 429]


def test_a_key_that_holds_is_taken_also_where_somebody_else_is_guessing() -> None:
    keys = ring()
    client = TestClient(guarded_app(keys, rate_limit_per_minute=3))
    assert statuses(client, 5, Authorization="Bearer epk_guess")[-1] == 429

    assert statuses(client, 1, **bearing(issued(keys, Scope.READ).credential)) == [200]


def test_each_owner_of_a_token_has_their_own_count(tmp_path: Path) -> None:
    path = signing.key_file(tmp_path / "jwks.json", rsa_key())
    issuers = Settings(issuers=[signing.issuer(path)]).issuers
    client = TestClient(app_with(issuers=issuers, rate_limit_per_minute=2))

    ana = [statuses(client, 1, **bearing(token(rsa_key(), sub="ana")))[0] for _ in range(3)]
    luis = statuses(client, 1, **bearing(token(rsa_key(), sub="luis")))

    assert (ana, luis) == ([200, 200, 429], [200])


@pytest.mark.parametrize(
    ("addresses", "expected"),
    [
        pytest.param(["192.0.2.1", "192.0.2.2"], [200, 200], id="two of IPv4"),
        pytest.param(["2001:db8:1:2::1", "2001:db8:1:2:ffff::9"], [200, 429], id="one network of IPv6"),
        pytest.param(["2001:db8:1:2::1", "2001:db8:1:3::1"], [200, 200], id="two networks of IPv6"),
        pytest.param(["::ffff:203.0.113.7", "::ffff:198.51.100.1"], [200, 200], id="two of IPv4, told as IPv6"),
        pytest.param(["::ffff:203.0.113.7", "203.0.113.7"], [200, 429], id="one of IPv4, told in both ways"),
        pytest.param(["testclient", "another"], [200, 429], id="no addresses"),
    ],
)
def test_an_address_has_its_own_count_and_so_has_a_home_network(addresses: list[str], expected: list[int]) -> None:
    app = app_with(rate_limit_per_minute=1)

    answers = [TestClient(app, client=(address, 50_000)).get(ROUTE).status_code for address in addresses]

    assert answers == expected


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        pytest.param({}, None, id="loopback without keys"),
        pytest.param({"host": "0.0.0.0", "allow_anonymous_network": True}, 100, id="a network"),
        pytest.param({"require_key": True}, 100, id="keys"),
        pytest.param({"jwt_secret_key": SecretStr("x" * 40)}, 100, id="tokens"),
        pytest.param({"allow_anonymous_network": True}, 100, id="a network nobody named"),
        pytest.param({"require_key": True, "rate_limit_per_minute": 0}, None, id="switched off"),
        pytest.param({"rate_limit_per_minute": 7}, 7, id="chosen"),
    ],
)
def test_a_server_that_others_reach_holds_them_to_a_hundred_a_minute(
    settings: dict[str, Any], expected: int | None
) -> None:
    limits = limits_of(Settings(**settings), MemoryTally())

    assert (limits and limits.per_minute) == expected


def test_counting_costs_less_than_thirty_microseconds() -> None:
    limits = RateLimits(MemoryTally(), per_minute=100)

    async def microseconds() -> float:
        began = time.process_time()
        for number in range(10_000):
            await limits.spend(ANYONE, f"192.0.2.{number % 200}")
        return (time.process_time() - began) / 10_000 * 1e6

    # The machine does other work: the claim holds once a calm try shows it.
    assert min(anyio.run(microseconds) for _ in range(5)) < 30
