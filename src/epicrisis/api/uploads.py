"""A file in a request: as the body, or as the one file of a form in parts."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request

from epicrisis.api.contracts.bare import media_of, whole_body
from epicrisis.api.multipart import NotMultipart, Part, parts_of
from epicrisis.api.problems import MALFORMED_HTTP, Problem, Refused

JSON = "application/json"
FORM = "multipart/form-data"
FILE = "file"
ANY = "application/octet-stream"
_MOST_FIELDS = 20
# What a foreign page may send without being asked first (Fetch standard, CORS-safelisted), and no file is.
_UNASKED = frozenset({"", "text/plain", "application/x-www-form-urlencoded"})

NO_FILE = Problem(
    415,
    "unsupported-media-type",
    "This route reads files",
    f"Send the file as the body with its own Content-Type ({ANY} where you do not know it), or as the part "
    f"'{FILE}' of a form ({FORM}). Plain text goes to the routes that take JSON, or in a form.",
)
BAD_FORM = Problem(
    400,
    "malformed-form",
    "The form cannot be read",
    f"Send {FORM} with one file in the part '{FILE}'; other parts are short texts in UTF-8, each once.",
)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent: what it is said to be, what it is called, and the other fields of its form."""

    data: bytes = field(repr=False)
    media: str | None = None
    name: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


async def uploaded(request: Request, *, fields: frozenset[str] = frozenset()) -> Upload:
    """Return the file that ``request`` brings; a form may also have ``fields``.

    Raises:
        Refused: it brings no file, a form that cannot be read, or one with fields nobody knows.
    """
    media = media_of(request)
    if media in _UNASKED:
        raise Refused(NO_FILE)
    data = await whole_body(request, MALFORMED_HTTP)
    if media == FORM:
        return _of_form(request.headers["content-type"], data, fields)
    return Upload(data, None if media == ANY else media)


def declared_length(request: Request) -> int:
    """Return how long the body of ``request`` is said to be; without end where nothing is said."""
    length = request.headers.get("content-length", "")
    return int(length) if length.isdigit() else sys.maxsize


def _of_form(kind: str, body: bytes, fields: frozenset[str]) -> Upload:
    try:
        parts = parts_of(kind, body, most=_MOST_FIELDS)
        files = [part for part in parts if part.name == FILE]
        others = {part.name: part.text for part in parts if part.name != FILE}
    except (NotMultipart, UnicodeDecodeError):
        raise Refused(BAD_FORM) from None
    if len(files) != 1 or len(others) != len(parts) - 1 or not fields.issuperset(others):
        raise Refused(BAD_FORM)
    return _of_part(files[0], others)


def _of_part(part: Part, others: Mapping[str, str]) -> Upload:
    media = part.media.partition(";")[0].strip().lower()
    return Upload(part.data, None if media in ("", ANY) else media, part.file_name or "", others)


def body_of_file(media: Mapping[str, Any], *, fields: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return how a file stands in the OpenAPI document: of one of ``media``, or in a form with ``fields``."""
    binary = {"type": "string", "format": "binary"}
    form = {"type": "object", "required": [FILE], "properties": {FILE: binary, **(fields or {})}}
    return {
        "description": f"The bytes of the file, or a form with the file in its part `{FILE}`.",
        "required": True,
        "content": {**{each: {"schema": binary} for each in (*media, ANY)}, FORM: {"schema": form}},
    }


def body_of_json_or_file(schema: str, media: Mapping[str, Any], told: str) -> dict[str, Any]:
    """Return how a body stands there that is JSON of the component ``schema``, or a file of one of ``media``."""
    body = body_of_file(media)
    component = {"schema": {"$ref": f"#/components/schemas/{schema}"}}
    return {**body, "description": told, "content": {JSON: component, **body["content"]}}
