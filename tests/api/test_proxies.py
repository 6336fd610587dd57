from __future__ import annotations

import anyio
import pytest
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from epicrisis.api.security.proxies import Proxies, networks
from epicrisis.errors import InvalidSettings
from tests.logged import logged
from tests.serving import app_with

TRUSTED = networks(["10.0.0.0/8", "2001:db8:ffff::/48", "192.0.2.53"])
PROXY, CLIENT = "10.0.0.7", "203.0.113.9"


def seen(peer: str | None, *headers: tuple[str, str]) -> str | None:
    """Return the client behind ``peer`` that the app is told of."""
    told: list[str | None] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        told.append(scope["client"] and scope["client"][0])

    async def receive() -> Message:
        raise AssertionError("nobody reads a body here")

    async def send(message: Message) -> None:
        raise AssertionError("nobody answers here")

    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers]
    scope = {"type": "http", "client": None if peer is None else (peer, 1), "headers": raw}
    anyio.run(Proxies(app, trusted=TRUSTED), scope, receive, send)
    return told[0]


def forwarded(*hops: str) -> list[tuple[str, str]]:
    return [("X-Forwarded-For", hop) for hop in hops]


@pytest.mark.parametrize(
    ("peer", "headers", "expected"),
    [
        pytest.param(PROXY, forwarded(CLIENT), CLIENT, id="one proxy"),
        pytest.param(PROXY, forwarded(f"{CLIENT}, 10.0.0.2, 192.0.2.53"), CLIENT, id="three proxies"),
        pytest.param(PROXY, forwarded(f"1.1.1.1, {CLIENT}, 10.0.0.2"), CLIENT, id="what the client wrote itself"),
        pytest.param(PROXY, forwarded("1.1.1.1", CLIENT), CLIENT, id="in two lines"),
        pytest.param(PROXY, forwarded("10.0.0.3, 10.0.0.2"), "10.0.0.3", id="a client inside"),
        pytest.param(PROXY, [], PROXY, id="a proxy that says nothing"),
        pytest.param(CLIENT, forwarded("1.1.1.1"), CLIENT, id="a client that plays the proxy"),
        pytest.param(PROXY, forwarded(f"{CLIENT}:50123"), CLIENT, id="with its port"),
        pytest.param(PROXY, forwarded("[2001:db8::9]:443"), "2001:db8::9", id="IPv6 with its port"),
        pytest.param(PROXY, forwarded("2001:db8::9"), "2001:db8::9", id="IPv6"),
        pytest.param("::ffff:10.0.0.7", forwarded(f"::ffff:{CLIENT}"), CLIENT, id="IPv4 in IPv6"),
        pytest.param("2001:db8:ffff::1", forwarded(CLIENT), CLIENT, id="a proxy of IPv6"),
        pytest.param(PROXY, [("Forwarded", f"for={CLIENT};proto=https")], CLIENT, id="RFC 7239"),
        pytest.param(PROXY, [("Forwarded", f'for=1.1.1.1, by=_a;For="{CLIENT}:4711"')], CLIENT, id="RFC 7239, twice"),
        pytest.param(PROXY, [("Forwarded", 'for="[2001:db8::9]:4711"')], "2001:db8::9", id="RFC 7239 with IPv6"),
        pytest.param(PROXY, [("Forwarded", f"for={CLIENT}"), *forwarded(CLIENT)], CLIENT, id="both, and they agree"),
        pytest.param(PROXY, [("Forwarded", "for=1.1.1.1"), *forwarded(CLIENT)], PROXY, id="both, and they do not"),
        pytest.param(PROXY, forwarded("unknown"), PROXY, id="a word"),
        pytest.param(PROXY, forwarded(f"{CLIENT}, "), PROXY, id="an empty hop"),
        pytest.param(PROXY, forwarded(f"{CLIENT}, 10.0.0.999"), PROXY, id="no address"),
        pytest.param(PROXY, forwarded("2130706433"), PROXY, id="a number"),
        pytest.param(PROXY, forwarded("127.1"), PROXY, id="half an address"),
        pytest.param(PROXY, [("Forwarded", "for=_hidden")], PROXY, id="a hidden client"),
        pytest.param(PROXY, [("Forwarded", "proto=https")], PROXY, id="no client at all"),
        pytest.param(PROXY, [("Forwarded", "notfor=1.1.1.1")], PROXY, id="another word that ends so"),
        pytest.param("testclient", forwarded(CLIENT), "testclient", id="a peer without address"),
        pytest.param(None, forwarded(CLIENT), None, id="a socket file"),
    ],
)
def test_the_client_is_whoever_the_outermost_trusted_proxy_saw(
    peer: str | None, headers: list[tuple[str, str]], expected: str | None
) -> None:
    assert seen(peer, *headers) == expected


