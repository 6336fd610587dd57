"""Several benchmarks write one page, and none loses what another wrote."""

from __future__ import annotations

from pathlib import Path

from benchmarks.page import put


def test_a_part_is_added_and_renewed_and_the_others_stay(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"

    put(page, ["# Performance", "", "Fast."])
    put(page, ["## Identifiers", "", "40 ms."], part="privacy")
    put(page, ["## Notes"], part="notes")
    put(page, ["## Identifiers", "", "20 ms."], part="privacy")
    put(page, ["# Performance", "", "Faster."])

    assert page.read_text(encoding="utf-8") == (
        "# Performance\n\nFaster.\n"
        "\n<!-- part: privacy -->\n\n## Identifiers\n\n20 ms.\n"
        "\n<!-- part: notes -->\n\n## Notes\n"
    )


def test_written_twice_a_page_is_the_same(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    lines = ["## Identifiers", "", "40 ms.", ""]

    put(page, ["# Performance"])
    put(page, lines, part="privacy")
    once = page.read_bytes()
    put(page, lines, part="privacy")

    assert page.read_bytes() == once
