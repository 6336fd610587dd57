"""HTML: the text that is seen, blocks as lines, tables as rows. Scripts, styles and what is hidden are none of it."""

from __future__ import annotations

import re
from typing import Any

from epicrisis.domain.pages import ReadFile
from epicrisis.errors import MissingDependency, UnreadableDocument
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.documents.encodings import decode
from epicrisis.formats.documents.flow import Flow
from epicrisis.formats.documents.kinds import Kind
from epicrisis.formats.documents.parsed import Parsed
from epicrisis.formats.documents.text import doubts

_UNSEEN = frozenset(
    {
        "head",
        "script",
        "style",
        "template",
        "noscript",
        "title",
        "iframe",
        "object",
        "embed",
        "applet",
        "svg",
        "math",
        "canvas",
        "audio",
        "video",
        "datalist",
    }
)
_PARAGRAPHS = frozenset(
    {
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "ul",
        "ol",
        "dl",
        "pre",
        "blockquote",
        "section",
        "article",
        "header",
        "footer",
        "form",
    }
)
_LINES = frozenset(
    {
        "div",
        "li",
        "dt",
        "dd",
        "address",
        "aside",
        "main",
        "nav",
        "figure",
        "figcaption",
        "fieldset",
        "legend",
        "details",
        "summary",
        "caption",
        "br",
        "hr",
        "center",
    }
)
_CELLS = frozenset({"td", "th"})
_VERBATIM = frozenset({"pre", "textarea"})
_UNSPOKEN_INPUTS = frozenset({"hidden", "password", "submit", "button", "reset", "image", "file"})
_CHOICES = frozenset({"checkbox", "radio"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_CHARSET = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})")
_CHARSET_WITHIN = 4_096


def read(data: bytes, limits: Limits) -> list[Parsed]:
    """Return the text one sees of the page ``data``.

    Raises:
        UnreadableDocument: it is not HTML.
        MissingDependency: lxml is not installed.
    """
    said = _CHARSET.search(data[:_CHARSET_WITHIN])
    decoded = decode(data, said=said[1].decode("ascii") if said else None)
    return [Parsed(ReadFile(text_of(decoded.text), Kind.HTML, warnings=doubts(decoded)))]


def text_of(page: str) -> str:
    """Return the text one sees of ``page``, which is HTML.

    Raises:
        UnreadableDocument: it is not, or is nested deeper than any page.
        MissingDependency: lxml is not installed.
    """
    try:
        from lxml import etree
    except ImportError as error:
        raise MissingDependency("HTML needs lxml; run: pip install 'epicrisis[documents]'") from error
    # No network, and no entities but those of HTML: this parser knows no others.
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = etree.fromstring(page.encode("utf-8", "replace"), parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        if getattr(error, "code", None) == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        raise UnreadableDocument(
            "The file is not HTML that can be read; save the page again, and send that."
        ) from error
    # The parser goes no deeper than 256 elements, and leaves out what is there.
    if any(each.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for each in parser.error_log):
        raise UnreadableDocument("The page is nested too deeply to be read whole; send it as PDF or as plain text.")
    return _Page().read(root) if root is not None else ""


class _Page:
    """One page on its way into text."""

    def __init__(self) -> None:
        self._flow = Flow()
        self._verbatim = self._tables = 0
        self._numbers: list[int | None] = []

    def read(self, root: Any) -> str:
        from lxml import etree

        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            if event == "end":
                self._end(element)
            elif _is_unseen(element):
                walk.skip_subtree()
            else:
                self._begin(element)
                self._write(element.text)
        return self._flow.text

    def _begin(self, element: Any) -> None:
        tag = element.tag
        if tag == "tr":
            self._flow.row()
        elif tag in _CELLS:
            self._flow.cell()
        elif tag == "input":
            self._input(element)
        else:
            self._part(tag)
        if tag in _VERBATIM:
            self._verbatim += 1
        elif tag == "table":
            self._tables += 1
        elif tag in ("ol", "ul"):
            self._numbers.append(_number(element.get("start"), 1) if tag == "ol" else None)
        elif tag == "li":
            self._item(element)

    def _end(self, element: Any) -> None:
        tag = element.tag
        if not _is_unseen(element):
            if tag in _VERBATIM:
                self._verbatim -= 1
            elif tag == "table":
                self._tables -= 1
            elif tag in ("ol", "ul"):
                self._numbers.pop()
            if tag == "tr":
                self._flow.end_row()
            else:
                self._part(tag)
        self._write(element.tail)

    def _part(self, tag: str) -> None:
        # Within a list or a table, no blank line stands between two lines.
        if tag in _PARAGRAPHS and not self._numbers and not self._tables:
            self._flow.paragraph()
        elif tag in _PARAGRAPHS or tag in _LINES:
            self._flow.line()

    def _write(self, text: str | None) -> None:
        if text and self._verbatim:
            self._flow.verbatim(text)
        elif text:
            self._flow.words(text)

    def _item(self, element: Any) -> None:
        number = self._numbers[-1] if self._numbers else None
        if number is None:
            self._flow.words("• ")
            return
        number = _number(element.get("value"), number)
        self._flow.words(f"{number}. ")
        self._numbers[-1] = number + 1

    def _input(self, element: Any) -> None:
        kind = (element.get("type") or "text").lower()
        if kind in _CHOICES:
            self._flow.words("[x]" if element.get("checked") is not None else "[ ]")
        elif kind not in _UNSPOKEN_INPUTS:
            self._flow.words(element.get("value") or "")


def _is_unseen(element: Any) -> bool:
    return (
        element.tag in _UNSEEN
        or element.get("hidden") is not None
        or (element.tag == "option" and element.get("selected") is None)
        or _HIDDEN.search(element.get("style") or "") is not None
    )


def _number(told: str | None, otherwise: int) -> int:
    try:
        return int(told or otherwise)
    except ValueError:
        return otherwise
