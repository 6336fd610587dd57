from __future__ import annotations

from collections.abc import Sequence
from copy import copy

import pytest
from starlette.testclient import TestClient

from epicrisis.api.readiness import Readiness
from epicrisis.domain.assertions import Assertion, Status
from epicrisis.domain.documents import Document
from epicrisis.domain.spans import Span
from epicrisis.engines.contracts import EngineCard, NoteReader
from epicrisis.errors import CorruptArtifact
from epicrisis.services.readers import ByLanguage, Offer, preferring
from epicrisis.services.self_tests import SELF_TESTS
from epicrisis.storage.redis_link import RedisLink
from epicrisis.storage.tally import RedisTally
from epicrisis.web.pages import LANGUAGES
from tests.redis_server import free_port
from tests.serving import CrashingReader, app_over, app_with, rules_pipeline
from tests.sockets import soon


def test_alive_before_ready() -> None:
    client = TestClient(app_with())

    live, ready = client.get("/live"), client.get("/ready")

    assert (live.status_code, live.json()) == (200, {"status": "live"})
    assert (ready.status_code, ready.json()["code"]) == (503, "not-ready")
    assert ready.headers["retry-after"] == "1"


@pytest.mark.anyio
async def test_ready_once_every_language_was_read_right() -> None:
    readiness = Readiness(rules_pipeline())

    await readiness.prove()

    assert readiness.reason is None


@pytest.mark.anyio
async def test_an_engine_that_fails_its_sentence_keeps_the_service_from_ready() -> None:
    app = app_over(CrashingReader())

    await app.state.readiness.prove()

    response = TestClient(app).get("/ready")
    assert response.status_code == 503
    assert "failed in en" in response.json()["detail"]


class Opposite:
    """An assertion engine that takes everything for present."""

    card = EngineCard(name="opposite", version="1", summary="Says present.", languages=("en",))

    def assess(self, document: Document, targets: Sequence[Span]) -> Sequence[Assertion]:
        return [Assertion(target, Status.PRESENT, 1.0) for target in targets]


@pytest.mark.anyio
@pytest.mark.parametrize("vouched", [True, False])
async def test_an_engine_from_elsewhere_has_to_answer_and_ours_has_to_be_right(vouched: bool) -> None:
    pipeline = copy(rules_pipeline())
    pipeline.assessment = copy(pipeline.assessment)
    pipeline.assessment.judges = preferring(Opposite(), pipeline.assessment.judges)
    readiness = Readiness(pipeline, vouched=vouched)

    await readiness.prove()

    assert (readiness.reason is None) is not vouched


@pytest.mark.anyio
async def test_an_engine_that_is_needed_later_and_cannot_be_had_ends_readiness_until_it_can() -> None:
    broken, pipeline = [True], copy(rules_pipeline())
    pipeline.annotation = copy(pipeline.annotation)
    spanish = pipeline.annotation.readers("es")

    def build() -> NoteReader:
        if broken:
            raise CorruptArtifact
        return spanish

    pipeline.annotation.readers = ByLanguage({"es": Offer(spanish.card, build)}, retry_seconds=0)
    readiness = Readiness(pipeline)
    await readiness.prove()
    readers, before = readiness.pipeline.annotation.readers, readiness.reason

    with pytest.raises(CorruptArtifact):
        readers("es")
    meanwhile = readiness.reason
    broken.clear()
    readers("es")

    assert before is None
    assert meanwhile is not None
    assert "failed in es" in meanwhile
    assert readiness.reason is None


@pytest.mark.anyio
async def test_a_server_that_stops_is_ready_no_more_whatever_its_engines_say() -> None:
    readiness = Readiness(rules_pipeline())
    readiness.stop()

    await readiness.prove()

    assert readiness.reason is not None
    assert "stopping" in readiness.reason


@pytest.mark.anyio
async def test_a_server_without_its_redis_is_ready_and_says_that_it_is_degraded() -> None:
    tally = RedisTally(RedisLink(f"redis://127.0.0.1:{free_port()}/0"))
    app = app_over(rules_pipeline().annotation.readers("en"), tally=tally)
    await app.state.readiness.prove()
    client = TestClient(app)
    before = client.get("/ready")

    await tally.spend("ward", limit=1)

    after = client.get("/ready")
    assert (before.status_code, before.json()) == (200, {"status": "ready"})
    assert (after.status_code, after.json()) == (200, {"status": "degraded"})


def test_the_running_app_gets_ready(client: TestClient) -> None:
    for _ in soon("the self-test is passed"):
        ready = client.get("/ready")
        if ready.status_code == 200:
            break

    assert ready.json() == {"status": "ready"}


def test_every_language_read_here_has_its_sentence_and_its_name_on_the_page() -> None:
    languages = set(rules_pipeline().intake.languages)

    assert languages <= set(SELF_TESTS)
    assert languages <= set(LANGUAGES)
