"""S8: patient words stay with the patient: no log, metric, trace, error, header or file ever holds one."""

from __future__ import annotations

import http.client
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import anyio
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from epicrisis.api.app import create_app
from epicrisis.assembly import serving
from epicrisis.canary.asking import Routes, what_may_hold_none
from epicrisis.canary.ehr import RecordsOfSomebody
from epicrisis.domain.identifiers import IdentifierKind
from epicrisis.engines.privacy.marks import sealed
from epicrisis.services.access import Scope
from epicrisis.services.sealed_identifiers import sealing
from epicrisis.services.seals import Seals
from epicrisis.settings import Settings
from tests.canaries import MRN, NAME, PATIENT, TEXT, Call, calls, words_in
from tests.logged import logged
from tests.office import docx, paragraph, pdf, run
from tests.serving import EVERYBODY, Answer, CrashingReader, HeldReader, app_over, app_with, running
from tests.traced import Kept, collector

Send = Callable[[Call], Answer]

# Bodies no example shows.
ALSO = {
    "POST /v1/annotations": [
        {"documents": [{"id": "visit 1", "text": "Denies fever. ", "language": "en"}, {"text": ""}]}
    ],
    "POST /v1/assertions": [
        {"documents": [{"id": "visit 1", "text": "Denies fever. ", "language": "en"}, {"text": ""}]}
    ],
    "POST /v1/entities": [
        {"documents": [{"id": "visit 1", "text": "Denies fever. ", "language": "en"}, {"text": ""}]},
        {"text": "Denies fever. ", "label_sets": ["words of nobody"]},
    ],
    "POST /v1/feedback": [
        {"request_id": "", "item": 0, "target": 0, "engine": "rules", "given": "ABSENT", "right": "PRESENT"}
    ],
    "POST /v1/redactions": [
        {"documents": [{"id": "visit 1", "text": "Denies fever. ", "language": "en"}, {"text": ""}]},
        {"text": "Denies fever. ", "patient": "of room 3", "policy": "research", "explain": True},
        {"text": "Denies fever. ", "policy": "words of nobody"},
    ],
    "POST /v1/summaries": [
        {"documents": [{"id": "visit 1", "text": "Denies fever. ", "language": "en"}, {"text": ""}]},
        {"text": "Denies fever. ", "style": "abstractive"},
    ],
    # None of our keys has sealed this one.
    "POST /v1/reidentifications": [{"text": "Seen by [NAME#QUJD] today. "}],
    "POST /oauth/token": [{"grant_type": "client_credentials", "client_id": "reader", "client_secret": "none"}],
}
SECRET = "a secret of the tests, long enough to sign tokens with"


@cache
def openapi() -> Mapping[str, Any]:
    """Return the document of every route."""
    return app_with().openapi()


@contextmanager
def in_process(app: FastAPI, key: str = "") -> Iterator[Send]:
    """Send calls to ``app``, with the API ``key`` where a call says nothing of its own."""
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:

        def send(call: Call) -> Answer:
            # A token is asked for with what stands in the form.
            said = {} if not key or call.path.startswith("/oauth") else {"Authorization": f"Bearer {key}"}
            response = client.request(call.method, call.path, content=call.body, headers={**said, **call.headers})
            return Answer(response.status_code, dict(response.headers), response.content)

        yield send


def sealed_words(seals: Seals) -> str:
    """Return a text in which the patient is sealed."""
    seal = sealing(seals)
    told = {IdentifierKind.NAME: NAME, IdentifierKind.MRN: MRN}
    return f"Seen by {', '.join(sealed(kind, seal(word, kind)) for kind, word in told.items())} today."


