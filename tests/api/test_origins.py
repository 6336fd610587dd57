from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from epicrisis.api.security.origins import origins
from epicrisis.errors import InvalidSettings
from tests.serving import RULES, CrashingReader, HeldReader, Server, app_over, app_with
from tests.sockets import conversation, heard, listening_in_a_thread

PAGE, OTHER = "https://chart.hospital.example", "https://attacker.example"
ALLOWING = "access-control-allow-"
LISTED = RULES.model_copy(update={"cors_origins": (PAGE,)})
NOTE, SENTENCE = b'{"text": "Denies fever."}', b'{"sentence": "Denies fever."}'


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(app_with(cors_origins=(PAGE, "http://localhost:3000"), max_body_bytes=2_000, require_key=True))


def preflight(client: TestClient, origin: str) -> Any:
    """Return the answer to a browser that asks whether a page of ``origin`` may send a key."""
    asking = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    return client.options("/v1/annotations", headers={"Origin": origin, **asking})


@pytest.mark.parametrize("origin", [PAGE, "http://localhost:3000"])
def test_a_listed_page_may_ask_and_read_with_credentials(client: TestClient, origin: str) -> None:
    beforehand = preflight(client, origin)
    answer = client.get("/live", headers={"Origin": origin})

    assert beforehand.status_code == 204
    assert "POST" in beforehand.headers["access-control-allow-methods"]
    assert "Authorization" in beforehand.headers["access-control-allow-headers"]
    for each in (beforehand, answer):
        assert each.headers["access-control-allow-origin"] == origin
        assert each.headers["access-control-allow-credentials"] == "true"
        assert "Origin" in each.headers["vary"]
    readable = answer.headers["access-control-expose-headers"]
    assert {"X-Request-Id", "RateLimit", "Server-Timing", "Retry-After"} <= set(readable.split(", "))


@pytest.mark.parametrize(
    "origin",
    [
        OTHER, "null", "*", "", PAGE + ".attacker.example", f"{OTHER}/{PAGE}", PAGE.replace("https", "http"),
        PAGE + ":8443", PAGE + "/", PAGE.upper(), "https://chart-hospital.example",
    ],
)  # fmt: skip
def test_any_other_page_is_told_nothing(client: TestClient, origin: str) -> None:
    beforehand = preflight(client, origin)
    answer = client.get("/live", headers={"Origin": origin})

    assert (beforehand.status_code, beforehand.json()["code"]) == (403, "forbidden")
    assert answer.status_code == 200
    for each in (beforehand, answer):
        assert [name for name in each.headers if name.startswith(ALLOWING)] == []
        assert "Origin" in each.headers["vary"]


def allowing(headers: Mapping[str, str]) -> dict[str, str]:
    """Return what an answer says of who may read it."""
    return {name: value for name, value in headers.items() if name.startswith(ALLOWING)}


def listing(**settings: Any) -> Callable[[], FastAPI]:
    return lambda: app_with(cors_origins=(PAGE,), **settings)


@pytest.mark.parametrize(
    ("status", "app", "path", "body"),
    [
        pytest.param(401, listing(require_key=True), "/v1/annotations", NOTE, id="by the gate"),
        pytest.param(429, listing(rate_limit_per_minute=1), "/v1/annotations", NOTE, id="by the rate limit"),
        pytest.param(413, listing(max_body_bytes=10), "/v1/annotations", NOTE, id="by the limits"),
        pytest.param(400, listing(), "/v1/annotations", b"{", id="by the route"),
        pytest.param(404, listing(), "/nowhere", NOTE, id="by the router"),
        pytest.param(
            503, lambda: app_over(HeldReader(), threads=0, queue=0, settings=LISTED), "/v1/annotations", NOTE,
            id="by the full queue",
        ),
        pytest.param(
            500, lambda: app_over(CrashingReader(), settings=LISTED), "/v1/annotations", NOTE, id="by the last resort"
        ),
        pytest.param(
            500, lambda: app_over(CrashingReader(), settings=LISTED), "/predict", SENTENCE, id="in a contract's words"
        ),
    ],
)  # fmt: skip
def test_a_listed_page_may_read_why_it_was_refused_and_no_other_may(
    status: int, app: Callable[[], FastAPI], path: str, body: bytes
) -> None:
    client = TestClient(app(), raise_server_exceptions=False)
    # The first is the one the rate limit lets through.
    client.post(path, content=body, headers={"Content-Type": "application/json"})

    listed, other, own = [
        client.post(path, content=body, headers={"Content-Type": "application/json", **origin})
        for origin in ({"Origin": PAGE}, {"Origin": OTHER}, {})
    ]

    assert [each.status_code for each in (listed, other, own)] == [status] * 3
    assert allowing(listed.headers) == {f"{ALLOWING}origin": PAGE, f"{ALLOWING}credentials": "true"}
    assert "X-Request-Id" in listed.headers["access-control-expose-headers"]
    assert allowing(other.headers) == allowing(own.headers) == {}
    # A cache between us must not hand one page's answer to another.
    assert all("Origin" in each.headers["vary"] for each in (listed, other, own))


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with listening_in_a_thread(app_with(cors_origins=(PAGE,))) as (server, _):
        yield server


