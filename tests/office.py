"""Word documents and PDF files about an invented person, made by the tests themselves."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO

WHO = "Ana Ruiz Prueba"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NAMESPACES = (
    f'xmlns:w="{W}" xmlns:r="{R}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:v="urn:schemas-microsoft-com:vml" mc:Ignorable="w14"'
)
_KINDS = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


def zipped(entries: Mapping[str, bytes | str]) -> bytes:
    """Return a zip archive of ``entries``."""
    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return data.getvalue()


def relations(*targets: tuple[str, str, str]) -> str:
    """Return a relations part; a target that has a scheme stands outside of the file."""
    written = "".join(
        f'<Relationship Id="{id}" Type="{R}/{kind}" Target="{target}"{_mode(target)}/>'
        for id, kind, target in targets  # noqa: A001
    )
    return f'<Relationships xmlns="{_RELATIONS}">{written}</Relationships>'


def _mode(target: str) -> str:
    return ' TargetMode="External"' if ":" in target else ""


def run(text: str, looks: str = "") -> str:
    """Return a run of Word with ``text`` in it."""
    return f'<w:r w:rsidR="00AB12CD"><w:rPr>{looks}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*runs: str) -> str:
    """Return a paragraph of Word."""
    return f'<w:p w14:paraId="77777777" w:rsidR="00AB12CD">{"".join(runs)}</w:p>'


def part(root: str, body: str) -> str:
    """Return a part of a Word document with all its namespaces."""
    return f'<?xml version="1.0" encoding="UTF-8"?><w:{root} {_NAMESPACES}>{body}</w:{root}>'


def docx(body: str = "", *, more: Mapping[str, bytes | str] | None = None) -> bytes:
    """Return a Word document with ``body``, and with ``more`` parts in it or in place of others."""
    return zipped(
        {
            "[Content_Types].xml": (
                '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
                '<Default Extension="xml" ContentType="application/xml"/>'
                f'<Override PartName="/word/document.xml" ContentType="{_KINDS}.document.main+xml"/></Types>'
            ),
            "_rels/.rels": relations(("rId1", "officeDocument", "word/document.xml")),
            "word/document.xml": part("document", f"<w:body>{body}<w:sectPr/></w:body>"),
            **(more or {}),
        }
    )


def busy_docx() -> bytes:
    """Return a Word document that names one person wherever Word can: in its text, and in what nobody sees."""
    change = f'w:id="1" w:author="{WHO}" w:date="2020-02-03T00:00:00Z"'
    bold, slanted = "<w:b/>", "<w:i/>"
    begin, separate, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))
    box = f"<w:txbxContent>{paragraph(run(f'Box of {WHO}'))}</w:txbxContent>"
    drawn = (
        f'<w:r><w:drawing><wp:inline><wp:docPr id="1" name="{WHO}" descr="{WHO}"/><a:graphic><a:graphicData>'
        '<pic:pic><pic:blipFill><a:blip r:embed="rId9"/></pic:blipFill></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r>"
    )
    body = "".join(
        [
            f'<w:bookmarkStart w:id="0" w:name="{WHO}"/><w:bookmarkEnd w:id="0"/>',
            # A name cut by its looks: bold, then not.
            paragraph(run("Patient "), run("Ana", bold), run(" Ruiz Pru", slanted), run("eba"), run(" has asthma.")),
            paragraph(f"<w:ins {change}>{run(f'Inserted for {WHO}. ')}</w:ins>",
                      f"<w:del {change}><w:r><w:delText>{WHO}</w:delText></w:r></w:del>", run("Kept.")),
            "<w:tbl><w:tr><w:tc>", paragraph(run("Name:")), "</w:tc><w:tc>", paragraph(run(WHO)), "</w:tc></w:tr>",
            f"<w:tr><w:trPr><w:del {change}/></w:trPr><w:tc>{paragraph(run('Gone row'))}</w:tc></w:tr></w:tbl>",
            paragraph(f'<w:hyperlink r:id="rId5" w:tooltip="{WHO}">{run("letter")}</w:hyperlink>'),
            paragraph(begin, f"<w:r><w:instrText> AUTHOR {WHO} </w:instrText></w:r>", separate, run("written"), end),
            paragraph(begin, f"<w:r><w:instrText> PAGE \\x {WHO} </w:instrText></w:r>", separate, run("1"), end),
            paragraph('<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline><wps:txbx>', box,
                      f"</wps:txbx></wp:inline></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox>"
                      "</w:pict></mc:Fallback></mc:AlternateContent></w:r>"),
            paragraph(f'<w:sdt><w:sdtPr><w:alias w:val="{WHO}"/></w:sdtPr>'
                      f'<w:sdtContent>{run("filled in")}</w:sdtContent></w:sdt>'),
            paragraph(drawn, '<w:commentRangeStart w:id="4"/>', run("Commented."), '<w:commentRangeEnd w:id="4"/>',
                      '<w:r><w:commentReference w:id="4"/></w:r><w:r><w:footnoteReference w:id="2"/></w:r>'),
            '<w:sectPr><w:headerReference r:id="rId1" w:type="default"/>'
            '<w:footerReference r:id="rId2" w:type="default"/></w:sectPr>',
        ]
    )  # fmt: skip
    return docx(
        body,
        more={
            "word/_rels/document.xml.rels": relations(
                ("rId1", "header", "header1.xml"),
                ("rId2", "footer", "footer1.xml"),
                ("rId3", "footnotes", "footnotes.xml"),
                ("rId4", "comments", "comments.xml"),
                ("rId5", "hyperlink", "mailto:ana.ruiz.prueba@example.com"),
                ("rId6", "settings", "settings.xml"),
                ("rId7", "vbaProject", "vbaProject.bin"),
                ("rId8", "customXml", "../customXml/item1.xml"),
                ("rId9", "image", f"media/{WHO}.png"),
            ),
            "word/header1.xml": part("hdr", paragraph(run(f"Header of {WHO}"))),
            "word/footer1.xml": part(
                "ftr",
                paragraph(
                    f'<w:r><w:pict><v:shape alt="{WHO}"><v:textpath string="Copy for {WHO}"/></v:shape></w:pict></w:r>'
                ),
            ),
            "word/footnotes.xml": part(
                "footnotes", f'<w:footnote w:id="2">{paragraph(run(f"Note by {WHO}"))}</w:footnote>'
            ),
            "word/comments.xml": part("comments", f"<w:comment {change}>{paragraph(run(f'Ask {WHO}'))}</w:comment>"),
            "word/settings.xml": part(
                "settings",
                '<w:rsids><w:rsid w:val="00AB12CD"/></w:rsids>'
                f'<w:docVars><w:docVar w:name="who" w:val="{WHO}"/></w:docVars>',
            ),
            "word/vbaProject.bin": WHO,
            f"word/media/{WHO}.png": f"not a picture, but it says {WHO}",
            "customXml/item1.xml": f"<who>{WHO}</who>",
            "docProps/core.xml": f"<creator>{WHO}</creator>",
            "docProps/custom.xml": f"<who>{WHO}</who>",
            "docProps/thumbnail.jpeg": WHO,
        },
    )


def pdf(*pages: str | Callable[[object], None], title: str = WHO, **made: object) -> bytes:
    """Return a PDF with a page for each text, line by line, or drawn by a function; ``made`` goes to reportlab."""
    from reportlab.pdfgen.canvas import Canvas

    data = BytesIO()
    canvas = Canvas(data, pagesize=(595, 842), **made)
    canvas.setTitle(title)
    for page in pages:
        if isinstance(page, str):
            for number, line in enumerate(page.splitlines()):
                canvas.drawString(60, 780 - 16 * number, line)
        else:
            page(canvas)
        canvas.showPage()
    canvas.save()
    return data.getvalue()


def busy_pdf() -> bytes:
    """Return a PDF that names one person wherever a PDF can: in its text, a form, a note, and what nobody sees."""
    from pypdf import PdfWriter
    from pypdf.annotations import FreeText
    from pypdf.generic import DictionaryObject, NameObject, TextStringObject

    def form(canvas: object) -> None:
        canvas.drawString(60, 780, f"Patient: {WHO}, seen for asthma.")  # type: ignore[attr-defined]
        canvas.drawString(60, 764, "Name")  # type: ignore[attr-defined]
        canvas.drawString(200, 764, WHO)  # type: ignore[attr-defined]
        canvas.acroForm.textfield(name="who", value=WHO, x=60, y=600, width=200, height=20)  # type: ignore[attr-defined]
        canvas.bookmarkPage("one")  # type: ignore[attr-defined]
        canvas.addOutlineEntry(WHO, "one")  # type: ignore[attr-defined]
        canvas.linkURL("mailto:ana.ruiz.prueba@example.com", (60, 500, 100, 520))  # type: ignore[attr-defined]

    writer = PdfWriter(BytesIO(pdf(form, "Second page, nobody named.")))
    writer.add_metadata({"/Author": WHO, "/Subject": WHO})
    script = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject(f"app.alert('{WHO}')")}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(script)
    writer.add_attachment(f"{WHO}.txt", WHO.encode())
    writer.add_annotation(0, FreeText(text=WHO, rect=(60, 400, 200, 420)))
    writer.xmp_metadata = f'<x:xmpmeta xmlns:x="adobe:ns:meta/">{WHO}</x:xmpmeta>'.encode()
    data = BytesIO()
    writer.write(data)
    return data.getvalue()


def renamed(texts: Sequence[str]) -> list[str]:
    """Return ``texts`` with our invented person taken out, and nothing else: a redaction that anybody can check."""
    return [text.replace(WHO, "[NAME]") for text in texts]
