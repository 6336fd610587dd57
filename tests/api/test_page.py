from __future__ import annotations

import re
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from starlette.testclient import TestClient

STATIC = Path("src/epicrisis/web/static")
OURS = ["page.js", "reading.js", "docs.js"]


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


@pytest.mark.parametrize("place", ["/", "/docs"])
def test_pages_load_their_own_files_and_nothing_inline(client: TestClient, place: str) -> None:
    response = client.get(place)

    parsed = outline(response.text)
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert parsed.inline == []
    assert parsed.loads
    assert [loaded for loaded in parsed.loads if client.get(loaded).status_code != 200] == []
    assert all(loaded.startswith("/static/") for loaded in parsed.loads)


def test_the_page_offers_what_its_script_reaches_for(client: TestClient, root: Path) -> None:
    parsed = outline(client.get("/").text)
    script = (root / STATIC / "page.js").read_text(encoding="utf-8")

    assert set(re.findall(r'\$\("([a-z-]+)"\)', script)) <= parsed.ids
    assert "1000000" in client.get("/").text
    assert ">English<" in client.get("/").text


def test_the_page_says_that_it_is_no_clinician(client: TestClient) -> None:
    assert "Decision support, not a clinician." in client.get("/").text


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

    parsed = outline(behind.get("/reader/").text)

    assert all(loaded.startswith("/reader/static/") for loaded in parsed.loads)


def test_static_files_are_asked_about_each_time(client: TestClient) -> None:
    assert client.get("/static/page.css").headers["cache-control"] == "no-cache"


def test_swagger_ui_is_the_release_it_says(root: Path) -> None:
    folder = root / STATIC / "vendor" / "swagger-ui"
    told = re.findall(r"^([0-9a-f]{64})  (\S+)$", (folder / "README.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert {name for _, name in told} == {"swagger-ui-bundle.js", "swagger-ui.css"}
    assert [name for digest, name in told if sha256((folder / name).read_bytes()).hexdigest() != digest] == []
