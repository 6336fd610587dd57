"""The app with a small reader of Spanish: what is tested here is the door."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from tests.spanish import spanish_app


@pytest.fixture(scope="package")
def client() -> Iterator[TestClient]:
    """Return a client of the app; what crashes answers 500, as it would on a socket."""
    with TestClient(spanish_app(), raise_server_exceptions=False) as client:
        yield client
