"""How busy the machine is, read when somebody asks and at most once a second."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Usage:
    """What is in use: percentages of the machine, and the memory of this process."""

    cpu_percent: float
    memory_percent: float
    memory_bytes: int
    disk_percent: float
    process_bytes: int

    @property
    def process_megabytes(self) -> float:
        """Return the memory of this process in MiB, to two decimals."""
        return round(self.process_bytes / MEBIBYTE, 2)


class SystemUsage(Collector):
    """Reads how busy the machine is, and the disk that holds ``folder``; a collector of Prometheus."""

    def __init__(self, folder: Path = Path("/")) -> None:
        self.folder = next(place for place in (folder.absolute(), *folder.absolute().parents) if place.exists())
        self._process = psutil.Process()
        self._read_at = float("-inf")
        self._usage: Usage | None = None
        # The processor's share is counted from one reading to the next, so the first needs one before it.
        psutil.cpu_percent(interval=None)

    def read(self) -> Usage:
        """Return the usage as of now, or as of less than a second ago."""
        if self._usage is None or time.monotonic() - self._read_at >= 1:
            memory = psutil.virtual_memory()
            self._usage = Usage(
                cpu_percent=psutil.cpu_percent(interval=None),
                memory_percent=memory.percent,
                memory_bytes=memory.total - memory.available,
                disk_percent=psutil.disk_usage(str(self.folder)).percent,
                process_bytes=self._process.memory_info().rss,
            )
            self._read_at = time.monotonic()
        return self._usage

    def describe(self) -> Iterator[Metric]:
        """Yield nothing: a registry that has no description to ask for would read the machine on registration."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Yield the gauges of the machine."""
        usage = self.read()
        yield _gauge("system_cpu_percent", "Processor time in use since the last reading.", usage.cpu_percent)
        yield _gauge("system_memory_percent", "Memory in use.", usage.memory_percent)
        yield _gauge("system_memory_bytes", "Memory in use, in bytes.", usage.memory_bytes)
        yield _gauge("system_disk_percent", "Disk in use where the server keeps its data.", usage.disk_percent)


def _gauge(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, meaning, value=value)
