"""Rules and panels ask for series a running server shows, by the labels they have there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.deploy.files import DEPLOY, parsed
from tests.serving import running

RULES = [rule for group in parsed(DEPLOY / "prometheus" / "rules.yml")["groups"] for rule in group["rules"]]
DASHBOARD = json.loads((DEPLOY / "grafana" / "dashboard.json").read_text(encoding="utf-8"))
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
# Prometheus adds these to every series, and makes `up` itself.
ADDED = {"job", "instance", "le"}
OWN = {"up"}

# A series is a word that no bracket makes a function, and that is neither a label nor a keyword.
_SERIES = re.compile(r"(?<![\w:\".$])([a-z][a-z0-9_]*(?::[a-z0-9_]+)*)\b(?!\s*\()")
_LABELS = re.compile(r"\{([^}]*)\}|\bby \(([^)]*)\)")
_ENDPOINTS = re.compile(r"endpoint(?:=|!=|=~|!~)\"([^\"]+)\"")
_WORDS = {"by", "or", "and", "job", "le"}


# What a client may ask, so that every series a server has is there: answers, refusals, a second look at the same text.
NOTE = {"text": "Patient John Doe, SSN 123-45-6789, denies chest pain."}
ASKED: list[tuple[str, str, Any]] = [
    ("POST", "/predict", {"sentence": "The patient denies chest pain."}),
    ("POST", "/predict", {"sentence": "The patient denies chest pain."}),
    ("POST", "/predict", {"sentence": ""}),
    ("POST", "/v1/annotations", NOTE),
    ("POST", "/v1/redactions", NOTE),
    ("POST", "/v1/feedback", {"given": "ABSENT", "right": "PRESENT"}),
    *[("GET", path, None) for path in ("/live", "/ready", "/health", "/metrics", "/metrics")],
]


@dataclass(frozen=True)
class Scraped:
    """What Prometheus reads of a server: each series with its labels, and the values each label had."""

    labels: dict[str, set[str]] = field(default_factory=dict)
    values: dict[str, set[str]] = field(default_factory=dict)


@pytest.fixture(scope="module")
def scraped() -> Scraped:
    """Ask a running server everything, and read what it shows then."""
    found = Scraped()
    with running() as (server, _):
        first = ""
        for method, path, body in ASKED:
            if path == "/v1/feedback":
                # What is said of an answer nobody remembers is not counted.
                body = {"request_id": first, **body}
            sent = b"" if body is None else json.dumps(body).encode()
            head = f"{method} {path} HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"
            answer = server.send(f"{head}Content-Length: {len(sent)}\r\n\r\n".encode() + sent)
            assert answer is not None
            assert answer.status < 500
            first = first or answer.headers["x-request-id"]
    for line in answer.body.decode().splitlines():
        if not line.startswith("#"):
            series, _, told = line.rpartition(" ")[0].partition("{")
            pairs = dict(re.findall(r"(\w+)=\"([^\"]*)\"", told))
            found.labels.setdefault(series, set()).update(pairs)
            for label, value in pairs.items():
                found.values.setdefault(label, set()).add(value)
    return found


def expressions() -> Iterator[tuple[str, str]]:
    """Yield every expression with where it stands."""
    for rule in RULES:
        yield rule.get("alert") or rule["record"], rule["expr"]
    for panel in PANELS:
        for target in panel["targets"]:
            yield panel["title"], target["expr"]


def asked(expression: str) -> tuple[set[str], set[str]]:
    """Return the series and the labels an expression names."""
    labels = {
        label
        for matched, grouped in _LABELS.findall(expression)
        for label in re.findall(r"(\w+)\s*(?:=~|!~|!=|=|,|$)", re.sub(r"\"[^\"]*\"", '""', matched) or grouped)
    }
    bare = re.sub(r"\[[^\]]*\]", "", _LABELS.sub("", re.sub(r"\"[^\"]*\"", "", expression)))
    return set(_SERIES.findall(bare)) - _WORDS, labels


@pytest.mark.parametrize(("where", "expression"), list(expressions()))
def test_every_series_and_label_exists(where: str, expression: str, scraped: Scraped) -> None:
    known = scraped.labels
    recorded = {rule["record"] for rule in RULES if "record" in rule}

    series, labels = asked(expression)

    assert series, where
    assert series - set(known) - recorded - OWN == set()
    assert labels - ADDED <= set().union(*(known.get(each, set()) for each in series))


@pytest.mark.parametrize(("where", "expression"), list(expressions()))
def test_every_route_that_is_looked_at_or_left_out_is_one(where: str, expression: str, scraped: Scraped) -> None:
    named = {each for told in _ENDPOINTS.findall(expression) for each in told.split("|")}

    assert named <= scraped.values["endpoint"], where


def test_the_reader_of_expressions_reads_them() -> None:
    series, labels = asked('sum by (engine) (rate(a_total{job="x", status=~"5.."}[5m])) / max(b_seconds) > 0.5')

    assert series == {"a_total", "b_seconds"}
    assert labels == {"engine", "job", "status"}


def test_the_alerts_are_those_the_operator_was_promised() -> None:
    alerts = {rule["alert"]: rule["expr"] for rule in RULES if "alert" in rule}
    recorded = {rule["record"]: rule["expr"] for rule in RULES if "record" in rule}

    assert alerts["EpicrisisSlow"] == "epicrisis:latency_seconds:p95 > 0.5"
    assert "histogram_quantile(0.95" in recorded["epicrisis:latency_seconds:p95"]
    assert alerts["EpicrisisFailing"] == "epicrisis:errors:share > 0.05"
    assert 'status=~"5.."' in recorded["epicrisis:errors:share"]
    assert {"EpicrisisRefusing", "EpicrisisNotReady", "EpicrisisDown"} <= set(alerts)


@pytest.mark.parametrize("rule", [rule for rule in RULES if "alert" in rule], ids=lambda rule: rule["alert"])
def test_every_alert_waits_a_while_and_says_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["for"]
    assert rule["labels"]["severity"] in {"warning", "critical"}
    assert rule["annotations"]["summary"]
    assert rule["annotations"]["description"].endswith(".")


def test_the_panels_stand_beside_each_other_and_cover_every_series(scraped: Scraped) -> None:
    places = {(x, y) for panel in DASHBOARD["panels"] for x, y in [(panel["gridPos"]["x"], panel["gridPos"]["y"])]}
    shown = set().union(*(asked(expression)[0] for _, expression in expressions()))
    families = {re.sub(r"_(bucket|sum|count)$", "", series) for series in scraped.labels}
    unshown = {family for family in families if not any(series.startswith(family) for series in shown)}

    assert len(places) == len(DASHBOARD["panels"])
    # What every process tells of itself, and one that another says better.
    assert {family for family in unshown if not family.startswith("process_")} <= {"system_memory_bytes"}
