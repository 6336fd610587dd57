"""P20: ready soon, only after every engine has read a sentence right, and never with a damaged model."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from starlette.testclient import TestClient

import epicrisis
from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.documents import Document
from epicrisis.engines.artifacts import Artifact
from epicrisis.engines.contracts import EngineCard
from tests.serving import CrashingReader, Server, app_over, rules_pipeline, running
from tests.sockets import soon, until_ready

PACKAGE = Path(epicrisis.__file__).parent
MODELS = sorted(card.parent.name for card in (PACKAGE / "models").glob("*/card.json"))
FILES = [(model, file) for model in MODELS for file in Artifact(PACKAGE / "models" / model).card.sha256]
THE_MODEL = {"EPICRISIS_READER": "model", "EPICRISIS_ASSERTION": "model", "EPICRISIS_SECOND_OPINION": "rules"}


@contextmanager
def damaged(folder: Path, model: str, file: str) -> Iterator[dict[str, str]]:
    """Lay out a copy of the package with one byte of ``file`` flipped, and yield the environment that imports it."""
    copy = folder / "epicrisis"
    copy.mkdir()
    for part in PACKAGE.iterdir():
        if part.name != "models":
            (copy / part.name).symlink_to(part)
    shutil.copytree(PACKAGE / "models", copy / "models")
    path = copy / "models" / model / file
    with path.open("r+b") as stream:
        stream.seek(path.stat().st_size // 2)
        [byte] = stream.read(1)
        stream.seek(-1, os.SEEK_CUR)
        stream.write(bytes([byte ^ 1]))
    try:
        # A model of another language is read at the start where a setting says so, and otherwise when it is needed.
        chosen = (
            {} if model in ("english", "identifiers") else {"EPICRISIS_READER_ES": model, "EPICRISIS_PRELOAD": "en,es"}
        )
        yield {**os.environ, **THE_MODEL, **chosen, "PYTHONPATH": str(folder)}
    finally:
        shutil.rmtree(copy)


@pytest.mark.parametrize(("model", "file"), FILES, ids=[f"{model}/{file}" for model, file in FILES])
def test_a_model_with_one_flipped_bit_refuses_to_start_with_one_clear_line(
    tmp_path: Path, model: str, file: str
) -> None:
    with damaged(tmp_path, model, file) as environment:
        done = subprocess.run(
            [sys.executable, "-m", "epicrisis", "serve", "--port", "0"],
            env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith(f"error: The model file '{model}/{file}' does not match the sha256 on its card; ")
    assert line.endswith("[corrupt-artifact]")


@pytest.mark.alone
def test_the_model_is_ready_within_ten_seconds_and_then_reads() -> None:
    started = time.monotonic()
    with running(ready=False, **THE_MODEL) as (server, log):
        until_ready(server)
        took = time.monotonic() - started
        spent = sum(psutil.Process(server.pid).cpu_times()[:2])
        answer = predicted(server)

    print(f"ready after {took:.1f} s, of which {spent:.1f} s on a processor")  # noqa: T201
    assert spent < 10
    assert took < 10
    assert b'"ABSENT"' in answer
    assert any('"self-test passed"' in line for line in log)


def predicted(server: Server) -> bytes:
    body = b'{"sentence": "The patient denies chest pain."}'
    head = f"POST /predict HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    answer = server.send(f"{head}\r\n\r\n".encode() + body)
    assert answer is not None
    return answer.body


class Mistaken(CrashingReader):
    """A reader that finds nothing in any note."""

    card = EngineCard(name="mistaken", version="1", summary="Finds nothing.", languages=("en",))

    def read(self, documents: Sequence[Document]) -> Sequence[AnnotatedDocument]:
        return [
            AnnotatedDocument(document=document, entities=(), assertions=(), engine="mistaken", version="1")
            for document in documents
        ]


class Mislabelling(CrashingReader):
    """A reader that finds what there is, and cannot label a sentence."""

    card = EngineCard(name="mislabelling", version="1", summary="Labels nothing.", languages=("en",))

    def read(self, documents: Sequence[Document]) -> Sequence[AnnotatedDocument]:
        return rules_pipeline().annotation.readers("en").read(documents)


@pytest.mark.parametrize("reader", [CrashingReader(), Mistaken(), Mislabelling()], ids=lambda reader: reader.card.name)
def test_an_engine_that_fails_its_sentence_is_never_ready(reader: CrashingReader) -> None:
    app = app_over(reader)
    with TestClient(app) as client:
        for _ in soon("the self-test is over"):
            if "failed" in app.state.readiness.reason:
                break

        ready = client.get("/ready")

    assert (ready.status_code, ready.json()["code"]) == (503, "not-ready")
    assert "failed in en" in ready.json()["detail"]