def spoken_to(
    send: Send, also: Mapping[str, list[Any]] | None = None, *, whole: bool = False
) -> list[tuple[Call, int]]:
    """Make every call and return the statuses; words that come back where none may are an error here and now.

    With ``whole``, only calls whose body is whole are made: the others do not get as far as an engine.
    """
    first = Call(
        "", "valid", "POST", "/predict", b'{"sentence": "Denies fever."}', {"Content-Type": "application/json"}
    )
    request_id = send(first).headers["x-request-id"]
    made = []
    bodies = {name: [*ALSO.get(name, []), *(also or {}).get(name, [])] for name in {*ALSO, *(also or {})}}
    for call in calls(openapi(), request_id=request_id, also=bodies):
        if whole and not (call.valid or call.name.startswith("words in")):
            continue
        answer = send(call)
        told = f"{call.operation}, {call.name}: {answer.status}"
        assert [name for name, value in answer.headers.items() if words_in(value) or words_in(name)] == [], told
        assert words_in(what_may_hold_none(call, answer)) == [], told
        made.append((call, answer.status))
    return made


def files_that_hold_words(folder: Path) -> list[str]:
    """Return the files below ``folder`` that hold a word of the patient, or are named by one."""
    files = [each for each in folder.rglob("*") if each.is_file()]
    return [str(each) for each in files if words_in(str(each)) or words_in(each.read_bytes())]


