"""From a note to its record, and from files to text: milliseconds at one client, and where they go.

    python -m benchmarks.records.run [--notes 15] [--write docs/reference/performance.md]

The notes are the texts of the golden records, put together to 3,000 characters each. Reading alone, with a record, and
with codes run in turn in one process. The PDF of ten pages and the scanned page are made here.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path

from benchmarks.machine import busy, keep_to_two_cores, kept, processor
from benchmarks.page import put

import epicrisis
from epicrisis.assembly import Pipeline, file_reading
from epicrisis.domain.documents import Document
from epicrisis.services.read_files import FileToRead
from epicrisis.settings import load_settings

GOLD = Path("tests/golden/records")
CHARACTERS = 3_000
# What issue 6 asks for.
MOST_RECORD_MS, MOST_PDF_SECONDS, MOST_SCAN_SECONDS = 120, 1.5, 4
PAGES = 10


@dataclass(frozen=True, slots=True)
class Figures:
    """The median milliseconds of a note, and the median seconds of a file."""

    read: float
    record: float
    codes: float
    pdf: float
    scan: float | None

    @property
    def whole(self) -> float:
        """Return the milliseconds from a note to its coded record."""
        return self.read + self.record + self.codes


def main() -> None:
    """Measure, print, and write the page where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--notes", type=int, default=15)
    parser.add_argument("--write", type=Path, help="a Markdown page that gets the same figures, as a part of its own")
    options = parser.parse_args()
    keep_to_two_cores()
    state = busy()
    notes = texts(options.notes)
    lines = [*page(measured(notes), len(notes), state)]
    print("\n".join(lines))
    if options.write is not None:
        put(options.write, lines, part="records")


def texts(count: int) -> list[str]:
    """Return ``count`` texts of 3,000 characters: notes of the golden records, one after the other."""
    whole = "\n\n".join(json.loads(path.read_text(encoding="utf-8"))["text"] for path in sorted(GOLD.glob("0*.json")))
    return [whole[start : start + CHARACTERS] for start in range(0, count * CHARACTERS, CHARACTERS)]


def measured(notes: Sequence[str]) -> Figures:
    """Return what a note and a file take."""
    pipeline = epicrisis.load()
    read, record, codes = zip(*(_note(pipeline, Document(str(n), text)) for n, text in enumerate(notes)), strict=True)
    files = file_reading(load_settings())
    text = pdf(notes[0], PAGES)
    return Figures(
        read=1000 * statistics.median(read),
        record=1000 * statistics.median(record),
        codes=1000 * statistics.median(codes),
        pdf=statistics.median(_seconds(lambda: files.one(FileToRead(text))) for _ in range(5)),
        scan=_scanned(files.one, notes[0]),
    )


def _note(pipeline: Pipeline, document: Document) -> tuple[float, float, float]:
    extraction = pipeline.extraction
    # The first note loads what is loaded on first need.
    extraction.one(document)
    engine = extraction.engines(document.language)
    read = _seconds(lambda: pipeline.annotation.one(document))
    note = pipeline.annotation.one(document)
    record = _seconds(lambda: engine.extract(note))
    whole = _seconds(lambda: extraction.one(document))
    return read, record, max(0.0, whole - read - record)


def _scanned(one: Callable[[FileToRead], object], text: str) -> float | None:
    picture = scan(text)
    try:
        one(FileToRead(picture))
    except epicrisis.EpicrisisError:
        return None
    return statistics.median(_seconds(lambda: one(FileToRead(picture))) for _ in range(3))


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def pdf(text: str, pages: int) -> bytes:
    """Return a PDF whose every page has ``text``."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.utils import simpleSplit
    from reportlab.pdfgen.canvas import Canvas

    written = BytesIO()
    canvas = Canvas(written, pagesize=A4)
    for _ in range(pages):
        drawn = canvas.beginText(50, A4[1] - 50)
        drawn.setFont("Helvetica", 9)
        drawn.setLeading(11)
        for line in simpleSplit(text, "Helvetica", 9, A4[0] - 100)[:66]:
            drawn.textLine(line)
        canvas.drawText(drawn)
        canvas.showPage()
    canvas.save()
    return written.getvalue()


def scan(text: str) -> bytes:
    """Return a page of ``text`` as a picture at 200 dots per inch (PNG)."""
    import pypdfium2

    [page] = pypdfium2.PdfDocument(pdf(text, 1))
    written = BytesIO()
    page.render(scale=200 / 72, grayscale=True).to_pil().save(written, "PNG", dpi=(200, 200))
    return written.getvalue()


def page(figures: Figures, notes: int, state: str) -> Iterator[str]:
    """Yield the lines of the page."""
    scanned = "no OCR here" if figures.scan is None else f"{figures.scan:.1f} s"
    yield from (
        "## Records and files",
        "",
        f"Written by `python -m benchmarks.records.run` ({date.today().isoformat()}), on two cores of {processor()},",
        f"a machine that {state}. Medians over {notes} notes of {CHARACTERS:,} characters, one after the other.",
        "",
        "| | | asked for | |",
        "|---|---|---|---|",
        f"| from a note to its coded record | {figures.whole:.0f} ms | {MOST_RECORD_MS} ms | "
        f"{kept(figures.whole <= MOST_RECORD_MS)} |",
        f"| of that: reading | {figures.read:.0f} ms | | |",
        f"| the record | {figures.record:.0f} ms | | |",
        f"| its codes | {figures.codes:.0f} ms | | |",
        f"| a PDF of {PAGES} pages to text | {figures.pdf:.2f} s | {MOST_PDF_SECONDS} s | "
        f"{kept(figures.pdf <= MOST_PDF_SECONDS)} |",
        f"| a scanned page to text | {scanned} | {MOST_SCAN_SECONDS} s | "
        f"{kept(figures.scan is not None and figures.scan <= MOST_SCAN_SECONDS)} |",
    )


if __name__ == "__main__":
    main()
