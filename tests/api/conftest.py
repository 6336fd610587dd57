"""The app over the word lists, and a client that has seen it start."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from tests.serving import app_with


@pytest.fixture(scope="package")
def client() -> Iterator[TestClient]:
    """Return a client of the app; what crashes answers 500, as it would on a socket."""
    with TestClient(app_with(), raise_server_exceptions=False) as client:
        yield client
