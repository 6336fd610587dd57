"""Files that were read, as plain JSON: the shape of ``/v1/documents``."""

from __future__ import annotations

from collections.abc import Sequence

from epicrisis.domain.pages import Placed, ReadFile
from epicrisis.formats.writing import Plain, Writer, probability
from epicrisis.text.alignment import OffsetUnit

# Boxes are told to a hundredth of a point: a pixel at 600 dots per inch is twelve of those.
_DECIMALS = 2


def names_of(files: Sequence[ReadFile]) -> list[str]:
    """Return what each document of a file is called: its name or its number, and no two the same."""
    names: dict[str, None] = {}
    for number, file in enumerate(files, 1):
        name, copies = file.name or str(number), 1
        while (told := name if copies == 1 else f"{name}-{copies}") in names:
            copies += 1
        names[told] = None
    return list(names)


def file_to_plain(file: ReadFile, *, boxes: bool = False, offset_unit: OffsetUnit = OffsetUnit.CODE_POINT) -> Plain:
    """Return ``file`` as values ``json.dumps`` takes; with ``boxes``, where each word stands on its page."""
    plain: Plain = {
        "kind": file.kind,
        "name": file.name,
        "text": file.text,
        "offset_unit": offset_unit.value,
        "pages": [{"number": page.number, "width": page.width, "height": page.height} for page in file.pages],
        "scanned": list(file.scanned),
        "warnings": list(file.warnings),
        "engine": file.engine,
        "version": file.version,
    }
    if boxes:
        write = Writer.over(file.text, (each.span for each in file.placed), offset_unit)
        plain["boxes"] = [_placed(each, write) for each in file.placed]
    return plain


def _placed(placed: Placed, write: Writer) -> Plain:
    box = placed.box
    return {
        **write.bounds(placed.span),
        "page": box.page,
        "left": round(box.left, _DECIMALS),
        "top": round(box.top, _DECIMALS),
        "right": round(box.right, _DECIMALS),
        "bottom": round(box.bottom, _DECIMALS),
        "score": probability(placed.score),
    }
