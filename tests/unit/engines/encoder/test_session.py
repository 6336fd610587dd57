from __future__ import annotations

import subprocess
import sys

from epicrisis.engines.encoder.load import shipped

LOAD = f"""
import sys
from pathlib import Path
from epicrisis.engines.encoder.session import open_session

open_session(Path({str(shipped("english") / "judge.onnx")!r}), threads=1, runtime="openvino")
print("openvino.tools.ovc" in sys.modules, "openvino_telemetry" in sys.modules)
import openvino.tools.ovc
"""


def test_opening_a_graph_brings_no_converter_along_and_hides_none_from_others() -> None:
    told = subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True, check=True)

    assert told.stdout.split() == ["False", "True"]
