from __future__ import annotations

import signal
import socket
import subprocess
import time
from http.client import HTTPConnection

import pytest
from pydantic import BaseModel

from epicrisis.cli.serve import models_built_on_need
from tests.unit.cli.shell import COMMAND, RULES, run


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def live(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request("GET", "/live")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def test_serves_where_it_is_told_until_it_is_told_to_stop() -> None:
    port = free_port()
    with subprocess.Popen([*COMMAND, "serve", "--port", str(port), *RULES], stderr=subprocess.DEVNULL) as program:
        until = time.monotonic() + 30
        while not (answered := live(port)) and time.monotonic() < until and program.poll() is None:
            time.sleep(0.1)
        program.send_signal(signal.SIGTERM)
        assert program.wait(timeout=30) == 0

    assert answered


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--engine", "oracle"], "[unknown-engine]"),
        (["--port", "70000"], "EPICRISIS_PORT: "),
    ],
)
def test_refuses_to_start_with_one_line(arguments: list[str], told: str) -> None:
    result = run("serve", *arguments)

    assert result.exit_code == 2
    assert told in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_models_that_few_ask_for_are_built_when_somebody_does() -> None:
    with models_built_on_need():

        class Rare(BaseModel):
            number: int

    class Usual(BaseModel):
        number: int

    assert (Rare.__pydantic_complete__, Usual.__pydantic_complete__) == (False, True)
    assert Rare.model_validate({"number": "1"}).number == 1
