from __future__ import annotations

import pytest
from prometheus_client import CollectorRegistry, Counter

from epicrisis.telemetry.bounds import Children, method_of, name_of, route_of
from tests.serving import CANARY


@pytest.mark.parametrize("said", ["GET", "POST", "OPTIONS"])
def test_a_method_we_know_keeps_its_name(said: str) -> None:
    assert method_of(said) == said


@pytest.mark.parametrize("said", ["", "get", CANARY, "GET /"])
def test_any_other_method_is_other(said: str) -> None:
    assert method_of(said) == "OTHER"


@pytest.mark.parametrize("said", ["/", "/v1/annotations", "/v1/jobs/{job_id}", "/static/{path:path}"])
def test_a_route_template_passes(said: str) -> None:
    assert route_of(said) == said


@pytest.mark.parametrize("said", ["", "none", "v1", "/Ana Ruiz", "/a?patient=1", "/dolor-de-pecho/ñ", "/" + "x" * 100])
def test_what_is_no_route_template_is_none(said: str) -> None:
    assert route_of(said) == "none"


@pytest.mark.parametrize(
    ("said", "kept"), [("model", "model"), ("key_7-a", "key_7-a"), ("Ana Ruiz", "other"), ("", "other")]
)
def test_a_name_has_no_spaces(said: str, kept: str) -> None:
    assert name_of(said) == kept


def test_children_beyond_the_limit_count_as_other() -> None:
    counter = Counter("seen", "Seen.", ("who",), registry=CollectorRegistry())
    children = Children(counter.labels, most=2)

    for who in ("a", "b", "c", "d", "a"):
        children(who).inc()

    assert {child: counter.labels(child)._value.get() for child in ("a", "b", "other")} == {"a": 2, "b": 1, "other": 2}
    assert len(counter.collect()[0].samples) == 2 * 3
