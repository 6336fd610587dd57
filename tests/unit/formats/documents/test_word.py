from __future__ import annotations

import pytest

from epicrisis.errors import UnreadableDocument
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.documents.word import read
from epicrisis.text.boxes import boxes
from tests.office import busy_docx, docx, paragraph, part, relations, run, zipped

pytest.importorskip("lxml", reason="files need the documents extra")

CHANGE = 'w:id="1" w:author="Ana Ruiz Prueba" w:date="2020-02-03T00:00:00Z"'


def text_of(body: str, **more: str) -> str:
    parts = {f"word/{name}.xml": content for name, content in more.items()}
    links = relations(*((f"r{name}", name.rstrip("0123456789"), f"{name}.xml") for name in more))
    [parsed] = read(docx(body, more={**parts, "word/_rels/document.xml.rels": links} if more else None), Limits())
    return parsed.file.text


def listed(text: str, number: int, level: int = 0) -> str:
    place = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    return paragraph(f"<w:pPr>{place}</w:pPr>", run(text))


def level(number: int, format: str, text: str, start: int = 1) -> str:  # noqa: A002
    return (
        f'<w:lvl w:ilvl="{number}"><w:start w:val="{start}"/><w:numFmt w:val="{format}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


NUMBERING = part(
    "numbering",
    f'<w:abstractNum w:abstractNumId="0">{level(0, "decimal", "%1.")}{level(1, "lowerLetter", "%1.%2)")}'
    "</w:abstractNum>"
    f'<w:abstractNum w:abstractNumId="1">{level(0, "bullet", "x")}{level(1, "upperRoman", "%2.", 4)}</w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
    '<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/>'
    "</w:lvlOverride></w:num>",
)


def test_paragraphs_are_lines_and_empty_ones_are_blank_lines() -> None:
    body = paragraph(run("Denies "), run("fever.")) + paragraph() + paragraph(run("a"), "<w:r><w:tab/></w:r>", run("b"))

    assert text_of(body) == "Denies fever.\n\na\tb"


def test_a_tracked_change_is_read_as_if_it_were_accepted() -> None:
    body = paragraph(
        run("Denies "),
        f"<w:del {CHANGE}><w:r><w:delText>chest pain</w:delText></w:r></w:del>",
        f"<w:ins {CHANGE}>{run('dyspnoea')}</w:ins>",
        run("."),
    )

    assert text_of(body) == "Denies dyspnoea."


def test_a_table_is_read_row_by_row() -> None:
    def row(*cells: str) -> str:
        return f"<w:tr>{''.join(f'<w:tc>{cell}</w:tc>' for cell in cells)}</w:tr>"

    words = paragraph(run("Potassium"))
    table = row(words, paragraph(), paragraph(run("4.1"))) + row(paragraph(run("a")) + paragraph(run("b")), paragraph())

    assert text_of(f"<w:tbl>{table}</w:tbl>{paragraph(run('After.'))}") == "Potassium\t\t4.1\na\nb\nAfter."


def test_lists_have_the_numbers_one_sees() -> None:
    body = "".join(
        [listed("A", 1), listed("b", 1, 1), listed("c", 1, 1), listed("D", 1), listed("e", 1, 1), listed("F", 2),
         listed("g", 2, 1), listed("H", 3), listed("none", 9)]
    )  # fmt: skip

    text = text_of(body, numbering=NUMBERING)

    assert text.split("\n") == ["1. A", "1.a) b", "1.b) c", "2. D", "2.a) e", "• F", "IV. g", "7. H", "none"]


def test_a_style_puts_its_paragraphs_into_a_list() -> None:
    place = '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
    styles = part(
        "styles",
        f'<w:style w:styleId="L">{place}</w:style><w:style w:styleId="M"><w:basedOn w:val="L"/><w:pPr/></w:style>',
    )
    body = paragraph('<w:pPr><w:pStyle w:val="M"/></w:pPr>', run("A"))

    assert text_of(body, numbering=NUMBERING, styles=styles) == "1. A"


def test_styles_in_a_ring_are_no_list() -> None:
    styles = part("styles", '<w:style w:styleId="L"><w:basedOn w:val="L"/><w:pPr/></w:style>')
    body = paragraph('<w:pPr><w:pStyle w:val="L"/></w:pPr>', run("A"))

    assert text_of(body, numbering=NUMBERING, styles=styles) == "A"


def test_hidden_runs_are_not_seen_and_not_read() -> None:
    shown = run("shown", '<w:vanish w:val="0"/>')

    assert text_of(paragraph(run("hidden", "<w:vanish/>"), shown)) == "shown"


def test_headers_come_first_and_once_notes_and_footers_last() -> None:
    text = text_of(
        paragraph(run("Text.")),
        header1=part("hdr", paragraph(run("Header"))),
        header2=part("hdr", paragraph(run("Header"))),
        footer1=part("ftr", paragraph(run("Footer"))),
        footnotes=part(
            "footnotes",
            f'<w:footnote w:type="separator" w:id="0">{paragraph(run("---"))}</w:footnote>'
            f'<w:footnote w:id="2">{paragraph(run("Note"))}</w:footnote>',
        ),
    )

    assert text == "Header\n\nText.\n\nNote\n\nFooter"


def test_all_that_is_seen_is_read_and_pictures_are_told() -> None:
    [parsed] = read(busy_docx(), Limits())

    for seen in ("Header of", "has asthma.", "Inserted for", "letter", "filled in", "Box of", "Note by"):
        assert parsed.file.text.count(seen) == 1
    for unseen in ("Gone row", "AUTHOR", "Ask"):
        assert unseen not in parsed.file.text
    assert parsed.file.warnings == ("The document holds 1 pictures, which were not read.",)


def test_what_is_no_word_document_is_refused() -> None:
    with pytest.raises(UnreadableDocument, match="names no text"):
        read(zipped({"word/document.xml": part("document", "")}), Limits())


def symbol(font: str, char: str) -> str:
    return f'<w:r><w:sym w:font="{font}" w:char="{char}"/></w:r>'


CROSSES = [("Wingdings", "F0FB"), ("Wingdings 2", "F04F"), ("Webdings", "F072"), ("Segoe UI Symbol", "2717")]


def test_boxes_that_are_drawn_as_symbols_are_read() -> None:
    body = paragraph(symbol("Wingdings", "F0FE"), run(" Diabetes "), symbol("Wingdings", "F0A8"), run(" Asthma"))
    ticks = paragraph(symbol("Wingdings 2", "F052"), run(" Gout "), symbol("Webdings", "F063"), run(" COPD"))
    crosses = [paragraph(symbol(font, char), run(" Gout")) for font, char in CROSSES]
    arrow = paragraph(symbol("Wingdings", "F0E0"), run("Plan"))

    assert text_of(body + ticks + arrow) == "\u2612 Diabetes \u2610 Asthma\n\u2612 Gout \u2610 COPD\nPlan"
    for cross in crosses:
        [box] = boxes(text_of(cross))
        assert (box.is_ticked, box.leads) == (True, True)


@pytest.mark.parametrize(
    ("shown", "box"),
    [
        (run("\u2612"), "\u2612"),
        (symbol("Wingdings", "F0A8"), "\u2610"),
        (symbol("MS Gothic", "2612"), "\u2612"),
        (symbol("Segoe UI Symbol", "2610"), "\u2610"),
    ],
)
def test_a_content_control_is_read_as_the_box_it_shows(shown: str, box: str) -> None:
    control = (
        '<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="1"/></w14:checkbox></w:sdtPr>'
        f"<w:sdtContent>{shown}</w:sdtContent></w:sdt>"
    )

    assert text_of(paragraph(control, run(" Diabetes"))) == f"{box} Diabetes"


@pytest.mark.parametrize(
    ("state", "box"),
    [
        ("<w:checked/>", "\u2612"),
        ('<w:default w:val="1"/><w:checked w:val="0"/>', "\u2610"),
        ('<w:default w:val="1"/>', "\u2612"),
        ("", "\u2610"),
    ],
)
def test_a_box_of_an_older_form_is_read_by_its_state(state: str, box: str) -> None:
    field = (
        f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox>{state}</w:checkBox></w:ffData></w:fldChar></w:r>'
    )

    assert text_of(paragraph(field, run(" Asthma"))) == f"{box} Asthma"


def test_a_line_of_a_box_alone_is_no_blank_line() -> None:
    assert text_of(paragraph(symbol("Wingdings", "F0FE")) + paragraph(run("Gout"))) == "\u2612\nGout"
