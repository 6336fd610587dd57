"""The parts of a Word document that are kept, under names of our own, and the package written anew from them.

Whatever is not on the list is left behind: comments, properties, macros, embedded files, charts with their workbooks,
custom XML, thumbnails, printer settings. Pictures cannot be read from here, so one blank one stands for all of them.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING

from epicrisis.errors import UnreadableDocument
from epicrisis.formats.redacting.word.cleaning import clean, cut_links
from epicrisis.formats.redacting.word.markup import CONTENT_TYPES, PACKAGE_RELATIONS, RELATION, WORD, parsed, written

if TYPE_CHECKING:
    from epicrisis.formats.redacting.word.markup import Element

_KINDS = "application/vnd.openxmlformats-officedocument.wordprocessingml."
MAIN = f"{_KINDS}document.main+xml"
# The relations that are followed, and the content type of what they lead to.
_FOLLOWED = {
    "styles": f"{_KINDS}styles+xml",
    "numbering": f"{_KINDS}numbering+xml",
    "settings": f"{_KINDS}settings+xml",
    "fontTable": f"{_KINDS}fontTable+xml",
    "header": f"{_KINDS}header+xml",
    "footer": f"{_KINDS}footer+xml",
    "footnotes": f"{_KINDS}footnotes+xml",
    "endnotes": f"{_KINDS}endnotes+xml",
    "theme": "application/vnd.openxmlformats-officedocument.theme+xml",
}
_PICTURE = "media/picture.png"
_BLANK = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a494441"
    "5478da63f80f00010101001cb08c990000000049454e44ae426082"
)
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_CORE = f'{_XML}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
# A zip entry has a time; the beginning of its calendar says nothing of when.
_WHEN = (1980, 1, 1, 0, 0, 0)


@dataclass(slots=True)
class Part:
    """A part that is kept: its root, and the relations it keeps by their id (kind, target)."""

    kind: str
    root: Element
    relations: dict[str, tuple[str, str]] = field(default_factory=dict)


class Package:
    """The parts of a document by their new names; the document itself comes first."""

    def __init__(self, entries: Mapping[str, bytes]) -> None:
        """Read the entries of a DOCX file.

        Raises:
            UnreadableDocument: it is not one, or a part of it cannot be read.
        """
        self._entries = entries
        self._names: dict[str, str] = {}
        self.parts: dict[str, Part] = {}
        main = _main(entries)
        self._take(main, "document")
        if self.parts["document.xml"].root.tag != f"{{{WORD}}}document":
            raise UnreadableDocument("This is 'Strict Open XML'; save it as an ordinary Word document (.docx).")

    def written(self) -> bytes:
        """Return the document as bytes: the same parts give the same ones."""
        packed = BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self._files().items():
                archive.writestr(zipfile.ZipInfo(name, _WHEN), content, zipfile.ZIP_DEFLATED)
        return packed.getvalue()

    def _take(self, source: str, kind: str) -> str:
        """Keep the part ``source``, clean, with those it leads to, and return its new name."""
        if source in self._names:
            return self._names[source]
        number = 1 + sum(part.kind == kind for part in self.parts.values())
        name = f"{kind}{'' if number == 1 and kind not in ('header', 'footer', 'theme') else number}.xml"
        self._names[source] = name
        part = self.parts[name] = Part(kind, parsed(self._entries[source]))
        clean(part.root)
        for key, leads_to, target in _relations(self._entries, source):
            if leads_to == "image":
                part.relations[key] = (leads_to, _PICTURE)
            elif leads_to in _FOLLOWED and target in self._entries:
                part.relations[key] = (leads_to, self._take(target, leads_to))
        cut_links(part.root, frozenset(part.relations))
        return name

    def _files(self) -> dict[str, bytes]:
        files = {
            "[Content_Types].xml": self._content_types().encode(),
            "_rels/.rels": _relations_part(
                {
                    "rId1": (f"{RELATION}/officeDocument", "word/document.xml"),
                    "rId2": (f"{PACKAGE_RELATIONS}/metadata/core-properties", "docProps/core.xml"),
                }
            ),
            "docProps/core.xml": _CORE.encode(),
            f"word/{_PICTURE}": _BLANK,
        }
        for name, part in self.parts.items():
            files[f"word/{name}"] = written(part.root)
            if part.relations:
                named = {key: (f"{RELATION}/{kind}", target) for key, (kind, target) in part.relations.items()}
                files[f"word/_rels/{name}.rels"] = _relations_part(named)
        return files

    def _content_types(self) -> str:
        kinds = {"document": MAIN, **_FOLLOWED}
        overrides = [
            f'<Override PartName="/word/{name}" ContentType="{kinds[part.kind]}"/>' for name, part in self.parts.items()
        ]
        return (
            f'{_XML}<Types xmlns="{CONTENT_TYPES}"><Default Extension="png" ContentType="image/png"/>'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Override PartName="/docProps/core.xml" '
            'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
            f"{''.join(overrides)}</Types>"
        )


def _main(entries: Mapping[str, bytes]) -> str:
    """Return the name of the part that is the document."""
    for _, kind, target in _relations(entries, ""):
        if kind == "officeDocument" and target in entries:
            return target
    raise UnreadableDocument("The file is no Word document: it names no text; save it again as .docx, and send that.")


def _relations(entries: Mapping[str, bytes], source: str) -> list[tuple[str, str, str]]:
    """Return the id, kind and target of the relations of ``source`` that stay within the file."""
    folder, name = posixpath.split(source)
    part = entries.get(posixpath.join(folder, "_rels", f"{name}.rels"))
    found = []
    for relation in parsed(part) if part else ():
        if relation.get("TargetMode") != "External" and relation.get("Id") and relation.get("Target"):
            target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target"))).lstrip("/")
            found.append((relation.get("Id"), str(relation.get("Type")).rpartition("/")[2], target))
    return found


def _relations_part(relations: Mapping[str, tuple[str, str]]) -> bytes:
    from lxml import etree

    root = etree.Element(f"{{{PACKAGE_RELATIONS}}}Relationships", nsmap={None: PACKAGE_RELATIONS})
    for key, (kind, target) in relations.items():
        etree.SubElement(root, f"{{{PACKAGE_RELATIONS}}}Relationship", Id=key, Type=kind, Target=target)
    return written(root)