@pytest.mark.parametrize("written", ["localhost", "10.0.0.0/33", "", "0.0.0.0/0", "::/0", "10.0.0.1-10.0.0.9"])
def test_what_is_no_network_or_is_everybody_refuses_to_start(written: str) -> None:
    with pytest.raises(InvalidSettings, match="EPICRISIS_TRUSTED_PROXIES: entry 2"):
        app_with(trusted_proxies=("10.0.0.0/8", written))


def test_clients_behind_a_trusted_proxy_are_counted_apart() -> None:
    client = TestClient(app_with(trusted_proxies=("10.0.0.0/8",), rate_limit_per_minute=1), client=(PROXY, 1))

    answers = [
        client.get("/v1/engines", headers={"X-Forwarded-For": hops}).status_code
        for hops in (CLIENT, "203.0.113.10", f"1.2.3.4, {CLIENT}")
    ]

    assert answers == [200, 200, 429]


def test_nobody_slips_out_of_a_limit_by_playing_the_proxy() -> None:
    client = TestClient(app_with(trusted_proxies=("10.0.0.0/8",), rate_limit_per_minute=1), client=(CLIENT, 1))

    answers = [
        client.get("/v1/engines", headers={"X-Forwarded-For": f"203.0.113.{number}"}).status_code for number in range(3)
    ]

    assert answers == [200, 429, 429]


@pytest.mark.parametrize(
    ("peer", "headers", "strict"),
    [
        pytest.param(PROXY, {"X-Forwarded-Proto": "https"}, True, id="over TLS"),
        pytest.param(PROXY, {"X-Forwarded-Proto": "http, https"}, True, id="over TLS at the proxy next to us"),
        pytest.param(PROXY, {"X-Forwarded-Proto": "https, http"}, False, id="in the clear at the proxy next to us"),
        pytest.param(PROXY, {"Forwarded": f"for={CLIENT};proto=https"}, True, id="RFC 7239"),
        pytest.param(PROXY, {"X-Forwarded-Proto": "http"}, False, id="in the clear"),
        pytest.param(PROXY, {}, False, id="nobody says"),
        pytest.param(CLIENT, {"X-Forwarded-Proto": "https"}, False, id="a client that plays the proxy"),
    ],
)
def test_browsers_are_held_to_tls_where_a_trusted_proxy_says_they_came_by_it(
    peer: str, headers: dict[str, str], strict: bool
) -> None:
    client = TestClient(app_with(trusted_proxies=("10.0.0.0/8",)), client=(peer, 1))

    answer = client.get("/live", headers=headers)

    assert ("strict-transport-security" in answer.headers) == strict


def test_no_address_is_logged() -> None:
    app = app_with(trusted_proxies=("10.0.0.0/8",), rate_limit_per_minute=1)

    with logged() as log:
        client = TestClient(app, client=(PROXY, 1))
        for _ in range(2):
            client.get("/v1/engines", headers={"X-Forwarded-For": CLIENT})

    assert "request refused" in log.getvalue()
    assert CLIENT not in log.getvalue()
    assert PROXY not in log.getvalue()
