"""The control words of RTF that say what is text: "Rich Text Format (RTF) Specification", version 1.9.1, 2008."""

from __future__ import annotations

SIGNS = {
    "bullet": "•",
    "cell": "\t",
    "column": "\n",
    "emdash": "—",
    "emspace": " ",
    "endash": "–",
    "enspace": " ",
    "ldblquote": "“",
    "line": "\n",
    "lquote": "‘",
    "nestcell": "\t",
    "nestrow": "\n",
    "page": "\n",
    "par": "\n",
    "qmspace": " ",
    "rdblquote": "”",
    "row": "\n",
    "rquote": "’",
    "sect": "\n",
    "softline": "\n",
    "tab": "\t",
}
"""What a word shows."""

PLACES = {
    "footer": "foot",
    "footerf": "foot",
    "footerl": "foot",
    "footerr": "foot",
    "footnote": "note",
    "header": "head",
    "headerf": "head",
    "headerl": "head",
    "headerr": "head",
}
"""Where the text of a group stands, if not where the group does."""

LABELS = frozenset({"listtext", "pntext"})
"""Groups that hold the number or the bullet of a paragraph."""

STARRED = LABELS | {"shpinst", "shptxt"}
"""Groups that are read although they are starred, which else says that who does not know them skips them."""

SKIPPED = frozenset(
    {
        "annotation",
        "atnauthor",
        "atndate",
        "atnid",
        "author",
        "bkmkend",
        "bkmkstart",
        "buptim",
        "colortbl",
        "colorschememapping",
        "comment",
        "company",
        "creatim",
        "datafield",
        "datastore",
        "doccomm",
        "fldinst",
        "filetbl",
        "fontemb",
        "fonttbl",
        "formfield",
        "ftncn",
        "ftnsep",
        "ftnsepc",
        "generator",
        "info",
        "keywords",
        "latentstyles",
        "listoverridetable",
        "listtable",
        "mmathPr",
        "nonesttables",
        "nonshppict",
        "objdata",
        "operator",
        "panose",
        "pict",
        "revtbl",
        "rsidtbl",
        "rxe",
        "shppict",
        "shprslt",
        "sp",
        "stylesheet",
        "subject",
        "tc",
        "template",
        "themedata",
        "title",
        "txe",
        "userprops",
        "wgrffmtfilter",
        "xe",
        "xmlnstbl",
    }
)
"""Groups that hold no text of the document."""

SYSTEMS = {"ansi": "cp1252", "mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
"""How the letters of a document are written by default."""

SYMBOL = "symbol"
CHARSETS = {
    2: SYMBOL,
    77: "mac_roman",
    128: "cp932",
    129: "cp949",
    134: "cp936",
    136: "cp950",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
    254: "cp437",
    255: "cp850",
}
"""How those of a font are, by the number of its character set; 0 and 1 are the document's own."""
