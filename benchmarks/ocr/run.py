"""The OCR engines on forty drawn pages: characters read wrongly as they are, with noise, and askew; seconds a page.

    python -m benchmarks.ocr.run [--pages N] [--engine NAME] [--keep DIR] [--write docs/reference/performance.md]

The pages are drawn from notes below EPICRISIS_CORPORA, in four fonts, some in two columns, some with a table, so what
stands on each is known to the letter. `--keep` writes what was read beside what stands there, for whoever wants to see
where an engine goes wrong. Needs the extras `documents` and `ocr`; tesseract is measured too where it is installed.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import entry_points
from pathlib import Path

from benchmarks.machine import busy, keep_to_two_cores, kept, processor
from benchmarks.ocr.distance import distance, normalised
from benchmarks.ocr.pages import NOTES, DrawnPage, drawn_pages
from benchmarks.ocr.scanning import CONDITIONS, Condition
from benchmarks.page import put

from epicrisis.engines.media_contracts import OcrEngine
from epicrisis.engines.registry import Group
from epicrisis.errors import EpicrisisError

# What issue 6 allows a scanned page on two cores.
MOST_SECONDS = 4.0
LANGUAGES = {"en": "English", "es": "Spanish"}


@dataclass(frozen=True, slots=True)
class PageRead:
    """How one engine read one page: ``wrong`` of its ``letters``, and seconds of the clock and of processors."""

    page: str
    language: str
    layout: str
    wrong: int
    letters: int
    seconds: float
    processor: float


Read = Mapping[tuple[str, str], Sequence[PageRead]]
"""The pages read, by engine and condition."""


def main() -> None:
    """Measure, print, and write the page where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=0, help="read every so-and-so-many-th page and leave out the rest")
    parser.add_argument("--engine", action="append", default=[], help="an engine to read with; by default, all of them")
    parser.add_argument("--keep", type=Path, help="a folder that gets what was read, and what stands there")
    parser.add_argument("--write", type=Path, help="a Markdown page that gets the same figures, as a part of its own")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    options = parser.parse_args()
    pages = drawn_pages()[:: options.pages or 1]
    keep_to_two_cores()
    # Before we are the ones who keep it busy.
    state = busy()
    read = measured(engines(options.engine), pages, options.keep)
    lines = [*page(read, len(pages), state)]
    print("\n".join(lines))
    if options.write is not None:
        put(options.write, lines, part="ocr")
    if options.json:
        options.json.write_text(json.dumps(figures(read), indent=1) + "\n", encoding="utf-8")


def engines(names: Sequence[str]) -> dict[str, OcrEngine]:
    """Return the engines called ``names``, or all that can be built here.

    Raises:
        SystemExit: none of them can.
    """
    found: dict[str, OcrEngine] = {}
    for point in entry_points(group=Group.OCR):
        if names and point.name not in names:
            continue
        try:
            found[point.name] = point.load()()
        except EpicrisisError as error:
            print(f"Without {point.name}: {error}")
    if not found:
        raise SystemExit("No OCR engine to measure; pip install 'epicrisis[ocr]', or install tesseract.")
    return found


def measured(engines: Mapping[str, OcrEngine], pages: Sequence[DrawnPage], keep: Path | None) -> Read:
    """Let every engine read every page in every condition, in turn."""
    read: dict[tuple[str, str], list[PageRead]] = {}
    for condition in CONDITIONS:
        for number, drawn in enumerate(pages):
            for name, engine in engines.items():
                each, text = page_read(engine, drawn, condition, number)
                read.setdefault((name, condition.name), []).append(each)
                if keep is not None:
                    put_beside(keep / f"{drawn.name}-{CONDITIONS.index(condition)}-{name}", drawn.text, text)
    return read


