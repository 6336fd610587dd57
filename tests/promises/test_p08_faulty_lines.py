"""P8: between clients and the server, lines that are late, slow, cut or lost cost time and no answer, and end."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from epicrisis.api.wire import Wire
from epicrisis.client import Client
from epicrisis.errors import DeadlineExceeded, Unreachable
from tests.clients import BOTH
from tests.fault_proxy import SILENT, Fault, FaultProxy, faulty
from tests.load import posting
from tests.serving import Answer, Server, app_with, running
from tests.sockets import listening_in_a_thread, soon

NOTE = "Ana Ruiz Prueba denies chest pain. History of hypertension; possible pneumonia.\n" * 20


READ = posting("/v1/annotations", {"text": NOTE})


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running() as (server, log):
        yield server
    assert [line for line in log if json.loads(line)["level"] in ("error", "critical")] == []


@pytest.fixture
def line(server: Server) -> Iterator[FaultProxy]:
    with faulty(server.port) as proxy:
        yield proxy


def through(line: FaultProxy) -> Server:
    return Server("127.0.0.1", line.port)


def told(answer: Answer | None) -> object:
    assert answer is not None
    assert answer.status == 200
    return {name: value for name, value in answer.json().items() if name != "request_id"}


@pytest.mark.parametrize(
    ("fault", "least"),
    [
        pytest.param(Fault(late_seconds=0.2), 0.4, id="late"),
        pytest.param(Fault(bytes_per_second=20_000), 0.4, id="slow"),
        pytest.param(Fault(slice_bytes=7), 0.0, id="in slices"),
    ],
)
def test_a_line_that_is_late_or_slow_costs_time_and_changes_no_answer(
    server: Server, line: FaultProxy, fault: Fault, least: float
) -> None:
    expected = told(server.send(READ))
    line.spoil(fault)

    started = time.monotonic()
    answer = told(through(line).send(READ))

    assert answer == expected
    assert time.monotonic() - started >= least


@pytest.mark.parametrize("after", [0, 1, READ.index(b"\r\n\r\n"), READ.index(b"\r\n\r\n") + 4, len(READ) - 1])
def test_a_request_that_is_cut_has_no_answer_and_leaves_nothing_behind(
    server: Server, line: FaultProxy, after: int
) -> None:
    line.up = Fault(cut_after=after)

    cut = [through(line).send(READ) for _ in range(3)]

    assert cut == [None] * 3
    told(server.send(READ))


def test_a_client_asks_again_where_an_answer_was_cut(line: FaultProxy) -> None:
    line.down = Fault(cut_after=100)

    def repair() -> None:
        for _ in soon("the client asked twice", within=20):
            if line.connections > 1:
                line.repair()
                return

    repairing = threading.Thread(target=repair)
    repairing.start()
    with Client(f"http://127.0.0.1:{line.port}", retries=5) as client:
        answer = client.predict("The patient denies chest pain.")
    repairing.join()

    assert answer.label == "ABSENT"
    assert line.connections > 1


# From the first byte of the head on.
DRIPPING = Fault(bytes_per_second=300, slice_bytes=1)


@pytest.mark.parametrize(
    ("name", "fault", "error"),
    [
        *(pytest.param(name, SILENT, DeadlineExceeded, id=f"silent, {name}") for name in BOTH),
        # Cut is what is answered, so the server has to answer within the time, and has the machine for itself.
        *(
            pytest.param(name, Fault(cut_after=0), Unreachable, id=f"cut, {name}", marks=pytest.mark.alone)
            for name in BOTH
        ),
        *(pytest.param(name, DRIPPING, DeadlineExceeded, id=f"dripping, {name}") for name in BOTH),
    ],
)
def test_a_client_gives_up_in_the_time_it_was_given(
    line: FaultProxy, name: str, fault: Fault, error: type[Exception]
) -> None:
    line.down = fault

    started = time.monotonic()
    with pytest.raises(error):
        BOTH[name](f"http://127.0.0.1:{line.port}", "annotate", NOTE, options={"total_seconds": 0.8})

    assert time.monotonic() - started < 1.8


def test_a_line_that_was_kept_is_given_up_as_a_new_one_is(line: FaultProxy) -> None:
    with Client(f"http://127.0.0.1:{line.port}", total_seconds=1.5) as client:
        client.predict("The patient denies chest pain.")
        line.down = DRIPPING

        started = time.monotonic()
        with pytest.raises(DeadlineExceeded):
            client.annotate(NOTE)

    assert time.monotonic() - started < 2.5
    assert line.connections == 1


class Impatient(Wire):
    header_seconds = 2.0


@pytest.mark.alone
@pytest.mark.parametrize("said", [b"", b"GET /live HTTP/1.1\r\nHost: he", b"GET /live HTTP/1.1\r\nHost: here\r\n\r\n"])
def test_a_client_whose_line_was_lost_is_not_waited_for(said: bytes) -> None:
    app = app_with()
    with (
        listening_in_a_thread(app, wire=Impatient, keep_alive_seconds=2) as (server, serving),
        faulty(server.port) as line,
    ):
        clients = [socket.create_connection(("127.0.0.1", line.port), timeout=20) for _ in range(4)]
        for client in clients:
            client.sendall(said)
        for _ in soon("all are connected", within=2):
            if len(serving.server_state.connections) == 4:
                break

        line.lose()

        for _ in soon("nobody is waited for", within=10):
            if not serving.server_state.connections:
                break
        for client in clients:
            client.close()
