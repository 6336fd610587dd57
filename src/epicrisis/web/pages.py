"""The page that reads a pasted note, and the API reference; both work offline under a strict policy."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fastapi import FastAPI, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from epicrisis.domain.assertions import Status

HERE = Path(__file__).parent

# Nothing inline, nothing from elsewhere, no frames: text that slips past escaping still cannot run or call home.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

LANGUAGES = {"en": "English", "es": "Español"}
STATUSES = {
    Status.PRESENT: "The note says it is so: “complains of chest pain”.",
    Status.POSSIBLE: "It may be so, and is not settled: “suspected pneumonia”.",
    Status.CONDITIONAL: "It is so under a condition only: “short of breath on exertion”.",
    Status.HYPOTHETICAL: "It might come to be so: “return if fever develops”.",
    Status.ABSENT: "The note says it is not so: “denies chest pain”.",
    Status.NORMAL: "Looked at, and found normal: “lungs clear”.",
}


class Assets(StaticFiles):
    """Static files a browser may keep, but asks about each time: an upgrade shows at once."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file, to be revalidated."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        return response


def add_to(app: FastAPI, *, languages: Sequence[str], max_chars: int) -> None:
    """Add ``/``, ``/docs`` and ``/static`` to ``app``; the page offers ``languages`` and counts up to ``max_chars``."""
    templates = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined)
    example = (HERE / "templates" / "example.txt").read_text(encoding="utf-8")

    def page(request: Request, name: str, **values: object) -> HTMLResponse:
        root = request.scope.get("root_path", "").rstrip("/")
        html = templates.get_template(name).render(root=root, **values)
        return HTMLResponse(html, headers={"Content-Security-Policy": POLICY})

    @app.get("/", include_in_schema=False)
    async def read(request: Request) -> HTMLResponse:
        return page(
            request,
            "page.html",
            languages=[(language, LANGUAGES.get(language, language)) for language in languages],
            max_chars=max_chars,
            statuses=[(status.value, meaning) for status, meaning in STATUSES.items()],
            example=example,
        )

    @app.get("/docs", include_in_schema=False)
    async def reference(request: Request) -> HTMLResponse:
        return page(request, "docs.html")

    app.mount("/static", Assets(directory=HERE / "static"), name="static")