def page_read(engine: OcrEngine, drawn: DrawnPage, condition: Condition, number: int) -> tuple[PageRead, str]:
    """Return how ``engine`` read a page, and what it read."""
    picture = condition.picture(drawn, number)
    began, used = time.perf_counter(), processor_seconds()
    lines = engine.read(picture, language=drawn.language)
    seconds, cpu = time.perf_counter() - began, processor_seconds() - used
    text = "\n".join(line.text for line in lines)
    stands = normalised(drawn.text)
    wrong = distance(normalised(text), stands)
    return PageRead(drawn.name, drawn.language, drawn.layout, wrong, len(stands), seconds, cpu), text


def processor_seconds() -> float:
    """Return the processor time of this process and of those it has waited for."""
    return sum(
        used.ru_utime + used.ru_stime
        for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def put_beside(path: Path, stands: str, read: str) -> None:
    """Write what stands on a page, and what was read there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_suffix(".page.txt").write_text(stands + "\n", encoding="utf-8")
    path.with_suffix(".read.txt").write_text(read + "\n", encoding="utf-8")


def error(pages: Sequence[PageRead]) -> float:
    """Return how many characters in a hundred were read wrongly: edits by letters, over all pages together."""
    return 100 * sum(each.wrong for each in pages) / max(1, sum(each.letters for each in pages))


def page(read: Read, count: int, state: str) -> Iterator[str]:
    """Yield the figures as lines of Markdown; ``state`` says how busy the machine was."""
    yield "## Scanned pages"
    yield ""
    yield f"Written by `python -m benchmarks.ocr.run` ({date.today()}), all of it in one run on two cores of"
    yield f"{processor()},"
    yield f"a machine that {state}. {count} pages drawn from notes ({' and '.join(NOTES.values())}),"
    yield "in four fonts of 9 to 12 points, in one column or two, some with a table. Character error: the fewest edits"
    yield "of a hundred letters that stand there, over all pages together, where a run of white space counts as"
    yield "one blank. Seconds a page are medians."
    yield ""
    yield "| | condition | English | Spanish | worst page | allowed | seconds a page | of a processor |"
    yield "|---|---|---|---|---|---|---|---|"
    for (name, condition), pages in read.items():
        most = next(each.most for each in CONDITIONS if each.name == condition)
        yield f"| {name} | {condition} | {' | '.join(_of(pages, language) for language in LANGUAGES)} | " + (
            f"{max(error([each]) for each in pages):.2f} % | {most} %, {kept(error(pages) <= most)} | "
            f"{statistics.median(each.seconds for each in pages):.1f} | "
            f"{statistics.median(each.processor for each in pages):.1f} |"
        )
    yield ""
    yield "| | plain | two columns | with a table |"
    yield "|---|---|---|---|"
    for name in dict.fromkeys(name for name, _ in read):
        own = [each for (other, _), pages in read.items() if other == name for each in pages]
        told = [_of(own, layout=layout) for layout in ("plain", "columns", "table")]
        yield f"| {name}, all conditions | {' | '.join(told)} |"
    yield ""
    slowest = {name: _seconds(read, name) for name in dict.fromkeys(name for name, _ in read)}
    told = "; ".join(f"{name} {kept(seconds <= MOST_SECONDS)}" for name, seconds in slowest.items())
    yield f"Asked for: a scanned page in at most {MOST_SECONDS:.0f} s on two cores, by the median: {told}."


def _of(pages: Sequence[PageRead], language: str = "", layout: str = "") -> str:
    chosen = [each for each in pages if language in ("", each.language) and layout in ("", each.layout)]
    return f"{error(chosen):.2f} %" if chosen else ""


def _seconds(read: Read, name: str) -> float:
    return statistics.median(each.seconds for (other, _), pages in read.items() if other == name for each in pages)


def figures(read: Read) -> dict[str, float]:
    """Return every figure by name."""
    found: dict[str, float] = {}
    for (name, condition), pages in read.items():
        found |= {
            f"{name}, {condition}: characters wrong, %": error(pages),
            f"{name}, {condition}: seconds a page": statistics.median(each.seconds for each in pages),
            f"{name}, {condition}: processor seconds a page": statistics.median(each.processor for each in pages),
        }
        found |= {f"{name}, {condition}, {each.page}: characters wrong, %": error([each]) for each in pages}
    return found


if __name__ == "__main__":
    main()
