"""Contract N: what cannot be answered is refused in its envelope, with a status that says why, and without the text."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from epicrisis.api.contracts.spanish_ner.door import MOST_CHARACTERS
from epicrisis.api.contracts.spanish_ner.models import CLASSES
from epicrisis.errors import InvalidSettings
from tests.api.spanish_ner.envelopes import TEXT, found, refused
from tests.serving import CANARY, app_with
from tests.spanish import spanish_app, spanish_pipeline

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PARTS = {"Content-Type": "multipart/form-data; boundary=B"}


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        pytest.param(b"{}", "inputText is missing", id="missing"),
        pytest.param(b'{"inputText": null}', "inputText is missing", id="null"),
        pytest.param(b'{"inputText": ""}', "inputText is empty", id="empty"),
        pytest.param(b'{"inputText": 5}', "inputText must be a string", id="number"),
        pytest.param(f'{{"inputText": ["{CANARY}"]}}'.encode(), "inputText must be a string", id="list"),
        pytest.param(f'{{"text": "{CANARY}"}}'.encode(), "it reads inputText and model", id="another field"),
        pytest.param(f'{{"inputText": "a", "{CANARY}": 1}}'.encode(), "it reads inputText and model", id="field more"),
        pytest.param(f'["{CANARY}"]'.encode(), "must be a JSON object", id="no object"),
        pytest.param(b'{"inputText": "a", "model": 5}', "model must be a name, or a list of names", id="model 5"),
        pytest.param(b'{"inputText": "a", "model": [["species"]]}', "model must be a name", id="model in a list"),
    ],
)
def test_json_that_is_not_as_it_should_be_is_400(client: TestClient, sent: bytes, told: str) -> None:
    assert told in refused(client.post("/api/submit", content=sent, headers=JSON), 400)


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(f'{{"inputText": "{CANARY}'.encode(), id="half a string"),
        pytest.param(f'{{"inputText": "{CANARY}\xff"}}'.encode("latin-1"), id="no UTF-8"),
        pytest.param(f'{{"inputText": "{CANARY}\x00"}}'.encode(), id="raw NUL"),
        pytest.param(b"[" * 100_000, id="nested too deep"),
        pytest.param(b'{"inputText": ' + b"9" * 5_000 + b"}", id="endless number"),
    ],
)
def test_what_is_not_json_is_400(client: TestClient, sent: bytes) -> None:
    assert "The body is not JSON" in refused(client.post("/api/submit", content=sent, headers=JSON), 400)


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        pytest.param(b"", "inputText is missing", id="nothing"),
        pytest.param(b"inputText=", "inputText is empty", id="empty"),
        pytest.param(b"model=species", "inputText is missing", id="missing"),
        pytest.param(f"inputText={CANARY}&inputText=b".encode(), "more than once", id="twice"),
        pytest.param(f"inputText=fiebre & {CANARY}".encode(), "& and + of a text are %26 and %2B", id="raw ampersand"),
        pytest.param(b"inputText=%ff", "in UTF-8", id="escaped, no UTF-8"),
        pytest.param(b"inputText=\xff", "in UTF-8", id="no UTF-8"),
        pytest.param(b"&".join([b"model=species"] * 50), "20 fields at most", id="fifty fields"),
    ],
)
def test_a_form_that_is_not_as_it_should_be_is_400(client: TestClient, sent: bytes, told: str) -> None:
    assert told in refused(client.post("/api/submit", content=sent, headers=FORM), 400)


PART = b'--B\r\nContent-Disposition: form-data; name="inputText"\r\n\r\n' + CANARY.encode()


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(PART, id="no end"),
        pytest.param(PART + b"\r\n--B", id="cut off in its last boundary"),
        pytest.param(PART.replace(b"--B", b"--C") + b"\r\n--C--", id="another boundary"),
        pytest.param(PART.replace(b"--B", b"--BB") + b"\r\n--BB--", id="a longer boundary"),
        pytest.param(PART.replace(b'; name="inputText"', b"") + b"\r\n--B--", id="no name"),
        pytest.param(PART.replace(b"\r\n\r\n", b"\r\n") + b"\r\n--B--", id="no blank line"),
        pytest.param(PART + b"\xff\r\n--B--", id="no UTF-8"),
        pytest.param((PART + b"\r\n") * 30 + b"--B--", id="thirty parts"),
    ],
)
def test_a_form_in_parts_that_is_not_as_it_should_be_is_400(client: TestClient, sent: bytes) -> None:
    assert "The form is not one" in refused(client.post("/api/submit", content=sent, headers=PARTS), 400)


@pytest.mark.parametrize("kind", ["", "; boundary=", '; boundary=""', "; boundary=" + "x" * 71])
def test_a_form_in_parts_says_where_its_parts_end(client: TestClient, kind: str) -> None:
    headers = {"Content-Type": f"multipart/form-data{kind}"}

    refused(client.post("/api/submit", content=PART + b"\r\n--B--\r\n", headers=headers), 400)


def test_parts_keep_every_byte_of_the_text(client: TestClient) -> None:
    text = "\r\nVarón\r\n--B con cefalea--\r\n"
    body = (
        b"before\r\n--B \r\ncontent-type: text/plain; charset=utf-8\r\n"
        b'CONTENT-DISPOSITION: form-data; filename="a; b.txt"; name=inputText\r\n\r\n'
        + text.encode().replace(b"--B", b"--A")
        + b"\r\n--B--\r\nafter"
    )

    response = client.post("/api/submit", content=body, headers=PARTS)

    assert found(response, text.replace("--B", "--A")) == [("SPECIES", "Varón"), ("SINTOMA", "cefalea")]


@pytest.mark.parametrize(
    "kind", [None, "text/plain", "text/xml", "application/jsonlines", "multipart/mixed; boundary=B"]
)
def test_another_kind_of_body_is_415(client: TestClient, kind: str | None) -> None:
    headers = {"Content-Type": kind} if kind else {}

    told = refused(client.post("/api/submit", content=CANARY.encode(), headers=headers), 415)

    assert "multipart/form-data" in told


@pytest.mark.parametrize(
    ("path", "extra", "status"),
    [
        ("/api/submit", {"model": CANARY}, 400),
        ("/api/submit", {"model": ["species", CANARY]}, 400),
        ("/api/submit", {"model": f"species,{CANARY}"}, 400),
        (f"/api/submit?model={CANARY}", {}, 400),
        (f"/{CANARY}/api/submit", {}, 404),
        (f"/{CANARY}/api/submit", {"model": "species"}, 404),
        ("/species_large/api/submit", {}, 404),
    ],
)
def test_an_unknown_model_is_told_the_ten_there_are(
    client: TestClient, path: str, extra: dict[str, Any], status: int
) -> None:
    told = refused(client.post(path, json={"inputText": TEXT, **extra}), status)

    assert all(name in told for name in CLASSES)


@pytest.mark.parametrize("model", ["symptom", f"species,{CANARY}"])
def test_a_setting_that_names_no_model_stops_the_start(model: str) -> None:
    with pytest.raises(InvalidSettings, match="NER_MODEL names no model; try some of symptoms,") as error:
        spanish_app(ner_model=model)

    assert CANARY not in str(error.value)


def test_a_setting_that_needs_a_spanish_reader_says_so_where_there_is_none() -> None:
    with pytest.raises(InvalidSettings, match="EPICRISIS_READER_ES"):
        app_with(ner_model="species", reader_es="")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(CANARY + "\ud800", "lone surrogate at offset 13", id="lone surrogate"),
        pytest.param("1 \udfff", "lone surrogate at offset 2", id="lone surrogate, no letter"),
        pytest.param("{\\rtf1 " + CANARY + "}", "begins like an RTF file", id="RTF"),
        pytest.param("%PDF-1.7 " + CANARY, "begins like a PDF file", id="PDF"),
        pytest.param(f"{CANARY}" + "\x01" * 100, "control characters", id="binary"),
    ],
)
def test_what_is_no_plain_text_is_422(client: TestClient, text: str, told: str) -> None:
    body = json.dumps({"inputText": text})

    assert told in refused(client.post("/api/submit", content=body, headers=JSON), 422)


@pytest.mark.parametrize("characters", [MOST_CHARACTERS + 1, 1_000_000, 1_048_576])
def test_a_megabyte_of_text_is_413_before_anything_is_read(client: TestClient, characters: int) -> None:
    text = (CANARY + " cefalea ") * (characters // 22 + 1)

    for sent in ({"json": {"inputText": text[:characters]}}, {"data": {"inputText": text[:characters]}}):
        response = client.post("/api/submit", **sent)  # type: ignore[arg-type]

        assert f"inputText has {characters:,} characters; send 200,000 at most" in refused(response, 413)
        assert response.headers["server-timing"].startswith("total;dur=")


def test_an_installation_may_read_less() -> None:
    with TestClient(spanish_app(max_chars=20)) as client:
        assert "send 20 at most" in refused(client.post("/api/submit", json={"inputText": "fiebre " * 3}), 413)


@pytest.mark.parametrize("path", ["/api/submit", "/species/api/submit", f"/{CANARY}/api/submit"])
@pytest.mark.parametrize("chunked", [False, True], ids=["declared", "chunked"])
def test_three_megabytes_are_cut_off(client: TestClient, path: str, chunked: bool) -> None:
    piece = CANARY.encode() * 1_000
    content: Any = iter([piece] * 231) if chunked else piece * 231

    refused(client.post(path, content=content, headers=JSON), 413)


@pytest.mark.parametrize("path", ["/api/submit", "/species/api/submit", f"/{CANARY}/api/submit"])
def test_another_method_is_refused_with_the_one_there_is(client: TestClient, path: str) -> None:
    response = client.get(path)

    refused(response, 405)
    assert response.headers["allow"] == "POST"


@pytest.mark.parametrize("path", ["/api/submit/", f"/api/submit/{CANARY}"])
def test_what_lies_below_is_not_found_in_its_words(client: TestClient, path: str) -> None:
    refused(client.post(path, json={}), 404)


@pytest.mark.parametrize(
    "path", ["/api", "/api/v1/submit", "/a/b/api/submit", "/species", "/species/api", "/v1/entities"]
)
def test_other_paths_keep_their_problem_documents(client: TestClient, path: str) -> None:
    assert client.delete(path).json()["code"] in ("not-found", "method-not-allowed")


@pytest.mark.parametrize("model", [None, "species"])
def test_a_server_without_the_spanish_models_says_so(model: str | None) -> None:
    with TestClient(app_with(reader_es="")) as client:
        response = client.post("/api/submit", json={"inputText": TEXT, "model": model})

    assert "EPICRISIS_READER_ES" in refused(response, 404)


def test_a_spanish_reader_without_the_models_is_told_the_same() -> None:
    class Clinical:
        """A reader of Spanish that knows the clinical label set alone."""

        def __init__(self) -> None:
            reader = spanish_pipeline().annotation.readers("es")
            self.card, self.make, self.pieces = reader.card, reader.make, reader.pieces
            self.read, self.sentence_labels = reader.read, reader.sentence_labels

    with TestClient(spanish_app(Clinical())) as client:
        response = client.post("/api/submit", json={"inputText": TEXT})

    assert "does not hold the Spanish models" in refused(response, 404)
