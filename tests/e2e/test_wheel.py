"""The wheel, installed and used as a person would."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from zipfile import ZipFile

import pytest

import epicrisis
from epicrisis.cli.faults import ExitCode
from tests.e2e.conftest import Installed

pytestmark = pytest.mark.e2e

ENGINES = ["model", "rules"]


def test_the_command_is_the_wheels_own(installed: Installed) -> None:
    told = installed.run("epicrisis", "version")
    place = installed.run("python", "-c", "import epicrisis; print(epicrisis.__file__)")

    assert told.stdout.split() == ["epicrisis", epicrisis.__version__], told.stderr
    assert Path(place.stdout.strip()).is_relative_to(installed.folder)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_note_is_read_with_offsets_that_hold(installed: Installed, examples: Path, engine: str) -> None:
    path = examples / "discharge-summary.txt"
    note = path.read_text(encoding="utf-8")

    done = installed.run("epicrisis", "annotate", str(path), "--json", "--engine", engine)

    assert done.returncode == 0, done.stderr
    entities = json.loads(done.stdout)["entities"]
    assert len(entities) > 40
    assert [entity for entity in entities if note[entity["start"] : entity["end"]] != entity["text"]] == []


@pytest.mark.parametrize("engine", ENGINES)
def test_what_a_reader_would_underline_is_found(installed: Installed, examples: Path, engine: str) -> None:
    done = installed.run("epicrisis", "annotate", str(examples / "emergency-note.txt"), "--json", "--engine", engine)

    found = {
        (entity["text"].casefold(), entity["assertion"]["status"])
        for entity in json.loads(done.stdout)["entities"]
        if entity["assertion"]
    }
    assert {("seizure", "ABSENT"), ("loss of consciousness", "ABSENT"), ("photophobia", "PRESENT")} <= found


def test_the_page_needs_nothing_but_itself(installed: Installed, examples: Path) -> None:
    done = installed.run("epicrisis", "annotate", str(examples / "radiology-report.txt"), "--html", "page.html")

    page = (installed.folder / "page.html").read_text(encoding="utf-8")
    assert done.returncode == 0, done.stderr
    assert "spiculated nodule" in page
    assert not re.search(r"<script|(?:src|href)=[\"']?[^\"'#\s>]|url\(|@import", page)


def test_a_pipeline_keeps_its_order_and_survives_a_bad_row(installed: Installed) -> None:
    rows = ['{"id": "a", "text": "Denies fever."}', '{"id": "b"}', '{"id": "c", "text": "Cough since Monday."}']

    done = installed.run("epicrisis", "annotate", "--jsonl", "-", stdin="\n".join(rows) + "\n")

    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == ["a", "b", "c"], done.stderr
    assert [answer.get("error", {}).get("code") for answer in answers] == [None, "invalid-row", None]
    assert done.returncode == 1


def test_every_engine_shows_its_card(installed: Installed) -> None:
    done = installed.run("epicrisis", "engines")

    # What runs a program is told with the others where that is installed, as in CI, and else with what is missing.
    missing = shutil.which("tesseract") is None
    assert done.returncode == (ExitCode.SOME_FAILED if missing else 0), done.stderr
    assert ("error: tesseract: The program tesseract is not installed" in done.stderr) == missing
    assert missing or done.stderr == ""
    assert all(name in done.stdout for name in ("model", "rules", "lexicon", "knowledge", "ddxplus"))


def test_the_wheel_holds_what_it_needs_and_nothing_else(wheel: Path) -> None:
    with ZipFile(wheel) as packed:
        names = packed.namelist()

    assert {Path(name).parts[0] for name in names if ".dist-info/" not in name} == {"epicrisis", "epicrisis_lab"}
    assert {"LICENSE", "NOTICE"} <= {Path(name).name for name in names}
    assert {
        "epicrisis/py.typed",
        "epicrisis/engines/assertion/cues/en.toml",
        "epicrisis/models/english/card.json",
    } <= set(names)
    assert [name for name in names if name.endswith((".pt", ".pickle", ".pkl", ".gz"))] == []
