"""The app over the word lists, once its engine has passed its self-test."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from tests.serving import app_with


@pytest.fixture(scope="package")
def client() -> Iterator[TestClient]:
    """Return a client of the app; what crashes answers 500, as it would on a socket."""
    with TestClient(app_with(), raise_server_exceptions=False) as client:
        until = time.monotonic() + 20
        while client.get("/ready").status_code != 200 and time.monotonic() < until:
            time.sleep(0.01)
        yield client
