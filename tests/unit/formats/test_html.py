from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.assertions import Assertion, Status
from epicrisis.domain.documents import Document
from epicrisis.domain.findings import Entity
from epicrisis.domain.spans import Span
from epicrisis.formats.html import page
from epicrisis.formats.wording import shown
from tests.unit.formats.samples import TEXT, annotated, sample

VOID = {"meta", "link", "br", "img", "hr"}


class Read(HTMLParser):
    """What a browser would see: the words of the note, its marks, every id and link, and whether tags match."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.inside_text = 0
        self.text: list[str] = []
        self.marks: list[dict[str, str]] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self.ids += [attributes["id"]] if "id" in attributes else []
        self.links += [attributes["href"]] if "href" in attributes else []
        if tag not in VOID:
            self.open.append(tag)
            if attributes.get("class") == "text" or self.inside_text:
                self.inside_text += 1
        if self.inside_text and "mark" in attributes.get("class", "").split():
            self.marks.append(attributes)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self.inside_text = max(self.inside_text - 1, 0)

    def handle_data(self, data: str) -> None:
        if self.inside_text:
            self.text.append(data)


def test_shows_the_note_as_it_was_written() -> None:
    assert "".join(Read(page([sample()])).text) == TEXT


def test_marks_each_finding_with_label_and_status_and_says_why_on_hover() -> None:
    stroke, chest_pain, aspirin, dose = Read(page([sample()])).marks

    assert {"problem", "absent", "opens", "closes"} <= set(chest_pain["class"].split())
    assert chest_pain["title"] == "problem · absent 90% · because of “Denies”"
    assert stroke["title"] == "problem · present past family 97% · because of “Mother”"
    assert "contested" in aspirin["class"].split()
    assert aspirin["title"].endswith("rules reads absent because of “Denies”")
    assert dose["title"] == "dose"


def test_underlines_the_words_that_decided() -> None:
    assert '<span class="cue" title="negation cue">Denies</span>' in page([sample()])


def test_lists_the_findings_by_status() -> None:
    html = page([sample()])

    groups = re.findall(r'<th scope="rowgroup".*?>(\w+)</span> <span class="count">(\d+)<', html)
    assert groups == [("present", "2"), ("absent", "1")]


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}"])
def test_words_of_a_note_never_become_markup(hostile: str) -> None:
    span = Span(0, len(hostile))
    note = AnnotatedDocument(
        document=Document(id=hostile, text=hostile),
        entities=(Entity(span, "PROBLEM"),),
        assertions=(Assertion(span, Status.PRESENT, 0.9),),
        engine=hostile,
    )

    read = Read(page([note], title=hostile))

    assert "".join(read.text) == hostile
    assert not {"script", "img"} & read.tags


def test_no_character_turns_the_direction_of_a_note() -> None:
    note = AnnotatedDocument(document=Document(id="n1", text="no pa\u202ein\u2066"), entities=(), assertions=())

    assert "".join(Read(page([note])).text) == "no pa\ufffdin "


def test_needs_nothing_from_anywhere() -> None:
    html = page([sample(), sample()])

    assert not re.search(r"https?:|//|@import|url\(", html)
    assert "default-src 'none'" in html
    assert not Read(html).tags & {"script", "link", "img", "iframe", "object"}


def test_every_link_leads_to_one_place_on_the_page() -> None:
    read = Read(page([sample(), replace(sample(), document=Document(id="n2", text=TEXT))]))

    assert len(read.ids) == len(set(read.ids))
    assert {link.removeprefix("#") for link in read.links} <= set(read.ids)
    assert {"#n1", "#n2"} <= set(read.links)


def test_says_so_where_nothing_was_found() -> None:
    note = AnnotatedDocument(document=Document(id="n1", text="Hello."), entities=(), assertions=())

    assert "No problem, test, procedure or drug was found in this note." in page([note])


def test_never_claims_to_be_certain() -> None:
    note = AnnotatedDocument(
        document=Document(id="n1", text="Fever."),
        entities=(Entity(Span(0, 5), "PROBLEM"),),
        assertions=(Assertion(Span(0, 5), Status.PRESENT, 1.0),),
    )

    assert Read(page([note])).marks[0]["title"] == "problem · present >99%"


@given(annotated())
def test_overlapping_spans_never_break_the_markup_or_the_text(note: AnnotatedDocument) -> None:
    read = Read(page([note]))

    assert read.open == []
    assert "".join(read.text) == shown(note.document.text)
    assert len(read.ids) == len(set(read.ids))
    assert {link.removeprefix("#") for link in read.links} <= set(read.ids)
