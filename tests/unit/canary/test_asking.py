from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from epicrisis.canary.asking import Asking, Routes
from epicrisis.canary.bodies import FORM, JSON, PARTS, Known
from epicrisis.canary.calls import Operation, bad_calls, good_calls
from epicrisis.canary.identities import People
from epicrisis.canary.server import OwnServer
from epicrisis.errors import InvalidInput
from tests.serving import app_with

EXAMPLE = {"text": "Denies fever.", "language": "en", "request_id": "of somebody else"}


def document(**content: Any) -> dict[str, Any]:
    """Return an OpenAPI document of one route with a body of that content."""
    return {"paths": {"/notes": {"post": {"requestBody": {"content": content}}}}}


@pytest.fixture
def asking(tmp_path: Path) -> Asking:
    """Ask of a server with a documented route, one whose body nobody shows, and one in no document."""
    told = {**document(**{JSON: {"example": EXAMPLE}})}
    told["paths"]["/unshown"] = {"post": {"requestBody": {"content": {JSON: {}}}}}
    routes = Routes.of(told, [("/notes", ["POST"]), ("/hidden/{id:path}", ["POST", "GET"]), ("/static", [])])
    return Asking(OwnServer(tmp_path, {}), routes, People())


def test_every_route_of_the_table_is_asked_whether_it_is_documented_or_not(asking: Asking) -> None:
    assert [operation.name for operation in asking.routes.operations] == [
        "GET /hidden/{id}", "POST /hidden/{id}", "POST /notes", "GET /static", "POST /unshown",
    ]  # fmt: skip


def test_a_route_that_takes_words_and_answered_none_is_told_with_what_is_missing(asking: Asking) -> None:
    asking.asked["GET /hidden/{id}"].statuses[404] += 1
    asking.asked["GET /static"].statuses[404] += 1
    asking.asked["POST /notes"].good += Counter({422: 1})

    assert asking.uncovered() == [
        "POST /hidden/{id}: no good request is known; show an example of its body in the OpenAPI document",
        "POST /notes: good requests were answered 422, and none 200",
        "POST /unshown: no good request is known; show an example of its body in the OpenAPI document",
    ]


def test_a_route_that_answered_is_covered(asking: Asking) -> None:
    asking.asked["POST /notes"].good += Counter({201: 1, 422: 3})

    assert not [told for told in asking.uncovered() if told.startswith("POST /notes")]


def test_a_path_that_is_no_route_is_refused_with_where_they_are_listed(asking: Asking) -> None:
    assert [each.name for each in asking.routes.only(["/notes"]).operations] == ["POST /notes"]
    with pytest.raises(InvalidInput, match=r"no route '/nots'.*routes\.md"):
        asking.routes.only(["/notes", "/nots"])


@pytest.mark.parametrize("kind", [JSON, FORM, PARTS])
def test_a_good_request_has_the_words_in_its_texts_and_leaves_names_and_numbers(kind: str) -> None:
    told = document(**{kind: {"example": EXAMPLE}})
    operation = Operation("POST", "/notes", told["paths"]["/notes"]["post"])

    [call] = good_calls(operation, told, "WORDS", Known(request_id="of-this-one"))

    assert call.body.count(b"WORDS") == 1
    assert b"en" in call.body
    assert b"of-this-one" in call.body
    assert call.headers["Content-Type"].startswith(kind)


def test_every_value_of_a_body_is_broken_and_every_place_of_a_request_gets_words() -> None:
    told = document(**{JSON: {"example": EXAMPLE}})
    person = People().person("POST /notes", "refused")
    operation = Operation("POST", "/notes/{id}", told["paths"]["/notes"]["post"])

    calls = {call.name: call for call in bad_calls(operation, told, person, Known())}

    assert {f"words at /{name} as {kind}" for name in EXAMPLE for kind in ("text", "list", "object")} <= calls.keys()
    assert {"cut off", "no UTF-8", "deep", "words in the path", "words in headers", "words as a method"} <= calls.keys()
    assert len(calls["words at / without end"].body) > 2_000_000


def test_the_routes_of_the_real_server_all_show_a_good_request() -> None:
    app = app_with()
    routes = Routes.of(app.openapi(), [])

    for operation in routes.operations:
        assert list(good_calls(operation, routes.document, "WORDS", Known())), operation.name
