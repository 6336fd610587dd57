"""A FHIR R4 server of the size that a summary needs: read, search by patient, ``$everything``, in pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from epicrisis.ehr.sample.shelf import Resource, Shelf
from epicrisis.ehr.sample.smart import SmartServer
from epicrisis.ehr.sample.spoiling import Spoiling, outcome, section_of, stranger
from epicrisis.ehr.sample.weather import EVERYTHING, Trouble, Weather

PATH = "/fhir"
_FHIR = "application/fhir+json"
_MOST = 500


def sample_app(shelf: Shelf, weather: Weather, *, smart: SmartServer | None = None, page_size: int = 50) -> ASGIApp:
    """Return a server of what is on ``shelf``, in ``weather``; with ``smart``, for those alone whom it gave a token."""
    server = _Server(shelf, weather, smart, page_size)
    routes = [
        Route(f"{PATH}/metadata", server.capabilities),
        Route(f"{PATH}/.well-known/smart-configuration", server.configuration),
        Route(f"{PATH}/token", server.token, methods=["POST"]),
        Route(f"{PATH}/Patient/{{name}}/{EVERYTHING}", server.everything),
        Route(f"{PATH}/{{kind}}/{{name}}", server.read),
        Route(f"{PATH}/{{kind}}", server.search),
    ]
    return Spoiling(Starlette(routes=routes), weather)


class _Server:
    def __init__(self, shelf: Shelf, weather: Weather, smart: SmartServer | None, page_size: int) -> None:
        self._shelf = shelf
        self._weather = weather
        self._smart = smart
        self._page_size = page_size

    async def capabilities(self, request: Request) -> Response:
        """Tell what is offered (FHIR R4, CapabilityStatement)."""
        offered = [{"code": "read"}, {"code": "search-type"}]
        search = [{"name": "patient", "type": "reference"}]
        kinds = [{"type": kind, "interaction": offered, "searchParam": search} for kind in self._shelf.kinds]
        statement = {
            "resourceType": "CapabilityStatement",
            "status": "active",
            "date": "2031-01-01",
            "kind": "instance",
            "implementation": {"description": "A sample server of epicrisis; its patients are invented."},
            "fhirVersion": "4.0.1",
            "format": ["json"],
            "rest": [{"mode": "server", "resource": kinds}],
        }
        return _fhir(statement)

    async def configuration(self, request: Request) -> Response:
        """Tell where tokens are given (SMART App Launch, Conformance)."""
        if self._smart is None:
            return outcome(404, "not-found")
        return JSONResponse(self._smart.configuration(f"{_base(request)}/token"))

    async def token(self, request: Request) -> Response:
        """Give a token to whom we know."""
        if self._smart is None:
            return outcome(404, "not-found")
        status, told = self._smart.grant(await request.body(), f"{_base(request)}/token")
        return JSONResponse(told, status, headers={"Cache-Control": "no-store"})

    async def read(self, request: Request) -> Response:
        """Answer with one resource."""
        if not self._lets(request):
            return outcome(401, "login")
        kind, name = request.path_params["kind"], request.path_params["name"]
        found = self._shelf.read(kind, name)
        if found is None:
            return outcome(404, "not-found")
        if self._weather.hits(Trouble.WRONG_PATIENT, kind) and kind == "Patient":
            found = {**found, "id": "somebody-else"}
        return _fhir(found)

    async def search(self, request: Request) -> Response:
        """Answer with a page of the resources of a type that are about a patient."""
        if not self._lets(request):
            return outcome(401, "login")
        kind, patient = request.path_params["kind"], request.query_params.get("patient", "").rpartition("/")[2]
        if kind not in self._shelf.kinds and not kind.isalpha():
            return outcome(404, "not-supported")
        return self._page(request, self._shelf.search(kind, patient))

    async def everything(self, request: Request) -> Response:
        """Answer with a page of all that is about a patient."""
        if not self._lets(request):
            return outcome(401, "login")
        found = self._shelf.everything(request.path_params["name"])
        return self._page(request, found) if found else outcome(404, "not-found")

    def _lets(self, request: Request) -> bool:
        return self._smart is None or self._smart.knows(request.headers.get("authorization", ""))

    def _page(self, request: Request, found: Sequence[Resource]) -> Response:
        asked = request.query_params
        size = min(_number(asked.get("_count"), self._page_size), self._page_size, _MOST) or 1
        begin = _number(asked.get("_offset"), 0)
        shown = self._shown(request, found[begin : begin + size])
        links = [{"relation": "self", "url": str(request.url)}]
        following = {**asked, "_offset": str(begin + size)}
        section = section_of(request.url.path)
        if self._weather.hits(Trouble.FOREIGN_NEXT, section):
            links.append({"relation": "next", "url": self._weather.elsewhere})
        elif self._weather.hits(Trouble.ENDLESS, section):
            links.append({"relation": "next", "url": str(request.url)})
        elif begin + size < len(found):
            links.append({"relation": "next", "url": f"{_origin(request)}{request.url.path}?{urlencode(following)}"})
        bundle: dict[str, Any] = {
            "resourceType": "Bundle",
            "type": "searchset",
            "total": len(found),
            "link": links,
            "entry": [
                {"fullUrl": f"{_base(request)}/{each['resourceType']}/{each['id']}", "resource": each} for each in shown
            ],
        }
        return _fhir(bundle)

    def _shown(self, request: Request, page: Sequence[Resource]) -> Sequence[Resource]:
        section = section_of(request.url.path)
        if self._weather.hits(Trouble.WRONG_PATIENT, section):
            return [stranger(each) for each in page]
        if self._weather.hits(Trouble.STRANGER, section):
            return [*page, *(other for each in page[:3] if (other := stranger(each)) is not each)]
        return page


def _fhir(resource: Resource) -> Response:
    return JSONResponse(resource, media_type=_FHIR)


def _origin(request: Request) -> str:
    return f"{request.url.scheme}://{request.headers.get('host', request.url.netloc)}"


def _base(request: Request) -> str:
    return _origin(request) + PATH


def _number(told: str | None, otherwise: int) -> int:
    return int(told[:9]) if told and told.isascii() and told.isdigit() else otherwise
