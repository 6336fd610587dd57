"""From a Bundle to a summary: milliseconds, and what a server takes that streams it.

    python -m benchmarks.patients.run [FOLDER] [--write docs/reference/performance.md]

The Bundle is the median by size of those in FOLDER: by default of `fhir/synthea_r4` below EPICRISIS_CORPORA. Beside it
stands fhir.resources (R4B), which makes typed objects of the same bytes and does no more.
"""

from __future__ import annotations

import argparse
import gzip
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benchmarks.machine import busy, keep_to_two_cores, kept, processor
from benchmarks.page import put
from benchmarks.patients.streams import first_event, open_streams, serving

from epicrisis.domain.patients import PatientRecord
from epicrisis.engines.patients.baseline import baseline
from epicrisis.formats.fhir.ips import to_ips
from epicrisis.formats.patient_summaries import to_markdown
from epicrisis.formats.patients.reading import read_record
from epicrisis_lab.corpora.catalogue import data_root
from epicrisis_lab.evaluation.patients.ours import ruled

# What issue 7 asks for.
MOST_SUMMARY_MS, MOST_WITH_PARSE_MS, MOST_FIRST_EVENT_MS, STREAMS, MOST_STREAMS_MB = 50, 150, 300, 200, 100
SAMPLES = "fhir/synthea_r4"
ROUNDS = 15


@dataclass(frozen=True, slots=True)
class Figures:
    """Milliseconds and megabytes; ``theirs`` is ``None`` without fhir.resources, or where it refuses the Bundle."""

    bundles: int
    kilobytes: float
    parse: float
    summary: float
    ips: float
    theirs: float | None
    first_event: float
    opened: int
    before: float
    with_streams: float


def main() -> None:
    """Measure, print, and write the page where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=(data_root() or Path()) / SAMPLES)
    parser.add_argument("--write", type=Path, help="a Markdown page that gets the same figures, as a part of its own")
    options = parser.parse_args()
    keep_to_two_cores()
    state = busy()
    lines = [*page(measured(contents(options.folder)), state)]
    print("\n".join(lines))
    if options.write is not None:
        put(options.write, lines, part="patients")


def contents(folder: Path) -> list[bytes]:
    """Return the Bundles of ``folder``, the smallest first."""
    files = [*folder.glob("*.json.gz"), *(each for each in folder.glob("*.json") if each.name != "index.json")]
    if not files:
        raise SystemExit(f"No Bundle in {folder}; name a folder of FHIR JSON (.json, .json.gz).")
    return sorted((_opened(each) for each in files), key=len)


def measured(bundles: Sequence[bytes]) -> Figures:
    """Return what the median of ``bundles`` takes."""
    bundle = bundles[len(bundles) // 2]
    record = read_record(bundle)
    held = baseline(record)
    with serving() as server:
        event = first_event(server, bundle)
        opened, before, after = open_streams(server, STREAMS)
    return Figures(
        bundles=len(bundles),
        kilobytes=len(bundle) / 1000,
        parse=median_ms(lambda: read_record(bundle)),
        summary=median_ms(lambda: summarized(record)),
        ips=median_ms(lambda: to_ips(record, held)),
        theirs=_theirs(bundle),
        first_event=event,
        opened=opened,
        before=before,
        with_streams=after,
    )


def summarized(record: PatientRecord) -> str:
    """Return the page that the rules write of ``record``."""
    return to_markdown(ruled(record, "en"))


def median_ms(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the median processor time of ``work``, in milliseconds; the first three do not count."""
    times = []
    for _ in range(3 + rounds):
        began = time.process_time()
        work()
        times.append(1000 * (time.process_time() - began))
    return statistics.median(times[3:])


def _theirs(bundle: bytes) -> float | None:
    try:
        from fhir.resources.R4B.bundle import Bundle

        Bundle.model_validate_json(bundle)
    except (ImportError, ValueError):
        return None
    return median_ms(lambda: Bundle.model_validate_json(bundle), rounds=5)


def _opened(file: Path) -> bytes:
    return gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()


def page(figures: Figures, state: str) -> Iterator[str]:
    """Yield the lines of the page."""
    whole, heavier = figures.parse + figures.summary, figures.with_streams - figures.before
    streams_kept = figures.opened == STREAMS and heavier <= MOST_STREAMS_MB
    yield from (
        "## Patients",
        "",
        f"Written by `python -m benchmarks.patients.run` ({date.today().isoformat()}), on two cores of {processor()},",
        f"a machine that {state}. The median of {figures.bundles} Synthea Bundles, {figures.kilobytes:.0f} kB of JSON;",
        "processor time, medians; the first event by the clock of its client.",
        "",
        "| | | asked for | |",
        "|---|---|---|---|",
        f"| from a record to its summary, by rule | {figures.summary:.0f} ms | {MOST_SUMMARY_MS} ms | "
        f"{kept(figures.summary <= MOST_SUMMARY_MS)} |",
        f"| from the bytes of a Bundle to its summary | {whole:.0f} ms | {MOST_WITH_PARSE_MS} ms | "
        f"{kept(whole <= MOST_WITH_PARSE_MS)} |",
        f"| of that: reading the Bundle | {figures.parse:.0f} ms | | |",
        f"| as an International Patient Summary instead | {figures.ips:.0f} ms | | |",
        f"| from a request to the first event of it | {figures.first_event:.0f} ms | {MOST_FIRST_EVENT_MS} ms | "
        f"{kept(figures.first_event <= MOST_FIRST_EVENT_MS)} |",
        f"| {figures.opened} streams that stay open | +{heavier:.0f} MB | +{MOST_STREAMS_MB} MB | "
        f"{kept(streams_kept)} |",
    )
    if figures.theirs is not None:
        yield f"| the same bytes to objects of fhir.resources (R4B), and no summary | {figures.theirs:.0f} ms | | |"
        yield f"| how many of our summaries fit in that, reading included | {figures.theirs / whole:.1f} | | |"


if __name__ == "__main__":
    main()
