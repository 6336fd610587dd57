"""A sample EHR on a free port of 127.0.0.1, whose weather a test makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from threading import Thread
from typing import Any

import psutil
import uvicorn

from epicrisis.ehr.addresses import Base
from epicrisis.ehr.client import FhirPatients
from epicrisis.ehr.ehrs import Backend, Ehr
from epicrisis.ehr.sample.app import PATH, sample_app
from epicrisis.ehr.sample.serving import listening, server_of
from epicrisis.ehr.sample.shelf import SHIPPED, Shelf
from epicrisis.ehr.sample.smart import SmartServer
from epicrisis.ehr.sample.weather import Trouble, Weather

LOOPBACK = (ip_network("127.0.0.0/8"),)
# The two patients that ship with us.
ANA, JUAN = "prueba-1", "prueba-2"


@dataclass(frozen=True)
class SampleEhr:
    """A running server: where it is, what it has, and what is wrong with it."""

    url: str
    weather: Weather
    shelf: Shelf
    smart: SmartServer | None = None

    def spoil(self, trouble: Trouble | None, *only: str, seconds: float = 2.0) -> None:
        """Let ``trouble`` be wrong from now on, with ``only`` those types."""
        self.weather.trouble, self.weather.only, self.weather.seconds = trouble, frozenset(only), seconds

    def ehr(self, alias: str = "sample", **changed: Any) -> Ehr:
        """Return it as ``FhirPatients`` knows it."""
        return Ehr(alias, Base.of(self.url), **{"networks": LOOPBACK, **changed})

    def patients(self, **changed: Any) -> FhirPatients:
        """Return what fetches patients from it."""
        return FhirPatients([self.ehr(**changed)])

    def lines(self) -> int:
        """Return how many connections of this process to it are open."""
        port = int(self.url.rsplit(":", 1)[1].partition("/")[0])
        found = psutil.Process().net_connections("tcp")
        return sum(
            each.status == psutil.CONN_ESTABLISHED and bool(each.raddr) and each.raddr.port == port for each in found
        )

    def setting(self, alias: str = "sample", **changed: Any) -> dict[str, Any]:
        """Return its entry in ``EPICRISIS_EHRS``."""
        return {"alias": alias, "url": self.url, "networks": ["127.0.0.0/8"], **changed}


@contextmanager
def a_sample_ehr(
    trouble: Trouble | None = None,
    *only: str,
    folder: Path = SHIPPED,
    smart: SmartServer | None = None,
    page_size: int = 20,
    seconds: float = 2.0,
) -> Iterator[SampleEhr]:
    """Run the sample server."""
    weather = Weather(trouble, frozenset(only), seconds)
    shelf = Shelf(folder)
    with in_a_thread(server_of(sample_app(shelf, weather, smart=smart, page_size=page_size))) as port:
        yield SampleEhr(f"http://127.0.0.1:{port}{PATH}", weather, shelf, smart)


@contextmanager
def in_a_thread(server: uvicorn.Server) -> Iterator[int]:
    """Run ``server`` in a thread of its own, and return on which port of 127.0.0.1."""
    with listening("127.0.0.1", 0) as listener:
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(timeout=10)


def backend(secret: bytes, **changed: Any) -> Backend:
    """Return who we are by SMART Backend Services, with the private key ``secret``."""
    told: Mapping[str, Any] = {"client_id": "epicrisis", "secret": lambda: secret, **changed}
    return Backend(**told)


__all__ = ["ANA", "JUAN", "LOOPBACK", "SampleEhr", "Trouble", "a_sample_ehr", "backend", "in_a_thread"]
