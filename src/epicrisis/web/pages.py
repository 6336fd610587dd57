"""The page that reads a pasted note, and the API reference; both work offline under a strict policy."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fastapi import FastAPI, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from epicrisis.api.security.scopes import OPEN, scoped
from epicrisis.domain.assertions import Status

HERE = Path(__file__).parent

# Nothing inline, nothing from elsewhere, no frames: text that slips past escaping still cannot run or call home.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

# ReDoc writes its rules into style elements that begin empty. This is the hash of nothing: no other inline style runs.
_EMPTY = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
REDOC_POLICY = POLICY.replace("style-src 'self'", f"style-src 'self' {_EMPTY}")

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


class Pages:
    """The pages, drawn; the first offers ``languages`` and counts up to ``max_chars``."""

    def __init__(self, *, languages: Sequence[str], max_chars: int) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined
        )
        self._offered = {
            "languages": [(language, LANGUAGES.get(language, language)) for language in languages],
            "max_chars": max_chars,
            "statuses": [(status.value, meaning) for status, meaning in STATUSES.items()],
            "example": (HERE / "templates" / "example.txt").read_text(encoding="utf-8"),
        }

    def reader(self, request: Request) -> Response:
        """Return the page that reads a pasted note."""
        return self._page(request, "page.html", POLICY, **self._offered)

    def swagger(self, request: Request) -> Response:
        """Return the API reference to try out."""
        return self._page(request, "docs.html", POLICY)

    def redoc(self, request: Request) -> Response:
        """Return the API reference to read."""
        return self._page(request, "redoc.html", REDOC_POLICY)

    def _page(self, request: Request, name: str, policy: str, **values: object) -> Response:
        root = request.scope.get("root_path", "").rstrip("/")
        html = self._templates.get_template(name).render(root=root, **values)
        return HTMLResponse(html, headers={"Content-Security-Policy": policy})


def add_to(app: FastAPI, pages: Pages) -> None:
    """Add ``/docs``, ``/redoc`` and ``/static`` to ``app``; who shows the first of ``pages`` at ``/`` is its to say.

    Contract D has the first two below ``/api``.
    """

    @app.get("/docs", include_in_schema=False)
    @app.get("/api/docs", include_in_schema=False)
    @scoped(OPEN)
    async def swagger(request: Request) -> Response:
        return pages.swagger(request)

    @app.get("/redoc", include_in_schema=False)
    @app.get("/api/redoc", include_in_schema=False)
    @scoped(OPEN)
    async def redoc(request: Request) -> Response:
        return pages.redoc(request)

    app.mount("/static", scoped(OPEN)(Assets(directory=HERE / "static")), name="static")