def told(received: bytes) -> tuple[int, dict[str, str]]:
    """Return the status and headers of an answer as it came over the wire."""
    status, *lines = received.partition(b"\r\n\r\n")[0].decode().split("\r\n")
    return int(status.split()[1]), dict(line.split(": ", 1) for line in lines)


@pytest.mark.parametrize(("origin", "may_read"), [(PAGE, PAGE), (OTHER, None)])
@pytest.mark.parametrize(("more", "status"), [("Host: there\r\n\r\n", 400), ("X: " + "x" * 70_000, 431)])
def test_so_is_what_the_wire_refuses(server: Server, origin: str, may_read: str | None, more: str, status: int) -> None:
    sent = f"POST /predict HTTP/1.1\r\nHost: here\r\nOrigin: {origin}\r\n{more}"

    answered, headers = told(conversation(server, sent.encode()))

    assert answered == status
    assert headers.get(f"{ALLOWING}origin") == may_read
    assert headers["vary"] == "Origin"


def test_so_is_what_took_longer_than_a_stop_may_take() -> None:
    reader = HeldReader()
    head = "POST /v1/annotations HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"
    sent = f"{head}Origin: {PAGE}\r\nContent-Length: {len(NOTE)}\r\n\r\n".encode() + NOTE
    with listening_in_a_thread(app_over(reader, settings=LISTED), drain_seconds=0.5) as (server, running):
        with socket.create_connection((server.host, server.port), timeout=10) as client:
            client.sendall(sent)
            assert reader.reading.wait(timeout=20)
            running.should_exit = True
            status, headers = told(heard(client))
        reader.release.set()

    assert status == 503
    assert headers[f"{ALLOWING}origin"] == PAGE


def test_an_answer_that_differs_by_more_than_the_origin_says_all_of_it_in_one_line(client: TestClient) -> None:
    answer = client.get("/", headers={"Origin": PAGE})

    assert answer.headers.get_list("vary") == ["Accept, Origin"]


def test_a_preflight_needs_no_key_and_is_still_an_answer_of_ours(client: TestClient) -> None:
    beforehand = preflight(client, PAGE)

    assert beforehand.headers["x-request-id"]
    assert beforehand.headers["x-content-type-options"] == "nosniff"


def test_options_without_the_question_of_a_browser_is_a_request_like_any_other(client: TestClient) -> None:
    answer = client.options("/live", headers={"Origin": PAGE})

    assert answer.status_code == 405


def test_without_a_list_there_is_nothing_about_origins_in_an_answer() -> None:
    answer = TestClient(app_with()).get("/live", headers={"Origin": PAGE})

    assert [name for name in answer.headers if name.startswith("access-control")] == []


@pytest.mark.parametrize(
    "written",
    [
        "*", "null", "", "chart.hospital.example", "https://*.hospital.example", PAGE + "/", PAGE + "/chart",
        "https://user@chart.hospital.example", PAGE + ":443", "http://chart.hospital.example:80", PAGE + "?a",
        PAGE.upper(), " " + PAGE,
    ],
)  # fmt: skip
def test_what_no_browser_sends_as_origin_refuses_to_start(written: str) -> None:
    with pytest.raises(InvalidSettings, match="EPICRISIS_CORS_ORIGINS: entry 2"):
        app_with(cors_origins=(PAGE, written))


@pytest.mark.parametrize("written", ["https://[2001:db8::1]:8443", "capacitor://localhost", "http://127.0.0.1:5173"])
def test_an_origin_may_have_a_port_an_address_or_a_scheme_of_its_own(written: str) -> None:
    assert origins([written]) == {written.encode()}
