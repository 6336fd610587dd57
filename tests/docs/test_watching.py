"""The page about watching the server lists every series there is, and no other."""

from __future__ import annotations

import re

from prometheus_client.parser import text_string_to_metric_families

from epicrisis.telemetry.metrics import Metrics
from tests.docs.pages import ROOT

PAGE = (ROOT / "docs" / "how-to" / "watch-the-server.md").read_text(encoding="utf-8")
_ROW = re.compile(r"^\| `(?P<series>\w+)` \| (?P<labels>[\w, ]*) ?\|", re.MULTILINE)


def test_every_series_has_its_row() -> None:
    families = text_string_to_metric_families(Metrics().text().decode())
    series = {f"{family.name}_total" if family.type == "counter" else family.name for family in families}
    listed = {row["series"] for row in _ROW.finditer(PAGE)}

    # What the Prometheus library counts of every process is told by its first one.
    ours = {name for name in series if not name.startswith("process_")}
    assert listed - {"process_resident_memory_bytes"} == ours
    assert "process_resident_memory_bytes" in series
