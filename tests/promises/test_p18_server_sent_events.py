"""P18: the first event at once, then signs of life; ids rise to one end; whoever lost the line hears the rest."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import psutil
import pytest

from epicrisis.api import streaming, streams
from epicrisis.api.app import create_app
from epicrisis.assembly import Services
from epicrisis.ehr.sample.weather import Trouble
from epicrisis.services.access import Scope
from epicrisis.services.keys import Keys
from epicrisis.storage.memory import MemoryKeys, MemorySecret
from tests.bundles import bundle, condition, settings_with
from tests.ehr_server import ANA, SampleEhr, a_sample_ehr
from tests.events import Heard, Listener
from tests.keyring import bearing, done
from tests.serving import Server, rules_pipeline, running
from tests.sockets import listening_in_a_thread, soon

pytestmark = pytest.mark.alone

SUMMARIES = "/v1/patient-summaries"
RECORD = bundle(condition("Essential hypertension"))
TERMINAL = {"complete", "error"}
MEGABYTE = 1_000_000


@contextmanager
def serving(
    *ehrs: SampleEhr, keys: Keys | None = None, grace: float = streams.GRACE_SECONDS, **settings: Any
) -> Iterator[Server]:
    services = Services(rules_pipeline(), **({"keys": keys} if keys else {}))
    app = create_app(services, settings_with(*ehrs, **settings))
    app.state.streams = streams.Streams(grace=grace)
    with listening_in_a_thread(app) as (server, _):
        yield server


@pytest.fixture
def hanging() -> Iterator[SampleEhr]:
    """Return an EHR that never says anything: what waits for it waits."""
    with a_sample_ehr(Trouble.HANG) as ehr:
        yield ehr


def kinds(heard: Sequence[Heard]) -> list[str]:
    return [each.type for each in heard]


def ids(heard: Sequence[Heard]) -> list[int]:
    return [each.id for each in heard]


def test_the_first_event_comes_at_once_and_ids_rise_to_one_end() -> None:
    with serving() as server:
        Listener(server, "POST", SUMMARIES, {"record": RECORD}).rest()
        began = time.monotonic()
        listener = Listener(server, "POST", SUMMARIES, {"record": RECORD})
        events = listener.events()
        first = next(events)
        took = time.monotonic() - began
        rest = list(events)

    assert took < 0.3
    assert (first.id, first.type, first.data["percent"]) == (1, "progress", 0)
    assert ids([first, *rest]) == list(range(1, len(rest) + 2))
    assert [kind for kind in kinds(rest) if kind in TERMINAL] == ["complete"]
    assert rest[-1].type == "complete"
    assert listener.headers["cache-control"] == "no-store"


def test_while_nothing_happens_there_is_a_sign_of_life(hanging: SampleEhr, monkeypatch: pytest.MonkeyPatch) -> None:
    assert streaming.HEARTBEAT_SECONDS <= 10
    monkeypatch.setattr(streaming, "HEARTBEAT_SECONDS", 0.1)
    with serving(hanging, ehr_fast_seconds=1.0) as server:
        heard = Listener(server, "POST", SUMMARIES, {"patient": ANA}).rest()

    assert kinds(heard).count("heartbeat") >= 5
    assert (heard[-1].type, heard[-1].data["code"]) == ("error", "ehr-unavailable")
    assert [kind for kind in kinds(heard) if kind in TERMINAL] == ["error"]


@pytest.mark.parametrize("by", ["the same request", "the id of the stream"])
def test_a_client_that_loses_its_line_hears_the_rest(by: str) -> None:
    with a_sample_ehr(Trouble.SLOW, seconds=0.4) as ehr, serving(ehr, ehr_fast_seconds=20.0) as server:
        key = {"Idempotency-Key": "a-train-in-a-tunnel"}
        first = Listener(server, "POST", SUMMARIES, {"patient": ANA}, headers=key)
        events = first.events()
        before = [next(events), next(events)]
        first.leave()
        time.sleep(0.3)

        again = {**key, "Last-Event-ID": str(before[-1].id)}
        if by == "the same request":
            after = Listener(server, "POST", SUMMARIES, {"patient": ANA}, headers=again).rest()
        else:
            after = Listener(server, "GET", f"{SUMMARIES}/{before[0].data['id']}/events", headers=again).rest()
        asked = len([each for each in ehr.weather.asked if each.startswith(f"Patient/{ANA}")])
        late = Listener(server, "GET", f"{SUMMARIES}/{before[0].data['id']}/events").rest()

    assert ids([*before, *after]) == list(range(1, len(after) + 3))
    assert [kind for kind in kinds([*before, *after]) if kind in TERMINAL] == ["complete"]
    # The work was done once, and who comes back without saying what was heard is told all of it.
    assert asked <= 2
    assert late == [*before, *after]


def test_another_request_under_the_same_key_is_refused() -> None:
    with serving() as server:
        key = {"Idempotency-Key": "k1"}
        Listener(server, "POST", SUMMARIES, {"record": RECORD}, headers=key).rest()

        other = Listener(server, "POST", SUMMARIES, {"record": bundle()}, headers=key)

        assert (other.status, other.refusal()["code"]) == (422, "idempotency-key-reused")


def test_a_client_without_a_key_that_leaves_ends_the_work_within_a_second(hanging: SampleEhr) -> None:
    with serving(hanging, ehr_fast_seconds=30.0) as server:
        listener = Listener(server, "POST", SUMMARIES, {"patient": ANA})
        events = listener.events()
        id = next(events).data["id"]  # noqa: A001
        next(events)
        connected = hanging.lines()
        assert connected

        listener.leave()

        for _ in soon("the EHR is asked no more", within=1.0):
            if not hanging.lines():
                break
        gone = Listener(server, "GET", f"{SUMMARIES}/{id}/events")
        assert (gone.status, gone.refusal()["code"]) == (404, "unknown-record")


def test_with_a_key_the_work_goes_on_for_its_grace_and_no_longer(hanging: SampleEhr) -> None:
    assert streams.Streams().grace == 30
    with serving(hanging, grace=0.5, ehr_fast_seconds=30.0) as server:
        listener = Listener(server, "POST", SUMMARIES, {"patient": ANA}, headers={"Idempotency-Key": "k"})
        events = listener.events()
        next(events), next(events)
        for _ in soon("the EHR is asked"):
            if hanging.lines():
                break
        listener.leave()
        time.sleep(0.2)
        still = hanging.lines()

        for _ in soon("the EHR is asked no more", within=2.0):
            if not hanging.lines():
                break

    assert still


def test_whoever_asked_can_cancel_and_the_listener_hears_it(hanging: SampleEhr) -> None:
    with serving(hanging, ehr_fast_seconds=30.0) as server:
        listener = Listener(server, "POST", SUMMARIES, {"patient": ANA})
        events = listener.events()
        id = next(events).data["id"]  # noqa: A001

        answer = server.send(f"DELETE {SUMMARIES}/{id} HTTP/1.1\r\nHost: here\r\n\r\n".encode())
        rest = list(events)

    assert answer is not None
    assert answer.json() | {"request_id": ""} == {"request_id": "", "id": id, "cancelled": True}
    assert (rest[-1].type, rest[-1].data["code"]) == ("error", "cancelled")


def test_an_id_is_good_for_whoever_asked_and_for_nobody_else() -> None:
    keys = Keys(MemoryKeys(), MemorySecret())
    [hers, another, foreign] = [
        done(keys.create(name, scopes=[Scope.READ], tenant=tenant)).credential
        for name, tenant in (("ana", "north"), ("luis", "north"), ("eva", "south"))
    ]
    with serving(keys=keys, require_key=True, rate_limit_per_minute=0) as server:
        headers = {"Idempotency-Key": "k", **bearing(hers)}
        heard = Listener(server, "POST", SUMMARIES, {"record": RECORD}, headers=headers).rest()
        path = f"{SUMMARIES}/{heard[0].data['id']}"
        own = Listener(server, "GET", f"{path}/events", headers=bearing(hers)).rest()
        refused = [
            Listener(server, method, each, headers=bearing(who))
            for who in (another, foreign)
            for method, each in (("GET", f"{path}/events"), ("DELETE", path), ("GET", f"{SUMMARIES}/none/events"))
        ]
        answers = [each.refusal() for each in refused]

    assert own == heard
    assert {each.status for each in refused} == {404}
    assert len({json.dumps(each | {"request_id": ""}) for each in answers}) == 1


def test_two_hundred_open_streams_take_less_than_a_hundred_megabytes(hanging: SampleEhr) -> None:
    ehrs = json.dumps([hanging.setting()])
    with running(EPICRISIS_EHRS=ehrs, EPICRISIS_EHR_FAST_SECONDS="60") as (server, _), ExitStack() as stack:
        Listener(server, "POST", SUMMARIES, {"record": RECORD}).rest()
        process = psutil.Process(server.pid)
        before = process.memory_info().rss
        for _ in range(200):
            listener = Listener(server, "POST", SUMMARIES, {"patient": ANA})
            stack.callback(listener.leave)
            assert next(listener.events()).type == "progress"
        time.sleep(1.0)
        grown = process.memory_info().rss - before

    assert grown < 100 * MEGABYTE, f"{grown / MEGABYTE:.1f} MB"


def test_a_reader_who_reads_nothing_holds_up_nobody(hanging: SampleEhr, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "HEARTBEAT_SECONDS", 0.001)
    with serving(hanging, ehr_fast_seconds=3.0) as server:
        slow = Listener(server, "POST", SUMMARIES, {"patient": ANA}, headers={"Idempotency-Key": "slow"})
        quick = Listener(server, "POST", SUMMARIES, {"record": RECORD}).rest()
        late = slow.rest()

    assert quick[-1].type == "complete"
    assert ids(late) == sorted(set(ids(late)))
    assert [kind for kind in kinds(late) if kind in TERMINAL] == ["error"]


def test_a_recording_is_told_in_the_same_way() -> None:
    headers = {"Idempotency-Key": "k", "Content-Type": "audio/wav"}
    with serving() as server:
        heard = Listener(server, "POST", "/v1/transcripts", b"RIFF, and nothing to hear", headers=headers).rest()
        id = heard[0].data["id"]  # noqa: A001

        again = Listener(server, "GET", f"/v1/transcripts/{id}/events", headers={"Last-Event-ID": "1"}).rest()
        other = Listener(server, "GET", f"{SUMMARIES}/{id}/events")

    assert (heard[0].type, heard[0].data["seconds"]) == ("progress", 0.0)
    assert [kind for kind in kinds(heard) if kind in TERMINAL] == ["error"]
    assert again == heard[1:]
    assert other.status == 404
