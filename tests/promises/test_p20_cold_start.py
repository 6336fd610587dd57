"""P20: ready soon, only after every engine has read a sentence right, and never with a damaged model."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import psutil
import pytest
from starlette.testclient import TestClient

import epicrisis
from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.documents import Document
from epicrisis.engines.artifacts import Artifact
from epicrisis.engines.contracts import EngineCard
from tests.serving import Answer, CrashingReader, Server, app_over, rules_pipeline, running
from tests.sockets import soon, until_ready

PACKAGE = Path(epicrisis.__file__).parent
MODELS = sorted(card.parent.name for card in (PACKAGE / "models").glob("*/card.json"))
# What listens is loaded when somebody speaks, and most of it comes in packages: tests/unit/engines/speech has its turn.
FILES = [
    (model, file) for model in MODELS if model != "speech" for file in Artifact(PACKAGE / "models" / model).card.sha256
]
THE_MODEL = {"EPICRISIS_READER": "model", "EPICRISIS_ASSERTION": "model", "EPICRISIS_SECOND_OPINION": "rules"}


@contextmanager
def a_copy(folder: Path, model: str) -> Iterator[tuple[Path, dict[str, str]]]:
    """Lay out the package with a copy of ``model``, and yield its folder and the environment that imports it."""
    copy = folder / "epicrisis"
    (copy / "models").mkdir(parents=True)
    for part in (*PACKAGE.iterdir(), *(PACKAGE / "models").iterdir()):
        if part.name not in ("models", model):
            (copy / part.relative_to(PACKAGE)).symlink_to(part)
    shutil.copytree(PACKAGE / "models" / model, copy / "models" / model)
    try:
        yield copy / "models" / model, {"PYTHONPATH": str(folder)}
    finally:
        shutil.rmtree(copy)


def flip_a_bit(model: Path, file: str = "encoder.onnx") -> None:
    with (model / file).open("r+b") as stream:
        stream.seek((model / file).stat().st_size // 2)
        [byte] = stream.read(1)
        stream.seek(-1, os.SEEK_CUR)
        stream.write(bytes([byte ^ 1]))


def muddle(model: Path) -> None:
    """Give each piece of the vocabulary the number of the next, and put the new checksum on the card: a bad build."""
    path, card = model / "tokenizer.json", json.loads((model / "card.json").read_text(encoding="utf-8"))
    tokenizer = json.loads(path.read_text(encoding="utf-8"))
    kept = tokenizer["model"]["vocab"]
    pieces = sorted(kept, key=lambda piece: kept[piece]) if isinstance(kept, dict) else kept
    # The first thousand are the marks around a text, and letters.
    pieces = [*pieces[:1_000], *pieces[1_001:], pieces[1_000]]
    tokenizer["model"]["vocab"] = {piece: at for at, piece in enumerate(pieces)} if isinstance(kept, dict) else pieces
    path.write_text(json.dumps(tokenizer), encoding="utf-8")
    card["sha256"][path.name], card["sizes"] = sha256(path.read_bytes()).hexdigest(), {}
    (model / "card.json").write_text(json.dumps(card), encoding="utf-8")


def served(folder: Path, environment: dict[str, str]) -> tuple[int, list[str]]:
    """Return how ``epicrisis serve`` ends, and what it says."""
    done = subprocess.run(
        [sys.executable, "-m", "epicrisis", "serve", "--port", "0"],
        env={**os.environ, **THE_MODEL, **environment}, cwd=folder,
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    return done.returncode, done.stderr.splitlines()


def at_the_start(model: str) -> dict[str, str]:
    """Return the settings that read ``model`` at the start, where it is otherwise read when needed, or never."""
    return {
        "ddxplus": {"EPICRISIS_DIFFERENTIAL": "ddxplus"},
        "hpo": {"EPICRISIS_CODES": '["hpo"]'},
        "spanish": {"EPICRISIS_READER_ES": model, "EPICRISIS_PRELOAD": "en,es"},
    }.get(model, {})


@pytest.mark.parametrize(("model", "file"), FILES, ids=[f"{model}/{file}" for model, file in FILES])
def test_a_model_with_one_flipped_bit_refuses_to_start_with_one_clear_line(
    tmp_path: Path, model: str, file: str
) -> None:
    with a_copy(tmp_path, model) as (copy, environment):
        flip_a_bit(copy, file)
        status, [line] = served(tmp_path, {**environment, **at_the_start(model)})

    assert status == 1
    assert line.startswith(f"error: The model file '{model}/{file}' does not match the sha256 on its card; ")
    assert line.endswith("[corrupt-artifact]")


@pytest.mark.parametrize(("model", "language"), [("english", "en"), ("spanish", "es")])
def test_a_model_that_is_what_its_card_says_and_reads_wrong_refuses_to_start(
    tmp_path: Path, model: str, language: str
) -> None:
    with a_copy(tmp_path, model) as (copy, environment):
        muddle(copy)
        status, [line] = served(tmp_path, {**environment, **at_the_start(model)})

    assert status == 1
    assert re.match(rf"error: The engine '\w+' failed its self-test in '{language}', so it reads nothing; ", line)
    assert line.endswith("[artifact-error]")


@pytest.mark.parametrize(
    ("model", "damage", "path", "text", "code"),
    [
        ("spanish", flip_a_bit, "/v1/annotations", "Niega fiebre.", "corrupt-artifact"),
        ("spanish", muddle, "/v1/annotations", "Niega fiebre.", "artifact-error"),
        ("spanish", muddle, "/v1/redactions", "Ana Ruiz Prueba ingresó ayer.", "artifact-error"),
        ("identifiers", muddle, "/v1/redactions", "Mr. Doe was admitted.", "artifact-error"),
    ],
)
def test_an_engine_that_is_loaded_late_reads_for_nobody_when_it_is_damaged(
    tmp_path: Path, model: str, damage: Callable[[Path], None], path: str, text: str, code: str
) -> None:
    # Only the tagger needs the English model beside it.
    english = THE_MODEL if model == "identifiers" else {}
    late = {**english, "EPICRISIS_READER_ES": "spanish", "EPICRISIS_PRELOAD": "en"}
    language = "en" if english else "es"
    with a_copy(tmp_path, model) as (copy, environment):
        damage(copy)
        with running(ready=True, **late, **environment) as (server, log):
            before = asked(server, "GET", "/ready")
            refused = [asked(server, "POST", path, {"text": text, "language": language}) for _ in range(2)]
            after = asked(server, "GET", "/ready")
            others = asked(server, "POST", "/v1/annotations", {"text": "Denies chest pain.", "language": "en"})

    assert before.status == 200
    assert [(answer.status, answer.json()["code"]) for answer in refused] == [(503, code)] * 2
    assert (after.status, after.json()["code"]) == (503, "not-ready")
    assert f"failed in {language}" in after.json()["detail"]
    assert others.status == 200
    told = [json.loads(line) for line in log if "engine not loaded" in line]
    assert {(line["level"], line["language"]) for line in told} == {("error", language)}
    assert {line["engine"] for line in told} == {"model" if english else "spanish"}


def test_an_engine_that_is_loaded_late_and_sound_reads_and_the_server_stays_ready() -> None:
    with running(EPICRISIS_READER_ES="spanish", EPICRISIS_PRELOAD="en") as (server, _):
        text = "El paciente niega fiebre."
        answers = [
            asked(server, "POST", path, {"text": text, "language": "es"})
            for path in ("/v1/annotations", "/v1/assertions", "/v1/redactions")
        ]
        ready = asked(server, "GET", "/ready")

    assert [answer.status for answer in answers] == [200] * 3
    assert answers[0].json()["entities"][0]["assertion"]["status"] == "ABSENT"
    assert ready.status == 200


def asked(server: Server, method: str, path: str, body: object = None) -> Answer:
    sent = json.dumps(body).encode() if body else b""
    head = f"{method} {path} HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nContent-Length: {len(sent)}"
    # To load an engine takes a while where the machine does other work.
    answer = server.send(f"{head}\r\n\r\n".encode() + sent, seconds=60)
    assert answer is not None
    return answer


@pytest.mark.alone
def test_the_model_is_ready_within_ten_seconds_and_then_reads() -> None:
    started = time.monotonic()
    with running(ready=False, **THE_MODEL) as (server, log):
        until_ready(server)
        took = time.monotonic() - started
        spent = sum(psutil.Process(server.pid).cpu_times()[:2])
        answer = asked(server, "POST", "/predict", {"sentence": "The patient denies chest pain."})

    print(f"ready after {took:.1f} s, of which {spent:.1f} s on a processor")  # noqa: T201
    assert spent < 10
    assert took < 10
    assert answer.json()["label"] == "ABSENT"
    assert any('"self-test passed"' in line for line in log)


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
