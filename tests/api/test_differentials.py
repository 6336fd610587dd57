"""``POST /v1/differentials`` over HTTP: what is asked, what is answered, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.logged import logged
from tests.serving import CANARY

DIFFERENTIALS = "/v1/differentials"
NOTE = "🫀 Crushing chest pain for an hour, no fever. Glucose 250 mg/dL."


def asked(client: TestClient, **told: Any) -> Any:
    return client.post(DIFFERENTIALS, json=told)


def answered(client: TestClient, **told: Any) -> Any:
    response = asked(client, **told)
    assert response.status_code == 200, response.text
    return response.json()


def findings(answer: Any) -> list[str]:
    return [("" if each["present"] else "-") + each["finding"] for each in answer["case"]["findings"]]


def quotes(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        if {"start", "end", "text"} <= value.keys():
            yield value
        for each in value.values():
            yield from quotes(each)
    elif isinstance(value, list):
        for each in value:
            yield from quotes(each)


def test_an_answer_has_the_shape_it_is_described_with(client: TestClient) -> None:
    response = asked(client, age=62, sex="MALE", severity="SEVERE", symptoms=["chest pain", "no fever", "xyzzy"])

    answer = response.json()
    assert list(answer) == [
        "request_id", "language", "offset_unit", "notice", "case", "hypotheses", "none_of_these", "alarms",
        "questions", "engine", "version", "warnings",
    ]  # fmt: skip
    assert answer["request_id"] == response.headers["x-request-id"]
    assert (answer["language"], answer["offset_unit"]) == ("en", "code_point")
    assert "no diagnosis" in answer["notice"]
    assert (answer["engine"], answer["version"]) == ("knowledge", "1")
    case = answer["case"]
    assert (case["age"], case["sex"], case["severity"]) == (62.0, "MALE", "SEVERE")
    assert case["unmatched"] == ["xyzzy"]
    assert case["findings"][0] == {
        "finding": "chest-pain", "present": True, "told": "chest pain", "source": "symptoms/0", "span": None,
    }  # fmt: skip
    assert 0 <= answer["none_of_these"] <= 1


def test_each_condition_says_why_and_what_is_missing(client: TestClient) -> None:
    answer = answered(client, age=62, symptoms=["chest pain", "no fever"])

    assert len(answer["hypotheses"]) == 10
    confidences = [each["confidence"] for each in answer["hypotheses"]]
    assert confidences == sorted(confidences, reverse=True)
    for each in answer["hypotheses"]:
        assert 0 <= each["confidence"] <= 1
        assert each["code"]["system"].endswith("icd-10-cm")
        assert each["tests"]
        assert all(weighed["weight"] > 0 for weighed in each["supporting"])
        assert all(weighed["weight"] < 0 for weighed in each["opposing"])
        assert all(
            0 <= missing[f"confidence_if_{end}"] <= 1 for missing in each["missing"] for end in ("present", "absent")
        )
    moved = {weighed["finding"] for each in answer["hypotheses"] for weighed in each["supporting"] + each["opposing"]}
    assert moved == {"chest-pain", "fever", "age"}
    assert all(each["bits"] >= 0 for each in answer["questions"])


def test_answers_fit_the_document_that_describes_them(client: TestClient) -> None:
    route = client.get("/openapi.json").json()["paths"][DIFFERENTIALS]["post"]

    assert route["operationId"] == "differentials"
    assert {"200", "400", "401", "403", "413", "415", "422", "429", "503"} <= set(route["responses"])


@pytest.mark.parametrize("unit", ["code_point", "utf16", "byte"])
def test_what_a_note_says_is_quoted_where_it_stands(client: TestClient, unit: str) -> None:
    answer = answered(client, text=NOTE, language="en", offset_unit=unit)

    told = list(quotes(answer))
    assert len(told) > 5
    encoding, size = {"code_point": ("utf-32-le", 4), "utf16": ("utf-16-le", 2), "byte": ("utf-8", 1)}[unit]
    units = NOTE.encode(encoding)
    assert all(units[size * each["start"] : size * each["end"]].decode(encoding) == each["text"] for each in told)
    assert {"chest-pain-pressure", "-fever", "glucose-high"} <= set(findings(answer))


def test_units_of_offsets_count_apart_after_a_heart(client: TestClient) -> None:
    starts = [
        answered(client, text=NOTE, language="en", offset_unit=unit)["case"]["findings"][0]["span"]["start"]
        for unit in ("code_point", "utf16")
    ]

    assert starts == [2, 3]


def test_a_spanish_note_is_answered_in_spanish(client: TestClient) -> None:
    answer = answered(client, text="Niega dolor torácico; le falta el aire desde ayer y tiene fiebre.")

    assert answer["language"] == "es"
    assert answer["notice"].endswith("no es un diagnóstico.")
    assert {"-chest-pain", "dyspnea", "fever"} <= set(findings(answer))
    assert "Neumonía bacteriana" in [each["name"] for each in answer["hypotheses"]]


def test_symptoms_may_be_spanish_without_a_note(client: TestClient) -> None:
    answer = answered(client, symptoms=["fiebre", "tos"], language="es")

    assert findings(answer) == ["fever", "cough"]


def test_findings_may_be_named_by_their_ids(client: TestClient) -> None:
    answer = answered(client, findings=[{"finding": "chest-pain-pleuritic"}, {"finding": "fever", "present": False}])

    assert findings(answer) == ["chest-pain-pleuritic", "-fever"]


def test_results_are_read_in_their_units_and_by_their_own_ranges(client: TestClient) -> None:
    def shown(**result: Any) -> list[str]:
        return findings(answered(client, results=[result]))

    assert "glucose-high" in shown(loinc="2345-7", value=10.0, unit="mmol/L")
    assert "glucose-high" in shown(loinc="2345-7", value=180.0, unit="mg/dL")
    assert "-glucose-high" in shown(loinc="2345-7", value=5.0, unit="mmol/L")
    assert "potassium-high" in shown(loinc="2823-3", value=5.3, unit="mmol/L")
    assert "-potassium-high" in shown(loinc="2823-3", value=5.3, unit="mmol/L", low=3.5, high=5.5)


def test_what_should_be_known_of_the_answer_is_a_warning(client: TestClient) -> None:
    answer = answered(
        client,
        symptoms=["cough", "no cough"],
        results=[{"loinc": "2345-8", "value": 1}, {"loinc": "2345-7", "value": 9, "unit": "kg"}],
    )

    assert "2345-8 has a wrong check digit; is it mistyped?" in answer["warnings"]
    assert any("2345-7" in each and "unit" in each for each in answer["warnings"])
    assert any("cough" in each and "not to be there" in each for each in answer["warnings"])


def test_where_nothing_is_understood_the_answer_says_so(client: TestClient) -> None:
    answer = answered(client, symptoms=["xyzzy"])

    assert answer["case"]["unmatched"] == ["xyzzy"]
    assert any("No finding" in each for each in answer["warnings"])
    assert answer["hypotheses"][0]["confidence"] < 0.2


def test_what_cannot_be_is_not_answered(client: TestClient) -> None:
    answers = {
        sex: answered(client, age=30, sex=sex, symptoms=["pelvic pain", "vaginal bleeding"], most=50)
        for sex in ("MALE", "FEMALE")
    }
    pregnancy = {
        sex: "ectopic-pregnancy" in [each["condition"] for each in answer["hypotheses"]]
        for sex, answer in answers.items()
    }

    assert pregnancy == {"MALE": False, "FEMALE": True}


def test_known_illnesses_are_told_as_known(client: TestClient) -> None:
    answer = answered(client, symptoms=["cough"], conditions=["asthma", "plugh disease"])

    assert answer["case"]["known_conditions"] == ["asthma"]
    assert answer["case"]["unmatched"] == ["plugh disease"]
    [asthma] = [each for each in answer["hypotheses"] if each["condition"] == "asthma"]
    assert asthma["is_known"]
    assert asthma["confidence"] >= 0.65


def test_every_score_is_a_number(client: TestClient) -> None:
    answer = answered(client, sex="MALE", symptoms=["cough"], conditions=["ectopic pregnancy"])

    assert all(isinstance(each[name], float) for each in answer["hypotheses"] for name in ("score", "prior"))


def test_as_many_conditions_are_answered_as_are_wanted(client: TestClient) -> None:
    assert len(answered(client, symptoms=["fever"], most=3)["hypotheses"]) == 3
    assert len(answered(client, symptoms=["fever"], most=50)["hypotheses"]) == 50


def test_no_word_of_a_patient_is_logged(client: TestClient) -> None:
    with logged() as written:
        answered(client, text=f"{CANARY} has fever.", language="en", symptoms=[CANARY], conditions=[CANARY])
        asked(client, findings=[{"finding": CANARY}])
        exposed = client.get("/metrics").text

    assert '"case ranked"' in written.getvalue()
    assert CANARY not in written.getvalue()
    assert CANARY not in exposed
