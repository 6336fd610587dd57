"""The engine over the program tesseract, met by programs that stand in for it where the real one is not wanted."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from epicrisis.engines.ocr.tesseract import PROGRAM, TesseractEngine, build
from epicrisis.errors import DeadlineExceeded, MissingDependency, UnknownLanguage, UnreadableDocument
from tests.unit.engines.ocr.drawing import page

WHITE = np.full((60, 80), 255, np.uint8)
HEAD = "level page_num block_num par_num line_num word_num left top width height conf text"


def program(folder: Path, *script: str) -> str:
    """Return the path of a program called tesseract that does as ``script`` says."""
    path = folder / PROGRAM
    path.write_text("\n".join(["#!/bin/sh", *script, ""]), encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def table(*words: tuple[int, int, int, str]) -> str:
    """Return a table as tesseract prints it: each word with its block, its line and its left edge, 20 wide and high."""
    rows = [HEAD, "1 1 0 0 0 0 0 0 800 600 -1 "]
    rows += [f"5 1 {block} 1 {line} {at} {left} {30 * line} 20 20 96.5 {text}" for at, (block, line, left, text) in
             enumerate(words)]  # fmt: skip
    return "\n".join(row.replace(" ", "\t") for row in rows)


def test_words_become_lines_and_wide_gaps_part_cells(tmp_path: Path) -> None:
    told = table((1, 1, 0, "No"), (1, 1, 25, "fever."), (1, 2, 0, "Sodium"), (2, 2, 300, "131"), (2, 2, 325, "L"))
    (tmp_path / "table").write_text(told, encoding="utf-8")
    engine = TesseractEngine(program(tmp_path, f"cat > /dev/null; cat {tmp_path}/table"), "5.3.0", ["en"])

    lines = engine.read(WHITE, language="en")

    assert [line.text for line in lines] == ["No fever.", "Sodium  131 L"]
    assert lines[0].score == pytest.approx(0.965)
    assert (lines[0].left, lines[0].top, lines[0].right, lines[0].bottom) == (0, 30, 45, 50)


def test_the_picture_goes_in_by_the_pipe_and_the_language_by_its_data(tmp_path: Path) -> None:
    script = program(tmp_path, f'echo "$@" > {tmp_path}/asked', f"cat > {tmp_path}/given")

    TesseractEngine(script, "5.3.0", ["en", "es"]).read(WHITE, language="es")

    assert (tmp_path / "asked").read_text().split() == ["stdin", "stdout", "-l", "spa", "--psm", "3", "tsv"]
    assert (tmp_path / "given").read_bytes() == b"P5\n80 60\n255\n" + WHITE.tobytes()


def test_a_page_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    engine = TesseractEngine(program(tmp_path, "exec sleep 30"), "5.3.0", ["en"], seconds=0.2)

    with pytest.raises(DeadlineExceeded, match="80 x 60 pixels"):
        engine.read(WHITE, language="en")


def test_a_program_that_fails_is_told_without_what_it_said(tmp_path: Path) -> None:
    engine = TesseractEngine(program(tmp_path, "echo Ana Ruiz Prueba >&2", "exit 1"), "5.3.0", ["en"])

    with pytest.raises(UnreadableDocument, match="cannot read a page of 80 x 60 pixels") as refused:
        engine.read(WHITE, language="en")

    assert "Ana" not in str(refused.value)


def test_a_language_without_its_data_is_refused_and_not_on_the_card(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, 'if [ "$1" = --version ]; then echo tesseract 5.3.0; else echo "List:"; echo eng; echo osd; fi')
    monkeypatch.setenv("PATH", str(tmp_path))

    engine = build()

    assert engine.card.languages == ("en",)
    assert engine.card.version == "1 (tesseract 5.3.0)"
    with pytest.raises(UnknownLanguage, match="install its language data"):
        engine.read(WHITE, language="es")


@pytest.mark.parametrize("script", [None, "echo tesseract 5.3.0", "exit 3"])
def test_without_a_program_that_works_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str | None
) -> None:
    if script is not None:
        program(tmp_path, script)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(MissingDependency, match="apt-get install tesseract-ocr"):
        build()


@pytest.mark.skipif(shutil.which(PROGRAM) is None, reason="the program tesseract is not installed")
def test_the_real_program_reads_a_page() -> None:
    lines = build().read(page(["She denies chest pain."]), language="en")

    assert [line.text for line in lines] == ["She denies chest pain."]
