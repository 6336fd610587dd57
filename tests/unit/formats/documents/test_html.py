from __future__ import annotations

import sys

import pytest

from epicrisis.errors import MissingDependency, UnreadableDocument
from epicrisis.formats.contained.limits import Limits
from epicrisis.formats.documents.html import read, text_of

pytest.importorskip("lxml", reason="files need the documents extra")

CASES = [
    pytest.param("<h1>Plan</h1><p>Rest.</p><p>Fluids.</p>", "Plan\n\nRest.\n\nFluids.", id="blocks"),
    pytest.param("<div>Denies <b>chest</b>&nbsp;pain,<br>afebrile.</div>", "Denies chest pain,\nafebrile.", id="lines"),
    pytest.param("No<!-- c --> fever<!-- d -->.", "No fever.", id="comments"),
    pytest.param("a<script>x</script>b<style>y</style>c<noscript>z</noscript>", "abc", id="scripts and styles"),
    pytest.param('a<i style="DISPLAY : none">x</i>b<i hidden>y</i>c', "abc", id="hidden"),
    pytest.param(
        "<table><tr><th>Test<th>Value</tr><tr><td>K<td></td><td>4.1</table>Done.",
        "Test\tValue\nK\t\t4.1\n\nDone.",
        id="a table",
    ),
    pytest.param("<table><tr><td><p>One.</p><p>Two.</p></td></tr></table>", "One.\nTwo.", id="a table for looks"),
    pytest.param("<ol start=3><li>A<ul><li>b</ul><li>C</ol>", "3. A\n• b\n4. C", id="lists"),
    pytest.param("<ol><li value=7>A<li>B</ol>", "7. A\n8. B", id="a list that counts otherwise"),
    pytest.param("<pre>a  b\n  c</pre>", "a  b\n  c", id="verbatim"),
    pytest.param(
        '<input value="120/80"><input type=hidden value=x> <input type=checkbox checked> smoker', "120/80 [x] smoker",
        id="a form",
    ),
    pytest.param("<select><option>No<option selected>Yes</select>", "Yes", id="a choice"),
    pytest.param("&lt;5 mg &amp; &ntilde; &#241; &unknown;", "<5 mg & ñ ñ &unknown;", id="letters by name"),
    pytest.param("<p>never closed <b>at all", "never closed at all", id="never closed"),
    pytest.param("", "", id="nothing"),
]  # fmt: skip


@pytest.mark.parametrize(("page", "text"), CASES)
def test_what_is_seen_is_read(page: str, text: str) -> None:
    assert text_of(f"<html><head><title>t</title></head><body>{page}</body></html>") == text


def test_the_encoding_a_page_says_is_believed() -> None:
    page = '<meta charset="windows-1250"><p>Łódź</p>'.encode("cp1250")

    assert read(page, Limits())[0].file.text == "Łódź"


def test_nothing_is_fetched_and_no_entity_is_expanded() -> None:
    page = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY y "yyyy">]><p>a &x; &y; b</p>'

    text = text_of(page)

    assert "root:" not in text
    assert "yyyy" not in text.replace('"yyyy"', "")


def test_a_page_that_would_be_read_in_part_is_refused() -> None:
    assert text_of("<div>" * 200 + "fever") == "fever"
    with pytest.raises(UnreadableDocument, match="nested"):
        text_of("<p>fever</p>" + "<div>" * 300 + "cough")


def test_a_missing_library_names_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lxml", None)

    with pytest.raises(MissingDependency, match=r"epicrisis\[documents\]"):
        text_of("<p>")
