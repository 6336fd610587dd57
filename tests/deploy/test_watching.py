"""Rules and panels ask for series the server has, by the labels they have."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from epicrisis.engines.contracts import EngineCard
from epicrisis.telemetry.metrics import Metrics
from tests.deploy.files import DEPLOY, parsed

RULES = [rule for group in parsed(DEPLOY / "prometheus" / "rules.yml")["groups"] for rule in group["rules"]]
DASHBOARD = json.loads((DEPLOY / "grafana" / "dashboard.json").read_text(encoding="utf-8"))
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
# Prometheus adds these to every series, and makes `up` itself.
ADDED = {"job", "instance", "le"}
OWN = {"up"}

# A series is a word that no bracket makes a function, and that is neither a label nor a keyword.
_SERIES = re.compile(r"(?<![\w:\".$])([a-z][a-z0-9_]*(?::[a-z0-9_]+)*)\b(?!\s*\()")
_LABELS = re.compile(r"\{([^}]*)\}|\bby \(([^)]*)\)")
_WORDS = {"by", "or", "and", "job", "le"}


def exposed() -> dict[str, set[str]]:
    """Return every series a server shows once it was used, with the labels of each."""
    metrics = Metrics()
    metrics.introduce(EngineCard("model", "1", "Reads.", ("en",), scores={"f1": 0.9}), version="1")
    metrics.answered("POST", "/predict", 200, 0.1, "key")
    metrics.predicted("ABSENT")
    metrics.agreed("model", "ABSENT", True, 1)
    metrics.redacted({"NAME": 1})
    metrics.batch("label", 1, 10, 0.01)
    metrics.waited(0.1)
    found: dict[str, set[str]] = {}
    for line in metrics.text().decode().splitlines():
        if not line.startswith("#"):
            series, _, labels = line.rpartition(" ")[0].partition("{")
            found.setdefault(series, set()).update(re.findall(r"(\w+)=\"", labels))
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
def test_every_series_and_label_exists(where: str, expression: str) -> None:
    known = exposed()
    recorded = {rule["record"] for rule in RULES if "record" in rule}

    series, labels = asked(expression)

    assert series, where
    assert series - set(known) - recorded - OWN == set()
    assert labels - ADDED <= set().union(*(known.get(each, set()) for each in series))


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


def test_the_panels_stand_beside_each_other_and_cover_every_series() -> None:
    places = {(x, y) for panel in DASHBOARD["panels"] for x, y in [(panel["gridPos"]["x"], panel["gridPos"]["y"])]}
    shown = set().union(*(asked(expression)[0] for _, expression in expressions()))
    families = {re.sub(r"_(bucket|sum|count)$", "", series) for series in exposed()}
    unshown = {family for family in families if not any(series.startswith(family) for series in shown)}

    assert len(places) == len(DASHBOARD["panels"])
    # What every process tells of itself, and one that another says better.
    assert {family for family in unshown if not family.startswith("process_")} <= {"system_memory_bytes"}
