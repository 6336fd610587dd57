"""Pictures of pages read by the program `tesseract`, where it is installed: one process a page, and no file."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from epicrisis.engines.contracts import EngineCard
from epicrisis.engines.media_contracts import Line, Pixels
from epicrisis.engines.ocr.cleaning import without_specks
from epicrisis.engines.ocr.order import in_reading_order, joined
from epicrisis.engines.ocr.skew import straight
from epicrisis.errors import DeadlineExceeded, MissingDependency, UnknownLanguage, UnreadableDocument

PROGRAM = "tesseract"
# What tesseract calls our languages: ISO 639-2, as its language data is named.
DATA: Mapping[str, str] = {"en": "eng", "es": "spa"}
_INSTALL = "install it with its language data, on Debian: apt-get install tesseract-ocr tesseract-ocr-spa"
_SECONDS = 60.0
# Words are level 5 of its table, and have these columns (tesseract 5, src/api/tesseractmain.cpp).
_WORD = "5"
_COLUMNS = 12
# A gap of so many heights parts two cells of a table.
_CELL = 2.0

CARD = EngineCard(
    name="ocr-tesseract",
    version="1",
    summary="Reads pictures of pages with the program tesseract; the page is put straight first.",
    languages=tuple(DATA),
    trained_on=("the language data installed beside the program, eng and spa",),
    licence="Apache-2.0",
    # Shares of characters read wrongly, `python -m benchmarks.ocr.run --pages 4`, with tesseract 5.3.0.
    scores={
        "character error, English, clean, 300 dpi": 0.0002,
        "character error, English, noise, 200 dpi": 0.0008,
        "character error, English, noise and 2 degrees askew": 0.0011,
        "character error, Spanish, clean, 300 dpi": 0.0019,
        "character error, Spanish, noise, 200 dpi": 0.0026,
        "character error, Spanish, noise and 2 degrees askew": 0.0028,
    },
    limits=(
        "Measured on pages that were drawn and made to look scanned; real scans have creases, stamps and staples.",
        "Needs the program tesseract 5 with the data of the language; which version reads is on the card once built.",
        "Reads print. Handwriting, and pages upside down or on their side, come out as nonsense or not at all.",
        "It makes several times the errors of the engine 'rapid', most of them in tables: '10^3/uL' reads '1043/uL'.",
    ),
)


class TesseractEngine:
    """Reads pictures with ``program``, in the ``languages`` whose data is installed."""

    def __init__(self, program: str, version: str, languages: Sequence[str], *, seconds: float = _SECONDS) -> None:
        self.card = replace(CARD, version=f"{CARD.version} (tesseract {version})", languages=tuple(languages))
        self._program = program
        self._seconds = seconds

    def read(self, picture: Pixels, *, language: str) -> Sequence[Line]:
        """Return the lines of ``picture`` in the order in which they are read.

        Raises:
            UnknownLanguage: the data of the language is not installed.
            DeadlineExceeded: the page takes longer than a minute.
            UnreadableDocument: the program fails over it.
        """
        if language not in self.card.languages:
            raise UnknownLanguage(
                f"The OCR engine 'tesseract' reads {list(self.card.languages)} here, not {language!r}; install its "
                "language data."
            )
        page = straight(without_specks(picture))
        found = list(_stretches(self._table(page.picture, DATA[language])))
        return [page.back(line) for line in in_reading_order(found)]

    def _table(self, picture: Pixels, data: str) -> str:
        height, width = picture.shape
        # The picture goes in as it is, as a portable grey map (netpbm, pgm(5)), and the words come out as a table.
        try:
            done = subprocess.run(
                [self._program, "stdin", "stdout", "-l", data, "--psm", "3", "tsv"],
                input=b"P5\n%d %d\n255\n" % (width, height) + picture.tobytes(),
                capture_output=True,
                timeout=self._seconds,
                check=True,
                env=_environment(),
            )
        except subprocess.TimeoutExpired as error:
            raise DeadlineExceeded(
                f"OCR took longer than {self._seconds:.0f} s over a page of {width} x {height} pixels; send a smaller "
                "picture of it."
            ) from error
        except (subprocess.CalledProcessError, OSError) as error:
            raise UnreadableDocument(
                f"Tesseract cannot read a page of {width} x {height} pixels ({type(error).__name__}); scan it again "
                "with 300 dots to the inch."
            ) from error
        return done.stdout.decode("utf-8", "replace")


def _environment() -> dict[str, str]:
    """Return what the program is told: two threads, which sleep while they wait, and where its data lies."""
    kept = {name: os.environ[name] for name in ("PATH", "TESSDATA_PREFIX", "LD_LIBRARY_PATH") if name in os.environ}
    return kept | {"OMP_THREAD_LIMIT": "2", "OMP_WAIT_POLICY": "PASSIVE", "LC_ALL": "C.UTF-8"}


def _stretches(table: str) -> Iterator[Line]:
    """Yield each line of tesseract's table as one stretch, or as several where wide gaps part it, as in a table."""
    rows = [row.split("\t") for row in table.splitlines()]
    words = [row for row in rows if len(row) == _COLUMNS and row[0] == _WORD and row[11].strip()]
    for _, line in groupby(words, key=lambda row: row[1:5]):
        stretch: list[Line] = []
        for word in map(_word, line):
            if stretch and word.left - stretch[-1].right > _CELL * (word.bottom - stretch[-1].top):
                yield joined(stretch)
                stretch = []
            stretch.append(word)
        yield joined(stretch)


def _word(row: Sequence[str]) -> Line:
    left, top, width, height = map(float, row[6:10])
    return Line(row[11], left, top, left + width, top + height, max(0.0, float(row[10]) / 100))


class Build:
    """What the entry point names: tells the card without the program, and builds the engine when called."""

    card = CARD

    def __call__(self) -> TesseractEngine:
        """Build the engine over the program that is installed.

        Raises:
            MissingDependency: there is none, or none of the language data it needs.
        """
        program = shutil.which(PROGRAM)
        if program is None:
            raise MissingDependency(f"The program {PROGRAM} is not installed; {_INSTALL}")
        version = _said(program, "--version").removeprefix(PROGRAM).split()
        there = set(_said(program, "--list-langs").split())
        languages = [language for language, data in DATA.items() if data in there]
        if not languages or not version:
            raise MissingDependency(f"The program {PROGRAM} has none of the data {[*DATA.values()]}; {_INSTALL}")
        return TesseractEngine(program, version[0], languages)


build = Build()


def _said(program: str, option: str) -> str:
    try:
        done = subprocess.run(
            [program, option], capture_output=True, timeout=10, check=True, text=True, env=_environment()
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise MissingDependency(
            f"The program {PROGRAM} does not run here ({type(error).__name__}); {_INSTALL}"
        ) from error
    return done.stdout or done.stderr
