from __future__ import annotations

from epicrisis.formats.documents.flow import Flow


def test_white_space_flows_and_breaks_do_not_pile_up() -> None:
    flow = Flow()

    flow.paragraph()
    flow.words("  Denies\n\tfever ")
    flow.words(" today. ")
    flow.line()
    flow.paragraph()
    flow.line()
    flow.words("Cough.")
    flow.paragraph()

    assert flow.text == "Denies fever today.\n\nCough."


def test_cells_stand_behind_tabs_and_empty_ones_keep_their_place() -> None:
    flow = Flow()

    for row in (("Sodium", "", "138"), ("", "4.1", "")):
        flow.row()
        for cell in row:
            flow.cell()
            flow.line()
            flow.words(cell)
            flow.line()
        flow.end_row()
    flow.words("After.")

    assert flow.text == "Sodium\t\t138\n\t4.1\nAfter."
