from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from starlette.testclient import TestClient

STATIC = Path("src/epicrisis/web/static")
OURS = ["page.js", "reading.js", "docs.js", "redoc.js"]
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


class Outline(HTMLParser):
    """Collects what a page loads, what it would run inline, and its controls."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.inline: list[str] = []
        self.ids: set[str] = set()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        self.tags.append(tag)
        self.ids |= {given["id"] or ""} if "id" in given else set()
        self.loads += [value or "" for name, value in attributes if name == "src" or (tag == "link" and name == "href")]
        self.inline += [name for name in given if name.startswith("on") or name == "style"]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.inline.append(tag)


def outline(html: str) -> Outline:
    parsed = Outline()
    parsed.feed(html)
    return parsed


@pytest.mark.parametrize("place", ["/", "/docs", "/redoc"])
def test_pages_load_their_own_files_and_nothing_inline(client: TestClient, place: str) -> None:
    response = client.get(place, headers=BROWSER)

    parsed = outline(response.text)
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert parsed.inline == []
    assert parsed.loads
    assert [loaded for loaded in parsed.loads if client.get(loaded).status_code != 200] == []
    assert all(loaded.startswith("/static/") for loaded in parsed.loads)


def test_the_page_offers_what_its_script_reaches_for(client: TestClient, root: Path) -> None:
    page = client.get("/", headers=BROWSER).text
    parsed = outline(page)
    script = (root / STATIC / "page.js").read_text(encoding="utf-8")

    assert set(re.findall(r'\$\("([a-z-]+)"\)', script)) <= parsed.ids
    assert "1000000" in page
    assert ">English<" in page


def test_the_page_says_that_it_is_no_clinician(client: TestClient) -> None:
    assert "Decision support, not a clinician." in client.get("/", headers=BROWSER).text


@pytest.mark.parametrize("accept", [None, "*/*", "application/json", "text/html;q=0.5, application/json"])
def test_a_program_is_told_where_to_go(client: TestClient, accept: str | None) -> None:
    response = client.get("/", headers={"Accept": accept} if accept else {})

    endpoints = response.json()["endpoints"]
    assert response.headers["vary"] == "Accept"
    assert (endpoints["predict"], endpoints["health"]) == ("/predict", "/health")
    assert set(endpoints.values()) - {"/docs", "/redoc", "/openapi.json"} <= set(
        client.get("/openapi.json").json()["paths"]
    )
    assert [place for place in ("/docs", "/redoc", "/openapi.json") if client.get(place).status_code != 200] == []


def test_the_page_asks_for_a_key_only_once_the_server_does_and_lets_no_browser_keep_it(client: TestClient) -> None:
    page = client.get("/", headers={"Accept": "text/html"}).text

    assert re.search(r'<p id="credential"[^>]* hidden>', page)
    assert re.search(r'<input type="password" id="key" autocomplete="off"', page)


@pytest.mark.parametrize("name", OURS)
def test_scripts_write_text_only_and_keep_nothing(root: Path, name: str) -> None:
    script = (root / STATIC / name).read_text(encoding="utf-8")

    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|DOMParser", script
    )
    assert not re.search(r"localStorage|sessionStorage|indexedDB|document\.cookie", script)
    assert not re.search(r"https?://", script)


def test_a_proxy_may_serve_us_under_a_path_of_its_own(client: TestClient) -> None:
    behind = TestClient(client.app, root_path="/reader")

    parsed = outline(behind.get("/reader/", headers=BROWSER).text)

    assert all(loaded.startswith("/reader/static/") for loaded in parsed.loads)


def test_static_files_are_asked_about_each_time(client: TestClient) -> None:
    assert client.get("/static/page.css").headers["cache-control"] == "no-cache"


def test_redoc_may_open_empty_style_elements_and_no_others(client: TestClient) -> None:
    policy = client.get("/redoc").headers["content-security-policy"]

    nothing = b64encode(sha256(b"").digest()).decode()
    assert f"style-src 'self' 'sha256-{nothing}';" in policy
    assert policy.replace(f" 'sha256-{nothing}'", "") == client.get("/docs").headers["content-security-policy"]


@pytest.mark.parametrize(
    ("vendor", "files"),
    [("swagger-ui", {"swagger-ui-bundle.js", "swagger-ui.css"}), ("redoc", {"redoc.standalone.js"})],
)
def test_what_others_made_is_the_release_it_says(root: Path, vendor: str, files: set[str]) -> None:
    folder = root / STATIC / "vendor" / vendor
    told = re.findall(r"^([0-9a-f]{64})  (\S+)$", (folder / "README.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert {name for _, name in told} == files
    assert (folder / "LICENSE").exists()
    assert [name for digest, name in told if sha256((folder / name).read_bytes()).hexdigest() != digest] == []
