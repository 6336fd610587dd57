"""S1: every route says which scope it takes, and lets in nobody else; the open ones are these and no others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from epicrisis.api.app import from_environment
from epicrisis.api.envelope import Envelope
from epicrisis.api.security.exposure import refuse_exposure
from epicrisis.api.security.gate import Gate
from epicrisis.api.security.scopes import Open, RouteTable, Row, declared_scope, every_route
from epicrisis.errors import InvalidSettings
from epicrisis.services.access import Scope
from epicrisis.services.keys import Keys
from epicrisis.settings import Settings
from epicrisis.telemetry.metrics import Metrics
from tests.keyring import bearing, guarded_app, issued, ring
from tests.serving import RULES, app_with
from tests.unit.cli.shell import run

# They hold no data: whether it lives, where tokens come from, the empty page, its files, the reference, a disclaimer.
OPEN = {
    "/live", "/ready", "/health", "/.well-known/oauth-authorization-server", "/.well-known/oauth-protected-resource",
    "/oauth/token", "/", "/static", "/docs", "/redoc", "/openapi.json",
    "/disclaimer", "/api/docs", "/api/redoc",
}  # fmt: skip


@pytest.fixture(scope="module")
def keys() -> Keys:
    return ring()


@pytest.fixture(scope="module")
def client(keys: Keys) -> Iterator[TestClient]:
    app = guarded_app(keys, rate_limit_per_minute=0)
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


@pytest.fixture(scope="module")
def rows(client: TestClient) -> list[Row]:
    app: Any = client.app
    return RouteTable(app.routes).rows


def guarded(rows: list[Row]) -> list[tuple[str, str, Scope]]:
    """Return method, path and scope of every route that takes one."""
    return [
        (method, row.path.replace("{", "").replace("}", ""), row.declared)
        for row in rows
        for method in row.methods or ["GET"]
        if isinstance(row.declared, Scope)
    ]


def test_every_route_says_what_it_takes(rows: list[Row]) -> None:
    assert [row.path for row in rows if row.declared is None] == []


def test_a_route_that_says_nothing_would_be_found() -> None:
    async def endpoint() -> None: ...

    router = APIRouter()
    router.add_api_route("/included", endpoint)
    router.routes.append(Route("/plain", endpoint))
    router.routes.append(Mount("/mounted", StaticFiles(directory="src")))
    app = FastAPI(openapi_url=None)
    app.include_router(router, prefix="/below")
    app.add_api_route("/own", endpoint)

    assert [(route.path, declared_scope(route)) for route in every_route(app.routes)] == [
        ("/below/included", None), ("/below/plain", None), ("/below/mounted", None), ("/own", None),
    ]  # fmt: skip


def test_the_open_routes_are_these_and_no_others(rows: list[Row]) -> None:
    assert {row.path for row in rows if isinstance(row.declared, Open)} == OPEN


def test_an_open_route_asks_nobody(client: TestClient) -> None:
    for path in OPEN - {"/static", "/oauth/token"}:
        assert client.get(path).status_code in {200, 404, 503}, path
    assert client.get("/static/page.css").status_code == 200


def test_without_a_credential_every_other_route_is_401(client: TestClient, rows: list[Row]) -> None:
    for method, path, _ in guarded(rows):
        answer = client.request(method, path)

        assert answer.status_code == 401, path
        assert answer.headers["www-authenticate"] == 'Bearer realm="epicrisis"'


def test_with_every_scope_but_the_one_it_takes_a_route_is_403(client: TestClient, rows: list[Row], keys: Keys) -> None:
    lacking = {scope: issued(keys, *(set(Scope) - {scope})).credential for scope in Scope}

    for method, path, scope in guarded(rows):
        answer = client.request(method, path, headers=bearing(lacking[scope]))

        assert answer.status_code == 403, path
        assert f'error="insufficient_scope", scope="{scope}"' in answer.headers["www-authenticate"]


def test_with_the_scope_it_takes_a_route_answers(client: TestClient, rows: list[Row], keys: Keys) -> None:
    holding = {scope: issued(keys, scope).credential for scope in Scope}

    answered = {
        path: client.request(method, path, headers=bearing(holding[scope])).status_code
        for method, path, scope in guarded(rows)
    }

    # An empty body is refused by the route itself.
    assert set(answered.values()) <= {200, 400, 404, 415, 422}
    assert (answered["/v1/engines"], answered["/metrics"], answered["/model/info"]) == (200, 200, 200)


def test_a_path_nobody_answers_tells_a_stranger_nothing(client: TestClient, keys: Keys) -> None:
    known = bearing(issued(keys, Scope.READ).credential)

    assert client.get("/v1/nothing").status_code == 401
    assert client.get("/v1/nothing", headers=known).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/v1/engines\n", "/v1/engines/", "//v1/engines", "/./v1/engines", "/static/../v1/engines", "/v1/engines;/live",
        "/live/../v1/engines", "/V1/ENGINES", "/v1/engines?x", "/live\n/v1/engines", "/v1/engines\x00",
        "/docs/v1/engines", "v1/engines", "",
    ],
)  # fmt: skip
@pytest.mark.anyio
async def test_no_odd_spelling_gets_past(client: TestClient, path: str) -> None:
    for method in ("GET", "HEAD", "POST", "OPTIONS", "TRACE", "get", "LIVE"):
        assert await status_of(client.app, method, path) in {401, 404, 405}


async def status_of(app: ASGIApp, method: str, path: str) -> int:
    """Return how ``app`` answers a path as it stands; a client would tidy it up first."""
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "http_version": "1.1", "scheme": "http", "method": method, "path": path, "root_path": "",
        "raw_path": path.encode(), "query_string": b"", "headers": [], "client": ("192.0.2.7", 4), "state": {},
        "server": ("192.0.2.1", 80),
    }  # fmt: skip
    await app(scope, receive, send)
    status: int = sent[0]["status"]
    return status


def test_a_route_nobody_declared_is_for_administrators() -> None:
    keys = ring()
    app = FastAPI(middleware=[Middleware(Envelope, metrics=Metrics()), Middleware(Gate, authenticators=[keys])])
    app.add_api_route("/forgotten", lambda: "secret", methods=["GET"])

    def asked(*scopes: Scope) -> int:
        headers = bearing(issued(keys, *scopes).credential)
        return TestClient(app).get("/forgotten", headers=headers).status_code

    assert asked(*(set(Scope) - {Scope.ADMIN})) == 403
    assert asked(Scope.ADMIN) == 200


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "", "epicrisis.example", "::ffff:127.0.0.1"])
def test_a_network_is_not_served_without_asking_who_is_there(host: str) -> None:
    with pytest.raises(InvalidSettings) as refused:
        refuse_exposure(RULES.model_copy(update={"host": host}))

    for said in ("EPICRISIS_REQUIRE_KEY", "EPICRISIS_ALLOW_ANONYMOUS_NETWORK", "`epicrisis keys create`"):
        assert said in str(refused.value)


@pytest.mark.parametrize(
    "settings",
    [
        {"host": "127.0.0.1"},
        {"host": "127.8.8.8"},
        {"host": "::1"},
        {"host": "localhost"},
        {"host": "127.0.0.1", "anonymous_scopes": [Scope.AUDIT]},
        {"host": "0.0.0.0", "require_key": True, "anonymous_scopes": [Scope.AUDIT]},
        {"host": "0.0.0.0", "require_key": True},
        {"host": "0.0.0.0", "jwt_secret_key": "a secret of the tests, long enough to sign with"},
        {"host": "0.0.0.0", "allow_anonymous_network": True},
    ],
)
def test_loopback_a_credential_or_the_word_of_whoever_installs_it_will_do(settings: dict[str, Any]) -> None:
    refuse_exposure(Settings(**settings))


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", ""])
def test_no_network_is_given_what_is_for_those_we_know(host: str) -> None:
    everybody = {"host": host, "allow_anonymous_network": True, "anonymous_scopes": [Scope.REIDENTIFY]}

    with pytest.raises(InvalidSettings, match="EPICRISIS_ANONYMOUS_SCOPES"):
        refuse_exposure(RULES.model_copy(update=everybody))


def test_on_loopback_anybody_has_notes_read_and_nothing_that_is_for_those_we_know(rows: list[Row]) -> None:
    client = TestClient(app_with(), raise_server_exceptions=False)
    kept = {Scope.AUDIT, Scope.REIDENTIFY, Scope.ADMIN}

    refused = {path for method, path, _ in guarded(rows) if client.request(method, path).status_code == 401}

    assert refused == {path for _, path, scope in guarded(rows) if scope in kept}
    assert {"/v1/reidentifications", "/v1/audit"} <= refused


def test_an_app_that_does_not_know_where_it_listens_asks_who_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EPICRISIS_REQUIRE_KEY", raising=False)

    with pytest.raises(InvalidSettings, match="EPICRISIS_REQUIRE_KEY"):
        from_environment()


def test_the_server_refuses_to_start_on_a_network_with_one_line() -> None:
    result = run("serve", "--host", "0.0.0.0", "--engine", "rules")

    assert result.exit_code == 2
    assert "EPICRISIS_ALLOW_ANONYMOUS_NETWORK" in result.stderr
    assert "[invalid-settings]" in result.stderr
    assert len(result.stderr.splitlines()) == 1