def test_every_route_in_success_and_failure(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    ehr = RecordsOfSomebody(PATIENT)
    settings = Settings(
        reader="rules", reader_es="spanish", assertion="rules", second_opinion="", data=tmp_path, require_key=True,
        interactions=True, secret_key=SECRET, jwt_secret_key=SECRET, rate_limit_per_minute=0,
        ehrs=json.loads(ehr.setting),
    )  # fmt: skip
    kept = Kept()
    services = replace(serving(settings), traces=kept.traces)
    key = anyio.run(lambda: services.keys.create("tests", scopes=Scope))
    grant = {"grant_type": "client_credentials", "client_id": key.key.id, "client_secret": key.credential}

    with (
        closing(ehr),
        logged("debug") as written,
        in_process(create_app(services, settings), key.credential) as send,
    ):
        assert services.seals is not None
        opened = {"text": sealed_words(services.seals), "purpose": "recall-7"}
        made = spoken_to(send, {"POST /oauth/token": [grant], "POST /v1/reidentifications": [opened]})

    done = Counter(call.operation for call, status in made if call.valid and status < 300)
    refused = Counter(call.operation for call, status in made if 400 <= status < 500)
    operations = {call.operation for call, _ in made}
    # Silence says nothing, and where nothing listens, nothing hears it.
    hearing = {each.name for each in Routes.of(openapi(), []).operations if each.hears}
    # A stream is heard again by the id it has told.
    streams = {each for each in operations if "{id}" in each}
    assert done.keys() >= operations - hearing - streams
    assert refused.keys() == operations
    assert [
        (call.operation, call.name) for call, status in made if status >= 500 and call.operation not in hearing
    ] == []
    assert len(written.getvalue().splitlines()) >= len(made)
    assert words_in(written.getvalue()) == []
    assert words_in("".join(capfd.readouterr())) == []
    assert words_in(services.metrics.text()) == []
    assert len(kept.spans) >= len(made)
    assert words_in(kept.text()) == []
    assert list(tmp_path.iterdir())
    assert files_that_hold_words(tmp_path) == []


def test_every_route_when_the_engines_crash(capfd: pytest.CaptureFixture[str]) -> None:
    kept = Kept()
    reader = CrashingReader()
    app = app_over(reader, finder=reader, settings=EVERYBODY, traces=kept.traces)
    with logged("debug") as written, in_process(app) as send:
        made = spoken_to(send, whole=True)

    crashed = {call.operation for call, status in made if call.valid and status == 500}
    assert crashed >= {
        "POST /predict", "POST /v1/annotations", "POST /v1/entities", "POST /v1/redactions", "POST /phi/scrub",
    }  # fmt: skip
    assert "ValueError" in written.getvalue()
    assert words_in(written.getvalue()) == []
    assert words_in("".join(capfd.readouterr())) == []
    assert words_in(app.state.metrics.text()) == []
    assert words_in(kept.text()) == []


def test_files_of_every_kind(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for library in ("lxml", "pypdfium2", "reportlab", "pypdf"):
        pytest.importorskip(library, reason="files need the documents extra")
    settings = Settings(reader="rules", reader_es="", assertion="rules", second_opinion="", data=tmp_path)
    kept = Kept()
    services = replace(serving(settings), traces=kept.traces)
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    files = {
        "a page": (pdf(TEXT), "application/pdf"),
        "a locked page": (pdf(TEXT, encrypt="secret"), "application/pdf"),
        "a cut letter": (docx(paragraph(run(TEXT)))[:-30], word),
        "a letter": (docx(paragraph(run(TEXT))), word),
        "a table": (f'name,note\n"{NAME}","{TEXT}"\n'.encode(), "text/csv"),
        "a broken table": (f'name,note\n"{NAME}'.encode(), "text/csv"),
        "a table named by words": (f'"{TEXT}"\n1\n'.encode(), "application/octet-stream"),
    }

    statuses = {}
    with logged("debug") as written, in_process(create_app(services, settings)) as send:
        for name, (data, media) in files.items():
            headers = {"Content-Type": media, "X-Patient": MRN}
            answer = send(Call("", name, "POST", "/v1/redactions/files?policy=research", data, headers))
            statuses[name] = answer.status
            assert [*filter(words_in, (*answer.headers, *answer.headers.values()))] == []
            assert answer.status < 400 or words_in(answer.body) == []
            assert answer.status >= 400 or MRN.encode() not in answer.body

    assert [name for name, status in statuses.items() if status != 200] == [
        "a locked page", "a cut letter", "a broken table"
    ]  # fmt: skip
    assert words_in(written.getvalue()) == []
    assert words_in("".join(capfd.readouterr())) == []
    assert words_in(services.metrics.text()) == []
    assert words_in(kept.text()) == []
    assert list(tmp_path.iterdir())
    assert files_that_hold_words(tmp_path) == []


def test_every_route_when_nothing_is_read_in_time(capfd: pytest.CaptureFixture[str]) -> None:
    kept, reader = Kept(), HeldReader()
    app = app_over(reader, finder=reader, settings=EVERYBODY, deadline_seconds=0.01, queue=0, traces=kept.traces)
    with logged("debug") as written, in_process(app) as send:
        made = spoken_to(send, whole=True)
        reader.release.set()

    late = {call.operation for call, status in made if call.valid and status == 503}
    assert late >= {
        "POST /predict", "POST /predict/batch", "POST /v1/annotations", "POST /v1/redactions", "POST /phi/scrub",
    }  # fmt: skip
    assert words_in(written.getvalue()) == []
    assert words_in("".join(capfd.readouterr())) == []
    assert words_in(app.state.metrics.text()) == []
    assert words_in(kept.text()) == []


def test_a_server_of_its_own(tmp_path: Path) -> None:
    with collector() as (address, received):
        environment = {
            "EPICRISIS_LOG_LEVEL": "debug", "EPICRISIS_DATA": str(tmp_path), "EPICRISIS_TRACING": "1",
            "OTEL_EXPORTER_OTLP_ENDPOINT": address,
        }  # fmt: skip
        with running(**environment) as (server, log):

            def send(call: Call) -> Answer:
                connection = http.client.HTTPConnection(server.host, server.port, timeout=20)
                connection.request(call.method, call.path, call.body, dict(call.headers))
                response = connection.getresponse()
                body = response.read()
                connection.close()
                return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, body)

            made = spoken_to(send)

    assert {call.operation for call, status in made if call.valid and status < 300} >= {
        "POST /predict", "POST /predict/batch", "POST /v1/annotations", "GET /metrics",
    }  # fmt: skip
    assert len(log) > len(made)
    assert words_in("\n".join(log)) == []
    assert received
    assert words_in(b"".join(received)) == []
    assert files_that_hold_words(tmp_path) == []


def test_the_test_would_see_a_word(tmp_path: Path) -> None:
    note = next(call.body for call in calls(openapi(), request_id="1") if call.valid and call.body)
    (tmp_path / "kept.json").write_bytes(note)
    (tmp_path / "QZ77190342.txt").write_text("nothing", encoding="utf-8")
    (tmp_path / "wide.txt").write_text("of Quetzalina", encoding="utf-16")

    assert len(words_in(note)) == 4
    assert len(files_that_hold_words(tmp_path)) == 3
